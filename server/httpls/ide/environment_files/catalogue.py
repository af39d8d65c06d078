"""What keys of environment files mean, apart from variables and the parameters of schemes, which say it themselves."""

from typing import NamedTuple

from httpls.settings import Kind
from httpls_auth.schemes.parameter import Parameter

TEXT, BOOLEAN, OBJECT, PATH = "text", "boolean", "object", "path"


class Key(NamedTuple):
    """A key: what it means, what its value is, and the words that the value may be."""

    name: str
    documentation: str
    kind: str
    choices: tuple[str, ...] = ()


OF_ENVIRONMENT: tuple[Key, ...] = (
    Key(
        "Security",
        "How requests authenticate: objects below `Auth`, and `Default Auth`, the id of one of them.",
        OBJECT,
    ),
    Key("SSLConfiguration", "Client certificates, and which servers are trusted.", OBJECT),
    Key("$protected", "Ask before anything is sent in this environment.", BOOLEAN),
    Key("$headers", "Header fields of every request that does not have them itself.", OBJECT),
)
OF_SECURITY: tuple[Key, ...] = (
    Key(
        "Auth",
        'Objects that say how to authenticate, by their ids, for `# @auth use ID` and `{{$auth.token("ID")}}`.',
        OBJECT,
    ),
    Key("Default Auth", "The id of the object that authenticates requests which say nothing themselves.", TEXT),
)
OF_TLS: tuple[Key, ...] = (
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
OF_FILE: tuple[Key, ...] = (
    Key("path", "The file; relative paths count from the folder of this file.", PATH),
    Key("format", "What kind of file it is.", TEXT, ("PEM", "DER", "PKCS12")),
)
SHARED = Key("$shared", "Values that hold in every environment that does not define them itself.", OBJECT)
TYPE = Key("Type", "How to authenticate.", TEXT)
PROVIDER = Key("provider", "From where the value comes that is not written here.", TEXT)

_ACRONYMS = frozenset(("arn", "dpop", "id", "jwt", "mfa", "sts", "tls", "url"))


def environment_key(parameter: Parameter) -> str:
    """Return how a parameter of a scheme is written as a key of an auth object."""
    words = parameter.name.replace("-", " ").title().split()
    return parameter.jetbrains or " ".join(word.upper() if word.lower() in _ACRONYMS else word for word in words)


def kind_of_setting(kind: Kind) -> str:
    """Return the kind of value of a setting in the words of this module."""
    if kind.word == "boolean":
        return BOOLEAN
    return OBJECT if kind.table is not None or kind.word == "texts" else TEXT
