"""Cards that a benchmark runs in a process of its own."""
