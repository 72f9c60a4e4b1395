"""The PIV application (NIST SP 800-73-4): the card as a signature token of any computer."""
