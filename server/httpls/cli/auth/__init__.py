"""`httpls auth`: sets up authentication, logs in, and explains what is sent; one module for each kind of action."""
