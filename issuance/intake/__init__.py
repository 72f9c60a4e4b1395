"""Intake of a bureau file: which applications are accepted, which are refused, and why."""
