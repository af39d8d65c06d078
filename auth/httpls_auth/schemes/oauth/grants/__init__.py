"""The grants of OAuth 2.0: one module and one class each."""
