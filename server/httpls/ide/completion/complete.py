"""Completes at an offset: finds out what stands there, and asks whoever knows that part of the language."""

from collections.abc import Sequence
from types import MappingProxyType

from httpls.ide.completion.assertions import assertion_items
from httpls.ide.completion.directives import directive_names, directive_values
from httpls.ide.completion.headers import header_names, header_values
from httpls.ide.completion.item import NOTHING, Completion, completion
from httpls.ide.completion.paths import path_items
from httpls.ide.completion.requests import start_items, target_items
from httpls.ide.completion.responses import Responses
from httpls.ide.completion.templates import template_items
from httpls.ide.place import (
    AtStart,
    InAssertion,
    InDirectiveName,
    InDirectiveValue,
    InFilePath,
    InHeaderName,
    InHeaderValue,
    InMethod,
    InTarget,
    InTemplate,
    cursor_at,
)
from httpls.model.analysis import Analysis
from httpls.model.facts import NO_FACTS, Facts


def complete(
    analysis: Analysis,
    offset: int,
    responses: Responses = MappingProxyType({}),
    targets: Sequence[str] = (),
    facts: Facts = NO_FACTS,
) -> Completion:
    """Return what can be written at an offset of a request file.

    `responses` are those that came last, `targets` those that other files and earlier runs know.
    """
    secrets = facts.secrets.get(analysis.root, ())
    cursor = cursor_at(analysis.file.document, offset)
    place = cursor.place
    if isinstance(place, InTemplate):
        return template_items(analysis, cursor, place, responses, secrets)
    if isinstance(place, InDirectiveName):
        return completion(place.range, directive_names(cursor), place.written)
    if isinstance(place, InDirectiveValue):
        return directive_values(analysis, cursor, place, secrets)
    if isinstance(place, InMethod | AtStart):
        return completion(place.range, start_items(cursor, place), place.written)
    if isinstance(place, InTarget):
        return completion(place.range, target_items(analysis, targets), place.written)
    if isinstance(place, InHeaderName):
        return completion(place.range, header_names(cursor, place), place.written)
    if isinstance(place, InHeaderValue):
        return header_values(cursor, place)
    if isinstance(place, InFilePath):
        return path_items(analysis, place)
    if isinstance(place, InAssertion):
        return assertion_items(place)
    return NOTHING
