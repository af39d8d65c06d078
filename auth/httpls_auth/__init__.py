"""Authentication for HTTP: values with labels, schemes, tokens, secret stores. No request-file syntax in here."""
