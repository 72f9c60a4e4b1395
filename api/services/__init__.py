"""The services of the one card: the rules of the insurances, each with its legal source."""
