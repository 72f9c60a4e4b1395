"""Blank stock by serial range, and the accounts of batches: what came in is what went out."""
