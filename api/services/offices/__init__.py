"""The five tiers of offices, from province to village."""
