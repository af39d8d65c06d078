"""The catalogue of directives: every `# @…` line of every dialect, what it means, and whether it has an effect here."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from httpls_grammar.islands.directive import Directive, normalise
from httpls_grammar.islands.suggestion import did_you_mean
from httpls_grammar.profile import Profile


class DirectiveKind(NamedTuple):
    """What is known of a directive.

    `arguments` shows what may follow the name, in the notation of a usage line; it is empty for a mere switch.
    `tools` are the tools that know the directive by this or another spelling. `has_effect` is false for a directive
    that is understood and shown, but does nothing here.
    """

    name: str
    aliases: tuple[str, ...]
    arguments: str
    documentation: str
    tools: tuple[str, ...]
    has_effect: bool = True


@lru_cache(maxsize=1024)
def find_directive(name: str) -> DirectiveKind | None:
    """Return the directive of this name in any spelling, those of families such as `curl-…` among them."""
    key = normalise(name)
    kind = _by_key().get(key)
    if kind is not None:
        return kind
    for prefix, family in _FAMILIES:
        if key.startswith(prefix) and len(key) > len(prefix):
            return family
    return None


def curl_option_name(directive: Directive) -> str | None:
    """Return the long name of the option of cURL that a directive `curl-…` or `kulala-curl--…` stands for."""
    # Nearly all directives are none, which is told without looking for a pattern.
    match = _curl_option().fullmatch(directive.name) if "curl" in directive.key else None
    return match.group(1).lower().replace("_", "-") if match else None


def suggest_directive(name: str) -> str | None:
    """Return the name of the directive that was most likely meant."""
    return did_you_mean(name, [kind.name for kind in DIRECTIVES])


_JB, _RC, _HY, _KU, _VS, _RN = "JetBrains", "REST Client", "httpyac", "Kulala", "Visual Studio", "rest.nvim"
NAMES_OF_TOOLS: dict[Profile, str] = {
    Profile.JETBRAINS: _JB, Profile.REST_CLIENT: _RC, Profile.HTTPYAC: _HY, Profile.KULALA: _KU,
    Profile.VISUAL_STUDIO: _VS, Profile.REST_NVIM: _RN,
}  # fmt: skip
"""How the tool of each profile is called among the `tools` of a directive."""

DIRECTIVES: tuple[DirectiveKind, ...] = (
    DirectiveKind("name", (), "NAME", "Names the request, so that others can refer to it.", (_JB, _RC, _HY, _KU, _VS, _RN)),
    DirectiveKind("title", (), "TEXT", "A title that the outline shows.", (_HY,)),
    DirectiveKind("description", (), "TEXT", "A description that the outline shows.", (_HY,)),
    DirectiveKind("note", (), "[TEXT]", "Asks for confirmation before the request is sent.", (_RC, _HY)),
    DirectiveKind("no-redirect", (), "", "Does not follow redirects.", (_JB, _RC, _HY, _KU)),
    DirectiveKind("no-cookie-jar", (), "", "Neither sends cookies from the jar nor stores any.", (_JB, _RC, _HY, _KU)),
    DirectiveKind("attach-cookie-jar", (), "", "Sends cookies from the jar and stores those that come.", (_KU,)),
    DirectiveKind("no-log", (), "", "Keeps the exchange out of history and log.", (_JB, _HY, _KU)),
    DirectiveKind("no-auto-encoding", (), "", "Sends target and form exactly as written, without percent-encoding.", (_JB, _KU)),
    DirectiveKind("timeout", (), "DURATION", "How long to wait for the response, such as `30 s` or `500 ms`.", (_JB, _HY, _KU)),
    DirectiveKind("connection-timeout", (), "DURATION", "How long to wait for the connection.", (_JB, _KU)),
    DirectiveKind("use-os-credentials", (), "", "Logs in with the credentials of the current user (Negotiate).", (_JB,)),
    DirectiveKind("prompt", ("kulala-prompt",), "VARIABLE [DESCRIPTION]", "Asks for the value of a variable before sending.", (_RC, _KU, _RN)),
    DirectiveKind("secret", (), "VARIABLE [LABEL]", "Asks for the value of a variable without showing it.", (_KU,)),
    DirectiveKind("ref", (), "REQUEST", "Runs that request first, once.", (_HY,)),
    DirectiveKind("force-ref", (), "REQUEST", "Runs that request first, every time.", (_HY,)),
    DirectiveKind("import", (), "PATH", "Makes the requests and variables of another file known.", (_HY,)),
    DirectiveKind("disabled", (), "[CONDITION]", "Skips the request.", (_HY,)),
    DirectiveKind("loop", (), "for N | for NAME of LIST | while CONDITION", "Repeats the request.", (_HY,)),
    DirectiveKind("sleep", ("delay",), "MILLISECONDS", "Waits before the request is sent.", (_HY, _KU)),
    DirectiveKind("ratelimit", (), "[slot X] [minIdleTime N] [max N] [expire N]", "Limits how often requests are sent.", (_HY,), has_effect=False),
    DirectiveKind("tag", (), "TAG[,TAG…]", "Tags by which a run selects requests.", (_HY,)),
    DirectiveKind("jwt", (), "FIELD", "Shows the claims of a token in the response.", (_HY,), has_effect=False),
    DirectiveKind("proxy", (), "URL", "Sends the request through a proxy.", (_HY,)),
    DirectiveKind("no-proxy", (), "", "Sends the request without a proxy.", (_HY,)),
    DirectiveKind("no-client-cert", (), "", "Sends no client certificate.", (_HY,)),
    DirectiveKind("insecure", ("no-reject-unauthorized", "curl-insecure", "kulala-curl--insecure"), "", "Does not verify the server's certificate.", (_HY, _KU)),
    DirectiveKind("no-response-view", (), "", "Does not show the response.", (_HY,), has_effect=False),
    DirectiveKind("open-with", (), "VIEWER", "Opens the response with a viewer.", (_HY,), has_effect=False),
    DirectiveKind("save", (), "", "Saves the response in a file.", (_HY,)),
    DirectiveKind("extension", (), "EXTENSION", "The extension of the saved response.", (_HY,), has_effect=False),
    DirectiveKind("language", ("lang",), "LANGUAGE", "The language of the response, or of a script.", (_HY, _KU, _RN)),
    DirectiveKind("debug", (), "", "Writes a detailed log of this request; here `--trace` does so.", (_HY,), has_effect=False),
    DirectiveKind("verbose", (), "", "Writes a very detailed log of this request; here `--trace` does so.", (_HY,), has_effect=False),
    DirectiveKind("keep-streaming", (), "", "Keeps the stream open until it is cancelled.", (_HY,), has_effect=False),
    DirectiveKind("no-streaming-log", (), "", "Does not log the messages of a stream.", (_HY,), has_effect=False),
    DirectiveKind("post-redirect-get", (), "", "Follows a 301 or 302 after a POST with GET.", (_HY,)),
    DirectiveKind("inject-variables", (), "", "Substitutes variables in files named by `<`.", (_HY,)),
    DirectiveKind("response-ref", (), "PATH", "A stored response of this request.", (_HY,), has_effect=False),
    DirectiveKind("no-gql-parsing", (), "", "Sends the body as it is instead of reading it as GraphQL.", (_HY,)),
    DirectiveKind("force-region-delimiter", (), "", "Separates requests by `###` only, as is always done here.", (_HY,)),
    DirectiveKind("xpath-ns", (), "PREFIX=URI", "Declares a namespace for XPath.", (_HY,), has_effect=False),
    DirectiveKind("jq", ("kulala-jq",), "FILTER", "Filters the response that is shown.", (_KU,), has_effect=False),
    DirectiveKind("accept", (), "chunked", "Shows a streamed response as it comes.", (_KU,), has_effect=False),
    DirectiveKind("stdin-cmd", ("stdin-cmd-pre", "env-stdin-cmd", "env-stdin-cmd-pre"), "COMMAND", "Gives the response to a command; commands of files are never run.", (_KU,), has_effect=False),
    DirectiveKind("env-json-key", (), "VARIABLE PATH", "Sets a variable from a field of the response.", (_KU,)),
    DirectiveKind("env-header-key", (), "VARIABLE HEADER", "Sets a variable from a header field of the response.", (_KU,)),
    DirectiveKind("file-contents-to-variable", ("kulala-file-contents-to-variable",), "VARIABLE PATH", "Sets a variable to the content of a file.", (_KU,)),
    DirectiveKind("expect-status-code", ("kulala-expect-status-code",), "CODE[,CODE…]", "The status codes that count as success.", (_KU,)),
    DirectiveKind("kulala-vscode-restclient-compat", (), "", "Switches references to responses on, as they always are here.", (_KU,)),
    DirectiveKind("kulala-openapi-explorer", ("kulala-openapi-no-cache",), "", "Belongs to Kulala's OpenAPI explorer.", (_KU,), has_effect=False),
    DirectiveKind("write-body-to-temporary-file", ("kulala-write-body-to-temporary-file",), "", "Belongs to Kulala.", (_KU,), has_effect=False),
    DirectiveKind("graphql", (), "", "Reads the body as a GraphQL query with variables.", (_KU,)),
    DirectiveKind("grpc-reflection", ("grpc-import-path", "grpc-proto", "grpc-protoset", "grpc-plaintext", "grpc-authority", "grpc-v"), "…", "Belongs to gRPC requests, which are not sent yet.", (_HY, _KU), has_effect=False),
    DirectiveKind("dialect", (), "auto | restclient | jetbrains | httpyac | kulala | vs | rest.nvim", "The tool for which the file is written, where tools contradict each other.", ()),
    DirectiveKind("var", (), "NAME = VALUE", "A variable of this request alone.", ()),
    DirectiveKind("set", (), "NAME = response.body.$.path", "Sets a variable from the response.", ()),
    DirectiveKind("assert", (), "SUBJECT PREDICATE [VALUE]", "A condition that the response has to fulfil.", ()),
    DirectiveKind("auth", (), "SCHEME [VALUE …] [KEY=VALUE …]", "How the request authenticates; `none` cuts what is inherited.", ()),
    DirectiveKind("auth-follow-redirects", (), "ORIGIN[,ORIGIN…]", "Origins at which a redirected request is authenticated anew.", ()),
    DirectiveKind("cert", (), "cert=PATH key=PATH | pfx=PATH [passphrase=VALUE] | use NAME | none", "The client certificate of this request.", ()),
    DirectiveKind("tls", (), "[min=VERSION] [max=VERSION] [server-name=NAME] [pin-sha256=HASH] [ciphers=LIST]", "The versions of TLS and its ciphers, the name of the server where it is not the host, and the public key that it has to have.", ()),
    DirectiveKind("ca", (), "PATH [only]", "Certificate authorities to trust, beside the system's or instead of them.", ()),
)  # fmt: skip
"""All directives but the open families, each once under the name that is suggested."""

_FAMILIES: tuple[tuple[str, DirectiveKind], ...] = (
    ("auth", DirectiveKind("auth-…", (), "VALUE", "One parameter of the `@auth` above it.", ())),
    ("kulalacurl", DirectiveKind("kulala-curl--…", (), "[VALUE]", "An option of cURL, as far as it has a counterpart.", (_KU,))),
    ("curl", DirectiveKind("curl-…", (), "[VALUE]", "An option of cURL, as far as it has a counterpart.", (_KU,))),
    ("grpc", DirectiveKind("grpc-…", (), "[VALUE]", "Belongs to gRPC requests, which are not sent yet.", (_KU,), has_effect=False)),
)  # fmt: skip


@cache
def _curl_option() -> re.Pattern[str]:
    return re.compile(r"(?:kulala[-_]?)?curl[-_]+(.+)", re.IGNORECASE)


@cache
def _by_key() -> dict[str, DirectiveKind]:
    return {normalise(word): kind for kind in DIRECTIVES for word in (kind.name, *kind.aliases)}
