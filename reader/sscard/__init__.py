"""The strings and steps of the call family that counter software of the field expects."""
