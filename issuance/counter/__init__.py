"""What happens at counters: visits of a card, presence tokens, key steps, actions and mandates."""
