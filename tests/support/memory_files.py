"""Files in memory: what the model reads in tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from httpls.model.analysis import Analysis
from httpls.model.workspace import Choices, Workspace

ROOT = Path("/project").absolute()


class MemoryFiles:
    """Files by their path relative to `ROOT`."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {ROOT / name: text.encode() if isinstance(text, str) else text for name, text in files.items()}

    def read(self, path: Path) -> bytes:
        try:
            return self._files[path]
        except KeyError:
            raise FileNotFoundError(2, "No such file or directory", str(path)) from None

    def is_file(self, path: Path) -> bool:
        return path in self._files

    def is_folder(self, path: Path) -> bool:
        return any(path in file.parents for file in self._files)

    def names(self, folder: Path) -> Sequence[str]:
        return sorted({file.relative_to(folder).parts[0] for file in self._files if folder in file.parents})


def analyse(
    text: str,
    files: Mapping[str, str | bytes] | None = None,
    environments: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    os_environment: Mapping[str, str] | None = None,
    name: str = "a.http",
) -> Analysis:
    """Analyse one file of a project whose root has an `httpls.toml`."""
    every = {"httpls.toml": "", **(files or {}), name: text}
    choices = Choices(tuple(environments), variables or {})
    workspace = Workspace(MemoryFiles(every), os_environment or {}, choices)
    return Analysis(workspace, workspace.request_file(ROOT / name))


def problems(analysis: Analysis) -> list[str]:
    """The problems of the file as `line:column code text`."""
    source = analysis.file.source
    shown: list[str] = []
    for problem in sorted(dict.fromkeys(analysis.problems()), key=lambda problem: problem.range):
        position = source.position(problem.range.start)
        shown.append(f"{position.line}:{position.column} {problem.code} {problem.range.of(source.text)!r}")
    return shown
