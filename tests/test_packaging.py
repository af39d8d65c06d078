"""The packages that are built have what they need, and what they install works."""

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent
_SITE = [path for path in sys.path if path.endswith("site-packages")]
_PROGRAM = "from httpls_grammar import parse; print(parse('curl http://a').requests[0].target)"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel, which is built from the sdist, and the sdist itself."""
    folder = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(_ROOT)])
    (wheel,) = folder.glob("*.whl")
    (sdist,) = folder.glob("*.tar.gz")
    return wheel, sdist


def _run(command: Sequence[str], path: Sequence[str] = (), cwd: Path | None = None) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*path, *_SITE]), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=cwd, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_has_code_grammars_and_types_and_nothing_else(packages: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(packages[0]) as wheel:
        names = set(wheel.namelist())
        (entry_points,) = [wheel.read(name).decode() for name in names if name.endswith("entry_points.txt")]
    for package, folder in (("httpls", "server"), ("httpls_grammar", "grammar"), ("httpls_auth", "auth")):
        source = _ROOT / folder
        wanted = {
            path.relative_to(source).as_posix()
            for path in (source / package).rglob("*")
            if path.suffix in (".py", ".lark") or path.name == "py.typed"
        }
        assert f"{package}/py.typed" in wanted
        assert wanted <= names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"httpls", "httpls_grammar", "httpls_auth"}
    assert "httpls = httpls.cli.main:" in entry_points


def test_the_sdist_has_all_that_a_distributor_needs(packages: tuple[Path, Path]) -> None:
    with tarfile.open(packages[1]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {
        "pyproject.toml",
        "LICENSE",
        "README.md",
        "CHANGELOG.md",
        "ARCHITECTURE.md",
        "tests/test_packaging.py",
    } <= names
    assert {"grammar/httpls_grammar/structure.lark", "auth/httpls_auth/py.typed", "docs/dialects.md"} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith(("dist/", ".git/"))]


def test_what_the_wheel_installs_works(packages: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    _run([*pip, "--target", str(target), str(packages[0])])
    assert _run([sys.executable, "-c", _PROGRAM], [str(target)], tmp_path) == "http://a\n"
    where = "import httpls_grammar, httpls, httpls_auth; print(httpls_grammar.__file__)"
    assert Path(_run([sys.executable, "-c", where], [str(target)], tmp_path).strip()).is_relative_to(target)
    (tmp_path / "a.http").write_text("GET http://a\n")
    _run([sys.executable, "-m", "httpls", "check", "a.http"], [str(target)], tmp_path)


def test_an_editable_installation_works(tmp_path: Path) -> None:
    target = tmp_path / "environment"
    _run([sys.executable, "-m", "venv", "--without-pip", str(target)])
    python = target / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index"]
    _run([*pip, "--no-build-isolation", "-e", str(_ROOT)])
    shown = _run([str(python), "-c", "import httpls_grammar; print(httpls_grammar.__file__)"], cwd=tmp_path)
    assert Path(shown.strip()).is_relative_to(_ROOT)
    command = target / ("Scripts/httpls.exe" if os.name == "nt" else "bin/httpls")
    assert _run([str(command), "--version"], cwd=tmp_path).startswith("httpls ")
