"""What people bring to a counter: received, handed on, decided."""
