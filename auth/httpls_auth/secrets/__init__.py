"""Secrets: the keyring of the system, the secrets of a project in it, and the providers that environments name."""
