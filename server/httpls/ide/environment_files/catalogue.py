"""What keys of environment files mean, apart from variables and the parameters of schemes, which say it themselves."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from httpls.ide.environment_files.meaning import Inside, Meaning
from httpls_auth.schemes.index import canonical_word, scheme_class
from httpls_auth.schemes.parameter import Parameter, ParameterKind, same_name
from httpls_auth.schemes.read import find_parameter
from httpls_auth.schemes.scheme import Scheme
from httpls_grammar.islands.directive import normalise

TEXT, BOOLEAN, OBJECT, PATH = "text", "boolean", "object", "path"


class Key(NamedTuple):
    """A key: what it means, what its value is, and the words that the value may be."""

    name: str
    documentation: str
    kind: str
    choices: tuple[str, ...] = ()


_OF_ENVIRONMENT: tuple[Key, ...] = (
    Key(
        "Security",
        "How requests authenticate: objects below `Auth`, and `Default Auth`, the id of one of them.",
        OBJECT,
    ),
    Key("SSLConfiguration", "Client certificates, and which servers are trusted.", OBJECT),
    Key("$protected", "Ask before anything is sent in this environment.", BOOLEAN),
    Key("$headers", "Header fields of every request that does not have them itself.", OBJECT),
)
_OF_SECURITY: tuple[Key, ...] = (
    Key(
        "Auth",
        'Objects that say how to authenticate, by their ids, for `# @auth use ID` and `{{$auth.token("ID")}}`.',
        OBJECT,
    ),
    Key("Default Auth", "The id of the object that authenticates requests which say nothing themselves.", TEXT),
)
_OF_TLS: tuple[Key, ...] = (
    Key(
        "clientCertificate",
        "The client certificate, PEM or PKCS#12: a path, or `path` and `format`.",
        PATH,
    ),
    Key("clientCertificateKey", "The private key of the certificate, where it stands in a file of its own.", PATH),
    Key("hasCertificatePassphrase", "The key has a passphrase, which is asked for.", BOOLEAN),
    Key("certificatePassphrase", "The passphrase: a template such as `{{$secret key}}`, or a provider.", TEXT),
    Key("verifyHostCertificate", "Whether the servers' certificates are verified.", BOOLEAN),
    Key("caCertificate", "Certificate authorities to trust, one path or a list of them.", PATH),
    Key("systemTrust", "Trust the certificate authorities of the system beside those.", BOOLEAN),
    Key("serverName", "The name that is sent to the server (SNI) and looked for in its certificate.", TEXT),
    Key("hosts", "Objects of the same form, by host, for which they count before this one.", OBJECT),
)
_OF_FILE: tuple[Key, ...] = (
    Key("path", "The file; relative paths count from the folder of this file.", PATH),
    Key("format", "What kind of file it is.", TEXT, ("PEM", "DER", "PKCS12")),
)
KEYS: Mapping[Meaning, tuple[Key, ...]] = MappingProxyType({
    Meaning.VARIABLES: _OF_ENVIRONMENT,
    Meaning.SECURITY: _OF_SECURITY,
    Meaning.TLS: _OF_TLS,
    Meaning.TLS_FILE: _OF_FILE,
})  # fmt: skip
"""The keys that objects have; variables stand beside those of an environment."""
SHARED = Key("$shared", "Values that hold in every environment that does not define them itself.", OBJECT)
TYPE = Key("Type", "How to authenticate.", TEXT)
PROVIDER = Key("provider", "From where the value comes that is not written here.", TEXT)

_ACRONYMS = frozenset(("arn", "dpop", "id", "jwt", "mfa", "sts", "tls", "url"))


def environment_key(parameter: Parameter) -> str:
    """Return how a parameter of a scheme is written as a key of an auth object."""
    words = parameter.name.replace("-", " ").title().split()
    return parameter.jetbrains or " ".join(word.upper() if word.lower() in _ACRONYMS else word for word in words)


def known_key(meaning: Meaning, name: str) -> Key | None:
    """Return the key that an object of this meaning has by a name; None for one of which nothing is known here."""
    return next((one for one in KEYS.get(meaning, ()) if normalise(one.name) == normalise(name)), None)


def scheme_of(members: Sequence[tuple[str, str]]) -> type[Scheme] | None:
    """Return the scheme of an auth object, by those of its members that are texts."""
    word = next((value for key, value in members if normalise(key) == "type"), None)
    canonical = canonical_word(word) if word is not None else None
    return scheme_class(canonical) if canonical is not None and canonical not in ("use", "inherit") else None


def is_path(where: Inside, key: str, members: Sequence[tuple[str, str]]) -> bool:
    """Tell whether the value of a key is the path of a file; `members` are those of its object that are texts.

    In an array the key is the index.
    """
    if where.meaning is Meaning.AUTH_OBJECT:
        scheme = scheme_of(members)
        parameter = find_parameter(scheme.parameters(), key) if scheme is not None else None
        return same_name(key).endswith("file") or (parameter is not None and parameter.kind is ParameterKind.PATH)
    if where.meaning is Meaning.OTHER and key in ("path", "file"):
        return True
    if where.meaning is Meaning.TLS_FILE and key.isdecimal():
        return True
    known = known_key(where.meaning, key)
    return known is not None and known.kind == PATH
