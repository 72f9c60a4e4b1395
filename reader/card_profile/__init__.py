"""What is on a social security card, declared once."""
