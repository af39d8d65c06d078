"""Authentication schemes: one module and one class each. Everything else about a scheme follows from its class.

At module level only the standard library is imported here, so that an editor can complete every parameter of every
scheme, and the command line can start, without loading cryptography or an HTTP client.
"""
