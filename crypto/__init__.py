"""Keys and proofs: works on bytes, knows no card, no book and no network."""
