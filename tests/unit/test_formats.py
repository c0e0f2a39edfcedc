"""The forms of an answer: what each says of every kind of profile, and of which address."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import profile, token
from atla_credential.__main__ import read_options
from atla_credential.errors import CredentialError, MalformedRequest, NoCredential, UsageError
from atla_credential.formats import env
from atla_credential.formats.json import KEYS
from atla_credential.formats.json import answer as values
from atla_credential.model import Credential, Profile, Query, Resolution
from atla_credential.operations.get import FORMATS
from unit.test_operations import Asked

Files = Callable[..., Path]

WORK, SCOPED, ROBOT = (f"https://{name}.atlassian.net" for name in ("work", "scoped", "robot"))
GOV, DC, HTTP = "https://gov.atlassian-us-gov-mod.net", "https://dc.example.com/jira", "http://[::1]:8080"
BITBUCKET, API = "https://bitbucket.org", "https://api.bitbucket.org"
JIRA, WIKI = (f"https://api.atlassian.com/ex/{product}" for product in ("jira", "confluence"))
GOV_JIRA = "https://api.atlassian-us-gov-mod.com/ex/jira/3"
EMAIL = "you@example.com"


def basic(user: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{secret}'.encode()).decode()}"


@pytest.fixture
def all_kinds(files: Files, home: Path) -> Path:
    """Make a profile of each kind; each one's token is its name."""
    made = [
        ("work", WORK, EMAIL, {}), ("scoped", SCOPED, EMAIL, {"cloud_id": "1"}), ("robot", ROBOT, "", {"cloud_id": "2"}),
        ("gov", GOV, EMAIL, {"cloud_id": "3"}), ("dc", DC, "", {}), ("http", HTTP, "", {}), ("bitbucket", BITBUCKET, EMAIL, {}),
    ]  # fmt: skip
    files(
        config="".join(profile(name, instance, email, **more) for name, instance, email, more in made),
        credentials="".join(token(name, instance, name, email) for name, instance, email, _ in made),
        helper='[profiles.robot]\nauth = "bearer"\n[profiles.http]\nauth = "basic"\nusername = "jdoe"\n',
    )
    return home


def answer(home: Path, form: str, stdin: bytes = b"", **options: Any) -> str:
    asked = Asked(home, stdin, format=form, **options)
    assert asked.get() == 0
    return asked.stdout.getvalue().decode()


KINDS = {
    f"{WORK}/rest/api/3/myself": (WORK + "/rest/api/3/myself", EMAIL, "work", basic(EMAIL, "work")),
    f"{SCOPED}/rest/api/3/myself": (f"{JIRA}/1/rest/api/3/myself", EMAIL, "scoped", basic(EMAIL, "scoped")),
    f"{SCOPED}/wiki/api/v2/spaces?limit=1": (f"{WIKI}/1/wiki/api/v2/spaces?limit=1", EMAIL, "scoped", basic(EMAIL, "scoped")),
    f"{JIRA}/1/rest": (f"{JIRA}/1/rest", EMAIL, "scoped", basic(EMAIL, "scoped")),
    SCOPED: (f"{JIRA}/1", EMAIL, "scoped", basic(EMAIL, "scoped")),
    f"{GOV}/x": (f"{GOV_JIRA}/x", EMAIL, "gov", basic(EMAIL, "gov")),
    f"{DC}/rest": (f"{DC}/rest", None, "dc", "Bearer dc"),
    f"{HTTP}/x": (f"{HTTP}/x", "jdoe", "http", basic("jdoe", "http")),
    f"{BITBUCKET}/team/repo.git": (
        f"{BITBUCKET}/team/repo.git", "x-bitbucket-api-token-auth", "bitbucket", basic("x-bitbucket-api-token-auth", "bitbucket"),
    ),
    f"{API}/2.0/user": (f"{API}/2.0/user", EMAIL, "bitbucket", basic(EMAIL, "bitbucket")),
}  # fmt: skip


@pytest.mark.parametrize("url", KINDS)
def test_what_each_form_says_of_the_address(url: str, all_kinds: Path) -> None:
    goes_to, user, secret, header = KINDS[url]
    host = goes_to.partition("://")[2].partition("/")[0].removesuffix(":8080").strip("[]")
    assert answer(all_kinds, "token", url=url) == f"{secret}\n"
    assert answer(all_kinds, "header", url=url) == f"Authorization: {header}\n"
    assert answer(all_kinds, "headers-json", url=url) == f'{{"Authorization":"{header}"}}\n'
    assert answer(all_kinds, "curl", url=url) == f'url = "{goes_to}"\nheader = "Authorization: {header}"\n'
    assert answer(all_kinds, "curl", f"url={url}\n\n".encode()) == f'header = "Authorization: {header}"\n'
    if user is not None:
        assert answer(all_kinds, "netrc", url=url) == f"machine {host} login {user} password {secret}\n"
        assert answer(all_kinds, "netrc", f"url={url}\n\n".encode()) == answer(all_kinds, "netrc", url=url)


@pytest.mark.parametrize(
    ("name", "host", "user"),
    [
        ("work", "work.atlassian.net", EMAIL), ("scoped", "api.atlassian.com", EMAIL), ("http", "::1", "jdoe"),
        ("gov", "api.atlassian-us-gov-mod.com", EMAIL), ("bitbucket", "bitbucket.org", "x-bitbucket-api-token-auth"),
    ],
)  # fmt: skip
def test_without_an_address_it_is_the_profile_s(name: str, host: str, user: str, all_kinds: Path) -> None:
    assert answer(all_kinds, "netrc", profile=name) == f"machine {host} login {user} password {name}\n"
    assert answer(all_kinds, "token", profile=name) == f"{name}\n"
    assert answer(all_kinds, "curl", profile=name).startswith('header = "Authorization: Basic ')


@pytest.mark.parametrize("form", FORMATS)
def test_the_site_of_a_service_account(form: str, all_kinds: Path) -> None:
    """Its token is for the gateway, and whoever asks has to be told."""
    asked = Asked(all_kinds, url=f"{ROBOT}/wiki/x", format=form)
    if form in ("json", "env", "curl"):
        assert asked.get() == 0
        assert f"{WIKI}/2" in asked.stdout.getvalue().decode()
    else:
        assert asked.is_nobody_s()
    assert Asked(all_kinds, f"url={ROBOT}\n\n".encode(), format="curl").is_nobody_s()


def test_curl_is_told_of_a_service_account_where_to_go(all_kinds: Path) -> None:
    said = answer(all_kinds, "curl", url="robot.atlassian.net/rest/api/3/myself")
    assert said == f'url = "{JIRA}/2/rest/api/3/myself"\nheader = "Authorization: Bearer robot"\n'


@pytest.mark.parametrize(
    ("url", "goes_to"),
    [
        (f"{WORK}#x", WORK),
        (f"{WORK}?a=b#x", f"{WORK}?a=b"),
        (f"{WORK}/a?b={{1,2}}&c=[1-3]", f"{WORK}/a?b=%7B1,2%7D&c=%5B1-3%5D"),
        (f"{WORK}/{{..,x}}/y", f"{WORK}/%7B..,x%7D/y"),
        (f'{WORK}/a b"c?d\\e"f', f"{WORK}/a%20b%22c?d%5Ce%22f"),
        (f"{WORK}/caf\u00e9%20", f"{WORK}/caf%C3%A9%20"),
        (f"{WORK}/x?y=\udcff", f"{WORK}/x?y=%FF"),
        ("https://you%40example.com:made-up@work.atlassian.net:443/x", f"{WORK}/x"),
        ("HTTPS://WORK.atlassian.NET/X", f"{WORK}/X"),
    ],
)  # fmt: skip
def test_the_address_for_curl_is_one_and_the_one_that_was_compared(url: str, goes_to: str, all_kinds: Path) -> None:
    assert answer(all_kinds, "curl", url=url).splitlines()[0] == f'url = "{goes_to}"'


@pytest.mark.parametrize("odd", "\n\r\0\x1b\x7f\x85\u2028\u2029")
def test_no_line_of_its_own_in_an_address(odd: str, all_kinds: Path) -> None:
    asked = Asked(all_kinds, url=f'{WORK}/?x={odd}output = "made-up"', format="curl")
    with pytest.raises(MalformedRequest, match="the url has a control character"):
        asked.get()
    assert asked.lines == []


def test_a_cloud_id_that_leads_elsewhere(files: Files, home: Path) -> None:
    for cloud_id in ("../../x", "1?", "1#", "a%2f"):
        files(config=profile("work", WORK, cloud_id=cloud_id), credentials=token("work", WORK, "made-up"))
        for form in ("curl", "netrc"):
            asked = Asked(home, url=WORK, format=form)
            with pytest.raises(CredentialError, match='profile "work" has a cloud id that is none'):
                asked.get()
            assert asked.lines == []


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_characters_stay_in_their_place(form: str, files: Files, home: Path) -> None:
    """In the form itself; interop/test_formats.py lets the real readers read."""
    secret = "a\"b\\c'd$e`f g#" + "8" * 8192
    files(
        config=profile("dc", DC, ""), credentials=token("dc", DC, secret.replace("\\", "\\\\").replace('"', '\\"'), "")
    )
    asked = Asked(home, url=DC, format=form)
    if form == "netrc":
        with pytest.raises(CredentialError):
            asked.get()
        assert asked.lines == []
        return
    assert asked.get() == 0
    said = asked.stdout.getvalue().decode()
    if form == "headers-json":
        assert json.loads(said) == {"Authorization": f"Bearer {secret}"}
    assert said.endswith("\n")
    assert said.count("\n") == {"git": 2, "curl": 2, "env": 6}.get(form, 1)


REFUSED = {
    "blank": "a b",
    "no-break space": "a\u00a0b",
    "quote": 'a"b',
    "hash": "a#b",
    "backslash": "a\\b",
    "beyond ASCII": "caf\u00e9",
    "first a quote": '"a',
    **{word: word for word in ("default", "Machine", "MACDEF", "login", "password", "account")},
}


@pytest.mark.parametrize("odd", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("name", ["username", "password"])
def test_what_readers_of_netrc_do_not_agree_on(name: str, odd: str, files: Files, home: Path) -> None:
    values = {"username": "jdoe", "password": "made-up", name: odd}
    files(
        config=profile("dc", DC, ""), credentials=f"[tokens]\n\"dc||{DC}\" = {{ token = {json.dumps(values['password'])} }}\n",
        helper=f'[profiles.dc]\nauth = "basic"\nusername = {json.dumps(values["username"])}\n',
    )  # fmt: skip
    asked = Asked(home, url=DC, format="netrc")
    with pytest.raises(CredentialError, match=f"the {name} is empty, a word of netrc's own, or has") as caught:
        asked.get()
    assert (caught.value.exit_code, asked.lines) == (1, [])


def test_a_netrc_line_that_curl_passes_over(files: Files, home: Path) -> None:
    """And then asks without a word as nobody."""
    room = 4095 - len("machine dc.example.com login jdoe password \n")
    files(config=profile("dc", DC, ""), helper='[profiles.dc]\nauth = "basic"\nusername = "jdoe"\n')
    for secret, is_given in (("8" * room, True), ("8" * (room + 1), False)):
        files(credentials=token("dc", DC, secret, ""))
        asked = Asked(home, url=DC, format="netrc")
        if is_given:
            assert asked.get() == 0
            continue
        with pytest.raises(CredentialError, match="the line is longer than 4095 bytes, which curl passes over"):
            asked.get()
        assert asked.lines == []


def test_an_empty_word_is_none_in_netrc(files: Files, home: Path) -> None:
    files(
        config=profile("dc", DC, ""), credentials=token("dc", DC, "", ""),
        helper='[profiles.dc]\nauth = "basic"\nusername = ""\n',
    )  # fmt: skip
    with pytest.raises(CredentialError, match="the username is empty"):
        Asked(home, url=DC, format="netrc").get()


@pytest.mark.parametrize("options", [{"url": DC}, {"profile": "robot"}, {"url": f"{JIRA}/2/x"}])
def test_netrc_has_no_word_for_bearer(options: dict[str, Any], all_kinds: Path) -> None:
    asked = Asked(all_kinds, format="netrc", **options)
    with pytest.raises(CredentialError, match="no word for a Bearer token") as caught:
        asked.get()
    assert (caught.value.exit_code, caught.value.hints) == (1, ("use --format curl, or --format header, instead",))
    assert asked.lines == []


def test_unknown_format_is_refused_with_the_list(home: Path) -> None:
    with pytest.raises(UsageError, match=", ".join(FORMATS)):
        Asked(home, format="yaml").get()


def fields(home: Path, *names: str, **options: Any) -> Asked:
    return Asked(home, field="\0".join(names), **options)


def test_fields_are_the_values_of_json(all_kinds: Path) -> None:
    """In the order asked for, as often as asked for."""
    for url in KINDS:
        said = json.loads(answer(all_kinds, "json", url=url))
        assert list(said) == list(KEYS)
        for names in (KEYS, KEYS[::-1], ("apiBaseUrl", "authorization", "apiBaseUrl")):
            asked = fields(all_kinds, *names, url=url)
            assert asked.get() == 0
            lines = ["" if said[name] is None else str(said[name]) for name in names]
            assert asked.stdout.getvalue().decode() == "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("names", [("apiBaseUrl",), ("authorization", "apiBaseUrl")])
def test_a_field_that_says_where_calls_go_is_enough_for_a_service_account(
    names: tuple[str, ...], all_kinds: Path
) -> None:
    asked = fields(all_kinds, *names, url=f"{ROBOT}/wiki")
    assert asked.get() == 0
    assert f"{WIKI}/2" in asked.lines
    assert fields(all_kinds, "authorization", "instance", url=f"{ROBOT}/wiki").is_nobody_s()


@pytest.mark.parametrize(
    "name", ["token", "apibaseurl", "api", "", "username,password", " username", "username\npassword"]
)
def test_a_field_that_there_is_not(name: str, home: Path) -> None:
    with pytest.raises(UsageError, match=", ".join(KEYS)):
        fields(home, "username", name, url=WORK).get()


def test_a_field_and_a_format_exclude_each_other(home: Path) -> None:
    for form in ("json", "git"):
        with pytest.raises(UsageError, match="--format and --field exclude each other"):
            fields(home, "username", format=form, url=WORK).get()


@pytest.mark.parametrize("odd", ["\u2028", "\x85"])
def test_a_field_is_one_line(odd: str, files: Files, home: Path) -> None:
    files(config=profile(f"wo{odd}rk", WORK), credentials=token(f"wo{odd}rk", WORK, "made-up"))
    assert fields(home, "username", url=WORK).get() == 0
    asked = fields(home, "username", "profile", url=WORK)
    with pytest.raises(CredentialError, match="the profile has a control character"):
        asked.get()
    assert asked.lines == []


def test_a_variable_is_one_line(files: Files, home: Path) -> None:
    """What config.toml has is not looked at before."""
    files(
        config=profile("dc", "https://dc.example.com/\u2028", ""),
        credentials=token("dc", "https://dc.example.com/\\u2028", "made-up", ""),
    )
    assert answer(home, "token", profile="dc") == "made-up\n"
    asked = Asked(home, profile="dc", format="env")
    with pytest.raises(CredentialError, match="the apiBaseUrl has a control character"):
        asked.get()
    assert asked.lines == []


@pytest.mark.parametrize("shell", ["sh", "fish", "powershell"])
def test_variables_have_the_values_of_json(shell: str, all_kinds: Path) -> None:
    for url in KINDS:
        said = json.loads(answer(all_kinds, "json", url=url))
        lines = answer(all_kinds, "env", url=url, shell=shell).splitlines()
        assert "ATLA_EXPIRES_AT" in lines.pop(0)
        values = [line.removesuffix("'").rpartition("'")[2] for line in lines]
        assert values == [said[key] for key in ("apiBaseUrl", "username", "password", "authType", "authorization")]


@pytest.mark.parametrize(
    "options", [{"format": "env", "shell": "zsh"}, {"shell": "sh"}, {"field": "source", "shell": "sh"}]
)
def test_a_shell_that_there_is_not_or_is_not_asked_for(options: dict[str, Any], home: Path) -> None:
    with pytest.raises(UsageError, match="shell"):
        Asked(home, url=WORK, **options).get()


@pytest.mark.parametrize("name", ["field", "destination", "__init__", "headers_json"])
def test_what_is_no_format(name: str, home: Path) -> None:
    with pytest.raises(UsageError, match="the format is not one of"):
        Asked(home, url=WORK, format=name).get()


def test_the_last_option_counts_and_all_fields(home: Path) -> None:
    words = ["--field", "username", "--url", "a", "--field=password", "--url=b", "--json"]
    assert read_options("get", words) == {"--field": "username\0password", "--url": "b", "--json": "given"}


def bitbucket(files: Files, secret: str, email: str = EMAIL, path: str = "", helper: str = "") -> None:
    instance = f"{BITBUCKET}{path}"
    files(
        config=profile("bitbucket", instance, email), credentials=token("bitbucket", instance, secret, email),
        helper=f"[profiles.bitbucket]\n{helper}\n",
    )  # fmt: skip


AT_BITBUCKET: dict[str, dict[str, Any]] = {
    "git's address": {"url": f"{BITBUCKET}/team/repo.git"},
    "with git's user": {"url": "https://x-token-auth@bitbucket.org/team/repo.git"},
    "REST's": {"url": f"{API}/2.0/repositories/team/repo"},
    "a profile": {"profile": "bitbucket"},
    "git's address in lines": {"stdin": b"protocol=https\nhost=bitbucket.org\npath=team/repo.git\n\n"},
}


@pytest.mark.parametrize("options", AT_BITBUCKET.values(), ids=AT_BITBUCKET)
@pytest.mark.parametrize("path", ["", "/team", "/team/repo"])
@pytest.mark.parametrize(
    ("secret", "user", "header"),
    [("made-up", EMAIL, basic(EMAIL, "made-up")), ("ATCTTmade-up", "x-token-auth", "Bearer ATCTTmade-up")],
)
def test_json_fits_together_at_bitbucket(
    secret: str, user: str, header: str, path: str, options: dict[str, Any], files: Files, home: Path
) -> None:
    """What works at apiBaseUrl, whichever address was asked for."""
    bitbucket(files, secret, path=path, helper='username = "jdoe"')
    asked = Asked(home, format="json", **options)
    if secret == "made-up" and "x-token-auth" in options.get("url", ""):
        assert asked.is_nobody_s()
        return
    assert asked.get() == 0
    said = asked.object
    assert [said[key] for key in ("apiBaseUrl", "username", "password", "authType", "authorization")] == [
        API, user, secret, header.partition(" ")[0].lower(), header,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["X_$(touch pwned)", "X_`id`", "X_;id", "X_ y", "X_\ny", "X_.", "X_\u00e9", "X_-y", "X_'", "", "1"]
)
@pytest.mark.parametrize("sh", env.SHELLS)
def test_a_name_that_no_shell_has_is_none_to_unset(name: str, sh: str) -> None:
    """It comes from the environment, where a name may be anything, and the lines are executed."""
    assert env.lines({"X_Y": None, name: None}, {"--shell": sh}) == env.lines({"X_Y": None}, {"--shell": sh})


def test_json_at_bitbucket_s_rest_has_the_user_that_a_helper_gave() -> None:
    found = Resolution(Profile("bitbucket", BITBUCKET), Credential("made-up", "of-helper"), "helper", API)
    query = Query(("https", "api.bitbucket.org", 443), learns_base=True)
    assert values(found, query)["username"] == "of-helper"


def test_json_at_bitbucket_needs_an_e_mail(files: Files, home: Path) -> None:
    bitbucket(files, "made-up", email="")
    for options in ({"url": BITBUCKET}, {"profile": "bitbucket"}):
        asked = Asked(home, format="json", **options)  # type: ignore[arg-type]
        with pytest.raises(NoCredential, match='profile "bitbucket" has no e-mail'):
            asked.get()
        assert asked.lines == []
    assert Asked(home, url=BITBUCKET).get() == 0


def test_json_at_bitbucket_says_nothing_of_what_only_git_was_told(files: Files, home: Path) -> None:
    for path in ("", "/team"):
        bitbucket(files, "made-up", email="", path=path, helper='username = "jdoe"\nadopted = true')
        url = f"https://jdoe@bitbucket.org{path}"
        assert Asked(home, url=url, format="json").is_nobody_s()
        assert answer(home, "git", url=url) == "username=jdoe\npassword=made-up\n"


def test_json_at_bitbucket_keeps_the_end_and_hands_out_no_control_character(files: Files, home: Path) -> None:
    bitbucket(files, "made-up", helper="expires = 2999-01-01")
    assert json.loads(answer(home, "json", url=BITBUCKET))["expiresAt"] == "2999-01-01T00:00:00Z"
    bitbucket(files, "made-up", email="you\\u007f@example.com")
    asked = Asked(home, url=BITBUCKET, format="json")
    with pytest.raises(CredentialError, match="the username has a control character"):
        asked.get()
    assert asked.lines == []
