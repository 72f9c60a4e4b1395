"""A world of card readers: a pcscd of its own, cards put in and taken out, by script or by hand."""
