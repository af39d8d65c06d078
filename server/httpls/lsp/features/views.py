"""What views of a client ask for: everything about a response, and what authenticates. Arguments are checked here."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from httpls.lsp.errors import UserError
from httpls.lsp.runs import SCHEME, Runs
from httpls.lsp.session import Snapshot


def exchange_facts(runs: Runs, params: object) -> dict[str, object]:
    """Return what is known of the response of a document. Raises `UserError` if it is not kept any more."""
    facts = runs.facts_of(_number(params))
    if facts is None:
        raise UserError("this response is not kept any more")
    return facts


async def save_body(runs: Runs, params: object) -> object:
    """Write the body of a response to a file that a person chose, byte for byte; return how many bytes it has."""
    result = runs.kept.get(_number(params))
    response = result.exchange.response if result is not None else None
    if response is None:
        raise UserError("this response is not kept any more")
    path = Path(_text(params, "path"))
    if not path.is_absolute():
        raise UserError("the path is not absolute")

    def work() -> None:
        from httpls.host.output_files import DiskOutputFiles

        DiskOutputFiles().save(path, response.content.chunks(), overwrite=True)

    try:
        await asyncio.get_running_loop().run_in_executor(runs.workers, work)
    except OSError as error:
        raise UserError(f"`{path}` cannot be written: {error.strerror or error}") from error
    return response.content.length


async def overview_of(runs: Runs, snapshot: Snapshot, params: object) -> dict[str, object]:
    """Return the tokens, secrets and certificates that concern a file."""
    from httpls.lsp.authentication import overview

    return await overview(runs, snapshot, _text(params, "uri"))


async def token_act(runs: Runs, snapshot: Snapshot, params: object) -> object:
    """Do something with a token: that of a request, or, to forget it, one by its digest."""
    from httpls.lsp.authentication import act_on_token, forget_other

    action, uri = _text(params, "action"), _text(params, "uri")
    members = cast("dict[str, object]", params)
    digest = members.get("digest")
    if isinstance(digest, str) and action == "forget":
        return {"isKept": False, "wasKept": forget_other(runs, digest)}
    line = members.get("line")
    if not isinstance(line, int):
        raise UserError("the argument `line` is missing")
    return await act_on_token(runs, snapshot, action, uri, line)


def key_of(options: Mapping[str, object] | None) -> bytes | None:
    """Return the key of the files with tokens that a client hands over in its `initializationOptions`."""
    written = options.get("cacheKey") if options is not None else None
    if not isinstance(written, str):
        return None
    from httpls_auth.tokens.cache_key import decoded

    return decoded(written)


def _number(params: object) -> int:
    number = _text(params, "document").removeprefix(f"{SCHEME}:/").partition("/")[0]
    return int(number) if number.isdecimal() else 0


def _text(params: object, name: str) -> str:
    value = cast("dict[str, object]", params).get(name) if isinstance(params, dict) else None
    if not isinstance(value, str):
        raise UserError(f"the argument `{name}` is missing")
    return value
