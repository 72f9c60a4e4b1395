"""Alembic migrations of the book."""
