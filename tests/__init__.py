"""The tests: what a folder says is what its tests are; markers say what they need."""
