"""Preparing the cards of a batch: data, keys and signed records, a thousand at a time."""
