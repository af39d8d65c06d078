"""All endpoints of the lab. Who adds some writes a module with a `GROUP`, and its line here."""

from httpls.lab import broken, compression, cookies, echo, items, page, redirects, slow
from httpls.lab.auth import (
    asap,
    aws,
    basic,
    bearer,
    certificate,
    cognito,
    digest,
    edgegrid,
    hawk,
    jwt,
    none,
    oauth,
    oauth1,
    windows,
    wsse,
)
from httpls.lab.endpoint import Endpoint, Group, Routes
from httpls.lab.message import Answer, Request
from httpls.lab.state import State

GROUPS = (
    items.GROUP,
    echo.GROUP,
    redirects.GROUP,
    cookies.GROUP,
    compression.GROUP,
    slow.GROUP,
    broken.GROUP,
    none.GROUP,
    basic.GROUP,
    bearer.GROUP,
    digest.GROUP,
    jwt.GROUP,
    oauth.GROUP,
    oauth1.GROUP,
    cognito.GROUP,
    aws.GROUP,
    hawk.GROUP,
    edgegrid.GROUP,
    asap.GROUP,
    wsse.GROUP,
    windows.GROUP,
    certificate.GROUP,
)
"""The groups in the order in which the page shows them."""


def routes() -> Routes:
    """Return the routes to all endpoints and to the page that lists them."""
    every = (
        Group("This page", (Endpoint("/", "lists all endpoints, as a page or as JSON", _page, ("GET",)),)),
        *GROUPS,
    )
    return Routes(every)


def _page(request: Request, state: State) -> Answer:
    return page.page(request, state, GROUPS)
