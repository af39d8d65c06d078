"""`httpls lsp`: the language server for editors."""

import argparse

_DESCRIPTION = """\
Serves an editor over standard input and output, by the Language Server Protocol. Editors start it themselves; see
the page of your editor in the documentation.
"""


def lsp(arguments: list[str]) -> int:
    """Run the command; it ends the process itself once the client is through."""
    parser = argparse.ArgumentParser("httpls lsp", description=_DESCRIPTION)
    parser.add_argument("--stdio", action="store_true", help="serve standard input and output, which is the default")
    parser.parse_args(arguments)
    from httpls.lsp.server import end_process, serve_standard_streams

    end_process(serve_standard_streams())
    return 0
