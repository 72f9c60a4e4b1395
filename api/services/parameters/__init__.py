"""Bases, rates and amounts by region and month, versioned."""
