"""Who is insured where, and the contributions."""
