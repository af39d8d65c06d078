"""Client certificates (mutual TLS) as a scheme: the connection itself shows who the client is."""

from dataclasses import dataclass

from httpls_auth.schemes.flow import Flow, FlowContext
from httpls_auth.schemes.message import OutgoingRequest
from httpls_auth.schemes.parameter import ParameterKind, Required, parameter
from httpls_auth.schemes.scheme import Scheme, Stage
from httpls_auth.values.value import Value


@dataclass(frozen=True, slots=True)
class MutualTls(Scheme):
    """A client certificate.

    It adds nothing to the request: what is given here decides over which connection the request goes. A certificate is
    shown over https only, and only to the origin to which the request is written.
    """

    word = "mtls"
    title = "Client certificate"
    summary = (
        "Shows a client certificate when the connection is made (mutual TLS). It may stand beside any other scheme. "
        "A file that is missing or unreadable, a certificate that has expired or is not valid yet, and a key that does "
        "not belong to it stop the request before anything is sent."
    )
    stage = Stage.PLACEMENT
    aliases = ("client-certificate", "mutual-tls")
    sources = ("RFC 8446, section 4.4.2", "RFC 5246, section 7.4.6")
    verified_by = ("nginx (`ssl_verify_client`)",)
    shorthands = ("X-ClientCert: cert: PATH key: PATH", "X-ClientCert: pfx: PATH passphrase: TEXT")
    example = "# @auth mtls cert={{keys}}/client.pem key={{keys}}/client-key.pem\nGET {{secureLab}}/auth/mtls\n"

    cert: str | None = parameter(
        ParameterKind.PATH, "The certificate with its chain, in PEM or DER; the key may stand in the same file.",
        default=None, required=Required(unless=("pfx",)), position=0,
        aliases=("certificate", "client-certificate", "crt"), example="./client.pem",
    )  # fmt: skip
    key: str | None = parameter(
        ParameterKind.PATH, "The private key, in PEM, DER or PKCS#12, where it is not in the file of the certificate.",
        default=None, position=1, aliases=("private-key",), example="./client.key",
    )  # fmt: skip
    pfx: str | None = parameter(
        ParameterKind.PATH, "Certificate and key in one PKCS#12 file, instead of `cert` and `key`.",
        default=None, aliases=("p12", "pkcs12"), example="./client.p12",
    )  # fmt: skip
    passphrase: Value | None = parameter(
        ParameterKind.TEXT, "The passphrase of the key or of the PKCS#12 file.", default=None, secret=True,
        aliases=("password",), example="{{$secret passphrase}}",
    )  # fmt: skip
    ca: str | None = parameter(
        ParameterKind.PATH, "A file with authorities to trust beside the system's.", default=None, example="./ca.pem"
    )

    @property
    def writes(self) -> frozenset[str]:
        """Nothing."""
        return frozenset()

    def authenticate(self, request: OutgoingRequest, context: FlowContext) -> Flow[OutgoingRequest]:
        """Return the request as it is: the certificate belongs to its connection."""
        _ = context
        return request
        yield
