"""Where that is written which decided: the line of a file, however the file is laid out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.model import Profile
from atla_credential.profiles.notes import mark
from atla_credential.report.written import line_in, line_of, stored, written_token

KEY = ("profiles", "a", "rejected")


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("[profiles.a]\nrejected = 1\n", KEY, 2),
        ("[profiles.a]\nrejected = 1\n", KEY[:2], 1),
        ('# a\n\n["profiles".\'a\']\n# b\nx = 1\n  "rejected"=1', KEY, 6),
        ("[profiles]\nb.rejected = 1\na.rejected = 1\n", KEY, 3),
        ("[profiles]\nb.rejected = 1\na.rejected = 1\n", KEY[:2], 3),
        ("profiles.a.rejected = 1\n", KEY, 1),
        ('x = """\n[profiles.a]\n"""\n[profiles.a.policy]\ny = 1\n[profiles.a]\r\nrejected = 1', KEY, 7),
        ('x = """\n[profiles.a]\n"""\n[profiles.a.policy]\ny = 1\n[profiles.a]\r\nrejected = 1', KEY[:2], 4),
        ("[profiles.ab]\nrejected = 1\n[profiles.b]\nrejected = 1\n# [profiles.a]\n", KEY[:2], None),
        ("profiles = {a = {rejected = 1}}\n", KEY, None),
        ("", KEY, None),
    ],
)
def test_line_of_a_table_or_a_value(text: str, key: tuple[str, ...], line: int | None) -> None:
    assert line_in(text, key) == line


@pytest.mark.parametrize("data", [None, b"[profiles.a]\n\xff"], ids=["missing", "not UTF-8"])
def test_file_that_cannot_be_read_has_no_lines(data: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    if data is not None:
        path.write_bytes(data)
    assert line_of(str(path), KEY) is None


def test_keyring_has_keys_and_no_lines(home: Path) -> None:
    search = Search(World(Environment({"HOME": str(home)})))
    found = stored("its token", search, Profile("a", "https://h", store="keyring"), "a||https://h|rejected")
    assert found.text == 'its token: the keyring, under "a||https://h|rejected"'


@pytest.mark.parametrize("of_this", [True, False])
def test_note_of_another_token_is_no_time(of_this: bool, files: Callable[..., Path], home: Path) -> None:
    site, aside = "https://work.atlassian.net", "made-up"
    key = f"work|you@example.com|{site}"
    noted = f'[profiles.work]\nrejected = 2026-11-29\nof = "{mark(key, aside if of_this else "other")}"\n'
    files(config=profile("work", site), credentials=f'[tokens."{key}|rejected"]\ntoken = "{aside}"\n', helper=noted)
    search = Search(World(Environment({"HOME": str(home)})))
    found = [each.what for each in written_token(search, search.config.profiles["work"], None)]
    assert found == ["its token, set aside", *["when it was set aside"] * of_this]
