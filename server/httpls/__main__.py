"""`python -m httpls`: the command line."""

import sys

from httpls.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
