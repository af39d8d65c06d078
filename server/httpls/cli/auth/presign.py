"""`httpls auth presign`: the URL of a request with its signature in it, for somebody who has no key."""

import sys
from collections.abc import Sequence

from httpls.cli.auth.arguments import NOT_SELECTED, add_permissions, file_parser, not_selected, selected_requests
from httpls.cli.auth.command import complain
from httpls.cli.auth.target import with_credentials
from httpls.cli.terminal import visible
from httpls.run.cancel import Cancel
from httpls.run.credentials import Credentials
from httpls_auth.errors import ParameterError
from httpls_auth.schemes.message import FieldSource, OutgoingRequest
from httpls_auth.tokens.store import TokenStore

_EPILOG = """\
example:
  httpls auth presign bucket.http --name download    with `# @auth aws in=query expires=15m` above the request
"""


def presign(arguments: Sequence[str]) -> int:
    """Print the URL of a request with its signature."""
    parser = file_parser(
        "presign",
        "Prints the URL of a request with its signature in it (AWS and Hawk with `in=query`): whoever has the URL\n"
        "may do what the request does, until the signature runs out. The request is not sent.",
        _EPILOG,
    )
    add_permissions(parser)
    options = parser.parse_args(arguments)
    try:
        analyses, requests = selected_requests(options)
    except NOT_SELECTED as error:
        return not_selected("presign", error)
    if len(requests) != 1:
        complain("presign", f"these are {len(requests)} requests", "Say which one: --name or --line.")
        return 2

    def act(credentials: Credentials, store: TokenStore) -> int:
        _ = store
        return _print(_signed(credentials))

    return with_credentials("presign", requests[0], analyses, options, Cancel(), act)


def _signed(credentials: Credentials) -> OutgoingRequest:
    """Return the request with all that its schemes add. Raises `ParameterError` if that is not in the URL alone."""
    draft = request = credentials.draft()
    for one in credentials.schemes:
        flow = one.scheme.authenticate(request, credentials.context)
        request = credentials.steps.run(flow, one.planned.folder, origin=request.origin)
    added = [field for field in request.fields if field not in draft.fields]
    if request.target == draft.target or added:
        shown = f"it is in {visible(added[0].name)}" if added else "there is none"
        raise ParameterError("in", f"the URL has no signature: {shown}", "Write `in=query` with the scheme.")
    return request


def _print(request: OutgoingRequest) -> int:
    text = request.url.reveal()
    print(text, end="\n" if sys.stdout.isatty() else "")
    written = [field.name for field in request.fields if field.source is FieldSource.USER]
    if request.method != "GET" or written:
        fields = f" with {', '.join(map(visible, written))} as in the file" if written else ""
        print(f"Send it as {visible(request.method)}{fields}.", file=sys.stderr)
    return 0
