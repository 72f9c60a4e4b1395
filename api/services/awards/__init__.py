"""Benefits that run, and the items that are payable."""
