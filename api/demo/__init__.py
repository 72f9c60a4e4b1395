"""The whole path on one screen, for a person who sees it for the first time."""
