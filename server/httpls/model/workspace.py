"""A snapshot of the files that a question is about: each file is read and parsed at most once."""

from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

from httpls.model.ports import Files
from httpls.model.source import Source, decode
from httpls.settings import Proxy
from httpls_grammar import Document, Profile, parse

Answer = TypeVar("Answer")


class RequestFile(NamedTuple):
    """A request file: its text and its tree."""

    source: Source
    document: Document

    @property
    def path(self) -> Path:
        """The absolute path of the file."""
        return self.source.path


class Fallback(NamedTuple):
    """Settings of the machine, which count where `httpls.toml` says nothing: fields of `Timeouts`, and a `Proxy`."""

    timeouts: tuple[tuple[str, float], ...] = ()
    proxy: Proxy | None = None


class Choices(NamedTuple):
    """What whoever asks has chosen: environments (later ones win), variables, a dialect for all files."""

    environments: tuple[str, ...] = ()
    variables: Mapping[str, str] = {}
    profile: Profile | None = None
    fallback: Fallback = Fallback()


class Outside:
    """What is known of the files that nobody edits: it serves all snapshots until one of these files changes.

    A snapshot after such a change is taken with another object of this class.
    """

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.sources: dict[Path, Source | OSError] = {}
        self.request_files: dict[tuple[Path, Profile | None], RequestFile] = {}
        self.answers: dict[Hashable, object] = {}

    def forget(self, subject: str) -> None:
        """Forget the answers to the questions that begin with a word."""
        self.answers = {
            question: answer for question, answer in self.answers.items()
            if not (isinstance(question, tuple) and question[:1] == (subject,))
        }  # fmt: skip


class Workspace:
    """Files as they are at one moment, with what was chosen. It reads through `files` and remembers what it read."""

    def __init__(
        self,
        files: Files,
        os_environment: Mapping[str, str],
        choices: Choices | None = None,
        edited: "Mapping[Path, RequestFile] | None" = None,
        outside: Outside | None = None,
    ) -> None:
        """Take the ports and the choices; nothing is read yet.

        `edited` are request files that somebody is at work on; `outside` is what an earlier snapshot knew
        of the others.
        """
        self.files = files
        # `os.environ` encodes and decodes at each look.
        self.os_environment = dict(os_environment)
        self.choices = choices or Choices()
        self.is_edited = edited is not None
        self.outside = outside or Outside()
        self._edited: Mapping[Path, RequestFile] = edited if edited is not None else {}

    def choosing(self, choices: Choices) -> "Workspace":
        """Return the same files seen with other choices; what is read and parsed once serves both."""
        other = Workspace(self.files, self.os_environment, choices, self._edited, self.outside)
        other.is_edited = self.is_edited
        return other

    def source(self, path: Path) -> Source:
        """Return the text of a file. Raises OSError."""
        edited = self._edited.get(path)
        if edited is not None:
            return edited.source
        sources = self.outside.sources
        if path not in sources:
            try:
                sources[path] = decode(path, self.files.read(path))
            except OSError as error:
                sources[path] = error
        source = sources[path]
        if isinstance(source, OSError):
            raise source
        return source

    def request_file(self, path: Path) -> RequestFile:
        """Return a parsed request file. Raises OSError."""
        edited = self._edited.get(path)
        if edited is not None:
            return edited
        key = (path, self.choices.profile)
        if key not in self.outside.request_files:
            source = self.source(path)
            document = parse(source.text, self.choices.profile)
            if document.explicit_profile is None and self.splits_at_methods(path.parent):
                document = parse(source.text, Profile.HTTPYAC)
            self.outside.request_files[key] = RequestFile(source, document)
        return self.outside.request_files[key]

    def splits_at_methods(self, folder: Path) -> bool:
        """Tell whether the project says that its files are httpyac's, in which a method line begins a request."""
        from httpls.model.project import project_root
        from httpls.model.project_settings import project_settings

        def read() -> bool:
            settings = project_settings(self, project_root(self.files, folder)).settings
            return settings.dialect == Profile.HTTPYAC.value

        return self.known(("splits", folder), read)

    def known(self, question: Hashable, answer: Callable[[], Answer]) -> Answer:
        """Return what `answer` says, worked out once for all snapshots of the same outside.

        `question` has to name all that the answer depends on but the files that nobody edits.
        """
        answers = self.outside.answers
        if question not in answers:
            answers[question] = answer()
        return cast("Answer", answers[question])
