"""Scripts of real files, if there are some: `HTTPLS_CORPUS=FOLDER python -m pytest tests/server/run` collects this."""

import os
from pathlib import Path

from tests.support.corpus_scripts import look

_IMPOSSIBLE = (
    "is not possible: scripts have no modules, files or network",
    # Of tools that are neither JetBrains HTTP Client nor httpyac nor Kulala.
    "cannot read property 'set' of undefined",
    "$randomString is not defined",
)


def test_every_script_of_real_files_is_parsed_and_those_run_that_can() -> None:
    findings = look(Path(os.environ["HTTPLS_CORPUS"]))
    assert findings.unparsed == []
    assert [text for text in findings.failed if not text.endswith(_IMPOSSIBLE)] == []
    assert findings.ran > len(findings.failed)
