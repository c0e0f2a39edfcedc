"""store and erase: what is kept, what is not, and what is forgotten."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from asking import answer, profile, token
from atla_credential.answer.world import World
from atla_credential.errors import CredentialError, MalformedRequest, NoCredential, Unavailable
from atla_credential.files import secure_file
from atla_credential.git import stale
from atla_credential.input.date import as_time
from atla_credential.model import Credential, Kept, Profile, Query
from atla_credential.operations import erase as erasure
from atla_credential.operations import store as updates
from atla_credential.operations.get import get
from atla_credential.profiles import notes
from atla_credential.settings.notes import NOTES, Notes
from atla_credential.stores.store import Store
from atla_credential.stores.toml_file import TomlFile
from conftest import snapshot
from updating import NOW, call, erase, noted, read, secrets, store

if TYPE_CHECKING:
    import io

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
BITBUCKET = "https://bitbucket.org"
DC = "https://dc.example.com"
AT_SITE = "protocol=https\nhost=work.atlassian.net\n"
AT_BITBUCKET = "protocol=https\nhost=bitbucket.org\n"
AT_DC = "protocol=https\nhost=dc.example.com\n"
YOU = "username=you@example.com\n"
LATER = 1_900_000_000


KEY = f"work|you@example.com|{SITE}"


@pytest.fixture
def work(files: Files, home: Path) -> Path:
    files(
        config=profile("work", SITE) + profile("dc", "https://dc.example.com", ""),
        credentials=token("work", SITE, "old") + token("other", "https://other.atlassian.net", "kept"),
    )
    return home


def test_store_updates_the_profile_that_matches(work: Path) -> None:
    store(work, f"{AT_SITE}{YOU}password=new\n")
    assert secrets(work) == {KEY: "new", "other|you@example.com|https://other.atlassian.net": "kept"}
    assert answer(work, SITE) == ("you@example.com", "new", "basic")


def test_store_gives_a_profile_its_first_token(work: Path) -> None:
    store(work, f"{AT_DC}username=x-token-auth\npassword=new\n")
    assert answer(work, "https://dc.example.com") == ("x-token-auth", "new", "bearer")


def test_what_was_noted_of_a_token_goes_with_it(work: Path) -> None:
    """Of the new one it is known when it came, and nothing else."""
    note = "of = {0}\nsince = 2020-01-01T00:00:00Z\nverified = 2020-01-01T00:00:00Z\nexpires = 2100-01-01T00:00:00Z\n"
    path = work / ".config" / "atla" / "helper.toml"
    path.write_text("[profiles.work]\n" + note.format(f'"{notes.mark(KEY, "old")}"'))
    path.chmod(0o600)
    store(work, f"{AT_SITE}{YOU}password=new\n")
    table = read(work, "helper")["profiles"]["work"]
    assert set(table) == {"of", "since"}
    assert table["of"] == notes.mark(KEY, "new")
    assert table["since"].timestamp() == NOW


def test_store_of_a_bearer_credential(work: Path) -> None:
    store(work, f"{AT_DC}authtype=Bearer\ncredential=new\n")
    assert answer(work, "https://dc.example.com") == ("x-token-auth", "new", "bearer")
    assert set(read(work, "helper")["profiles"]["dc"]) == {"since", "of"}


def test_store_of_a_bearer_credential_makes_the_profile_bearer(work: Path) -> None:
    store(work, f"{AT_SITE}authtype=Bearer\ncredential=new\n")
    assert noted(work) == {"auth": "bearer"}
    assert answer(work, SITE) == ("you@example.com", "new", "bearer")


def test_store_keeps_expiry_and_refresh_token(work: Path) -> None:
    store(work, f"{AT_SITE}{YOU}password=new\npassword_expiry_utc={LATER}\noauth_refresh_token=again\n")
    assert secrets(work)[f"{KEY}|oauth_refresh_token"] == "again"
    assert read(work, "helper")["profiles"]["work"]["expires"].timestamp() == LATER
    # the same token again, without a word of them: both stay
    before = snapshot(work)
    store(work, f"{AT_SITE}{YOU}password=new\n")
    assert snapshot(work) == before
    # another token: both were the old one's
    store(work, f"{AT_SITE}{YOU}password=newer\n")
    assert secrets(work) == {KEY: "newer", "other|you@example.com|https://other.atlassian.net": "kept"}
    assert noted(work) == {}


NOT_STORED = {
    "the same token": f"{AT_SITE}{YOU}password=old\n",
    "no profile for the site": f"protocol=https\nhost=foreign.atlassian.net\n{YOU}password=new\n",
    "hostile host": f"protocol=https\nhost=work.atlassian.net.\n{YOU}password=new\n",
    "another user": f"{AT_SITE}username=other@example.com\npassword=new\n",
    "no password": f"{AT_SITE}{YOU}",
    "an empty password for a named user": f"{AT_SITE}{YOU}password=\n",
    "ephemeral": f"{AT_SITE}{YOU}password=new\nephemeral=1\n",
    "expired": f"{AT_SITE}{YOU}password=new\npassword_expiry_utc={NOW}\n",
    "another authtype": f"{AT_SITE}{YOU}authtype=Negotiate\ncredential=new\n",
}


@pytest.mark.parametrize("request_text", NOT_STORED.values(), ids=NOT_STORED.keys())
def test_not_stored(request_text: str, work: Path) -> None:
    before = snapshot(work)
    store(work, request_text)
    assert snapshot(work) == before


@pytest.mark.parametrize("variable", ["ATLA_TOKEN", "ATLA_API_TOKEN", "ATLCLI_API_TOKEN", "ATLA_TOKEN__OTHER"])
def test_a_variables_token_is_neither_stored_nor_erases(variable: str, work: Path) -> None:
    before = snapshot(work)
    store(work, f"{AT_SITE}{YOU}password=v\n", **{variable: "v"})
    erase(work, f"{AT_SITE}{YOU}password=old\n", **{variable: "old"})
    assert snapshot(work) == before


@pytest.mark.parametrize("request_text", ["", YOU, "protocol=https\n", "host=work.atlassian.net\n"])
def test_store_without_a_place_is_refused(request_text: str, work: Path) -> None:
    before = snapshot(work)
    with pytest.raises(MalformedRequest):
        store(work, f"{request_text}password=new\n")
    assert snapshot(work) == before


def test_store_of_what_could_not_be_handed_out_is_refused(work: Path) -> None:
    before = snapshot(work)
    with pytest.raises(CredentialError, match="the password has a control character"):
        store(work, f"{AT_SITE}{YOU}password=a\x1bb\n")
    assert snapshot(work) == before


def test_store_without_a_user_is_refused_where_several_match(files: Files, home: Path) -> None:
    folder = files(config=profile("a", SITE, "a@example.com") + profile("b", SITE, "b@example.com"))
    before = snapshot(folder)
    with pytest.raises(CredentialError, match="several profiles match"):
        store(home, f"{AT_SITE}password=new\n")
    assert snapshot(folder) == before
    store(home, f"{AT_SITE}username=b@example.com\npassword=new\n")
    assert secrets(home) == {f"b|b@example.com|{SITE}": "new"}


def test_store_of_a_refresh_token_alone(work: Path) -> None:
    store(work, f"{AT_SITE}{YOU}password=old\noauth_refresh_token=again\n")
    assert secrets(work)[f"{KEY}|oauth_refresh_token"] == "again"


def test_store_says_that_a_profile_without_a_token_comes_first(files: Files, home: Path) -> None:
    files(
        config=profile("a", DC, "") + profile("b", DC, ""), credentials=token("b", f"{DC}|rejected", "of-b", "")
    )  # fmt: skip
    with pytest.raises(CredentialError, match='the token of profile "b" was stored, but another source or profile'):
        store(home, f"{AT_DC}password=of-b\n")
    assert secrets(home) == {f"b||{DC}": "of-b"}


def test_who_says_only_when_a_token_ends_is_not_told_what_comes_first(work: Path) -> None:
    store(work, f"{AT_SITE}{YOU}password=old\npassword_expiry_utc={LATER}\n", ATLA_PROFILE="work", ATLA_TOKEN="v")
    assert read(work, "helper")["profiles"]["work"]["expires"].timestamp() == LATER


def test_store_says_that_a_variable_comes_first(work: Path) -> None:
    with pytest.raises(CredentialError, match="another source or profile comes first"):
        store(work, f"{AT_SITE}{YOU}password=new\n", ATLA_PROFILE="work", ATLA_TOKEN="v")
    assert secrets(work)[KEY] == "new"


def test_unknown_bitbucket_account_replaces_nobodys_token(files: Files, home: Path) -> None:
    folder = files(config=profile("bb", BITBUCKET), credentials=token("bb", BITBUCKET, "ATATTold"))
    before = snapshot(folder)
    store(home, f"{AT_BITBUCKET}username=stranger\npassword=ATATTnew\n")
    erase(home, f"{AT_BITBUCKET}username=stranger\n")
    assert snapshot(folder) == before
    store(home, f"{AT_BITBUCKET}username=x-bitbucket-api-token-auth\npassword=ATATTnew\n")
    assert secrets(home) == {f"bb|you@example.com|{BITBUCKET}": "ATATTnew"}


@pytest.mark.parametrize(
    "request_text",
    [
        pytest.param(f"{AT_SITE}{YOU}password=old\n", id="user and token"),
        pytest.param(f"{AT_SITE}password=old\n", id="token"),
        pytest.param(f"{AT_SITE}{YOU}", id="user"),
        pytest.param(AT_SITE, id="host"),
        pytest.param("url=https://work.atlassian.net\n", id="url"),
        pytest.param(f"{AT_SITE}authtype=Bearer\ncredential=old\n", id="credential"),
    ],
)
def test_erase(request_text: str, work: Path) -> None:
    erase(work, request_text)
    assert secrets(work) == {f"{KEY}|rejected": "old", "other|you@example.com|https://other.atlassian.net": "kept"}
    assert "work" in read(work, "config")["profiles"]
    with pytest.raises(NoCredential, match='no token available for profile "work"') as error:
        get(call(work, AT_SITE))
    assert "atla-credential restore work" in error.value.hints[0]


@pytest.mark.parametrize(
    "request_text",
    [
        pytest.param(f"{AT_SITE}{YOU}password=another\n", id="another token"),
        pytest.param(f"{AT_SITE}{YOU}password=\n", id="an empty password"),
        pytest.param(f"{AT_SITE}{YOU}credential=\n", id="an empty credential"),
        pytest.param(f"{AT_SITE}username=other@example.com\n", id="another user"),
        pytest.param("protocol=https\nhost=work.atlassian.net:8443\n", id="another port"),
        pytest.param("protocol=http\nhost=work.atlassian.net\n", id="another scheme"),
        pytest.param("protocol=https\nhost=work.atlassian.net.\n", id="a host that is none"),
        pytest.param("protocol=https\n", id="no host"),
        pytest.param("host=work.atlassian.net\n", id="no protocol"),
        pytest.param("", id="nothing: it would mean everything"),
        pytest.param("protocol=\nhost=\n", id="empty host"),
    ],
)
def test_not_erased(request_text: str, work: Path) -> None:
    before = snapshot(work)
    erase(work, request_text)
    assert snapshot(work) == before


@pytest.mark.parametrize("password", ["password=old\n", ""], ids=["a token", "whatever is there"])
def test_note_of_a_rejection_is_of_the_token_that_was_set_aside(password: str, work: Path) -> None:
    erase(work, f"{AT_SITE}{YOU}{password}")
    assert read(work, "helper")["profiles"]["work"]["of"] == notes.mark(KEY, "old")


@pytest.mark.parametrize("noted_of", ["old", "another"])
def test_when_a_token_came_is_known_still_after_it_was_rejected(noted_of: str, work: Path) -> None:
    """If that is noted of this very token."""
    path = work / ".config" / "atla" / "helper.toml"
    path.write_text(f'[profiles.work]\nof = "{notes.mark(KEY, noted_of)}"\nsince = 2020-01-01T00:00:00Z\n')
    path.chmod(0o600)
    erase(work, f"{AT_SITE}{YOU}password=old\n")
    assert ("since" in read(work, "helper")["profiles"]["work"]) == (noted_of == "old")


def test_erase_takes_the_refresh_token_along_and_leaves_the_end(work: Path) -> None:
    store(work, f"{AT_SITE}{YOU}password=new\npassword_expiry_utc={LATER}\noauth_refresh_token=again\n")
    erase(work, f"{AT_SITE}{YOU}password=new\n")
    assert secrets(work) == {
        f"{KEY}|rejected": "new",
        f"{KEY}|oauth_refresh_token|rejected": "again",
        "other|you@example.com|https://other.atlassian.net": "kept",
    }
    assert set(noted(work)) == {"expires", "rejected"}


@pytest.mark.parametrize("place", [AT_SITE, AT_DC], ids=["set aside", "removed"])
def test_erase_compares_at_the_moment_of_removal(
    place: str, files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that a program without our lock stores between the look and the removal is another one, and stays."""
    files(
        config=profile("work", SITE) + profile("dc", DC),
        credentials=token("work", SITE, "old") + token("dc", DC, "old"),
        helper="[profiles.dc]\nadopted = true\n",
    )
    update = secure_file.update
    credentials = home / ".config" / "atla" / "credentials.toml"

    def store_first(path: str, *rest: Any) -> object:
        monkeypatch.setattr(secure_file, "update", update)
        credentials.write_text(credentials.read_text().replace('"old"', '"newer"'))
        return update(path, *rest)

    monkeypatch.setattr(secure_file, "update", store_first)
    erase(home, f"{place}{YOU}password=old\n")
    assert secrets(home) == {KEY: "newer", f"dc|you@example.com|{DC}": "newer"}


def rename_to_acme(home: Path) -> None:
    """Do what another process does in the same moment."""
    for path in (home / ".config" / "atla").glob("*.toml"):
        path.write_text(path.read_text().replace("work|", "acme|").replace('[profiles."work"]', "[profiles.acme]"))


def test_erase_finds_a_token_that_has_just_got_another_name(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rename can come between the looks into config.toml and into the store."""
    may_hold = erasure.may_hold

    def rename_first(*arguments: Any) -> bool:
        rename_to_acme(work)
        return may_hold(*arguments)

    monkeypatch.setattr(erasure, "may_hold", rename_first)
    erase(work, f"{AT_SITE}{YOU}password=old\n")
    assert f"acme|you@example.com|{SITE}" not in secrets(work)


@pytest.mark.parametrize("place", ["a profile", "one of two", "a helper", "a profile that has just got another name"])
def test_token_that_git_has_not_sent_stays(
    place: str, work: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was rejected then is a header of git's own settings."""
    helpers, may_hold = OtherHelpers("elsewhere"), erasure.may_hold

    def rename_first(*arguments: Any) -> bool:
        rename_to_acme(work)
        return may_hold(*arguments)

    monkeypatch.setattr(stale, "why_no_rejection", lambda *_: "git has sent another one")
    if place == "one of two":
        files(config=profile("first", SITE, "first@example.com") + profile("work", SITE))
    elif place == "a helper":
        files(helper='[helper]\nhelpers = ["other"]\n')
        monkeypatch.setattr(World, "helpers", lambda *_: helpers)
    elif place != "a profile":
        monkeypatch.setattr(erasure, "may_hold", rename_first)
    asked, said = call(work, f"{AT_SITE}password={'elsewhere' if place == 'a helper' else 'old'}\n"), list[str]()
    asked.warn = said.append
    assert erasure.erase(asked) == 0
    assert said == ["git has sent another one"]
    assert sorted(secrets(work).values()) == ["kept", "old"]
    assert not any(key.endswith("|rejected") for key in secrets(work))
    assert helpers.secret == "elsewhere"


@pytest.mark.parametrize("operation", [store, erase])
def test_store_that_cannot_be_looked_into_stops_them(operation: Callable[..., None], files: Files, home: Path) -> None:
    files(config=profile("work", SITE, store="keyring"))
    with pytest.raises(Unavailable, match="failed to access system keyring"):
        operation(home, f"{AT_SITE}{YOU}password=new\n")


@pytest.mark.parametrize("operation", [store, erase])
def test_no_file_is_read_for_what_is_no_address(operation: Callable[..., None], files: Files, home: Path) -> None:
    files(config="not TOML")
    operation(home, f"protocol=https\nhost=work.atlassian.net.\n{YOU}password=new\n")


@pytest.mark.parametrize("operation", [store, erase])
@pytest.mark.parametrize("broken", ["not TOML", 'tokens = "x"', f'[tokens."{KEY}"]\ntoken = 1\n'])
def test_broken_file_is_left_alone(operation: Callable[..., None], broken: str, work: Path) -> None:
    path = work / ".config" / "atla" / "credentials.toml"
    path.write_text(broken)
    with pytest.raises(Unavailable):
        operation(work, f"{AT_SITE}{YOU}password=new\n")
    assert path.read_text() == broken


def test_shared_user_name_never_replaces_another_accounts_token(files: Files, home: Path) -> None:
    """git hands back the name that we answered with, and at Bitbucket all accounts have the same."""
    two = token("a", BITBUCKET, "ATATTa", "a@example.com") + token("b", BITBUCKET, "ATATTb", "b@example.com")
    folder = files(
        config=f'[default]\nprofile = "a"\n{profile("a", BITBUCKET, "a@example.com")}{profile("b", BITBUCKET, "b@example.com")}',
        credentials=two,
    )
    before = snapshot(folder)
    store(home, f"{AT_BITBUCKET}username=x-bitbucket-api-token-auth\npassword=ATATTb\n")  # it is b's already
    with pytest.raises(CredentialError, match="several profiles match"):
        store(home, f"{AT_BITBUCKET}username=x-bitbucket-api-token-auth\npassword=ATATTnew\n")
    assert snapshot(folder) == before
    with pytest.raises(CredentialError, match="several profiles match, so no token was erased"):
        erase(home, f"{AT_BITBUCKET}username=x-bitbucket-api-token-auth\n")
    assert snapshot(folder) == before
    store(home, f"{AT_BITBUCKET}username=b@example.com\npassword=ATATTnew\n")
    assert secrets(home)[f"b|b@example.com|{BITBUCKET}"] == "ATATTnew"
    store(home, f"{AT_BITBUCKET}username=x-bitbucket-api-token-auth\npassword=ATATTnewer\n", ATLA_PROFILE="b")
    assert secrets(home) == {f"a|a@example.com|{BITBUCKET}": "ATATTa", f"b|b@example.com|{BITBUCKET}": "ATATTnewer"}
    erase(home, f"{AT_BITBUCKET}username=x-bitbucket-api-token-auth\npassword=ATATTnewer\n")
    assert secrets(home) == {
        f"a|a@example.com|{BITBUCKET}": "ATATTa",
        f"b|b@example.com|{BITBUCKET}|rejected": "ATATTnewer",
    }


def test_two_contexts_of_one_host_keep_their_tokens(files: Files, home: Path) -> None:
    jira, wiki = "https://dc.example.com/jira", "https://dc.example.com/wiki"
    folder = files(
        config=profile("jira", jira, "") + profile("wiki", wiki, ""),
        credentials=token("jira", jira, "one", "") + token("wiki", wiki, "two", ""),
    )
    before = snapshot(folder)
    with pytest.raises(CredentialError, match="several profiles match"):
        store(home, f"{AT_DC}username=x-token-auth\npassword=new\n")
    assert snapshot(folder) == before
    store(home, f"{AT_DC}path=wiki/x\nusername=x-token-auth\npassword=new\n")
    assert secrets(home) == {f"jira||{jira}": "one", f"wiki||{wiki}": "new"}


def test_name_of_the_other_kind_of_token_is_another_user(files: Files, home: Path) -> None:
    folder = files(config=profile("bb", BITBUCKET), credentials=token("bb", BITBUCKET, "ATATTold"))
    before = snapshot(folder)
    store(home, f"{AT_BITBUCKET}username=x-token-auth\npassword=ATCTTnew\n")
    erase(home, f"{AT_BITBUCKET}username=x-token-auth\n")
    assert snapshot(folder) == before
    erase(home, f"{AT_BITBUCKET}username=x-bitbucket-api-token-auth\n")
    assert secrets(home) == {f"bb|you@example.com|{BITBUCKET}|rejected": "ATATTold"}


def test_bearer_credential_that_would_silence_the_profile_is_not_stored(files: Files, home: Path) -> None:
    folder = files(config=profile("work", SITE, cloud_id="id"), credentials=token("work", SITE, "old"))
    before = snapshot(folder)
    with pytest.raises(CredentialError, match="takes no Bearer token at this address"):
        store(home, f"{AT_SITE}{YOU}authtype=Bearer\ncredential=new\n")
    assert snapshot(folder) == before


def test_bitbucket_takes_bearer_for_an_access_token_only(files: Files, home: Path) -> None:
    files(config=profile("bb", BITBUCKET))
    at_api = "protocol=https\nhost=api.bitbucket.org\nauthtype=Bearer\n"
    with pytest.raises(CredentialError, match="takes no Bearer token at this address"):
        store(home, f"{at_api}credential=ATATTnew\n")
    store(home, f"{at_api}credential=ATCTTnew\n")
    assert secrets(home) == {f"bb|you@example.com|{BITBUCKET}": "ATCTTnew"}
    assert noted(home, "bb") == {}  # the token tells how it travels


def test_store_asks_as_a_get_would_ask(work: Path) -> None:
    variables = {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": "bot@example.com", "ATLA_TOKEN": "v"}
    with pytest.raises(CredentialError, match="another source or profile comes first"):
        store(work, f"{AT_SITE}password=new\n", **variables)
    store(work, f"{AT_SITE}{YOU}password=newer\n", **variables)
    assert secrets(work)[KEY] == "newer"


def test_expiry_beyond_the_calendar_is_its_last_second(work: Path) -> None:
    store(work, f"{AT_SITE}{YOU}password=new\npassword_expiry_utc=999999999999\n")
    assert read(work, "helper")["profiles"]["work"]["expires"].year == 9999


def test_refresh_token_that_could_not_be_handed_out_is_refused(work: Path) -> None:
    before = snapshot(work)
    with pytest.raises(CredentialError, match="oauth_refresh_token has a control character"):
        store(work, f"{AT_SITE}{YOU}password=new\noauth_refresh_token=a\x1bb\n")
    assert snapshot(work) == before


def test_comments_in_helper_toml_survive_an_erase(work: Path) -> None:
    path = work / ".config" / "atla" / "helper.toml"
    text = "[profiles.work]  # mine\nexpires = 2999-01-01\nverified = 2026-01-01  # gone\n\n# do not touch\n[profiles.dc]\n"
    path.write_text(text)
    erase(work, f"{AT_SITE}{YOU}password=old\n")
    left = [line for line in path.read_text().splitlines() if not line.startswith(("rejected = ", "of = "))]
    assert left == [line for line in text.splitlines() if "gone" not in line]


def test_nothing_is_said_on_stdout(work: Path) -> None:
    request = call(work, f"{AT_SITE}{YOU}password=new\n")
    updates.store(request)
    assert cast("io.BytesIO", request.stdout).getvalue() == b""


def test_token_of_the_other_kind_takes_no_ones_place(files: Files, home: Path) -> None:
    """Under a name that only goes with the kind it is not, it would never be found again."""
    folder = files(config=profile("bb", BITBUCKET), credentials=token("bb", BITBUCKET, "ATATTold"))
    before = snapshot(folder)
    store(home, f"{AT_BITBUCKET}username=x-bitbucket-api-token-auth\npassword=ATCTTnew\n")
    assert snapshot(folder) == before


def test_end_that_has_passed_goes_when_the_token_still_works(work: Path) -> None:
    """Killed between token and helper.toml, a store leaves the old token's end beside the new token."""
    helper = work / ".config" / "atla" / "helper.toml"
    for passed in ("2020-01-01", as_time(NOW)):  # in this second, too
        helper.write_text(f"[profiles.work]\nexpires = {passed}\n")
        store(work, f"{AT_SITE}{YOU}password=old\n")
        assert noted(work) == {}
    helper.write_text("[profiles.work]\nexpires = 2999-01-01\n")
    before = snapshot(work)
    store(work, f"{AT_SITE}{YOU}password=old\n")
    assert snapshot(work) == before


def test_nan_elsewhere_is_no_obstacle(work: Path) -> None:
    folder = work / ".config" / "atla"
    (folder / "helper.toml").write_text("[x]\nv = nan\n")
    with (folder / "credentials.toml").open("a") as file:
        file.write("[other]\nv = [nan]\n")
    store(work, f"{AT_SITE}{YOU}password=new\npassword_expiry_utc={LATER}\n")
    assert secrets(work)[KEY] == "new"
    assert "expires" in read(work, "helper")["profiles"]["work"]


@pytest.mark.parametrize(
    ("request_text", "auth"),
    [
        (f"capability[]=authtype\n{YOU}password=new\n", None),
        (f"{YOU}password=new\n", "bearer"),
        (f"capability[]=authtype\n{YOU}password=old\n", "bearer"),
        ("capability[]=authtype\nusername=x-token-auth\npassword=new\n", "bearer"),
    ],
    ids=["could have said Bearer", "does not know Bearer", "the same token", "a name that goes with any token"],
)
def test_basic_token_makes_a_bearer_profile_basic(
    request_text: str, auth: str | None, files: Files, home: Path
) -> None:
    config = profile("work", "https://dc.example.com")
    files(
        config=config, helper='[profiles.work]\nauth = "bearer"\n',
        credentials=token("work", "https://dc.example.com", "old"),
    )  # fmt: skip
    store(home, AT_DC + request_text)
    assert read(home, "helper")["profiles"]["work"].get("auth") == auth


def test_what_is_noted_of_a_token_is_not_for_another_account(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login can make the profile another account's while the token is written."""
    put = TomlFile.put

    def put_while_a_login_runs(self: TomlFile, secrets: dict[str, str | None]) -> None:
        put(self, secrets)
        config = work / ".config" / "atla" / "config.toml"
        config.write_text(config.read_text().replace("you@example.com", "other@example.com"))
        (work / ".config" / "atla" / "helper.toml").write_text("[profiles.work]\nexpires = 2999-01-01\n")

    monkeypatch.setattr(TomlFile, "put", put_while_a_login_runs)
    with pytest.raises(CredentialError):
        store(work, f"{AT_SITE}{YOU}password=new\npassword_expiry_utc={LATER}\n")
    assert read(work, "helper")["profiles"]["work"]["expires"].year == 2999


def test_empty_refresh_token_is_none(work: Path) -> None:
    store(work, f"{AT_SITE}{YOU}password=new\noauth_refresh_token=\n")
    assert f"{KEY}|oauth_refresh_token" not in read(work, "credentials")["tokens"]


@pytest.mark.parametrize("operation", [store, erase])
def test_empty_user_name_owns_no_profile_without_an_e_mail(
    operation: Callable[..., None], files: Files, home: Path
) -> None:
    folder = files(
        config=profile("dc", "https://dc.example.com", ""),
        credentials=token("dc", "https://dc.example.com", "kept", ""),
    )
    before = snapshot(folder)
    operation(home, f"{AT_DC}username=\npassword=kept\n")
    operation(home, f"{AT_DC}username=\npassword=other\n")
    operation(home, f"{AT_DC}username=\n") if operation is erase else None
    assert snapshot(folder) == before
    assert answer(home, "https://dc.example.com", "") is None


@pytest.mark.parametrize(
    "request_text",
    [
        pytest.param("capability[]=authtype\nusername=x-token-auth\npassword=good\n", id="who knows authtype"),
        pytest.param("capability[]=authtype\nauthtype=Bearer\ncredential=good\n", id="as Bearer"),
        pytest.param("password=good\n", id="without a user"),
        pytest.param("username=x-token-auth\n", id="without a password"),
    ],
)
def test_any_other_word_on_a_bearer_token_counts(request_text: str, files: Files, home: Path) -> None:
    files(
        config=profile("dc", "https://dc.example.com", ""), credentials=token("dc", "https://dc.example.com", "good", "")
    )  # fmt: skip
    erase(home, AT_DC + request_text)
    assert secrets(home) == {"dc||https://dc.example.com|rejected": "good"}


REJECTED = (
    'the token of profile "work" was rejected, and is set aside; if it is good, run: atla-credential restore work; '
    "if not, make a new one, then run: atla-credential login --profile work"
)
IN_VARIABLE = "the token in ATLA_TOKEN was rejected; set the variable to a new one, or unset it"


@pytest.mark.parametrize("on_terminal", [True, False])
@pytest.mark.parametrize(
    ("request_text", "variables", "words", "is_left"),
    [
        pytest.param(f"{YOU}password=old\n", {}, [REJECTED], False, id="the token"),
        pytest.param(f"{YOU}password=other\n", {}, [], True, id="another token"),
        pytest.param(YOU, {}, [], False, id="no token"),
        pytest.param(f"{YOU}password=old\n", {"ATLA_TOKEN": "old"}, [IN_VARIABLE], True, id="a variable's token"),
        pytest.param(f"{YOU}password=other\n", {"ATLA_TOKEN": "old"}, [], True, id="not a variable's token"),
    ],
)
def test_a_person_is_told_of_a_rejection(
    request_text: str, variables: dict[str, str], words: list[str], is_left: bool, on_terminal: bool, work: Path
) -> None:
    asked, said = call(work, AT_SITE + request_text, **variables), list[str]()
    asked.on_terminal, asked.warn = on_terminal, said.append
    assert erasure.erase(asked) == 0
    assert said == (words if on_terminal else [])
    assert (KEY in secrets(work)) == is_left


def test_nobody_is_told_of_a_variable_s_token_that_was_sent_to_no_address(work: Path) -> None:
    asked = call(work, f"protocol=https\nhost=work.atlassian.net.\n{YOU}password=old\n", ATLA_TOKEN="old")
    asked.on_terminal, asked.warn = True, pytest.fail
    assert erasure.erase(asked) == 0


@pytest.fixture
def locked(files: Files, home: Path) -> Path:
    """Return a home where git's user is one adopted account, and the only login is in a keyring that nobody can open."""
    files(
        config=profile("bb", BITBUCKET, store="keyring") + profile("adopted", BITBUCKET, ""),
        credentials=token("adopted", BITBUCKET, "old", ""),
        helper='[profiles.adopted]\nusername = "jdoe"\nauth = "basic"\nadopted = true\n',
    )
    return home


def test_one_account_s_token_is_set_aside_without_a_look_at_another_s(locked: Path) -> None:
    erase(locked, f"{AT_BITBUCKET}username=jdoe\npassword=old\n")
    assert secrets(locked) == {f"adopted||{BITBUCKET}|rejected": "old"}


def test_one_account_s_token_is_kept_before_a_look_at_another_s(locked: Path) -> None:
    """Whether a `get` would give it now is asked afterwards."""
    with pytest.raises(Unavailable, match="failed to access system keyring"):
        store(locked, f"{AT_BITBUCKET}username=jdoe\npassword=new\n")
    assert secrets(locked) == {f"adopted||{BITBUCKET}": "new"}


def test_nobody_is_told_of_a_rejected_token_that_nobody_logged_in_with(files: Files, home: Path) -> None:
    files(
        config=profile("p", SITE), credentials=token("p", SITE, "old"), helper="[profiles.p]\nadopted = true\n"
    )  # fmt: skip
    asked = call(home, f"{AT_SITE}{YOU}password=old\n")
    asked.on_terminal, asked.warn = True, pytest.fail
    assert erasure.erase(asked) == 0
    assert secrets(home) == {f"p|you@example.com|{SITE}|rejected": "old"}


@pytest.mark.parametrize(
    ("auth", "request_text", "is_kept"),
    [
        pytest.param("bearer", "username=x-token-auth\npassword=good\n", True, id="who knows no authtype"),
        pytest.param("bearer", "username=x-token-auth\npassword=other\n", True, id="another token"),
        pytest.param("bearer", "capability[]=authtype\nwwwauth[]=Basic\nusername=x-token-auth\npassword=good\n", True, id="a server of Basic"),
        pytest.param("bearer", "capability[]=authtype\nwwwauth[]=Bearer\nusername=x-token-auth\npassword=good\n", False, id="a server of Bearer"),
        pytest.param("basic", "username=jdoe\npassword=good\n", False, id="a Basic profile"),
        pytest.param("adopted", "username=jdoe\npassword=good\n", False, id="an adopted profile, which never answers so"),
        pytest.param("bearer", "username=jdoe\npassword=good\n", None, id="another user"),
    ],
)  # fmt: skip
def test_bearer_token_that_was_refused_as_a_password_is_kept(
    auth: str, request_text: str, is_kept: bool | None, files: Files, home: Path
) -> None:
    """And how an older git can send it is said even where nobody sits: the token is shown only once."""
    more = {"basic": 'username = "jdoe"\n', "adopted": 'username = "jdoe"\nadopted = true\n'}
    files(
        config=profile("dc", "https://dc.example.com", ""),
        credentials=token("dc", "https://dc.example.com", "good", ""),
        helper=f'[profiles.dc]\nauth = "{auth.replace("adopted", "bearer")}"\n{more.get(auth, "")}',
    )
    asked, said = call(home, AT_DC + request_text), list[str]()
    asked.warn = said.append
    assert erasure.erase(asked) == 0
    assert ("dc||https://dc.example.com" in secrets(home)) == (is_kept is not False)
    start = 'the token of profile "dc" was not taken as a password, and is kept; '
    assert [words.startswith(start) for words in said] == ([True] if is_kept else [])


class OtherHelpers:
    """One helper that has a token until it is told that it was rejected."""

    def __init__(self, secret: str) -> None:
        self.secret: str | None = secret
        self.asked = 0

    def ask(self, profile: object, pass_over: object) -> tuple[Credential, int] | None:
        self.asked += 1
        return (Credential(self.secret), 1) if self.secret else None

    def tell(self, number: int, operation: str, profile: object, given: Credential) -> None:
        assert (number, operation, given.secret) == (1, "erase", self.secret)
        self.secret = None


@pytest.mark.parametrize(
    ("rejected", "has", "is_told"),
    [
        ("password=old\n", "old", True),
        ("password=other\n", "other", True),
        ("password=old\n", "other", False),
        ("password=\n", "old", None),
        ("", "old", None),
    ],
)
def test_helper_is_told_of_the_rejected_token_it_has(
    rejected: str, has: str, is_told: bool | None, work: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of them is even asked where no token is named."""
    files(helper='[helper]\nhelpers = ["other"]\n')
    helpers = OtherHelpers(has)
    monkeypatch.setattr(World, "helpers", lambda *_: helpers)
    erase(work, f"{AT_SITE}{YOU}{rejected}")
    assert (helpers.secret is None) == bool(is_told)
    assert bool(helpers.asked) == (is_told is not None)
    assert (KEY in secrets(work)) == (rejected in ("password=other\n", "password=\n"))


def test_rejected_password_of_two_profiles_goes_where_it_is_one(files: Files, home: Path) -> None:
    files(
        config=profile("bearer", DC, "") + profile("basic", DC, ""),
        credentials=token("bearer", DC, "good", "") + token("basic", DC, "good", ""),
        helper='[profiles.basic]\nauth = "basic"\nusername = "x-token-auth"\n',
    )
    erase(home, f"{AT_DC}username=x-token-auth\npassword=good\n")
    assert secrets(home) == {f"bearer||{DC}": "good", f"basic||{DC}|rejected": "good"}


def test_bearer_token_of_a_cloud_site_is_no_password_anywhere(files: Files, home: Path) -> None:
    files(
        config=profile("work", SITE), credentials=token("work", SITE, "good"),
        helper='[profiles.work]\nauth = "bearer"\n',
    )  # fmt: skip
    erase(home, f"{AT_SITE}{YOU}password=good\n")
    assert secrets(home) == {f"{KEY}|rejected": "good"}


@pytest.mark.parametrize("operation", [store, erase])
def test_copy_that_was_started_as_a_helper_leaves_all_to_the_first(operation: Callable[..., None], work: Path) -> None:
    before = snapshot(work)
    operation(work, f"{AT_SITE}{YOU}password={'new' if operation is store else 'old'}\n", ATLA_CREDENTIAL_DEPTH="1")
    assert snapshot(work) == before


@pytest.mark.parametrize("given", ["old", "new"])
def test_lock_is_held_only_where_something_is_stored(given: str, work: Path) -> None:
    store(work, f"{AT_SITE}{YOU}password={given}\n")
    assert bool(list(work.glob(".config/atla/profiles.lock"))) == (given == "new")


class Keeper(OtherHelpers):
    """A helper that says that a token is its own, and is told of it."""

    told = 0

    def tell(self, number: int, operation: str, profile: object, given: Credential) -> None:
        assert (operation, given.secret) == ("store", self.secret)
        self.told += 1


@pytest.mark.parametrize(("has", "told"), [("new", 1), ("other", 0)])
def test_token_of_a_helper_stays_with_the_helper(
    has: str, told: int, work: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(credentials="", helper='[helper]\nhelpers = ["other"]\n')
    helpers = Keeper(has)
    monkeypatch.setattr(World, "helpers", lambda *_: helpers)
    store(work, f"{AT_SITE}{YOU}password=new\n")
    assert helpers.told == told
    assert secrets(work) == {}


@pytest.mark.parametrize("rejected", ["old", "other"])
def test_lock_is_held_and_git_asked_only_where_something_is_removed(
    rejected: str, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[object]()
    monkeypatch.setattr(stale, "why_no_rejection", lambda *_: asked.append(_))
    erase(work, f"{AT_SITE}{YOU}password={rejected}\n")
    assert bool(list(work.glob(".config/atla/profiles.lock"))) == bool(asked) == (rejected == "old")


def test_no_lock_is_held_where_there_is_no_token(work: Path) -> None:
    erase(work, AT_DC)
    assert not list(work.glob(".config/atla/profiles.lock"))


class Keyring(Store):
    """A keyring that has one secret, and perhaps an older one that only `move` comes upon."""

    def __init__(self, *secrets: str) -> None:
        self.secrets = list(secrets)

    def get(self, key: str) -> str | None:
        return self.secrets[0] if key == KEY and self.secrets else None

    def put(self, secrets: dict[str, str | None]) -> None:
        pytest.fail("nothing is stored here")

    def move(self, keys: dict[str, str], secret: str | None, replaces: bool = True) -> bool:
        assert keys == {each: f"{each}|rejected" for each in (KEY, f"{KEY}|oauth_refresh_token")}
        found = secret in self.secrets
        self.secrets = [each for each in self.secrets if each != secret]
        return found


@pytest.mark.parametrize(
    ("rejected", "left", "is_found"),
    [("new", ["older"], True), ("older", ["new"], True), ("other", ["new", "older"], False)],
)
def test_keyring_can_hold_a_rejected_token_behind_another(
    rejected: str, left: list[str], is_found: bool, files: Files, home: Path
) -> None:
    files(config=profile("work", SITE, store="keyring"), helper="[profiles.work]\nrefreshes = true\n")
    asked, keyring = call(home, f"{AT_SITE}{YOU}password={rejected}\n"), Keyring("new", "older")
    asked.world._stores["keyring"] = keyring
    said = list[str]()
    asked.on_terminal, asked.warn = True, said.append
    assert erasure.erase(asked) == 0
    assert keyring.secrets == left
    assert said == ([REJECTED] if is_found else [])
    assert ("rejected" in noted(home)) == is_found
    assert not is_found or read(home, "helper")["profiles"]["work"]["of"] == notes.mark(KEY, rejected)


def test_keyring_is_left_alone_where_only_the_end_is_new(files: Files, home: Path) -> None:
    files(config=profile("work", SITE, store="keyring"))
    asked = call(home, f"{AT_SITE}{YOU}password=old\npassword_expiry_utc={LATER}\n")
    asked.world._stores["keyring"] = Keyring("old")
    assert updates.store(asked) == 0
    assert read(home, "helper")["profiles"]["work"]["expires"].timestamp() == LATER


def test_mark_that_an_older_version_has_written_is_known() -> None:
    """And no token is not one that is called None."""
    assert notes.mark(KEY, "old") == "529c02d1"
    assert notes.mark("work\udcff", "s") != notes.mark("work\udcfe", "s")  # a name in another encoding
    assert not notes.speaks_of(Notes(of=notes.mark(KEY, "None")), Profile("work", SITE, "you@example.com"), None)


@pytest.mark.parametrize(
    ("noted_of", "kept", "now_of"),
    [
        ("s", Kept("s"), "s"),
        ("a", Kept("s", aside=Kept("a")), "a"),
        ("a", Kept(None, aside=Kept("a")), "a"),
        ("gone", Kept("s", aside=Kept("a")), None),
        ("gone", Kept(None), None),
    ],
)
def test_mark_of_a_token_goes_along_under_another_name(noted_of: str, kept: Kept, now_of: str | None) -> None:
    """That of a token which is not there any more stays as it is, and fits none."""
    before, after = Profile("old", SITE), Profile("new", SITE)
    found = Notes(of=notes.mark(before.secret_key, noted_of))
    wanted = {"of": notes.mark(after.secret_key, now_of)} if now_of else {}
    assert notes.under_another_name(found, before, after, kept) == wanted


def test_git_is_not_asked_for_the_sake_of_an_empty_keyring(
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(config=profile("work", SITE, store="keyring"))
    monkeypatch.setattr(stale, "why_no_rejection", lambda *_: pytest.fail("git is asked"))
    asked = call(home, f"{AT_SITE}{YOU}password=old\n")
    asked.world._stores["keyring"] = Keyring()
    assert erasure.erase(asked) == 0


def test_rejection_without_a_user_and_a_token_means_all_of_the_address(files: Files, home: Path) -> None:
    files(
        config=profile("a", SITE, "a@example.com") + profile("b", SITE, "b@example.com") + profile("dc", DC, ""),
        credentials=token("a", SITE, "of-a", "a@example.com") + token("b", SITE, "of-b", "b@example.com") + token("dc", DC, "kept", ""),
    )  # fmt: skip
    erase(home, AT_SITE)
    assert [secret for key, secret in secrets(home).items() if not key.endswith("|rejected")] == ["kept"]


def test_kind_of_a_rejected_token_that_only_a_helper_has(
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(config=profile("bb", BITBUCKET), helper='[helper]\nhelpers = ["other"]\n')
    helpers = OtherHelpers("ATCTTold")
    monkeypatch.setattr(World, "helpers", lambda *_: helpers)
    erase(home, f"{AT_BITBUCKET}username=x-token-auth\npassword=ATCTTold\n")
    assert helpers.secret is None


@pytest.mark.parametrize(
    ("store_", "refreshes", "given", "noted"),
    [
        ("keyring", False, None, {}),
        ("keyring", False, "again", {"refreshes": True}),
        ("keyring", True, "again", {}),
        ("keyring", True, None, {"refreshes": None}),
        ("file", False, "again", {}),
    ],
)
def test_whether_a_keyring_has_a_refresh_token_is_noted(
    store_: str, refreshes: bool, given: str | None, noted: dict[str, object], files: Files, home: Path
) -> None:
    """So that none is asked for where there is none; in a file nobody need know."""
    files(
        config=profile("work", SITE, store=store_), helper="[profiles.work]\nrefreshes = true\n" if refreshes else ""
    )  # fmt: skip
    asked = call(home, "")
    asked.world._stores["keyring"] = Keyring("old")
    query = Query(("https", "work.atlassian.net", 443))
    (claim,) = asked.search(query).claims()
    made = updates.plan(asked, claim, Credential("new", "you@example.com", refresh_secret=given), query)
    assert {key: value for key, value in made.values.items() if key not in NOTES} == noted


@pytest.mark.parametrize(
    "request_text",
    [
        "username=x-token-auth\npassword={}\n",
        "capability[]=authtype\nauthtype=Bearer\ncredential={}\n",
        "path=wiki\nusername=x-token-auth\npassword={}\n",
    ],
)
def test_site_of_a_service_account_is_no_place_to_store_or_erase(request_text: str, files: Files, home: Path) -> None:
    """Its token was never sent there, so what happened there says nothing of it."""
    files(
        config=profile("robot", SITE, "", cloud_id="id"),
        credentials=token("robot", SITE, "secret", ""),
        helper='[profiles.robot]\nauth = "bearer"\n',
    )
    before = secrets(home)
    for secret in ("secret", "new"):
        request = f"protocol=https\nhost=work.atlassian.net\n{request_text.format(secret)}"
        store(home, request)
        erase(home, request)
        assert secrets(home) == before
    erase(home, "protocol=https\nhost=work.atlassian.net\n")
    assert secrets(home) == before
