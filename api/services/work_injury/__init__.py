"""Work-injury insurance."""
