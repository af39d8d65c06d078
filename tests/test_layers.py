"""Which package may import which: the directions of ARCHITECTURE.md, read off the import lines."""

import ast
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent
_OURS = {"httpls": "server", "httpls_grammar": "grammar", "httpls_auth": "auth"}

# What the modules of a package may import of ours, by prefix; their own package always.
_MAY_IMPORT = {
    "httpls_grammar": (),
    "httpls_auth.values": ("httpls_auth.errors",),
    "httpls_auth.schemes": ("httpls_auth.values", "httpls_auth.errors", "httpls_auth.keys", "httpls_auth.jws", "httpls_auth.aws_profiles", "httpls_auth.aws_machine", "httpls_auth.aws_host", "httpls_auth.sigv4", "httpls_auth.netrc_file"),
    "httpls_auth": ("httpls_auth",),
    "httpls.settings": (),
    "httpls.version": (),
    "httpls.model": ("httpls_grammar", "httpls_auth.schemes", "httpls_auth.values", "httpls_auth.errors", "httpls_auth.tls.choice", "httpls_auth.tls.system_paths", "httpls.settings"),
    "httpls.ide": ("httpls.model", "httpls_grammar", "httpls_auth.schemes", "httpls_auth.values", "httpls.settings"),
    "httpls.run": ("httpls.version", "httpls.model", "httpls_auth", "httpls.settings", "httpls_grammar"),
    "httpls.host": ("httpls.model.ports", "httpls.run.ports", "httpls.run.cancel", "httpls.run.cookies", "httpls.run.errors", "httpls_grammar.islands.dotenv", "httpls_auth"),
    "httpls.world": ("httpls.run", "httpls.model", "httpls.host", "httpls_auth"),
    "httpls.guide": ("httpls.run", "httpls.model", "httpls.host", "httpls_auth", "httpls_grammar"),
    "httpls.lsp": ("httpls.world", "httpls.guide", "httpls.version", "httpls.ide", "httpls.run", "httpls.model", "httpls.host", "httpls.settings", "httpls_grammar", "httpls_auth"),
    "httpls.lab": ("httpls.version",),
    "httpls.postman": ("httpls.model.dynamic", "httpls_auth.schemes", "httpls_auth.values", "httpls_auth.errors", "httpls_grammar"),
    "httpls.cli": ("httpls.world", "httpls.guide", "httpls.version", "httpls.lab", "httpls.postman", "httpls.lsp", "httpls.ide", "httpls.run", "httpls.model", "httpls.host", "httpls.settings", "httpls_grammar", "httpls_auth"),
}  # fmt: skip

# Libraries that only some packages may touch.
_CONFINED = {
    "pygls": ("httpls.lsp",),
    "lsprotocol": ("httpls.lsp",),
    "lark": ("httpls_grammar",),
    "keyring": ("httpls_auth",),
    "httpx": ("httpls.run", "httpls_auth"),
    "cryptography": ("httpls_auth", "httpls.lab"),
    "asyncio": ("httpls.lsp",),
}

# Modules of the standard library that reach the outside; the grammar and the model may use none of them.
_OUTSIDE = (
    "socket",
    "subprocess",
    "urllib.request",
    "http",
    "tempfile",
    "shutil",
    "glob",
    "io",
    "os",
    "logging",
)


def _modules() -> list[tuple[str, Path]]:
    found: list[tuple[str, Path]] = []
    for package, folder in _OURS.items():
        for path in sorted((_ROOT / folder / package).rglob("*.py")):
            parts = path.relative_to(_ROOT / folder).with_suffix("").parts
            found.append((".".join(parts).removesuffix(".__init__"), path))
    return found


def _imports(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names.append(node.module or "")
    return names


def _is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _layer(module: str) -> str | None:
    layers = [layer for layer in _MAY_IMPORT if _is_in(module, layer)]
    return max(layers, key=len) if layers else None


@pytest.mark.parametrize(("module", "path"), _modules(), ids=[module for module, _ in _modules()])
def test_a_module_imports_only_what_its_layer_may(module: str, path: Path) -> None:
    layer = _layer(module)
    for name in _imports(path):
        top = name.split(".", 1)[0]
        if top in _OURS and layer is not None:
            allowed = (*_MAY_IMPORT[layer], layer)
            assert any(_is_in(name, package) for package in allowed), f"{module} imports {name}"
        for library, packages in _CONFINED.items():
            if _is_in(name, library):
                assert any(_is_in(module, package) for package in packages), f"{module} imports {name}"
        if _is_in(module, "httpls_grammar") or _is_in(module, "httpls.model"):
            assert not any(_is_in(name, outside) for outside in _OUTSIDE), f"{module} imports {name}"


def test_every_package_has_a_layer() -> None:
    for module, _ in _modules():
        assert _layer(module) is not None or module in ("httpls", "httpls.__main__", "httpls_auth"), module
