"""login: which profile is made, from options, files, variables and answers."""

from argparse import Namespace
from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from asking import profile
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import NoKeyring, UsageError
from atla_credential.input.date import iso_date, parse_expiry
from atla_credential.input.instance import read_instance
from atla_credential.login.account import plan_profile
from atla_credential.login.naming import take_word
from atla_credential.login.storage import plan_store
from atla_credential.model import Profile
from atla_credential.stores.keyring.system import SystemKeyring

Files = Callable[..., Path]

YOU = "you@example.com"
SITE = "https://work.atlassian.net"
DC = "https://dc.example.com"
BITBUCKET = "https://bitbucket.org"
ID = "11111111-2222-3333-4444-555555555555"
PASTED = f"ATATT{'made-up' * 9}"


def plan(
    home: Path, answers: tuple[str, ...] = (), variables: dict[str, str] | None = None, **options: object
) -> Profile:
    names = (
        "profile",
        "instance",
        "email",
        "username",
        "bearer",
        "storage",
        "cloud_id",
        "product",
        "deployment",
        "expires",
        "ca_file",
        "token_stdin",
        "no_verify",
        "timeout",
        "dry_run",
        "no_input",
        "json",
    )
    given = Namespace(**{name: {"storage": "file", **options}.get(name) for name in names})
    world = World(Environment({"HOME": str(home), **(variables or {})}))
    replies = iter(answers)
    ask = (lambda question, check: check(next(replies))) if answers else None
    return plan_profile(given, world, world.config, ask)


def fields(made: Profile) -> tuple[str, str, str, str]:
    return made.name, made.instance, made.email, made.auth


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({"instance": "work.atlassian.net", "email": YOU}, ("work", SITE, YOU, "basic"), id="cloud"),
        pytest.param({"instance": DC}, ("dc.example.com", DC, "", "bearer"), id="data center"),
        pytest.param(
            {"instance": DC, "username": "jdoe"}, ("dc.example.com", DC, "", "bearer"), id="data center, user name"
        ),
        pytest.param({"instance": DC, "email": YOU}, ("dc.example.com", DC, YOU, "basic"), id="data center, e-mail"),
        pytest.param({"instance": SITE, "bearer": True}, ("work", SITE, "", "bearer"), id="service account"),
        pytest.param(
            {"instance": SITE, "bearer": True, "email": YOU},
            ("work", SITE, YOU, "bearer"),
            id="service account, e-mail",
        ),
        pytest.param(
            {"instance": "bitbucket.org", "email": YOU},
            ("bitbucket", "https://bitbucket.org", YOU, "basic"),
            id="bitbucket",
        ),
        pytest.param({"instance": SITE, "email": YOU, "profile": "me"}, ("me", SITE, YOU, "basic"), id="--profile"),
        pytest.param(
            {"instance": SITE, "email": YOU, "variables": {"ATLA_PROFILE": "me"}},
            ("me", SITE, YOU, "basic"),
            id="ATLA_PROFILE",
        ),
        pytest.param(
            {"variables": {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": YOU}}, ("work", SITE, YOU, "basic"), id="variables"
        ),
        pytest.param(
            {"variables": {"ATLCLI_SITE": SITE, "ATLCLI_EMAIL": YOU}},
            ("work", SITE, YOU, "basic"),
            id="ATLCLI variables",
        ),
        pytest.param(
            {"instance": DC, "variables": {"ATLA_AUTH": "bearer", "ATLA_EMAIL": YOU}},
            ("dc.example.com", DC, "", "bearer"),
            id="ATLA_AUTH",
        ),
        pytest.param(
            {"instance": DC, "username": "jdoe", "variables": {"ATLA_AUTH": "basic"}},
            ("dc.example.com", DC, "", "basic"),
            id="data center, user name, basic",
        ),
        pytest.param(
            {"storage": "file", "answers": ("work.atlassian.net", YOU)}, ("work", SITE, YOU, "basic"), id="answers"
        ),
        pytest.param(
            {"instance": SITE, "storage": "file", "answers": (YOU,)}, ("work", SITE, YOU, "basic"), id="one answer"
        ),
    ],
)
def test_new_profile(options: dict[str, object], expected: tuple[str, str, str, str], home: Path) -> None:
    assert fields(plan(home, **options)) == expected  # type: ignore[arg-type]


@pytest.fixture
def work(files: Files, home: Path) -> Path:
    files(
        config=profile("work", SITE + "/", YOU, cloud_id=ID),
        helper='[helper]\nstorage = "file"\n[profiles.work]\nusername = "jdoe"\nproduct = "jira"\n',
    )
    return home


def test_update_keeps_what_is_not_said(work: Path) -> None:
    made = plan(work, profile="work")
    assert fields(made) == ("work", SITE + "/", YOU, "basic")  # the instance verbatim: it is part of the key
    assert (made.username, made.cloud_id, made.product, made.store) == ("jdoe", ID, "jira", "file")


def test_update_of_a_basic_data_center_account_asks_for_no_email(files: Files, home: Path) -> None:
    files(config=profile("dc", DC, ""), helper='[profiles.dc]\nauth = "basic"\nusername = "jdoe"\n')
    made = plan(home, profile="dc", variables={"ATLA_EMAIL": "ci@example.com"})
    assert (*fields(made), made.username) == ("dc", DC, "", "basic", "jdoe")


def test_update_of_the_same_site_by_its_address(work: Path) -> None:
    assert plan(work, instance="work.atlassian.net", email=YOU).secret_key == f"work|{YOU}|{SITE}/"


def test_variables_do_not_repoint_a_profile(work: Path) -> None:
    made = plan(work, profile="work", variables={"ATLA_INSTANCE": DC, "ATLA_EMAIL": "bot@example.com"})
    assert fields(made) == ("work", SITE + "/", YOU, "basic")


def test_other_site_takes_nothing_over(work: Path) -> None:
    made = plan(work, profile="work", instance=DC)
    assert fields(made) == ("work", DC, "", "bearer")
    assert (made.username, made.cloud_id, made.product) == (None, None, None)


def test_storage(work: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other: Any = {"instance": "other.atlassian.net", "email": YOU}
    monkeypatch.setattr(SystemKeyring, "check", lambda self: None)
    assert plan(work, **other, storage=None).store == "file"
    assert plan(work, **other, storage="keyring").store == "keyring"
    (home / ".config" / "atla" / "helper.toml").unlink()
    assert plan(work, **other, storage=None).store == "keyring"


def test_the_command_for_a_file_is_given_whole_but_for_the_token(home: Path) -> None:
    given: Any = {"instance": SITE, "email": YOU, "profile": "a b", "bearer": True, "token": "canary", "storage": None}
    command = "atla-credential login --profile 'a b' --instance https://work.atlassian.net --email you@example.com"
    for more, flags in (({}, ""), ({"dry_run": True, "no_input": True}, " --dry-run --no-input")):
        with pytest.raises(NoKeyring) as caught:
            plan(home, **given, **more)  # type: ignore[arg-type]
        in_file, always, variable = caught.value.hints
        assert in_file == f"keep the token in a file instead: {command} --bearer{flags} --storage file"
        assert always.startswith('or every new token: write storage = "file" below [helper] in ')
        assert variable == "or use an environment variable: ATLA_TOKEN"


def test_the_file_can_be_chosen_once_and_for_all(home: Path) -> None:
    for answer, remembers in (("y", False), ("Always", True)):
        given = Namespace(storage=None, remembers=None)
        world = World(Environment({"HOME": str(home)}))
        assert plan_store(given, world, world.config, None, lambda _, check, said=answer: check(said)) == "file"  # type: ignore[misc]
        assert given.remembers == remembers


@pytest.mark.parametrize(
    ("options", "fact"),
    [
        pytest.param({}, "--instance is needed", id="nothing"),
        pytest.param({"instance": SITE}, "--email is needed", id="no e-mail"),
        pytest.param({"instance": SITE, "storage": "file", "answers": ("",)}, "the e-mail has no @", id="empty answer"),
        pytest.param({"instance": SITE, "email": "you"}, "the e-mail has no @", id="e-mail without @"),
        pytest.param({"instance": SITE, "email": "a|b@c"}, r"the e-mail has a \|", id="e-mail with |"),
        pytest.param(
            {"instance": SITE, "email": YOU, "profile": "a|b"}, r"the profile's name has a \|", id="name with |"
        ),
        pytest.param(
            {"instance": SITE, "email": YOU, "profile": "a\nb"}, "the profile's name has a control", id="name with LF"
        ),
        pytest.param(
            {"instance": SITE, "email": YOU, "username": "a\x1b"}, "the user name has a control", id="user with ESC"
        ),
        pytest.param({"instance": DC, "cloud_id": ID}, "only a Cloud site has a cloud id", id="cloud id elsewhere"),
        pytest.param({"instance": SITE, "email": YOU, "cloud_id": "a/b"}, "this is not a cloud id", id="cloud id"),
        pytest.param({"instance": SITE, "email": YOU, "cloud_id": f"{ID}{ID}"}, "not a cloud id", id="two of them"),
        pytest.param({"instance": SITE, "email": f"{PASTED}@x"}, "the e-mail looks like a token", id="token as e-mail"),
        pytest.param({"instance": DC, "username": PASTED}, "the user name looks like a token", id="token as user"),
        pytest.param(
            {"instance": DC, "profile": PASTED}, "the profile's name looks like a token", id="token as profile"
        ),
    ],
)
def test_refused(options: dict[str, object], fact: str, home: Path) -> None:
    with pytest.raises(UsageError, match=fact):
        plan(home, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["ATATT", "a" * 24, "x" * 90])
def test_a_name_that_is_no_token(name: str, home: Path) -> None:
    """Where the shape of a short word could be either, it is a name."""
    assert plan(home, instance=DC, username=name).username == name


def test_a_cloud_id_as_some_sites_have_it(home: Path) -> None:
    assert plan(home, instance=SITE, email=YOU, cloud_id=f"DUMMY-{ID}").cloud_id == f"DUMMY-{ID}"


def test_a_name_that_another_program_gave(files: Files, home: Path) -> None:
    """As the next step says, it is typed with =, and can be logged in to."""
    files(config=profile("-work", SITE))
    assert plan(home, profile="-work").name == "-work"
    with pytest.raises(UsageError, match="begins with a -"):
        plan(home, profile="-other", instance=SITE, email=YOU)


def test_a_cloud_id_on_record_is_not_judged(files: Files, home: Path) -> None:
    """A login may have it from the site."""
    files(config=profile("work", SITE, cloud_id="made_up"))
    assert plan(home, profile="work").cloud_id == "made_up"


def test_each_account_has_a_profile_of_its_own(work: Path) -> None:
    other: Any = {"instance": SITE, "email": "jdoe@example.com"}
    assert fields(plan(work, **other)) == ("work-jdoe", SITE, "jdoe@example.com", "basic")
    assert fields(plan(work, **other, profile="work")) == ("work", SITE + "/", "jdoe@example.com", "basic")
    assert plan(work, instance="https://work", email=YOU).name == "work-you"  # another site of the same name


def test_a_name_that_is_taken_too_gets_more_of_the_account(files: Files, home: Path) -> None:
    taken = ""
    for name in ("work", "work-you", "work-you@example.com", "work-2", "work-3"):
        assert plan(home, instance=SITE, email=YOU).name == name
        taken += profile(name, "https://elsewhere.example.com", "other@example.com")
        files(config=taken)


def test_a_login_updates_the_profile_of_its_account_whatever_that_is_called(files: Files, home: Path) -> None:
    files(config=profile("work", SITE) + profile("boss", SITE + "/", "boss@example.com") + profile("bb", BITBUCKET))
    assert plan(home, instance=SITE, email="boss@example.com").secret_key == f"boss|boss@example.com|{SITE}/"
    assert plan(home, instance=SITE, email=YOU).name == "work"
    assert plan(home, instance="bitbucket.org").name == "bb"  # the only one there
    assert plan(home, instance="bitbucket.org", email="boss@example.com").name == "bitbucket"


def test_among_several_accounts_none_is_guessed(files: Files, home: Path) -> None:
    """A wrong guess would replace a token that is shown only once."""
    files(config=profile("work", SITE) + profile("boss", SITE, "boss@example.com"))
    with pytest.raises(UsageError, match="more than one profile is for this site") as caught:
        plan(home, instance=SITE)
    assert caught.value.hints[0] == "say which: --profile work or --profile boss"
    assert plan(home, instance=SITE, answers=("boss@example.com",)).name == "boss"
    assert plan(home, instance=SITE, answers=("new@example.com",)).name == "work-new"
    assert plan(home, instance=SITE, variables={"ATLA_EMAIL": "boss@example.com"}).name == "boss"


def test_the_account_that_a_variable_names_is_that_of_its_instance(work: Path) -> None:
    bot = {"ATLCLI_EMAIL": "bot@example.com"}
    assert plan(work, instance=SITE, variables=bot).secret_key == f"work-bot|bot@example.com|{SITE}"
    assert plan(work, variables={**bot, "ATLCLI_SITE": SITE}).secret_key == f"work-bot|bot@example.com|{SITE}"
    assert plan(work, instance=SITE, variables={**bot, "ATLCLI_SITE": DC}).name == "work"
    assert plan(work, instance=SITE, bearer=True, variables=bot).email == ""


def test_one_account_with_a_token_for_each_product(files: Files, home: Path) -> None:
    files(
        config=profile("j", SITE) + profile("c", SITE),
        helper='[profiles.j]\nproduct = "jira"\n[profiles.c]\nproduct = "confluence"\n',
    )
    assert plan(home, instance=SITE, email=YOU, product="confluence").name == "c"
    with pytest.raises(UsageError, match="more than one profile") as caught:
        plan(home, instance=SITE, email=YOU)
    assert caught.value.hints == ("say which: --profile j or --profile c",)
    files(config=profile("j", SITE) + profile("work", SITE), helper="")
    assert plan(home, instance=SITE, email=YOU).name == "work"


def test_a_service_account_is_not_the_person_who_is_there(work: Path) -> None:
    made = plan(work, instance=SITE, bearer=True, cloud_id=ID)
    assert fields(made) == ("work-2", SITE, "", "bearer")
    assert plan(work, instance=SITE, bearer=True, username="robot").name == "work-robot"
    assert plan(work, instance=SITE, bearer=True, username="jdoe").name == "work"  # who it is is on record
    assert fields(plan(work, instance=SITE, bearer=True, email=YOU)) == ("work", SITE + "/", YOU, "bearer")


def test_another_user_name_of_the_same_email_is_the_same_account(files: Files, home: Path) -> None:
    files(config=profile("bitbucket", BITBUCKET), helper='[profiles.bitbucket]\nusername = "jane"\n')
    made = plan(home, instance=BITBUCKET, email=YOU, username="jdoe")
    assert (made.name, made.username) == ("bitbucket", "jdoe")
    assert plan(home, instance=BITBUCKET, username="jdoe", answers=(YOU,)).name == "bitbucket"
    with pytest.raises(UsageError, match="--email is needed"):
        plan(home, instance=BITBUCKET, username="jdoe")


def test_a_variable_does_not_replace_another_account_either(work: Path) -> None:
    for variable in ("ATLA_PROFILE", "ATLCLI_PROFILE"):
        for site in ("other.atlassian.net", DC):
            with pytest.raises(UsageError, match='profile "work" already exists') as caught:
                plan(work, instance=site, email=YOU, variables={variable: "work"})
            assert caught.value.hints[0].startswith(f"{variable} names it: unset that, or give")
    assert plan(work, instance=SITE, email=YOU, variables={"ATLA_PROFILE": "work"}).name == "work"
    assert plan(work, instance=SITE, email="boss@example.com", variables={"ATLA_PROFILE": "boss"}).name == "boss"


def test_second_user_of_a_data_center(files: Files, home: Path) -> None:
    files(config=profile("dc.example.com", DC, ""), helper='[profiles."dc.example.com"]\nusername = "alice"\n')
    assert plan(home, instance=DC, username="bob").name == "dc.example.com-bob"
    assert plan(home, instance=DC).username == "alice"
    with pytest.raises(UsageError, match="already exists for another site or account"):
        plan(home, instance=DC, username="bob", variables={"ATLA_PROFILE": "dc.example.com"})
    assert plan(home, instance=DC, username="bob", profile="dc.example.com").username == "bob"
    files(
        config=profile("dc.example.com", DC, "") + profile("b", DC, ""),
        helper='[profiles."dc.example.com"]\nusername = "alice"\n[profiles.b]\nusername = "bob"\n',
    )
    assert plan(home, instance=DC, username="bob").name == "b"
    for answers in ((), (YOU,)):
        with pytest.raises(UsageError, match="more than one profile is for this site"):
            plan(home, instance=DC, answers=answers)
    files(config=profile("dc.example.com", DC, ""), helper="")
    assert plan(home, instance=DC, username="alice").username == "alice"


def test_what_git_was_told_is_nobodys_unless_the_email_says_so(files: Files, home: Path) -> None:
    adopted = "[profiles.{}]\nadopted = true\n".format
    told = adopted("work") + 'username = "told"\n' + adopted("dc")
    files(config=profile("work", SITE) + profile("dc", DC, ""), helper=told)
    made = plan(home, instance=SITE, email=YOU)
    assert (made.secret_key, made.username) == (f"work|{YOU}|{SITE}", None)
    assert plan(home, instance=SITE, profile="work").username == "told"
    assert plan(home, instance=SITE, email="boss@example.com").name == "work-boss"
    assert plan(home, instance=DC).name == "dc.example.com"
    files(config=profile("dc.example.com", DC, ""), helper=adopted('"dc.example.com"'))
    assert plan(home, instance=DC).name == "dc.example.com-2"
    with pytest.raises(UsageError, match="was made from what git was told"):
        plan(home, instance=DC, variables={"ATLA_PROFILE": "dc.example.com"})


def test_the_email_goes_along_to_another_site(work: Path) -> None:
    new = "https://new.atlassian.net"
    bot = {"ATLA_EMAIL": "bot@example.com"}
    assert fields(plan(work, profile="work", instance=new)) == ("work", new, YOU, "basic")
    assert fields(plan(work, profile="work", instance=new, variables=bot)) == ("work", new, YOU, "basic")
    assert fields(plan(work, profile="work", instance=new, bearer=True)) == ("work", new, "", "bearer")
    made = plan(work, profile="work", instance=new)
    assert (made.username, made.cloud_id, made.product) == (None, None, None)


@pytest.mark.parametrize(
    ("word", "more", "profile_name", "instance"),
    [
        ("work", {}, "work", None),
        ("work", {"profile": "work"}, "work", None),
        ("work", {"instance": "new.atlassian.net"}, "work", "new.atlassian.net"),
        ("bitbucket.org", {}, None, "bitbucket.org"),
        ("https://new.atlassian.net/x", {"profile": "new"}, "new", "https://new.atlassian.net/x"),
        (None, {"profile": "new"}, "new", None),
    ],
)
def test_the_word_of_a_login(
    word: str | None, more: dict[str, str], profile_name: str | None, instance: str | None, work: Path
) -> None:
    given = Namespace(**{"word": word, "profile": None, "instance": None, **more})
    take_word(given, World(Environment({"HOME": str(work)})).config)
    assert (given.profile, given.instance) == (profile_name, instance)


@pytest.mark.parametrize(
    ("word", "more"),
    [
        ("wrok", {}),
        ("ATATTcanary", {}),
        ("work", {"profile": "other"}),
        ("new.example.com", {"instance": "x.example.com"}),
    ],
)
def test_the_word_of_a_login_is_refused_and_not_repeated(word: str, more: dict[str, str], work: Path) -> None:
    given = Namespace(**{"word": word, "profile": None, "instance": None, **more})
    with pytest.raises(UsageError) as caught:
        take_word(given, World(Environment({"HOME": str(work)})).config)
    assert word not in str((caught.value.message, *caught.value.hints))
    assert ("did you mean: atla-credential login work" in caught.value.hints) == (word == "wrok")


@pytest.mark.parametrize(
    ("text", "instance"),
    [
        ("work.atlassian.net", SITE),
        ("  https://work.atlassian.net/  ", SITE),
        ("HTTPS://Work.Atlassian.Net:443", SITE),
        ("https://work.atlassian.net/wiki/spaces/X", SITE),
        ("https://bitbucket.org/team/repo", "https://bitbucket.org/team/repo"),
        ("https://work.atlassian-us-gov-mod.net", "https://work.atlassian-us-gov-mod.net"),
        ("api.bitbucket.org", "https://bitbucket.org"),
        ("www.bitbucket.org", "https://bitbucket.org"),
        ("https://dc.example.com/jira/", "https://dc.example.com/jira"),
        ("https://dc.example.com/jira/browse/ABC-1", "https://dc.example.com/jira"),
        ("https://dc.example.com/secure/Dashboard.jspa", "https://dc.example.com"),
        ("https://intranet/jira", "https://intranet/jira"),
        ("https://dc.example.com/issues", "https://dc.example.com/issues"),
        ("localhost:8080", "https://localhost:8080"),
        ("[::1]", "https://[::1]"),
        ("dc.example.com:8443/a/b", "https://dc.example.com:8443/a/b"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:8080/jira", "http://127.0.0.1:8080/jira"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_instance_is_normalised(text: str, instance: str) -> None:
    given = read_instance(text, allow_http=False)
    assert (given.instance, given.username) == (instance, None)
    assert read_instance(instance, allow_http=False).instance == instance


@pytest.mark.parametrize(
    "text",
    [
        "", "https://", "ftp://x.example", "https://you:made-up@work.atlassian.net", "https://:@work.atlassian.net", "https://work.atlassian.net/?x=1",
        "https://work.atlassian.net/#x", "https://work atlassian.net", "https://wor\u212a.atlassian.net",
        "https://dc.example.com/a/../b", "https://dc.example.com:0", "http://dc.example.com", "http://127.evil.example",
        "https://api.atlassian.com/ex/jira/id", "https://api.atlassian-us-gov-mod.com/ex/jira/id", "atlassian-us-gov-mod.net", "atlassian-us-gov-mod.com", "https://dc.example.com/a%2Fb", "https://dc.example.com/a%7Cb", "work.atlassian.com", "atlassian.net", "id.atlassian.com", "work",
        "https//work.atlassian.net", "https://dc.example.com/a%0ab", "https://dc.example.com/a%3Fb", "mailto:you@example.com",
        "https://dc.example.com/a|b",
    ],
)  # fmt: skip
def test_instance_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_instance(text, allow_http=False)


def test_http_is_allowed_where_helper_toml_says_so() -> None:
    assert read_instance("http://dc.example.com", allow_http=True).instance == "http://dc.example.com"


NOW = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-03-01", date(2027, 3, 1)),
        ("90d", date(2027, 3, 1)),
        ("1d", date(2026, 12, 2)),
        ("2027-03-01T12:00:00Z", datetime(2027, 3, 1, 12, tzinfo=timezone.utc)),
        ("2027-03-01T12:00:00", datetime(2027, 3, 1, 12, tzinfo=timezone.utc)),
        ("2027-03-01T12:00:00+02:00", datetime(2027, 3, 1, 10, tzinfo=timezone.utc)),
        ("2027-03-01T12:00:00+00:00:30", datetime(2027, 3, 1, 11, 59, 30, tzinfo=timezone.utc)),
        ("2026-12-01T12:00:01Z", datetime(2026, 12, 1, 12, 0, 1, tzinfo=timezone.utc)),
    ],
)
def test_expires(text: str, moment: date) -> None:
    assert parse_expiry(text, NOW) == moment


@pytest.mark.parametrize("text", ["soon", "d", "-1d", "9999999999d", "2027-13-01", "2027-03-01T", "٩d"])
def test_expires_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="the token's end is neither"):
        parse_expiry(text, NOW)


@pytest.mark.parametrize(
    "text", ["2026-12-01", "0d", "2026-12-01T12:00:00Z", "2026-12-01T14:00:00+02:00", "2001-01-01"]
)
def test_expires_in_the_past_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="the token's end is in the past"):
        parse_expiry(text, NOW)


def test_days_are_written_in_utc() -> None:
    assert (iso_date(1803902400), iso_date(None)) == ("2027-03-01", None)


def test_another_account_does_not_take_the_user_name_over(files: Files, home: Path) -> None:
    files(config=profile("bb", "https://bitbucket.org"), helper='[profiles.bb]\nusername = "jdoe"\n')
    assert plan(home, profile="bb").username == "jdoe"
    assert plan(home, profile="bb", email="other@example.com").username is None


@pytest.mark.parametrize("option", ["profile", "email", "username"])
def test_option_that_is_not_utf_8_is_refused(option: str, home: Path) -> None:
    with pytest.raises(UsageError, match="is not valid UTF-8"):
        plan(home, **{"instance": "work.atlassian.net", "email": "you@example.com", option: "a@b\udcff"})  # type: ignore[arg-type]
