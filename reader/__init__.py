"""The card's language, and the conversation with a card."""
