"""Draws what a terminal shows as an SVG: text with the escape sequences of ECMA-48 for colours and faces."""

import re
from dataclasses import dataclass, replace
from html import escape

_BACKGROUND, _TEXT, _DIM = "#0d1117", "#e6edf3", "#8b949e"
_COLOURS = ["#484f58", "#ff7b72", "#7ee787", "#e3b341", "#79c0ff", "#d2a8ff", "#76e3ea", "#b1bac4"]
_BRIGHT = ["#6e7681", "#ffa198", "#aff5b4", "#f2cc60", "#a5d6ff", "#e2c5ff", "#b3f0ff", "#ffffff"]
_CHARACTER, _LINE, _SIZE = 8.43, 19, 14
_BOLD, _FAINT, _ITALIC, _UNDERLINED, _REVERSED = 1, 2, 3, 4, 7


@dataclass(frozen=True)
class _Style:
    colour: str | None = None
    background: str | None = None
    faces: frozenset[int] = frozenset()  # The codes that turn them on: bold, dim, italic, underlined, reversed.


def terminal_svg(text: str, columns: int, label: str) -> str:
    """Return the picture of a text of so many columns; `label` tells what it shows to those who cannot see it."""
    lines = text.rstrip("\n").split("\n")
    width, height = columns * _CHARACTER + 32, len(lines) * _LINE + 32
    behind: list[str] = []
    rows: list[str] = []
    style = _Style()
    for number, line in enumerate(lines):
        spans, style = _runs(line, style)
        row: list[str] = []
        column = 0
        for piece, drawn in spans:
            x = 16 + column * _CHARACTER
            colour, background = _drawn(drawn)
            if background != _BACKGROUND:
                y = 16 + number * _LINE
                size = f'width="{len(piece) * _CHARACTER:.1f}" height="{_LINE}"'
                behind.append(f'<rect x="{x:.1f}" y="{y}" {size} fill="{background}" shape-rendering="crispEdges"/>')
            if piece.strip():
                row.append(f'<tspan x="{x:.1f}"{_face(drawn, colour)}>{escape(piece)}</tspan>')
            column += len(piece)
        if row:
            rows.append(f'<text y="{30 + number * _LINE}" xml:space="preserve">{"".join(row)}</text>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" role="img" '
        f'aria-label="{escape(label)}">\n<rect width="100%" height="100%" rx="8" fill="{_BACKGROUND}"/>\n'
        '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" '
        f'font-size="{_SIZE}" fill="{_TEXT}">\n{chr(10).join([*behind, *rows])}\n</g>\n</svg>\n'
    )


def _runs(line: str, style: _Style) -> tuple[list[tuple[str, _Style]], _Style]:
    """Return the pieces of a line that look alike, and the style that holds at its end."""
    runs: list[tuple[str, _Style]] = []
    for piece in re.split(r"(\x1b\[[0-9;:]*m)", line):
        if piece.startswith("\x1b"):
            style = _changed(style, [int(code or 0) for code in re.split("[;:]", piece[2:-1])])
        elif piece:
            runs.append((piece, style))
    return runs, style


def _changed(style: _Style, codes: list[int]) -> _Style:
    rest = list(codes)
    while rest:
        code = rest.pop(0)
        match code:
            case 0:
                style = _Style()
            case 1 | 2 | 3 | 4 | 7:
                if code == 4 and rest and len(codes) == 2:
                    rest.clear()  # `4:3` is an underline of another form.
                style = replace(style, faces=style.faces | {code})
            case 22:
                style = replace(style, faces=style.faces - {_BOLD, _FAINT})
            case 23 | 24 | 27:
                style = replace(style, faces=style.faces - {code - 20})
            case 38 | 48:
                colour = _extended(rest)
                style = replace(style, colour=colour) if code == 38 else replace(style, background=colour)
            case 39:
                style = replace(style, colour=None)
            case 49:
                style = replace(style, background=None)
            case code if 30 <= code <= 37 or 90 <= code <= 97:
                style = replace(style, colour=_numbered(code - 30 if code < 90 else code - 82))
            case code if 40 <= code <= 47 or 100 <= code <= 107:
                style = replace(style, background=_numbered(code - 40 if code < 100 else code - 92))
            case _:
                pass
    return style


def _extended(rest: list[int]) -> str | None:
    """Take a colour of `38;5;n` or `38;2;r;g;b` off the rest."""
    kind = rest.pop(0) if rest else 0
    if kind == 5 and rest:
        return _numbered(rest.pop(0))
    if kind == 2 and len(rest) >= 3:
        red, green, blue = rest.pop(0), rest.pop(0), rest.pop(0)
        return f"#{red:02x}{green:02x}{blue:02x}"
    return None


def _numbered(number: int) -> str:
    """Return one of the 256 colours of xterm."""
    if number < 16:
        return [*_COLOURS, *_BRIGHT][number]
    if number >= 232:
        grey = 8 + (number - 232) * 10
        return f"#{grey:02x}{grey:02x}{grey:02x}"
    cube = number - 16
    steps = [0, 95, 135, 175, 215, 255]
    return "#" + "".join(f"{steps[cube // weight % 6]:02x}" for weight in (36, 6, 1))


def _drawn(style: _Style) -> tuple[str, str]:
    colour = style.colour or (_DIM if _FAINT in style.faces else _TEXT)
    background = style.background or _BACKGROUND
    return (background, colour) if _REVERSED in style.faces else (colour, background)


def _face(style: _Style, colour: str) -> str:
    return (
        (f' fill="{colour}"' if colour != _TEXT else "")
        + (' font-weight="bold"' if _BOLD in style.faces else "")
        + (' font-style="italic"' if _ITALIC in style.faces else "")
        + (' text-decoration="underline"' if _UNDERLINED in style.faces else "")
    )
