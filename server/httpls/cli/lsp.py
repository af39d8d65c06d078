"""`httpls lsp`: the language server for editors."""

from httpls.cli.command_parser import CommandParser

_DESCRIPTION = """\
Serves an editor over standard input and output, by the Language Server Protocol. Editors start it themselves; see
the page of your editor in the documentation.
"""


def lsp(arguments: list[str]) -> int:
    """Run the command; it ends the process itself once the client is through."""
    parser = CommandParser("lsp", _DESCRIPTION)
    parser.add_argument("--stdio", action="store_true", help="serve standard input and output, which is the default")
    parser.add_argument(
        "--tcp", type=int, metavar="PORT",
        help="serve one client at this port of this machine, 0 for any that is free; port and token are printed",
    )  # fmt: skip
    parser.add_argument("--log-file", metavar="FILE", help="write the log to a file instead of standard error")
    options = parser.parse_args(arguments)
    from httpls.lsp.serving import end_process, serve_socket, serve_standard_streams, write_log

    write_log(options.log_file)
    end_process(serve_standard_streams() if options.tcp is None else serve_socket(options.tcp))
    return 0
