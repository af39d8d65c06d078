"""TLS: which certificates are trusted, which one is shown, and the context that follows from it."""
