"""Whether other tools read a file as httpls does."""
