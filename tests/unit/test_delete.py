"""What `delete` says of a token in the keyring: what is there, and not what could be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile
from atla_credential import commands
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import Unavailable
from atla_credential.stores.keyring.reader import KeyringReader

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
KEY = f"work|you@example.com|{SITE}"
ASIDE = f"{KEY}|rejected"
STAYS = "a token in the keyring stays there, as --delete-keyring was not given"
UNKNOWN = "nobody could look whether a token stays in the keyring: it is locked"


def remove(key: str) -> str:
    return f"to remove it, run: atla-credential logout --key '{key}'"


@pytest.mark.parametrize("words", [(), ("--dry-run",)], ids=["done", "tried"])
@pytest.mark.parametrize(
    ("kept", "helper", "said"),
    [
        pytest.param({}, "", [], id="nothing"),
        pytest.param({KEY: "made-up"}, "", [STAYS, remove(KEY)], id="a token"),
        pytest.param({ASIDE: "made-up"}, "", [STAYS, remove(KEY), remove(ASIDE)], id="one set aside"),
        pytest.param({KEY: "made-up", ASIDE: "old"}, "", [STAYS, remove(KEY), remove(ASIDE)], id="both"),
        pytest.param(None, "", [UNKNOWN, remove(KEY)], id="it is locked"),
        pytest.param(
            None,
            "[profiles.work]\nrejected = 2026-11-29T08:00:00Z\n",
            [UNKNOWN, remove(KEY), remove(ASIDE)],
            id="it is locked, and one was set aside",
        ),
    ],
)
def test_what_stays_in_the_keyring(
    words: tuple[str, ...], kept: dict[str, str] | None, helper: str, said: list[str], files: Files, home: Path,
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def get(self: KeyringReader, key: str) -> str | None:
        if kept is None:
            raise Unavailable("it is locked")
        return kept.get(key)

    monkeypatch.setattr(KeyringReader, "get", get)
    files(config=profile("work", SITE, store="keyring"), helper=helper)
    parser, command = commands.parser_for("delete")
    assert command.run(parser.parse_args(["work", *words]), World(Environment({"HOME": str(home)}))) == 0
    lines = capfd.readouterr().err.splitlines()
    assert [line.removeprefix("atla-credential: warning: ") for line in lines] == said


def test_where_there_is_no_keyring_nobody_could_look(
    files: Files, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files(config=profile("work", SITE, store="keyring"))
    parser, command = commands.parser_for("delete")
    assert command.run(parser.parse_args(["work"]), World(Environment({"HOME": str(home)}))) == 0
    assert "nobody could look whether a token stays in the keyring: failed to access system keyring" in (
        capfd.readouterr().err
    )
