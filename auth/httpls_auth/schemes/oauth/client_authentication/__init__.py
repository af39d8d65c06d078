"""Ways in which a client shows an authorization server who it is: one module and one class each."""
