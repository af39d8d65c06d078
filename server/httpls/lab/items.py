"""A small collection to read, add to, change and delete from: what most programming interfaces look like."""

import json

from httpls.lab.endpoint import Endpoint, Group
from httpls.lab.message import Answer, Request, json_answer
from httpls.lab.state import State

_MOST = 1000


def _list(request: Request, state: State) -> Answer:
    limit = request.parameter("limit", "100")
    with state.lock:
        items = list(state.items.values())
    return json_answer({"items": items[: int(limit) if limit.isdecimal() else None], "total": len(items)})


def _add(request: Request, state: State) -> Answer:
    item = _item(request)
    if isinstance(item, str):
        return json_answer({"error": item}, 400)
    identifier = str(state.next_number())
    with state.lock:
        if len(state.items) >= _MOST:
            return json_answer({"error": f"there are {_MOST} items already"}, 409)
        state.items[identifier] = {**item, "id": identifier}
    return json_answer(state.items[identifier], 201, ("Location", f"/items/{identifier}"))


def _show(request: Request, state: State) -> Answer:
    with state.lock:
        item = state.items.get(request.parameters["id"])
    return json_answer(item) if item is not None else _missing(request)


def _change(request: Request, state: State) -> Answer:
    identifier = request.parameters["id"]
    item = _item(request)
    if isinstance(item, str):
        return json_answer({"error": item}, 400)
    with state.lock:
        if identifier not in state.items:
            return _missing(request)
        before = state.items[identifier] if request.method == "PATCH" else {}
        state.items[identifier] = {**before, **item, "id": identifier}
        return json_answer(state.items[identifier])


def _delete(request: Request, state: State) -> Answer:
    with state.lock:
        return Answer(204) if state.items.pop(request.parameters["id"], None) is not None else _missing(request)


def _item(request: Request) -> dict[str, object] | str:
    """Return what the body says, or what is wrong with it."""
    try:
        item: object = json.loads(request.content())
    except ValueError as error:
        return f"the body is no JSON: {error}"
    if not isinstance(item, dict):
        return "the body is no JSON object"
    return {str(key): value for key, value in item.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - json gives objects of unknown members


def _missing(request: Request) -> Answer:
    return json_answer({"error": f"there is no item {request.parameters['id']}"}, 404)


GROUP = Group("A collection", (
    Endpoint("/items", "lists the items, at most `?limit=` of them", _list, ("GET",)),
    Endpoint("/items", "adds an item, a JSON object", _add, ("POST",)),
    Endpoint("/items/{id}", "shows an item", _show, ("GET",)),
    Endpoint("/items/{id}", "replaces an item, or changes some of it", _change, ("PUT", "PATCH")),
    Endpoint("/items/{id}", "deletes an item", _delete, ("DELETE",)),
))  # fmt: skip
"""The endpoints of this module."""
