"""The list of all endpoints: a page for a browser, JSON for programs, plain text for a terminal."""

from collections.abc import Sequence
from html import escape

from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request, json_answer
from httpls.lab.state import State


def page(request: Request, state: State, groups: Sequence[Group]) -> Answer:
    """Return the list in the form that `Accept` prefers, JSON unless it names HTML."""
    if "text/html" in request.value("accept") and request.parameter("format") != "json":
        fields = (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", "default-src 'self' 'unsafe-inline'"),
        )
        return Answer(200, fields, _html(state, groups).encode())
    return json_answer({
        "http": state.addresses.http,
        "https": state.addresses.https,
        "folder": str(state.folder),
        "groups": [{"title": group.title, "endpoints": list(map(_told, group.endpoints))} for group in groups],
    })  # fmt: skip


def _told(endpoint: Endpoint) -> dict[str, object]:
    told: dict[str, object] = {"path": endpoint.pattern, "methods": list(endpoint.methods), "meaning": endpoint.meaning}
    return {**told, "needs": endpoint.needs} if endpoint.needs else told


def _html(state: State, groups: Sequence[Group]) -> str:
    lines = [
        _HEAD.format(
            http=escape(state.addresses.http), https=escape(state.addresses.https), folder=escape(str(state.folder))
        )
    ]
    for group in groups:
        lines.append(f"<h2>{escape(group.title)}</h2><table>")
        for endpoint in group.endpoints:
            is_plain = "{" not in endpoint.pattern and (not endpoint.methods or "GET" in endpoint.methods)
            shown = f"<code>{escape(endpoint.pattern)}</code>"
            needs = f"<br>needs <code>{escape(endpoint.needs)}</code>" if endpoint.needs else ""
            lines.append(
                f"<tr><td>{escape(' '.join(endpoint.methods) or 'any')}"
                f"<td>{f'<a href={endpoint.pattern!r}>{shown}</a>' if is_plain else shown}"
                f"<td>{escape(endpoint.meaning)}{needs}"
            )
        lines.append("</table>")
    return "\n".join(lines)


_HEAD = """\
<!doctype html>
<html lang="en"><meta charset="utf-8"><title>httpls lab</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em }}
table {{ border-collapse: collapse; width: 100% }}
td {{ border-top: 1px solid #8884; padding: .2em .6em; vertical-align: top }}
td:first-child {{ width: 6em }} td:nth-child(2) {{ width: 16em }} :root {{ color-scheme: light dark }}
</style>
<h1>httpls lab</h1>
<p>A server to try requests on. It listens on <a href="{http}/">{http}</a> and <a href="{https}/">{https}</a>;
the certificates and keys are in <code>{folder}</code>."""
