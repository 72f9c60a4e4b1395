"""Files that the project ships for a first try."""
