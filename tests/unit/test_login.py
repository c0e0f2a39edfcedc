"""login: in which order it writes (safety C4)."""

import json
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
from conftest import snapshot
from updating import secrets

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
OTHER = "https://other.atlassian.net"
ARGUMENTS = ["--profile", "work", "--instance", OTHER, "--email", "you@example.com", "--token", "new", "--no-verify"]


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
    assert "new" not in text  # it would be nobody's, and the person has it


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


def log_in(world: World, *words: str) -> int:
    parser, _ = commands.parser_for("login")
    return login.run(parser.parse_args(["--storage", "file", "--no-verify", *words]), world)


def test_two_accounts_that_log_in_at_once_do_not_get_one_name(files: Files, home: Path) -> None:
    """Each would have made the profile `work`: who comes second has to think again."""
    world = World(Environment({"HOME": str(home)}))
    assert world.config.profiles == {}
    work = files(config=profile("work", SITE, "other@example.com"), credentials=token("work", SITE, "other"))
    before = snapshot(work)
    words = (SITE, "--email", "you@example.com", "--token", "new")
    with pytest.raises(TryAgain, match='profile "work" was changed meanwhile'):
        log_in(world, *words)
    assert {name: text for name, text in snapshot(work).items() if not name.endswith(".lock")} == before
    assert log_in(World(Environment({"HOME": str(home)})), *words) == 0
    assert secrets(home)[f"work-you|you@example.com|{SITE}"] == "new"


def test_the_same_account_that_logs_in_twice_at_once_has_one_profile(files: Files, home: Path) -> None:
    world = World(Environment({"HOME": str(home)}))
    assert world.config.profiles == {}
    files(config=profile("work", SITE), credentials=token("work", SITE, "first"))
    assert log_in(world, SITE, "--email", "you@example.com", "--token", "second") == 0
    assert secrets(home) == {f"work|you@example.com|{SITE}": "second"}


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"ATLA_TOKEN": "v"}, "ATLA_TOKEN"),
        ({"ATLCLI_API_TOKEN": "v"}, "ATLCLI_API_TOKEN"),
        ({"ATLA_TOKEN": "v", "ATLA_TOKEN__WORK": "w"}, "ATLA_TOKEN__WORK"),
        ({"ATLA_TOKEN__OTHER": "w"}, None),
    ],
)
def test_variable_that_is_set_and_not_used_is_named(
    variables: dict[str, str], named: str | None, files: Files, home: Path
) -> None:
    work = files(config=profile("work", SITE))
    before = snapshot(work)
    with pytest.raises(UsageError, match="no token was given") as caught:
        log_in(World(Environment({"HOME": str(home), **variables})), "work")
    expected = f"; {named} is set, and not used: a login stores no variable's token" if named else ""
    assert caught.value.message == f"no token was given{expected}"
    assert snapshot(work) == before


def test_a_wish_that_cannot_be_noted_undoes_no_login(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*arguments: object) -> None:
        raise CredentialError("cannot write")

    monkeypatch.setattr(tables, "set_storage", fail)
    parser, _ = commands.parser_for("login")
    options = parser.parse_args(
        [SITE, "--email", "you@example.com", "--token", "new", "--storage", "file", "--no-verify"]
    )
    options.remembers = True
    assert login.run(options, World(Environment({"HOME": str(home)}))) == 0
    assert secrets(home) == {f"work|you@example.com|{SITE}": "new"}
    assert "new profiles will not keep their token in the file by themselves: cannot write" in capfd.readouterr().err


def test_a_dry_run_notes_no_wish(home: Path) -> None:
    parser, _ = commands.parser_for("login")
    options = parser.parse_args([SITE, "--email", "you@example.com", "--storage", "file", "--dry-run"])
    options.remembers = True
    assert login.run(options, World(Environment({"HOME": str(home)}))) == 0
    assert not (home / ".config").exists()


def as_json(home: Path, captured: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert log_in(World(Environment({"HOME": str(home)})), *words, "--json") == 0
    found: dict[str, object] = json.loads(captured.readouterr().out)
    return {name: found[name] for name in ("profile", "created", "replaces", "dryRun")}


def test_what_a_login_replaces(files: Files, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dry = ("--dry-run",)
    of_work = {"instance": SITE, "email": "you@example.com", "tokenIn": None}
    made = {"profile": "work", "created": True, "replaces": None, "dryRun": True}
    assert as_json(home, capsys, SITE, "--email", "you@example.com", *dry) == made
    files(config=profile("work", SITE))
    updated = {"profile": "work", "created": False, "replaces": None, "dryRun": True}
    assert as_json(home, capsys, "work", *dry) == updated
    assert as_json(home, capsys, "work", "--instance", OTHER, *dry) == {**updated, "replaces": of_work}
    files(credentials=token("work", SITE, "old"))
    with_token = {**updated, "replaces": {**of_work, "tokenIn": "file"}}
    assert as_json(home, capsys, "work", *dry) == with_token
    assert as_json(home, capsys, "work", "--expires", "9d", *dry) == updated  # the token stays
    assert as_json(home, capsys, "work", "--token", "new") == {**with_token, "dryRun": False}


def test_what_is_set_aside_is_replaced_too(files: Files, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It may be good, and nobody can see it once more."""
    key = f"work|you@example.com|{SITE}"
    files(config=profile("work", SITE), credentials=f'[tokens."{key}|rejected"]\ntoken = "old"\n')
    of_work = {"instance": SITE, "email": "you@example.com", "tokenIn": "file"}
    found = as_json(home, capsys, "work", "--dry-run")
    assert found == {"profile": "work", "created": False, "replaces": of_work, "dryRun": True}
    assert log_in(World(Environment({"HOME": str(home)})), "work", "--instance", OTHER, "--dry-run") == 0
    replaced = f"you@example.com at {SITE} and the token set aside in the file"
    assert f"this would replace {replaced}\n" in capsys.readouterr().out
