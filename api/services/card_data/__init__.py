"""What decided matters put onto the holder's card: what waits, begun at a desk, compared."""
