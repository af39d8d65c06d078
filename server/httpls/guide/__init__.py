"""Guides a person to the authentication of requests: for the command line and for editors."""
