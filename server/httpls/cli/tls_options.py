"""What the options of `httpls run` say about certificates and trust."""

from pathlib import Path

from httpls.cli.run_arguments import RunArguments
from httpls.model.tls import TlsOptions


def tls_options(arguments: RunArguments) -> TlsOptions | None:
    """Return what was said, None if nothing was."""
    if not (arguments.certificate or arguments.authorities or arguments.insecure):
        return None
    return TlsOptions(
        Path.cwd(), arguments.certificate, arguments.key, arguments.passphrase, arguments.authorities,
        arguments.insecure,
    )  # fmt: skip
