"""The version of the installed distribution."""


def version() -> str:
    """Return the version, `unknown` for a source tree that is not installed."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed_version

    try:
        return installed_version("httpls")
    except PackageNotFoundError:
        return "unknown"
