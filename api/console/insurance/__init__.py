"""The pages of the insurances, for the clerk who has a holder before him."""
