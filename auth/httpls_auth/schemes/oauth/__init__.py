"""The parts of OAuth 2.0: grants, ways of client authentication, token requests, discovery, DPoP."""
