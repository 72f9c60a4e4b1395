"""The conformance suite: numbered cases from the standards, as data, run against any card."""
