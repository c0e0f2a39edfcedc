"""rotate: in which order it writes (safety C4), whose a token is, and where the old one is revoked."""

import json
import tomllib
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from asking import profile, token
from atla_credential import commands
from atla_credential.answer.world import World
from atla_credential.commands import rotate
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, NoCredential, TryAgain, UsageError
from atla_credential.input.token_shape import token_page
from atla_credential.login.learned import Learned
from atla_credential.login.replaced import find_replaced
from atla_credential.login.revoking import where_revoked
from atla_credential.login.rotation import put_in_place, refuse_anothers_token
from atla_credential.login.token_input import where_tokens_are_made
from atla_credential.model import Profile
from atla_credential.profiles import tables
from atla_credential.profiles.editing import edit_config
from atla_credential.site.outcome import Account
from atla_credential.stores.toml_file import TomlFile
from conftest import snapshot
from updating import read, secrets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.site.verification import Verification

Files = Callable[..., Path]

SITE, OWN = "https://work.atlassian.net", "https://jira.example.com/tracker"
KEY = f"work|you@example.com|{SITE}"
PAGE = "https://id.atlassian.com/manage-profile/security/api-tokens"
GOVERNMENT_PAGE = "https://id.atlassian-us-gov-mod.com/manage-profile/security/api-tokens"
CLOUD_ID = "11111111-2222-3333-4444-555555555555"
OPTIONS = Namespace(username=None, cloud_id=None, profile=None)


@pytest.fixture
def work(files: Files) -> Path:
    return files(
        config=profile("work", SITE), credentials=token("work", SITE, "old"), helper="[profiles.work]\nexpires = 2090-01-01\n"
    )  # fmt: skip


@pytest.fixture
def world(work: Path, home: Path) -> World:
    return World(Environment({"HOME": str(home)}))


def run(world: World, *words: str) -> int:
    parser, _ = commands.parser_for("rotate")
    return rotate.run(parser.parse_args(["--no-verify", "--no-input", *words]), world)


def learned(known: Profile, account: Account | None = None, gateway: bool = False) -> Learned:
    """Return what a site says that knows a token."""
    target, cloud_id = ("gateway", CLOUD_ID) if gateway else ("site", None)
    checked_utc = int(datetime(2026, 11, 29, 8, tzinfo=UTC).timestamp())
    found = SimpleNamespace(
        is_verified=True, account=account, target=target, cloud_id=cloud_id, checked_utc=checked_utc
    )
    return Learned(OPTIONS, known, cast("Verification", found), was_asked=True)


def test_token_then_notes_then_gateway(world: World, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed in between, a new token stands there with the notes of the old one, which do not count then."""
    steps: list[str] = []
    put, note, edit = TomlFile.put, tables.note, edit_config

    def watched_put(self: TomlFile, values: dict[str, str | None]) -> None:
        steps.append("token")
        put(self, values)

    def watched_note(world: World, name: str, values: dict[str, object], only_plan: bool = False) -> None:
        steps.append("plan" if only_plan else "notes")
        note(world, name, values, only_plan)

    def watched_edit(world: World, change: object, only_plan: bool = False) -> None:
        steps.append("plan" if only_plan else "gateway")
        edit(world, change, only_plan=only_plan)  # type: ignore[arg-type]

    monkeypatch.setattr(TomlFile, "put", watched_put)
    monkeypatch.setattr(tables, "note", watched_note)
    monkeypatch.setattr("atla_credential.login.rotation.edit_config", watched_edit)
    old = world.config.profiles["work"]
    after = put_in_place(world, learned(old, gateway=True), find_replaced(world, old), "new", {})
    assert steps == ["plan", "plan", "token", "notes", "gateway"]
    assert (after.cloud_id, after.name) == (CLOUD_ID, "work")
    assert read(home, "config")["profiles"]["work"]["cloud_id"] == CLOUD_ID
    assert secrets(home) == {KEY: "new"}
    assert read(home, "helper")["profiles"]["work"].keys() == {"since", "verified", "of"}


def test_what_does_not_read_back_changes_no_note(world: World, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(home)
    monkeypatch.setattr(TomlFile, "put", lambda self, values: None)
    with pytest.raises(CredentialError, match="does not read back the same"):
        run(world, "--token", "new")
    assert {name: text for name, text in snapshot(home).items() if not name.endswith(".lock")} == before


def test_notes_that_fail_afterwards(world: World, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done is said: the very same command would be refused, as the token is there."""

    def fail(*arguments: object) -> None:
        if arguments[3:] != (True,):
            raise CredentialError("cannot write")

    monkeypatch.setattr(tables, "note", fail)
    with pytest.raises(CredentialError) as raised:
        run(world, "--token", "new")
    assert raised.value.message == 'profile "work" has the new token, but cannot write'
    assert secrets(home) == {KEY: "new"}


@pytest.mark.parametrize("words", [["--token", "old"], []], ids=["the same", "none"])
def test_no_new_token(words: list[str], world: World, home: Path) -> None:
    before = snapshot(home)
    with pytest.raises(UsageError):
        run(world, *words)
    assert snapshot(home) == before


def test_another_end_that_is_known(world: World, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "--token", "new", "--expires", "2090-02-02", "--json") == 0
    assert str(read(home, "helper")["profiles"]["work"]["expires"]) == "2090-02-02"
    assert json.loads(capsys.readouterr().out)["tokenIn"] == "file"


def test_a_profile_that_changes_before_its_token_is_looked_for(world: World, work: Path) -> None:
    """What was read of config.toml is old by then, and credentials.toml is new: there was a token at every moment."""
    old = world.config.profiles["work"]
    (work / "config.toml").write_text(profile("work", SITE, "other@example.com"))
    (work / "credentials.toml").write_text(token("work", SITE, "new", "other@example.com"))
    with pytest.raises(TryAgain):
        find_replaced(world, old)


def test_a_profile_without_a_token(world: World, work: Path) -> None:
    (work / "credentials.toml").write_text("")
    with pytest.raises(NoCredential, match="no token of its own"):
        find_replaced(world, world.config.profiles["work"])


@pytest.mark.parametrize(
    ("more", "account", "is_refused"),
    [
        ({"email": "you@example.com"}, Account(email="eve@example.com"), True),
        ({"email": "you@example.com"}, Account(email="YOU@example.com"), False),
        ({"email": "you@example.com"}, Account(name="Eve"), False),
        ({}, Account(email="eve@example.com"), False),
        ({"username": "jdoe"}, Account(username="eve"), True),
        ({"username": "jdoe"}, Account(username="JDoe"), False),
        ({"username": "j@doe"}, Account(username="e@ve"), True),
        ({"username": "jdoe"}, Account(username="access-token-user/2/11754"), False),
        ({"username": "x-bitbucket-api-token-auth"}, Account(username="jdoe"), False),
        ({"username": "jdoe", "email": "you@example.com"}, Account(username="jdoe", email="eve@example.com"), False),
        ({"email": "you@example.com"}, Account(username="eve", email="eve@example.com"), True),
        ({"username": "jdoe", "email": "you@example.com"}, None, False),
    ],
)
def test_whose_a_token_is(more: dict[str, str], account: Account | None, is_refused: bool) -> None:
    """A user name tells more than an e-mail, and what one side does not know decides nothing."""
    found = learned(Profile("work", OWN, store="file", **more), account)  # type: ignore[arg-type]
    if is_refused:
        with pytest.raises(CredentialError, match="the old token stays") as raised:
            refuse_anothers_token(found)
        assert raised.value.exit_code == 1
    else:
        refuse_anothers_token(found)


def test_whose_it_is_is_no_question_where_nobody_was_asked() -> None:
    refuse_anothers_token(Learned(OPTIONS, Profile("work", SITE, "you@example.com", "file")))


IN_SETTINGS = "revoke the old one in the settings of its repository, project or workspace"
BY_ADMIN = "let an administrator of the organisation revoke the old one"


@pytest.mark.parametrize(
    ("known", "secret", "product", "step", "page"),
    [
        (Profile("x", SITE, "you@example.com"), "ATATTx", None, f"revoke the old one at {PAGE}", PAGE),
        (Profile("x", SITE, "you@example.com"), "x", "jira", f"revoke the old one at {PAGE}", PAGE),
        (Profile("x", f"https://api.atlassian.com/ex/jira/{CLOUD_ID}", "you@example.com"), "x", None, f"revoke the old one at {PAGE}", PAGE),
        (Profile("x", "https://x.atlassian-us-gov-mod.net", "you@example.com"), "x", None, f"revoke the old one at {GOVERNMENT_PAGE}", GOVERNMENT_PAGE),
        (Profile("x", f"https://api.atlassian-us-gov-mod.com/ex/jira/{CLOUD_ID}", "you@example.com"), "x", None, f"revoke the old one at {GOVERNMENT_PAGE}", GOVERNMENT_PAGE),
        (Profile("x", SITE, auth="bearer"), "x", None, BY_ADMIN, None),
        (Profile("x", SITE, "bot@serviceaccount.atlassian.com"), "x", None, BY_ADMIN, None),
        (Profile("x", "https://bitbucket.org", "you@example.com"), "ATATTx", "bitbucket", f"revoke the old one at {PAGE}", PAGE),
        (Profile("x", "https://bitbucket.org", "you@example.com"), "ATCTTx", "bitbucket", IN_SETTINGS, None),
        (Profile("x", "https://bitbucket.org/team", auth="bearer"), "x", None, IN_SETTINGS, None),
        (Profile("x", OWN), "x", "jira", f"revoke the old one at {OWN}/secure/ViewProfile.jspa", f"{OWN}/secure/ViewProfile.jspa"),
        (Profile("x", f"{OWN}/"), "x", "confluence", f"revoke the old one at {OWN}/plugins/personalaccesstokens/usertokens.action", f"{OWN}/plugins/personalaccesstokens/usertokens.action"),
        (Profile("x", "https://git.example.com:8443"), "BBDC-x", None, "revoke the old one at https://git.example.com:8443/plugins/servlet/access-tokens/manage", "https://git.example.com:8443/plugins/servlet/access-tokens/manage"),
        (Profile("x", OWN), "x", None, f"revoke the old one in your profile at {OWN}", None),
        (Profile("x", "https://me:made-up@jira.example.com"), "x", "jira", "revoke the old one where it was made", None),
    ],
)  # fmt: skip
def test_where_the_old_one_is_revoked(
    known: Profile, secret: str, product: str | None, step: str, page: str | None
) -> None:
    assert where_revoked(known, secret, product) == (step, page)


@pytest.mark.parametrize("site", ["x.atlassian-us-gov-mod.net", "atlassian-us-gov-mod.net.example.com"])
def test_the_government_s_tokens_have_a_page_of_their_own(site: str) -> None:
    is_government = site.endswith(".net")
    assert token_page(f"https://{site}") == (GOVERNMENT_PAGE if is_government else PAGE)
    if is_government:
        assert where_tokens_are_made(f"https://{site}", "basic") == [f"An API token is made at {GOVERNMENT_PAGE}"]


def test_what_is_replaced_prints_no_secret(world: World) -> None:
    assert "old" not in repr(find_replaced(world, world.config.profiles["work"]))


def test_a_file_that_reads_the_same_is_written_nowhere(world: World, work: Path) -> None:
    config = (work / "config.toml").read_bytes()
    assert run(world, "--token", "new") == 0
    assert (work / "config.toml").read_bytes() == config
    assert "default" not in tomllib.loads(config.decode())
