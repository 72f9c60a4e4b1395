"""One file per step of the book's schema."""
