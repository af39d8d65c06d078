"""What an editor can be told about files of environments: JSON ones, `.env` files, and `httpls.toml` beside them."""
