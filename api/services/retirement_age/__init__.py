"""The delayed retirement age."""
