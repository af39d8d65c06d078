"""Where operating systems keep the certificate authorities that they trust; plain names, nothing is looked at."""

FOLDERS = ("/etc/ssl/certs", "/etc/pki/ca-trust/extracted/pem/directory-hash", "/etc/pki/tls/certs")
"""Where Linux distributions keep authorities as files named by hash (Debian, Alpine, Arch, SUSE; Fedora, RHEL)."""
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where they keep them in one file."""
