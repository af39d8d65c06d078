"""Scripts of real files, if there are some: `HTTPLS_CORPUS=FOLDER python -m pytest tests/server/run` collects this."""

import os
from pathlib import Path

from tests.support.corpus_scripts import look


def test_every_script_of_real_files_is_parsed_and_most_handlers_run() -> None:
    findings = look(Path(os.environ["HTTPLS_CORPUS"]))
    assert findings.unparsed == []
    # The rest need what another request has left, or call what no documentation of their tools knows.
    assert findings.ran >= 2 * len(findings.failed), findings.failed
