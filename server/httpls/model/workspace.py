"""A snapshot of the files that a question is about: each file is read and parsed at most once."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from httpls.model.ports import Files
from httpls.model.source import Source, decode
from httpls_grammar import Document, Profile, parse


class RequestFile(NamedTuple):
    """A request file: its text and its tree."""

    source: Source
    document: Document

    @property
    def path(self) -> Path:
        """The absolute path of the file."""
        return self.source.path


class Choices(NamedTuple):
    """What whoever asks has chosen: environments (later ones win), variables, a dialect for all files."""

    environments: tuple[str, ...] = ()
    variables: Mapping[str, str] = {}
    profile: Profile | None = None


class Workspace:
    """Files as they are at one moment, with what was chosen. It reads through `files` and remembers what it read."""

    def __init__(
        self,
        files: Files,
        os_environment: Mapping[str, str],
        choices: Choices | None = None,
        parsed: "Mapping[Path, RequestFile] | None" = None,
    ) -> None:
        """Take the ports and the choices; nothing is read yet. `parsed` are request files that are known already."""
        self.files = files
        # `os.environ` encodes and decodes at each look.
        self.os_environment = dict(os_environment)
        self.choices = choices or Choices()
        self._request_files: dict[Path, RequestFile] = dict(parsed or {})
        self._sources: dict[Path, Source | OSError] = {path: file.source for path, file in self._request_files.items()}

    def choosing(self, choices: Choices) -> "Workspace":
        """Return the same files seen with other choices; what is read and parsed once serves both."""
        other = Workspace(self.files, self.os_environment, choices)
        other._sources = self._sources
        if choices.profile is self.choices.profile:
            other._request_files = self._request_files
        return other

    def source(self, path: Path) -> Source:
        """Return the text of a file. Raises OSError."""
        if path not in self._sources:
            try:
                self._sources[path] = decode(path, self.files.read(path))
            except OSError as error:
                self._sources[path] = error
        source = self._sources[path]
        if isinstance(source, OSError):
            raise source
        return source

    def request_file(self, path: Path) -> RequestFile:
        """Return a parsed request file. Raises OSError."""
        if path not in self._request_files:
            source = self.source(path)
            document = parse(source.text, self.choices.profile)
            if document.explicit_profile is None and self._splits_at_methods(path.parent):
                document = parse(source.text, Profile.HTTPYAC)
            self._request_files[path] = RequestFile(source, document)
        return self._request_files[path]

    def _splits_at_methods(self, folder: Path) -> bool:
        """Tell whether the project says that its files are httpyac's, in which a method line begins a request (C5)."""
        from httpls.model.project import project_root
        from httpls.model.project_settings import read_project_settings

        settings = read_project_settings(self, project_root(self.files, folder)).settings
        return settings.dialect == Profile.HTTPYAC.value
