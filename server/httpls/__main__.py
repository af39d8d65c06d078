"""`python -m httpls`: the command line."""

from httpls.cli.main import entry

if __name__ == "__main__":
    entry()
