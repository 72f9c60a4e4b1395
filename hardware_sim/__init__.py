"""The hardware that is not on the desk: a simulated card, served as hardware is."""
