"""The methods of the protocol, one module for each feature: thin handlers between the protocol and `httpls.ide`."""
