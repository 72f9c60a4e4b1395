"""Basic old-age insurance of employees."""
