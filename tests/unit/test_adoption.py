"""adopt: when store makes a profile for a new host, and what such a profile may do."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import answer, profile, resolution, token
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, NoCredential, TryAgain, Unavailable
from atla_credential.model import Credential, Profile, Query
from atla_credential.operations import store as updates
from atla_credential.operations.adoption import adopt, gives_back, is_allowed
from atla_credential.operations.call import Call
from atla_credential.profiles.tables import save_profile
from atla_credential.settings.config import Config
from conftest import snapshot
from updating import call, erase, noted, read, secrets, store

Files = Callable[..., Path]

ANY = '[helper]\nstorage = "file"\nadopt = "any"\n'
USER = "username=jdoe\npassword=made-up\n"
AT = "protocol=https\nhost=git.example.com\n"
URL = "https://git.example.com"


def helper(adopt: str, more: str = "") -> str:
    return f'[helper]\nstorage = "file"\nadopt = "{adopt}"\n{more}'


def profiles(home: Path) -> dict[str, Any]:
    return dict(read(home, "config").get("profiles", {}))


@pytest.mark.parametrize(
    ("adopt", "url", "adopted"),
    [
        ("never", URL, False),
        ("never", "https://new.atlassian.net", False),
        ("atlassian", URL, False),
        ("atlassian", "https://new.atlassian.net", True),
        ("atlassian", "https://new.atlassian-us-gov-mod.net", True),
        ("atlassian", "https://api.atlassian-us-gov-mod.com/ex/jira/1", False),
        ("atlassian", "https://bitbucket.org", True),
        ("atlassian", "https://new.atlassian.net.evil.example", False),
        ("atlassian", "https://new.atlassian.net:8443", False),
        ("atlassian", "https://xbitbucket.org", False),
        ("atlassian", "https://api.atlassian.com/ex/jira/1", False),
        ("any", URL, True),
        ("any", "https://new.atlassian.net", True),
        ("any", "http://127.0.0.1:8080", True),
        ("any", "http://git.example.com", False),
    ],
)
def test_which_hosts(adopt: str, url: str, adopted: bool, files: Files, home: Path) -> None:
    files(helper=helper(adopt))
    store(home, f"url={url}\nusername=you@example.com\npassword=made-up\n")
    assert bool(profiles(home)) == adopted
    assert adopted or not list(home.glob(".config/atla/*.lock"))
    assert (home / ".config" / "atla" / "profiles.lock").exists() == adopted
    assert bool(secrets(home)) == adopted


def test_http_where_it_is_allowed(files: Files, home: Path) -> None:
    files(helper=helper("any", "allow_http = true\n"))
    store(home, f"url=http://git.example.com\n{USER}")
    assert answer(home, "http://git.example.com") == ("jdoe", "made-up", "basic")
    assert answer(home, URL) is None


def test_files_stay_readable_for_the_atla_cli(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, f"{AT}path=team/one.git\n{USER}")
    assert read(home, "config") == {
        "schema_version": 2,
        "profiles": {"git.example.com": {"instance": f"{URL}/team/one.git", "email": "", "credential_store": "file"}},
    }
    assert secrets(home) == {f"git.example.com||{URL}/team/one.git": "made-up"}
    assert noted(home, "git.example.com") == {"auth": "basic", "username": "jdoe", "adopted": True}


def test_token_of_a_cloud_site_is_for_all_of_it(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, "url=https://you%40example.com:made-up@new.atlassian.net/wiki/spaces\n")
    assert profiles(home)["new"]["instance"] == "https://new.atlassian.net"
    assert noted(home, "new") == {"adopted": True}  # the e-mail is the user name
    assert answer(home, "https://new.atlassian.net/rest") == ("you@example.com", "made-up", "basic")


@pytest.mark.parametrize(
    ("request_text", "answered"),
    [
        (
            "username=x-bitbucket-api-token-auth\npassword=ATATTmade-up\n",
            ("x-bitbucket-api-token-auth", "ATATTmade-up", "basic"),
        ),
        ("username=x-token-auth\npassword=ATCTTmade-up\n", ("x-token-auth", "ATCTTmade-up", "basic")),
    ],
)
def test_bitbucket_under_a_name_that_tells_no_account(
    request_text: str, answered: tuple[str, str, str], files: Files, home: Path
) -> None:
    files(helper=helper("atlassian"))
    store(home, f"protocol=https\nhost=bitbucket.org\n{request_text}")
    assert answer(home, "https://bitbucket.org") == answered
    assert "username" not in read(home, "helper")["profiles"]["bitbucket"]


@pytest.mark.parametrize(
    "request_text",
    [
        "url=https://new.atlassian.net\npassword=made-up\n",
        f"{AT}password=made-up\n",
        "url=https://new.atlassian.net\nusername=\npassword=\n",
        "url=https://bitbucket.org\nusername=x-token-auth\npassword=ATATTmade-up\n",
        f"{AT}path=a%b\n{USER}",
        "url=https://api.atlassian.com\nusername=jdoe\npassword=made-up\n",
    ],
    ids=[
        "Cloud without a user",
        "no user",
        "Cloud with an empty user",
        "the other kind's user",
        "path with a percent sign",
        "gateway",
    ],
)
def test_what_no_profile_could_answer_is_not_kept(request_text: str, files: Files, home: Path) -> None:
    folder = files(helper=ANY)
    store(home, request_text)
    assert {name for name in snapshot(folder) if not name.endswith(".lock")} == {"helper.toml"}


def test_names(files: Files, home: Path) -> None:
    files(helper=ANY)
    for user in ("first", "second", "a|b", "second "):
        store(home, f"{AT}username={user}\npassword={user}\n")
    store(home, f"protocol=https\nhost=git.example.com:8443\n{USER}")
    assert list(profiles(home)) == [
        "git.example.com", "git.example.com-second", "git.example.com-a-b", "git.example.com-second ", "git.example.com-8443",
    ]  # fmt: skip
    for user in ("first", "second", "a|b"):
        assert answer(home, URL, user) == (user, user, "basic")


@pytest.mark.parametrize(
    ("more", "variables"),
    [
        ({"config": profile("git-example.com", "https://other.example.com")}, {}),
        ({"config": '[default]\nprofile = "git.example.com"\n'}, {}),
        ({"helper": ANY + '[profiles."git.example.com"]\nproduct = "jira"\n'}, {}),
        ({"credentials": token("git.example.com", URL, "older", "")}, {}),
        ({}, {"ATLA_TOKEN__GIT_EXAMPLE_COM": "of-another"}),
    ],
    ids=["same variable", "default", "own table", "old token", "variable"],
)
def test_a_name_that_means_something_is_passed_over(
    more: dict[str, str], variables: dict[str, str], files: Files, home: Path
) -> None:
    files(**{"helper": ANY, **more})
    before = secrets(home)
    store(home, AT + USER, **variables)
    assert "git.example.com-jdoe" in profiles(home)
    assert secrets(home) == {**before, f"git.example.com-jdoe||{URL}": "made-up"}


def test_another_users_credential_comes_last(files: Files, home: Path) -> None:
    """Who logged in to a Data Center still gets that answer after git was told of somebody else there."""
    files(
        helper=ANY + '[profiles.zeta]\nauth = "bearer"\n', config=profile("zeta", URL, ""),
        credentials=token("zeta", URL, "logged-in", ""),
    )  # fmt: skip
    store(home, AT + USER)
    assert answer(home, URL) == ("x-token-auth", "logged-in", "bearer")
    assert answer(home, URL, "jdoe") == ("jdoe", "made-up", "basic")


def test_nobody_chose_it(files: Files, home: Path) -> None:
    """A token in a variable must not go to a host that git happened to be told of (safety O3)."""
    files(helper=ANY)
    store(home, AT + USER)
    assert "default" not in read(home, "config")
    assert answer(home, URL, ATLA_TOKEN="of-work") == ("jdoe", "made-up", "basic")
    erase(home, f"{AT}username=jdoe\n")
    assert answer(home, URL, ATLA_TOKEN="of-work") is None


def test_only_profile_that_somebody_logged_in_to_is_still_the_active_one(files: Files, home: Path) -> None:
    files(helper=ANY, config=profile("work", "https://work.atlassian.net"))
    store(home, AT + USER)
    assert answer(home, "https://work.atlassian.net", ATLA_TOKEN="v") == ("you@example.com", "v", "basic")


def test_silent_without_a_token(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, AT + USER)
    erase(home, AT)
    assert "git.example.com" in profiles(home)
    assert resolution(home, URL) is None
    found = resolution(home, URL, profile_name="git.example.com")
    assert found is not None
    assert found.credential is None
    store(home, AT + USER)
    assert list(profiles(home)) == ["git.example.com"]
    assert answer(home, URL) == ("jdoe", "made-up", "basic")


def test_an_adopted_profile_without_a_token_hides_none_that_has_one(files: Files, home: Path) -> None:
    files(helper=ANY)
    for user in ("first", "second"):
        store(home, f"{AT}username={user}\npassword={user}\n")
    erase(home, f"{AT}username=first\n")
    assert answer(home, URL) == ("second", "second", "basic")


def test_empty_user_and_password(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, f"{AT}username=\npassword=\n")
    assert answer(home, URL) == ("", "", "basic")
    assert answer(home, URL, "jdoe") is None
    erase(home, f"{AT}username=\npassword=\n")
    assert answer(home, URL) is None


@pytest.mark.parametrize("config", [profile("dc", URL, ""), profile("dc", URL)], ids=["no e-mail", "e-mail"])
def test_empty_password_replaces_no_token(config: str, files: Files, home: Path) -> None:
    files(helper=ANY, config=config, credentials=token("dc", URL, "kept", "") + token("dc", URL, "kept"))
    store(home, f"{AT}username=\npassword=\n")
    assert secrets(home) | {f"git.example.com||{URL}": ""} == secrets(home)
    assert sorted(secrets(home).values()) == ["", "kept", "kept"]


@pytest.mark.parametrize("user", ["username=jdoe\n", ""], ids=["a user", "none"])
def test_empty_password_of_a_named_user_is_not_kept(user: str, files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, f"{AT}{user}password=\n")
    for name in (user, "username=\n"):  # the system signs in by itself with Basic only
        store(home, f"{AT}{name}capability[]=authtype\nauthtype=Bearer\ncredential=\n")
    assert profiles(home) == {}


def test_empty_token_in_the_file_is_none_for_a_named_user(files: Files, home: Path) -> None:
    files(config=profile("dc", URL), credentials=token("dc", URL, ""))
    assert answer(home, URL) is None


def test_variables_say_who_we_are_there(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, f"{AT}username=you@example.com\npassword=made-up\n", ATLA_INSTANCE=URL, ATLA_EMAIL="you@example.com")
    assert profiles(home) == {}


def test_account_that_another_process_adopts_in_the_same_moment_is_one_profile(
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(helper=ANY)
    changing = updates.changing

    def be_late(asked: Call) -> Any:
        monkeypatch.setattr(updates, "changing", changing)
        store(home, f"{AT}username=jdoe\npassword=older\n")
        return changing(asked)

    monkeypatch.setattr(updates, "changing", be_late)
    store(home, AT + USER)
    assert secrets(home) == {f"git.example.com||{URL}": "made-up"}


def test_token_of_a_helper_is_not_kept_for_an_adopted_profile(
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[str]()

    class Helper:
        def ask(self, *_: object) -> tuple[Credential, int]:
            return Credential("made-up", "jdoe"), 1

        def tell(self, number: int, operation: str, *_: object) -> None:
            told.append(operation)

    files(helper=ANY + 'helpers = ["other"]\n')
    monkeypatch.setattr(World, "helpers", lambda *_: Helper())
    store(home, AT + USER)
    assert (told, secrets(home)) == (["store"], {})


def test_bearer_token_of_who_does_not_say_that_it_knows_authtype(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, f"{AT}username=jdoe\nauthtype=Bearer\ncredential=made-up\n")
    assert secrets(home) == {f"git.example.com||{URL}": "made-up"}


def test_nothing_is_noted_of_a_token_that_was_removed(files: Files, home: Path) -> None:
    own = {"auth": "basic", "username": "jdoe", "adopted": True}
    noted_too = "refreshes = true\nexpires = 2100-01-01T00:00:00Z\nsince = 2020-01-01T00:00:00Z\n"
    files(
        config=profile("p", URL, ""), credentials=token("p", URL, "made-up", ""),
        helper=f'[profiles.p]\nauth = "basic"\nusername = "jdoe"\nadopted = true\n{noted_too}',
    )  # fmt: skip
    erase(home, AT + USER)
    assert read(home, "helper")["profiles"]["p"] == own


def test_wrong_choice_is_said_before_anything_is_written(files: Files, home: Path) -> None:
    files(helper=ANY)
    with pytest.raises(NoCredential):
        store(home, AT + USER, ATLA_PROFILE="git.example.com")
    assert profiles(home) == {}


def test_helper_with_a_profile_adopts_nothing(files: Files, home: Path) -> None:
    files(helper=ANY, config=profile("work", "https://work.atlassian.net"))
    asked = call(home, AT + USER)
    asked.options["--profile"] = "work"
    assert updates.store(asked) == 0
    assert list(profiles(home)) == ["work"]


def test_without_a_keyring_the_message_says_what_to_write(files: Files, home: Path) -> None:
    files(helper='[helper]\nadopt = "any"\n')
    with pytest.raises(Unavailable) as caught:
        store(home, AT + USER)
    assert 'storage = "file"' in caught.value.hints[0]
    assert profiles(home) == {}


def test_login_of_the_same_moment_keeps_its_name(files: Files, home: Path) -> None:
    folder = files(helper=ANY, config=profile("git.example.com", "https://logged-in.example.com"))
    before = snapshot(folder)
    adopted = Profile("git.example.com", URL, "", "file", username="jdoe", adopted=True)
    with pytest.raises(TryAgain):
        save_profile(World(Environment({"HOME": str(home)})), adopted, {})
    after = {name: data for name, data in snapshot(folder).items() if not name.endswith(".lock")}
    assert after == dict(before)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX modes")
def test_new_files_are_private(files: Files, home: Path) -> None:
    folder = files(helper=ANY)
    store(home, AT + USER)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_user_that_could_not_be_handed_out_is_refused(files: Files, home: Path) -> None:
    files(helper=ANY)
    with pytest.raises(CredentialError, match="the username has a control character"):
        store(home, f"{AT}username=j\x0bdoe\npassword=made-up\n")
    assert profiles(home) == {}


LOGGED_IN = {
    "config": profile("corp", URL, ""),
    "helper": ANY + '[profiles.corp]\nauth = "bearer"\nusername = "jdoe"\n',
    "credentials": token("corp", URL, "logged-in", ""),
}
AT_PATH = f"{AT}path=team/repo\n"


def test_path_brings_no_adopted_profile_before_a_logged_in_one(files: Files, home: Path) -> None:
    files(**LOGGED_IN)
    store(home, f"{AT_PATH}username=other\npassword=of-other\n")
    assert answer(home, f"{URL}/team/repo") == ("jdoe", "logged-in", "bearer")
    assert answer(home, f"{URL}/team/repo", "other") == ("other", "of-other", "basic")
    erase(home, f"{AT_PATH}username=other\npassword=of-other\n")
    assert answer(home, f"{URL}/team/repo") == ("jdoe", "logged-in", "bearer")


def test_login_comes_before_what_was_adopted_of_the_same_user(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, f"{AT_PATH}{USER}")
    folder = home / ".config" / "atla"
    with (folder / "config.toml").open("a") as config:
        config.write(profile("corp", URL, ""))
    with (folder / "helper.toml").open("a") as own:
        own.write('[profiles.corp]\nusername = "jdoe"\n')
    with (folder / "credentials.toml").open("a") as credentials:
        credentials.write(token("corp", URL, "logged-in", ""))
    assert answer(home, f"{URL}/team/repo") == ("jdoe", "logged-in", "bearer")
    store(home, f"{AT_PATH}username=jdoe\npassword=renewed\n")
    assert secrets(home)[f"corp||{URL}"] == "renewed"


def test_each_path_keeps_its_own(files: Files, home: Path) -> None:
    """More of them than there are names with two digits; and without a path the host is a place of its own."""
    files(helper=ANY)
    for number in range(4):
        store(home, f"{AT}path=r{number}\nusername=jdoe\npassword=p{number}\n")
    store(home, f"{AT}username=jdoe\npassword=of-the-host\n")
    for number in range(4):
        assert answer(home, f"{URL}/r{number}", "jdoe") == ("jdoe", f"p{number}", "basic")
    assert answer(home, URL, "jdoe") == ("jdoe", "of-the-host", "basic")
    assert answer(home, f"{URL}/r9", "jdoe") == ("jdoe", "of-the-host", "basic")
    more = ("", "-jdoe", "-jdoe-2", "-jdoe-3", "-jdoe-4")
    assert list(profiles(home)) == [f"git.example.com{each}" for each in more]


def test_password_that_changes_after_the_paths_were_switched_off(files: Files, home: Path) -> None:
    files(helper=ANY)
    for path in ("a/one", "a/two"):
        store(home, f"{AT}path={path}\nusername=jdoe\npassword=older\n")
    erase(home, f"{AT}username=jdoe\npassword=older\n")
    store(home, f"{AT}username=jdoe\npassword=newer\n")
    assert answer(home, URL, "jdoe") == ("jdoe", "newer", "basic")


def test_adopted_bitbucket_profile_takes_nothing_from_the_logged_in_one(files: Files, home: Path) -> None:
    bitbucket = "protocol=https\nhost=bitbucket.org\n"
    files(
        helper=helper("atlassian"), config=profile("bb", "https://bitbucket.org"),
        credentials=token("bb", "https://bitbucket.org", "ATATTold"),
    )  # fmt: skip
    before = answer(home, "https://bitbucket.org", "jdoe")
    store(home, f"{bitbucket}username=x-token-auth\npassword=ATCTTrepository\n")
    assert "bitbucket" in profiles(home)
    assert answer(home, "https://bitbucket.org", "jdoe") == before
    store(home, f"{bitbucket}username=x-bitbucket-api-token-auth\npassword=ATATTnew\n")
    assert secrets(home)["bb|you@example.com|https://bitbucket.org"] == "ATATTnew"


def test_adopted_repository_token_is_not_for_any_account(files: Files, home: Path) -> None:
    files(helper=helper("atlassian"))
    store(home, "protocol=https\nhost=bitbucket.org\nusername=x-token-auth\npassword=ATCTTrepository\n")
    assert resolution(home, "https://bitbucket.org", "jdoe") is None


def test_adopted_bitbucket_profile_is_silent_where_it_has_no_name(files: Files, home: Path) -> None:
    files(helper=helper("atlassian"))
    store(home, "protocol=https\nhost=bitbucket.org\nusername=jdoe\npassword=ATATTmade-up\n")
    assert resolution(home, "https://api.bitbucket.org/2.0") is None


@pytest.mark.parametrize("secret", ["hunter2", "of-bearer"], ids=["another secret", "the same secret"])
def test_password_after_bearer_is_a_password(secret: str, files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, f"capability[]=authtype\n{AT}username=jdoe\nauthtype=Bearer\ncredential=of-bearer\n")
    store(home, f"{AT}username=jdoe\npassword={secret}\n")
    assert answer(home, URL, "jdoe") == ("jdoe", secret, "basic")


def test_bearer_without_a_user_takes_no_named_user_s_place(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, AT + USER)
    store(home, f"capability[]=authtype\n{AT}authtype=Bearer\ncredential=of-bearer\n")
    assert answer(home, URL, "jdoe") == ("jdoe", "made-up", "basic")
    assert "of-bearer" in secrets(home).values()


def test_instance_of_the_variables_gives_its_token_to_no_adopted_account(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, AT + USER)
    variables = {"ATLA_INSTANCE": URL, "ATLA_TOKEN": "of-ci"}
    assert answer(home, URL, "jdoe", **variables) == ("jdoe", "made-up", "basic")
    chosen = answer(home, URL, "jdoe", ATLA_PROFILE="git.example.com", ATLA_TOKEN="of-ci")
    assert chosen == ("jdoe", "of-ci", "basic")


def test_own_variable_of_the_variables_profile_is_for_no_adopted_one(files: Files, home: Path) -> None:
    files(helper=ANY)
    site = "https://work.atlassian.net"
    bot = {"ATLA_INSTANCE": site, "ATLA_EMAIL": "bot@example.com", "ATLA_TOKEN__WORK": "of-bot"}
    before = answer(home, site, **bot)
    store(home, f"url={site}\nusername=you@example.com\npassword=of-you\n")
    assert answer(home, site, **bot) == before == ("bot@example.com", "of-bot", "basic")
    assert answer(home, site, "you@example.com", **bot) == ("you@example.com", "of-you", "basic")


@pytest.mark.parametrize(("adopt", "allowed"), [("never", ""), ("atlassian", "cb"), ("any", "cbo")])
def test_which_hosts_alone(adopt: str, allowed: str) -> None:
    hosts = {"c": "new.atlassian.net", "b": "bitbucket.org", "o": "git.example.com"}
    known = Config({}, adopt=adopt)
    assert "".join(each for each, host in hosts.items() if is_allowed(known, ("https", host, 443))) == allowed


@pytest.mark.parametrize(
    ("username", "given", "gives"),
    [
        ("jdoe", Credential("s", "jdoe"), True),
        ("x-token-auth", Credential("s", "jdoe"), True),
        ("x-token-auth", Credential("s", "other"), False),
        (None, Credential("s", "jdoe"), False),
        ("jdoe", Credential("s"), False),
        (None, Credential("s", auth="bearer"), True),
    ],
)
def test_what_gives_a_credential_back(username: str | None, given: Credential, gives: bool) -> None:
    """Under the user's own name, or under one that the site wants beside any token."""
    assert gives_back(Profile("p", URL, username="jdoe"), username, given) == gives


def test_bearer_token_of_a_cloud_site_without_a_user_is_without_an_email(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, "capability[]=authtype\nurl=https://new.atlassian.net\nauthtype=Bearer\ncredential=made-up\n")
    assert profiles(home)["new"]["email"] == ""


@pytest.mark.parametrize("auth", ["basic", "bearer"])
def test_user_of_a_cloud_site_that_is_no_part_of_a_key(auth: str, files: Files, home: Path) -> None:
    """With a `|` in it, the keys of two accounts could be the same."""
    files(helper=ANY)
    secret = "password=s\n" if auth == "basic" else "authtype=Bearer\ncredential=s\n"
    store(home, f"capability[]=authtype\nurl=https://new.atlassian.net\nusername=a|b\n{secret}")
    assert [each["email"] for each in profiles(home).values()] == ([] if auth == "basic" else [""])


@pytest.mark.parametrize("query", [None, Query(None)])
def test_no_profile_may_be_made_without_an_address(query: Query | None, files: Files, home: Path) -> None:
    files(helper=ANY)
    asked = call(home, "")
    assert not updates.may_adopt(asked, asked.search(query))


def test_nothing_more_is_looked_at_where_no_profile_may_be_made(
    files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "is_answered", lambda *_: pytest.fail("it is looked at"))
    files(helper=helper("never"))
    store(home, AT + USER)


def test_no_profile_is_made_for_what_is_no_address(files: Files, home: Path) -> None:
    files(helper=ANY)
    assert adopt(call(home, "").search(None), Query(None), Credential("made-up", "jdoe")) is None
    assert profiles(home) == {}


def test_settings_that_are_gone_meanwhile_say_nothing(files: Files, home: Path) -> None:
    """Between the look whether a profile may be made and the making: then it would be for the keyring."""
    files()
    query = Query(("https", "git.example.com", 443))
    with pytest.raises(Unavailable, match="failed to access system keyring"):
        adopt(call(home, "").search(query), query, Credential("made-up", "jdoe"))
    assert profiles(home) == {}


def test_fixed_name_at_a_host_of_ones_own(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, f"{AT}username=x-token-auth\npassword=made-up\n")
    assert answer(home, URL, "x-token-auth") == ("x-token-auth", "made-up", "basic")


def test_only_bitbucket_profile_goes_on_answering_for_every_name(files: Files, home: Path) -> None:
    bitbucket = "protocol=https\nhost=bitbucket.org\n"
    files(
        helper=ANY,
        config=profile("bb", "https://bitbucket.org"),
        credentials=token("bb", "https://bitbucket.org", "ATATTold"),
    )
    before = answer(home, "https://bitbucket.org", "jdoe")
    store(home, f"{bitbucket}username=jdoe\npassword=other\n")
    assert list(profiles(home)) == ["bb"]
    assert answer(home, "https://bitbucket.org", "jdoe") == before


def test_login_comes_before_an_adopted_bitbucket_profile(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, "protocol=https\nhost=bitbucket.org\nusername=jdoe\npassword=other\n")
    folder = home / ".config" / "atla"
    with (folder / "config.toml").open("a") as config:
        config.write(profile("bb", "https://bitbucket.org"))
    with (folder / "credentials.toml").open("a") as credentials:
        credentials.write(token("bb", "https://bitbucket.org", "ATATTnew"))
    assert answer(home, "https://bitbucket.org", "jdoe") == ("x-bitbucket-api-token-auth", "ATATTnew", "basic")


def test_rejected_token_of_a_path_gives_way_to_no_other(files: Files, home: Path) -> None:
    """Otherwise git would be answered with a token that its `erase` does not reach, and never ask."""
    files(helper=ANY)
    store(home, f"{AT_PATH}username=jdoe\npassword=of-the-path\n")
    store(home, f"{AT}username=jdoe\npassword=of-the-host\n")
    erase(home, f"{AT_PATH}username=jdoe\npassword=of-the-path\n")
    assert resolution(home, f"{URL}/team/repo") is None
    store(home, f"{AT_PATH}username=jdoe\npassword=newer\n")
    assert answer(home, f"{URL}/team/repo") == ("jdoe", "newer", "basic")


def test_adopted_bitbucket_user_is_given_back(files: Files, home: Path) -> None:
    bitbucket = "protocol=https\nhost=bitbucket.org\n"
    files(helper=ANY)
    store(home, f"{bitbucket}username=jdoe\npassword=of-jdoe\n")
    assert answer(home, "https://bitbucket.org") == ("jdoe", "of-jdoe", "basic")
    store(home, f"{bitbucket}username=x-bitbucket-api-token-auth\npassword=ATATTmade-up\n")
    assert answer(home, "https://bitbucket.org", "jdoe") == ("jdoe", "of-jdoe", "basic")
    assert "ATATTmade-up" in secrets(home).values()


def test_empty_password_does_not_replace_the_empty_user_s_token(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, f"{AT}username=\npassword=made-up\n")
    store(home, f"{AT}username=\npassword=\n")
    assert answer(home, URL) == ("", "made-up", "basic")


def test_token_that_is_there_already_makes_no_profile_for_a_path_below(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, f"{AT_PATH}{USER}")
    store(home, f"{AT}path=team/repo/info/lfs\n{USER}")
    assert list(profiles(home)) == ["git.example.com"]


def test_own_variable_of_a_later_login_is_not_an_adopted_one_s(files: Files, home: Path) -> None:
    files(helper=ANY)
    store(home, AT + USER)
    with (home / ".config" / "atla" / "config.toml").open("a") as config:
        config.write(profile("git-example-com", "https://other.example.com"))
    own = {"ATLA_TOKEN__GIT_EXAMPLE_COM": "of-other"}
    assert answer(home, URL, **own) == ("jdoe", "made-up", "basic")
    assert (answer(home, "https://other.example.com", **own) or ("", "", ""))[1] == "of-other"
