"""Environments: named sets of variables, as the peers keep them in files beside the request files."""
