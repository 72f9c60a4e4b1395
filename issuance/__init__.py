"""The issuer's book: applications, batches, cards, and the making of a card."""
