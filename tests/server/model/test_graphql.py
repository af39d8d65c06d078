"""GraphQL in the ways of every tool: query, variables, operation name, files, fragments."""

import pytest
from tests.support.memory_files import analyse

from httpls.model.body import GraphqlParts


def _parts(text: str) -> GraphqlParts | None:
    analysis = analyse(text)
    body = analysis.plan(analysis.file.document.requests[-1]).body
    assert body is not None
    return body.graphql


@pytest.mark.parametrize(
    "head", ["GRAPHQL http://a", "POST http://a\nX-Request-Type: GraphQL", "# @graphql\nPOST http://a"]
)
def test_a_query_with_variables(head: str) -> None:
    parts = _parts(f'{head}\n\nquery Q($a: Int) {{\n  b(a: $a)\n}}\n\n{{"a": 1}}\n')
    assert parts is not None
    assert (str(parts.query), str(parts.variables), parts.operation_name) == (
        "query Q($a: Int) {\n  b(a: $a)\n}",
        '{"a": 1}',
        "Q",
    )


def test_a_query_from_a_file_with_variables() -> None:
    parts = _parts('GRAPHQL http://a\n\n< ./q.graphql\n\n{"a": 1}\n')
    assert parts is not None
    (hole,) = parts.query.holes
    assert (hole.kind.value, hole.arguments, str(parts.variables)) == ("file", ("", "./q.graphql"), '{"a": 1}')


def test_fragments_of_the_file_go_with_the_query_that_spreads_them() -> None:
    fragments = "fragment A on X {\n  ...B\n}\n\nfragment B on X {\n  b\n}\n\nfragment C on X {\n  c\n}\n\n"
    parts = _parts(fragments + "GRAPHQL http://a\n\nquery {\n  ...A\n}\n")
    assert parts is not None
    assert str(parts.query) == "query {\n  ...A\n}\nfragment A on X {\n  ...B\n}\nfragment B on X {\n  b\n}"


def test_httpyac_names_a_query_in_a_file_and_knows_graphql_when_it_sees_it() -> None:
    parts = _parts("# @dialect httpyac\nPOST http://a\nContent-Type: application/json\n\ngql foo < ./q.gql\n\n{}\n")
    assert parts is not None
    assert ([hole.arguments for hole in parts.query.holes], parts.operation_name) == ([("", "./q.gql")], "foo")
    query = "POST http://a\nContent-Type: application/json\n\nquery {\n  a\n}\n"
    assert _parts("# @dialect httpyac\n" + query) is not None
    assert _parts("# @dialect httpyac\n# @no-gql-parsing\n" + query) is None
    assert _parts("# @dialect restclient\n" + query) is None
