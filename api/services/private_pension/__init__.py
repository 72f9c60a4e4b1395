"""Private pension accounts."""
