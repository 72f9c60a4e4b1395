"""The command line: one command, its settings, and how it speaks to people."""
