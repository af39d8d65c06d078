"""Files, encodings and requests that a file names are looked for before anything is sent."""

import pytest
from tests.support.memory_files import analyse, problems


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("POST http://a\n\n< ./there.json", []),
        ("POST http://a\n\n< ./missing.json", ["3:3 missing-file './missing.json'"]),
        ("POST http://a\n\n<@latin1 ./there.json", []),
        ("POST http://a\n\n<@win1252 ./there.json", []),
        ("POST http://a\n\n<@ltain1 ./there.json", ["3:3 unknown-encoding 'ltain1'"]),
        ("POST http://a\n\n<@base64 ./there.json", ["3:3 unknown-encoding 'base64'"]),
        ("@n = x\nPOST http://a\n\n< ./{{n}}.json", []),
        ("< ./missing.js\nGET http://a", ["1:3 missing-file './missing.js'"]),
        ("GET http://a\n\n> ./missing.js", ["3:3 missing-file './missing.js'"]),
        ("run #Nothing\n", ["1:6 unknown-dependency 'Nothing'"]),
        ("run #Login (@a=b)\n\n### Login\nGET http://a/{{a}}\n", []),
        ("run ./missing.http\n", ["1:5 missing-import './missing.http'"]),
        ("import ./there.http\nrun #Other\n", []),
    ],
)  # fmt: skip
def test_what_a_file_names_is_looked_for(text: str, found: list[str]) -> None:
    files = {"there.json": "{}", "there.http": "### Other\nGET http://b\n"}
    assert problems(analyse(text, files)) == found
