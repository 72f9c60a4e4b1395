"""The web console: the clerk's desk and the bureau's pages, rendered from the book."""
