"""Enterprise annuities."""
