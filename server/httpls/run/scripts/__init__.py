"""Scripts of request files: JavaScript in processes of their own, without files, network or environment."""
