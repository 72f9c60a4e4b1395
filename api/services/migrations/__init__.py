"""Migrations of the insurance tables."""
