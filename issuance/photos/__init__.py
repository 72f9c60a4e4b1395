"""Photos of card holders: the official rules, the detector of faces, and the chip's small copy."""
