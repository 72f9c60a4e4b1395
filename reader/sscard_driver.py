"""The call family that counter software of the field expects."""
