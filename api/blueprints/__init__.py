"""One blueprint per subject."""
