"""An endpoint that wants no credentials: what is sent without authentication has none."""

from httpls.lab.auth.refusal import admitted
from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request, json_answer
from httpls.lab.state import State

_FIELDS = ("authorization", "proxy-authorization", "cookie", "x-api-key", "x-wsse")


def _none(request: Request, _state: State) -> Answer:
    found = [name for name in _FIELDS if request.values(name)]
    if found:
        return json_answer({"authenticated": False, "scheme": "none", "reason": f"there is {', '.join(found)}"}, 400)
    return admitted("none")


GROUP = Group("No authentication", (Endpoint("/auth/none", "refuses whatever has a credential", _none),))
"""The endpoints of this module."""
