"""Tables: the methods, and the requests that are written often, as snippets. One entry a line."""

METHODS: tuple[tuple[str, str], ...] = (
    ("GET", "Asks for a representation; it changes nothing. RFC 9110, section 9.3.1"),
    ("POST", "Has the server do something with the body. RFC 9110, section 9.3.3"),
    ("PUT", "Replaces the representation by the body. RFC 9110, section 9.3.4"),
    ("PATCH", "Changes parts of the representation. RFC 5789"),
    ("DELETE", "Removes the resource. RFC 9110, section 9.3.5"),
    ("HEAD", "Asks for the header fields of a GET alone. RFC 9110, section 9.3.2"),
    ("OPTIONS", "Asks what can be done with the resource. RFC 9110, section 9.3.7"),
    ("QUERY", "Asks a question that stands in the body; it changes nothing. draft-ietf-httpbis-safe-method-w-body"),
    ("TRACE", "Asks for the request as it arrives. RFC 9110, section 9.3.8"),
    ("CONNECT", "Opens a tunnel. RFC 9110, section 9.3.6"),
    ("GRAPHQL", "A POST whose body is a GraphQL query, then a blank line and its variables as JSON."),
    ("PROPFIND", "Asks for properties. RFC 4918, section 9.1"),
    ("REPORT", "Asks for a report. RFC 3253, section 3.6"),
    ("SEARCH", "Searches. RFC 5323"),
)

_GET = """\
### ${1:name}
GET ${2:https://example.com}
Accept: application/json
$0"""
_POST_JSON = """\
### ${1:name}
POST ${2:https://example.com}
Content-Type: application/json

{
  "${3:key}": "${4:value}"
}
$0"""
_POST_FORM = """\
### ${1:name}
POST ${2:https://example.com}
Content-Type: application/x-www-form-urlencoded

${3:key}=${4:value}
$0"""
_MULTIPART = """\
### ${1:name}
POST ${2:https://example.com}
Content-Type: multipart/form-data; boundary=boundary

--boundary
Content-Disposition: form-data; name="${3:file}"; filename="${4:name.bin}"

< ${5:./file}
--boundary--
$0"""
_GRAPHQL = """\
### ${1:name}
GRAPHQL ${2:https://example.com/graphql}

query ${3:Name}(\\$id: ID!) {
  $4
}

{ "id": 1 }
$0"""
_OAUTH2 = """\
### ${1:name}
# @auth oauth2 client_credentials
# @auth-token-url ${2:https://example.com/token}
# @auth-client-id ${3:client}
# @auth-client-secret {{\\$secret ${4:clientSecret}}}
# @auth-scope $5
GET ${6:https://example.com}
$0"""

SNIPPETS: tuple[tuple[str, str, str], ...] = (
    ("get", "A GET request", _GET),
    ("post json", "A POST request with a JSON body", _POST_JSON),
    ("post form", "A POST request with a form", _POST_FORM),
    ("multipart", "A POST request that uploads a file", _MULTIPART),
    ("graphql", "A GraphQL query with variables", _GRAPHQL),
    ("oauth2", "A request with an OAuth 2.0 token by client credentials", _OAUTH2),
    ("shared", "A block that holds for all requests of the file", "### Shared\n$0"),
)
"""Name, what it is, and the text with its places; a dollar sign that is meant has a backslash before it."""
