"""Templates of the pages of the insurances."""
