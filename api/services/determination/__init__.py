"""Calculations that are kept: stored, explained, made again when a parameter changes."""
