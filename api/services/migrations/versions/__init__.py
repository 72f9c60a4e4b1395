"""Each form of the insurance tables."""
