"""Long runs: what takes minutes or hours and is not part of every test run (``make soak``)."""
