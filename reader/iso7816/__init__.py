"""ISO/IEC 7816-4: commands, answers, status words and data objects."""
