"""Values with labels: what may not be shown, where it may go, where it came from. Standard library only."""
