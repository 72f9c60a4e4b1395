"""Basic old-age insurance of urban and rural residents."""
