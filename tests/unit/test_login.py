"""login: in which order it writes (safety C4)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential import commands
from atla_credential.answer.world import World
from atla_credential.commands import login
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, TryAgain, UsageError
from atla_credential.profiles import tables
from atla_credential.stores.toml_file import TomlFile

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
OTHER = "https://other.atlassian.net"
ARGUMENTS = ["--profile", "work", "--instance", OTHER, "--email", "you@example.com", "--token", "new"]


def run(home: Path) -> int:
    parser, _ = commands.parser_for("login")
    return login.run(parser.parse_args(ARGUMENTS), World(Environment({"HOME": str(home)})))


@pytest.fixture
def work(files: Files) -> Path:
    return files(config=profile("work", SITE), credentials=token("work", SITE, "old"))


def test_secret_then_profile_then_what_was_replaced(work: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    put, erase, save = TomlFile.put, TomlFile.erase, tables.save_profile

    def watched_put(self: TomlFile, secrets: dict[str, str | None]) -> None:
        steps.append("secret")
        put(self, secrets)

    def watched_erase(self: TomlFile, key: str, also: tuple[str, ...] = (), secret: str | None = None) -> bool:
        erased = erase(self, key, also, secret)
        steps.extend(["replaced"] if erased else [])
        return erased

    def watched_save(*arguments: object, only_plan: bool = False) -> None:
        steps.append("plan" if only_plan else "profile")
        save(*arguments, only_plan=only_plan)  # type: ignore[arg-type, misc]

    monkeypatch.setattr(TomlFile, "put", watched_put)
    monkeypatch.setattr(TomlFile, "erase", watched_erase)
    monkeypatch.setattr(tables, "save_profile", watched_save)
    assert run(home) == 0
    assert steps == ["plan", "secret", "profile", "replaced"]
    text = (work / "credentials.toml").read_text()
    assert "new" in text
    assert "old" not in text


def test_failure_in_between_loses_no_token(work: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, only_plan: bool = False) -> None:
        if not only_plan:
            raise CredentialError("cannot write")

    monkeypatch.setattr(tables, "save_profile", fail)
    with pytest.raises(CredentialError, match="cannot write"):
        run(home)
    text = (work / "credentials.toml").read_text()
    assert "old" in text
    assert "new" in text


def test_token_that_does_not_read_back_makes_no_profile(
    work: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (work / "config.toml").read_text()
    monkeypatch.setattr(TomlFile, "put", lambda self, secrets: None)
    with pytest.raises(CredentialError, match="does not read back the same"):
        run(home)
    assert (work / "config.toml").read_text() == before


@pytest.mark.parametrize("has_moved", [True, False], ids=["another process was between the files", "there is no token"])
def test_token_that_another_process_has_just_replaced_is_not_missing(has_moved: bool, work: Path, home: Path) -> None:
    """What was read of config.toml is old by then, and credentials.toml is new."""
    parser, _ = commands.parser_for("login")
    world = World(Environment({"HOME": str(home)}))
    assert world.config.profiles["work"].email == "you@example.com"
    if has_moved:
        (work / "config.toml").write_text(profile("work", SITE, "other@example.com"))
    (work / "credentials.toml").write_text(token("work", SITE, "new", "other@example.com"))
    for words in (["--expires", "2999-01-01"], ["--storage", "file"]):
        with pytest.raises(TryAgain if has_moved else UsageError):
            login.run(parser.parse_args(["--profile", "work", *words]), world)
