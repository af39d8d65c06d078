"""Jars that outlive a run, and the files of other programs."""

import json
import stat
import sys
import threading
from pathlib import Path

import pytest

from httpls.host.user_state import UserState
from httpls.run.cookies.cookie import Cookie, SameSite
from httpls.run.cookies.cookie_files import import_cookies, to_json, to_netscape
from httpls.run.cookies.jar import CookieJar
from httpls.run.cookies.storage import load, save
from httpls_auth.cancellation import NEVER
from httpls_auth.values.origin import parse_origin

NOW = 1_800_000_000.0
EXAMPLE = parse_origin("https://example.com")
EVERY_KIND = (
    Cookie("session", "0123456789", "example.com", expires_at=NOW + 100, created_at=NOW, used_at=NOW + 1),
    Cookie("", "nameless", "example.com", "/x", expires_at=NOW + 100, created_at=NOW),
    Cookie("below", "", "example.com", "/", False, True, True, SameSite.STRICT, NOW + 100, NOW, NOW),
)


def _now() -> float:
    return NOW


def _names(jar: CookieJar) -> list[str]:
    return [cookie.name for cookie in jar.cookies()]


def _put(jar: CookieJar, *values: str) -> None:
    events = jar.store(EXAMPLE, "/", values)
    assert [event.refused_because for event in events] == [None] * len(values)


def test_a_jar_is_kept_but_for_session_cookies(tmp_path: Path) -> None:
    state = UserState(tmp_path)
    jar = load(state, "dev.json", _now)
    _put(jar, "a=1; Max-Age=100", "b=2", "bytes=\xe4; Max-Age=100")
    save(jar, state, "dev.json", NEVER)
    again = load(state, "dev.json", _now)
    assert _names(again) == ["a", "bytes"]
    assert [cookie for cookie in jar.cookies() if cookie.expires_at] == list(again.cookies())
    assert _names(jar) == ["a", "b", "bytes"]
    assert load(state, "prod.json", _now).cookies() == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    state = UserState(tmp_path / "state")
    jar = load(state, "cookies/dev.json", _now)
    _put(jar, "a=1; Max-Age=100")
    save(jar, state, "cookies/dev.json", NEVER)
    assert stat.S_IMODE((tmp_path / "state" / "cookies" / "dev.json").stat().st_mode) == 0o600


def test_nothing_is_written_if_nothing_was_changed(tmp_path: Path) -> None:
    state = UserState(tmp_path)
    save(load(state, "dev.json", _now), state, "dev.json", NEVER)
    assert list(tmp_path.iterdir()) == []


def test_two_runs_at_a_time_lose_nothing(tmp_path: Path) -> None:
    state = UserState(tmp_path)
    first = load(state, "dev.json", _now)
    _put(first, "kept=1; Max-Age=100", "removed=1; Max-Age=100", "changed=1; Max-Age=100")
    save(first, state, "dev.json", NEVER)
    mine, theirs = load(state, "dev.json", _now), load(state, "dev.json", _now)
    _put(mine, "mine=1; Max-Age=100", "removed=; Max-Age=0")
    _put(theirs, "theirs=1; Max-Age=100", "changed=2; Max-Age=100")
    save(theirs, state, "dev.json", NEVER)
    save(mine, state, "dev.json", NEVER)
    kept = load(state, "dev.json", _now)
    assert _names(kept) == ["changed", "kept", "mine", "theirs"]
    assert [cookie.value for cookie in kept.cookies() if cookie.name == "changed"] == ["2"]
    assert _names(mine) == ["changed", "kept", "mine", "theirs"]


def test_many_threads_store_and_choose_at_a_time() -> None:
    jar = CookieJar(clock=_now)
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(50):
                _put(jar, f"a{number}={turn}")
                jar.field(EXAMPLE, "/")
        except BaseException as error:  # noqa: BLE001 - it is looked at in the thread of the test.
            problems.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert {cookie.value for cookie in jar.cookies()} == {"49"}


@pytest.mark.parametrize("content", ["", "[]", "{", '{"cookies": 5}', '{"cookies": [5, {}, {"key": 1}]}'])
def test_a_damaged_jar_is_an_empty_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "dev.json").write_text(content)
    assert load(UserState(tmp_path), "dev.json", _now).cookies() == []


def test_json_goes_there_and_back() -> None:
    text = to_json(EVERY_KIND)
    assert import_cookies(text).cookies == list(EVERY_KIND)
    assert json.loads(text)["cookies"][2] == {
        "key": "below", "value": "", "expires": "2027-01-15T08:01:40.000Z", "domain": "example.com", "path": "/",
        "secure": True, "httpOnly": True, "hostOnly": False, "creation": "2027-01-15T08:00:00.000Z",
        "lastAccessed": "2027-01-15T08:00:00.000Z", "sameSite": "strict",
    }  # fmt: skip


def test_netscape_goes_there_and_back_but_for_what_it_cannot_say() -> None:
    text = to_netscape(EVERY_KIND)
    assert text == (
        "# Netscape HTTP Cookie File\n"
        "example.com\tFALSE\t/\tFALSE\t1800000100\tsession\t0123456789\n"
        "example.com\tFALSE\t/x\tFALSE\t1800000100\t\tnameless\n"
        "#HttpOnly_.example.com\tTRUE\t/\tTRUE\t1800000100\tbelow\t\n"
    )
    without = [cookie._replace(created_at=0, used_at=0, same_site=SameSite.UNSPECIFIED) for cookie in EVERY_KIND]
    assert import_cookies(text).cookies == without


def test_the_json_of_a_browser_extension() -> None:
    text = json.dumps(
        [
            {
                "domain": ".Example.com", "hostOnly": False, "httpOnly": True, "name": "a", "path": "/", "secure": True,
                "sameSite": "no_restriction", "session": False, "value": "b", "expirationDate": NOW + 0.5, "id": 1,
            },
            {"domain": "example.com", "name": "c", "value": "d", "sameSite": "unspecified"},
            {"name": "no domain", "value": "x"},
        ]
    )  # fmt: skip
    found = import_cookies("\ufeff" + text)
    assert found.cookies == [
        Cookie("a", "b", "example.com", "/", False, True, True, SameSite.NONE, NOW + 0.5),
        Cookie("c", "d", "example.com"),
    ]
    assert found.misunderstood == [3]


def test_a_cookies_txt_of_somebody_else() -> None:
    found = import_cookies(
        "# HTTP Cookie File\r\n\r\nlocalhost\tFALSE\t/\tFALSE\t0\ta\tb c\r\n.example.com\tTRUE\t/\tTRUE\t0\tempty\r\nrubbish\r\n"
    )
    assert found.cookies == [
        Cookie("a", "b c", "localhost"),
        Cookie("empty", "", "example.com", is_host_only=False, is_secure=True),
    ]
    assert found.misunderstood == [5]


@pytest.mark.parametrize("text", ["this is no file of cookies", "{", '{"cookies": 1}', "[" * 100_000])
def test_what_is_no_file_of_cookies(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        import_cookies(text)
