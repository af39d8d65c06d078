"""The real world behind the ports that the other packages define: files, clock, randomness."""
