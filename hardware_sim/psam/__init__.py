"""The simulated PSAM, a terminal's security module: a card of its own kind, without I/O."""
