"""What in the bureau needs somebody now: late batches, stopped stations, stock, keys, people."""
