"""httpls: a language server and command line for `.http` request files."""
