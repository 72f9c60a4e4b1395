"""What a power cut must not leave."""


class TornError(AssertionError):
    """A cut left what is neither old nor new, or gave a try back."""
