"""Endpoints behind authentication. Each module checks one scheme with the standard library or a foreign library."""
