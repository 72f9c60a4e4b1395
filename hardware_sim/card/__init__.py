"""The simulated card: a state machine without I/O, one file per card application."""
