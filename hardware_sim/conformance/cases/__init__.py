"""The cases themselves, by standard."""
