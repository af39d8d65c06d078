"""Times and sizes as people read them."""


def shown_duration(seconds: float) -> str:
    """Return a duration in the unit that fits: `4.2 ms`, `1.30 s`, `2 min 5 s`."""
    if seconds < 0.0995:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.2f} s"
    return f"{int(seconds // 60)} min {seconds % 60:.0f} s"


def shown_size(count: int) -> str:
    """Return a number of bytes in the decimal unit that fits: `54 B`, `1.2 kB`, `34.5 MB`."""
    if count < 1000:
        return f"{count} B"
    size = float(count)
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 999.95:
            return f"{size:.1f} {unit}"
    return f"{size / 1000:.1f} TB"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 request`, `1,200 requests`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
