"""The insured people."""
