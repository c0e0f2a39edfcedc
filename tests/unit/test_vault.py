"""The helper of a secret engine, as far as it is a matter of thought: options, names, ages, pauses, values."""

import io
from pathlib import Path
from typing import cast

import pytest

from atla_credential.errors import CredentialError, UsageError
from atla_credential.model import Credential
from atla_credential.vault.asked import Asked, fill, name_of, read_asked
from atla_credential.vault.connection import Reply
from atla_credential.vault.copy import Copy, folder_in_use, read_copy, written
from atla_credential.vault.denial import Denial
from atla_credential.vault.engine import seconds
from atla_credential.vault.keeping import keep, make_folder, tidy
from atla_credential.vault.options import Options, folders, split
from atla_credential.vault.pause import MOST_S, Pause
from atla_credential.vault.writing import fields_of

NOW = 1_800_000_000.0
GIVEN = {"--address": "https://vault.example.com:8200", "--path": "secret/data/atlassian/{host}"}


def options(variables: dict[str, str] | None = None, /, **given: str) -> Options:
    return Options(
        {**GIVEN, **{f"--{name.replace('_', '-')}": value for name, value in given.items()}}, variables or {}
    )


def asked_of(made: Options, text: bytes) -> Asked | None:
    return read_asked(cast("io.RawIOBase", io.BytesIO(text)), made)


# Options.


def test_defaults() -> None:
    made = Options(
        {"--path": "a/{host}"}, {"BAO_ADDR": "https://vault.example.com", "VAULT_ADDR": "https://other.example.com"}
    )
    assert made.origin == "https://vault.example.com:443"
    assert (made.field, made.method, made.mount, made.max_age_s, made.max_stale_s, made.timeout_s) == (
        "token",
        "token",
        "token",
        30,
        86400,
        3,
    )
    assert (made.host, made["--ca-file"], made["--namespace"]) == (None, "", "")


def test_variables_of_both_engines_stand_in() -> None:
    for prefix in ("BAO", "VAULT"):
        made = Options(
            {"--path": "a/{host}"},
            {f"{prefix}_ADDR": "https://v", f"{prefix}_CACERT": "/ca", f"{prefix}_NAMESPACE": "team"},
        )
        assert (made.origin, made["--ca-file"], made["--namespace"]) == ("https://v:443", "/ca", "team")


def test_the_command_line() -> None:
    assert split(["--path=a=b", "--write", "store"]) == ({"--path": "a=b", "--write": ""}, "store")
    for wrong in (
        [],
        ["--path=a"],
        ["--path", "get"],
        ["--unheard-of=1", "get"],
        ["path", "get"],
        ["--write=1", "get"],
    ):
        with pytest.raises(UsageError, match="see: atla-credential help|is none|needs a value|last argument") as found:
            split(wrong)
        assert "unheard" not in found.value.message  # it may be a secret at the wrong place


@pytest.mark.parametrize("address", [
    "", "vault.example.com", "http://vault.example.com", "ftp://127.0.0.1", "https://vault.example.com/v1", "https://you@vault.example.com",
    "https://:pw@vault.example.com", "https://vault.example.com?x", "https://vault.example.com#x", "unix:///run/x", "http://127.0.0.1.example.com",
    "http://localhost.example.com", "https://vault_example.com",
])  # fmt: skip
def test_b4_an_address_that_is_not_asked(address: str) -> None:
    with pytest.raises(UsageError):
        options(address=address)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8200", "http://localhost", "http://[::1]:8200/", "https://10.0.0.1"]
)
def test_an_address_that_may_be_asked(address: str) -> None:
    assert options(address=address).origin.startswith(address.rstrip("/"))


@pytest.mark.parametrize("given", [
    {"path": ""}, {"path": "/"}, {"auth": "ldap"}, {"auth": "approle"}, {"auth": "cert"}, {"auth": "jwt"}, {"auth": "kubernetes", "role": "x"},
    {"max_age": "-1"}, {"max_age": "1e3"}, {"max_age": "x"}, {"max_stale": "9999999999"}, {"timeout": "0"},
    {"timeout": "601"}, {"timeout": "\u0663"}, {"timeout": "."},
    {"ca_file": "ca.pem"}, {"cache_dir": "copies"}, {"host": "a/b"}, {"namespace": "a\nb"}, {"field": "\udcff"}, {"role": "\u2028"},
])  # fmt: skip
def test_an_option_that_is_none(given: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        options(**given)


@pytest.mark.parametrize(("given", "said"), [
    ({"address": ""}, "--address is missing, and neither BAO_ADDR nor VAULT_ADDR says where the engine is"),
    ({"address": "~"}, "the engine's address is not https://host:port"),
    ({"address": "http://vault.example.com"}, "the engine's address is http, which only this machine itself may be asked over"),
    ({"path": ""}, "--path is missing"), ({"path": "//"}, "--path is missing"), ({"host": "a/b"}, "--host is no host name"),
    ({"auth": "ldap"}, "--auth is not one of: token, approle, cert, jwt, kubernetes"),
    ({"auth": "approle"}, "--auth=approle needs --role-id-file"), ({"auth": "cert"}, "--auth=cert needs --client-cert"),
    ({"auth": "jwt"}, "--auth=jwt needs --jwt-file"), ({"auth": "kubernetes", "jwt_file": "/x"}, "--auth=kubernetes needs --role"),
    ({"auth": "kubernetes", "role": "x"}, "--auth=kubernetes needs --jwt-file"),
    ({"field": "a\nb"}, "the value of --field has a character that it cannot have"),
    ({"field": "\udcff"}, "the value of --field has a character that it cannot have"),
    *(({name: "x"}, f"--{name.replace('_', '-')} is not an absolute path")
        for name in ("ca_file", "role_id_file", "secret_id_file", "jwt_file", "client_cert", "client_key", "cache_dir")),
    *(({name: value}, f"--{name.replace('_', '-')} is no number of seconds")
        for name in ("max_age", "max_stale", "timeout") for value in ("-1", "1e3", "x", "1.", "1.x", ".x", "1.\u0663", "1234567890", "315360001")),
    ({"timeout": "0"}, "--timeout takes more than 0 and at most 600 seconds"),
    ({"timeout": "600.1"}, "--timeout takes more than 0 and at most 600 seconds"),
])  # fmt: skip
def test_what_is_said_of_an_option_that_is_none(given: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        options(**given)
    assert (raised.value.message, raised.value.hints) == (
        said,
        ("see: atla-credential help git-credential-atla-vault",),
    )


def test_times_and_mounts() -> None:
    made = options(max_age="0", max_stale="315360000", timeout="600", auth_mount="/team/x/", host="a", namespace="n")
    assert (made.max_age_s, made.max_stale_s, made.timeout_s, made.mount) == (0, 315360000, 600, "team/x")
    assert (options(timeout="0.25").timeout_s, options(max_age="1.0").max_age_s) == (0.25, 1)
    assert options(auth="cert", client_cert="/x", auth_mount="/").mount == "cert"
    assert Options({**GIVEN, "--write": ""}, {}).max_age_s == 0
    assert Options({**GIVEN, "--write": "", "--max-age": "5"}, {}).max_age_s == 5
    assert [options()[name] for name in ("--ca-file", "--role", "--host", "--client-key", "--cache-dir")] == [""] * 5


def test_a_command_line_that_is_none() -> None:
    for arguments, said in (
        ([], "the last argument is the operation: get, store or erase"),
        (["--path=a"], "the last argument is the operation: get, store or erase"),
        (["--path", "get"], "--path needs a value: --path=..."),
        (["--unheard-of=1", "get"], "there is an option that is none"),
        (["--write=1", "get"], "there is an option that is none"),
    ):
        with pytest.raises(UsageError) as raised:
            split(arguments)
        assert raised.value.message == said
    assert split(["get"]) == ({}, "get")
    assert split(["--path=", "get"]) == ({"--path": ""}, "get")


def test_b2_a_path_that_is_the_same_for_every_host() -> None:
    with pytest.raises(CredentialError) as found:
        options(path="secret/data/atlassian/one")
    assert found.value.exit_code == 1
    assert options(path="secret/data/one", host="Work.atlassian.net").host == "work.atlassian.net"


# What is asked for.


@pytest.mark.parametrize(("path", "host", "username", "filled"), [
    ("/secret/data/{host}/", "work.atlassian.net", None, "secret/data/work.atlassian.net"),
    ("a/{host}/{username}", "jira.example.com:8443", "you@example.com", "a/jira.example.com_8443/you@example.com"),
    ("a/{host}", "our-site.example.com", None, "a/our-site.example.com"),
    ("a/{host}/of-{username}", "h", None, None),
    ("a/{host}/{username}", "h", "../x", "a/h/.._x"),
    ("a/{host}/{username}", "h", "%2e%2e", "a/h/_2e_2e"),
    ("a/{host}/{username}", "h", "ä", "a/h/_"),
    ("a/{host}/{username}", "h", None, None),
    ("a/{host}/{username}", "h", "", None),
    ("a/{host}/{username}", "h", "..", None),
    ("a/{host}/{username}", "h", ".", None),
    ("a/{host}/.{username}", "h", ".", None),
    ("a/../{host}", "h", None, None),
    ("a//{host}", "h", None, None),
])  # fmt: skip
def test_b2_paths(path: str, host: str, username: str | None, filled: str | None) -> None:
    assert fill(path, host, username) == filled


def test_b2_requests() -> None:
    made = options()
    found = asked_of(made, b"protocol=https\nhost=WORK.atlassian.net:443\n\n")
    assert found and (found.host, found.username) == ("work.atlassian.net", None)
    for text in (
        b"",
        b"\n",
        b"host=a\n\n",
        b"protocol=https\n\n",
        b"protocol=http\nhost=a\n\n",
        b"protocol=https\nhost=a b\n\n",
    ):
        assert asked_of(made, text) is None
    assert asked_of(options(host="b"), b"protocol=https\nhost=a\n\n") is None
    assert asked_of(options(path="a/{host}/{username}"), b"protocol=https\nhost=a\n\n") is None
    found = asked_of(options(host="a:8443"), b"protocol=https\nhost=A:8443\n\n")
    assert found and found.host == "a:8443"


def test_b10_each_answer_has_a_name_of_its_own() -> None:
    more = {"namespace": "x", "auth_mount": "x", "role": "x", "role_id_file": "/x", "secret_id_file": "/x", "jwt_file": "/x", "client_cert": "/x", "client_key": "/x", "path": "x/{host}", "field": "x", "address": "https://x"}  # fmt: skip
    names = {name_of(options(**{key: value}), "h", None) for key, value in more.items()}
    names |= {
        name_of(options(), "h", None),
        name_of(options(), "h", ""),
        name_of(options(), "h", "x"),
        name_of(options(), "h", "None"),
        name_of(options(), "h", "\udcff"),
        name_of(options(), "i", None),
    }
    names |= {name_of(options(auth="jwt", jwt_file="/x", auth_mount="token"), "h", None)}
    assert len(names) == len(more) + 7
    assert name_of(options(max_age="1", max_stale="1", timeout="1", cache_dir="/x"), "h", None) == name_of(
        options(), "h", None
    )


# Copies.


def copy(fetched_utc: float = NOW, share: float = 1.0) -> Copy:
    return Copy("made-up", "you@example.com", 1_900_000_000, fetched_utc, share, "made-up-login", NOW + 10)


def test_b5_age_is_judged_by_the_caller() -> None:
    for share in (0.5, 1.0):
        for max_age_s in (0.0, 30.0, 60.0):
            ages = [age for age in range(-5, 100) if copy(share=share).is_fresh(NOW + age, max_age_s)]
            assert ages == [*range(int(max_age_s * share))]
    assert copy().is_usable(NOW + 60, 60) and not copy().is_usable(NOW + 61, 60)
    assert not copy().is_usable(NOW - 1, 60)  # of tomorrow


def test_b7_a_login_is_used_for_a_part_of_its_life() -> None:
    assert copy().kept_login(NOW + 9) == "made-up-login"
    assert copy().kept_login(NOW + 10) == ""


def test_what_is_written_is_read(tmp_path: Path) -> None:
    for each in (copy(), Copy("made=up ä", None, None, NOW, 0.5)):
        keep(str(tmp_path / "copy"), written(each))
        found = read_copy(str(tmp_path / "copy"))
        assert found and [getattr(found, name) for name in Copy.__slots__] == [
            getattr(each, name) for name in Copy.__slots__
        ]
    whole = written(copy())
    for end in range(len(whole)):
        (tmp_path / "copy").write_bytes(whole[:end])
        assert read_copy(str(tmp_path / "copy")) is None


def test_b11_nothing_that_holds_a_secret_prints_it() -> None:
    for each in (copy(), Reply(200, {"auth": {"client_token": "made-up"}})):
        assert "made-up" not in f"{each!r} {each}"


def test_where_the_copy_is(tmp_path: Path) -> None:
    above = {"XDG_RUNTIME_DIR": str(tmp_path / "xdg"), "RUNTIME_DIRECTORY": f"{tmp_path}/service:/other"}
    (tmp_path / "service").mkdir(mode=0o755)
    assert make_folder(folders(options(above))) == f"{tmp_path}/service/atla-vault"
    (tmp_path / "xdg").mkdir(mode=0o700)
    assert folder_in_use(folders(options(above))) == f"{tmp_path}/service/atla-vault"
    assert make_folder(folders(options(above))) == f"{tmp_path}/xdg/atla-vault"
    assert make_folder(folders(options(above, cache_dir=f"{tmp_path}/own"))) == f"{tmp_path}/own"
    assert make_folder(folders(options(above, cache_dir=f"{tmp_path}/not/there"))) == ""
    assert make_folder(folders(options({"XDG_RUNTIME_DIR": "relative"}))) == ""
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "xdg" / "atla-vault", tmp_path / "own")} == {0o700}


def test_what_keeps_order_goes_after_an_hour(tmp_path: Path) -> None:
    """A file for each host and name that was ever asked for would fill the memory in the end."""
    ours = [f"{'0' * 32}{end}" for end in ("", ".lock", ".denial", ".pause", ".pause.lock")]
    for name in (*ours, "wayland-0.lock"):  # where the folder is one that others use too
        (tmp_path / name).touch(0o600)
    for later_s, left in ((3500, 6), (3700, 2)):
        tidy(str(tmp_path), (tmp_path / ours[0]).stat().st_ctime + later_s)
        assert len([*tmp_path.iterdir()]) == left
    tidy(str(tmp_path / "gone"), NOW)


# Pauses and denials.


def test_b4_a_pause_doubles_up_to_its_limit(tmp_path: Path) -> None:
    pause, now_utc, lasted = Pause(str(tmp_path / "pause")), NOW, list[float]()
    for _ in range(7):
        pause.begin(now_utc, now_utc)
        lasted.append(pause.left_s(now_utc))
        pause.begin(now_utc, now_utc + 0.1)  # the same failure, of another caller
        assert pause.left_s(now_utc) == lasted[-1]
        now_utc += lasted[-1]
        assert pause.left_s(now_utc) == 0
    assert lasted == [1, 2, 4, 8, 15, 15, 15]
    pause.end()
    pause.begin(now_utc, now_utc)
    assert pause.left_s(now_utc) == 1
    assert pause.left_s(now_utc - 2 * MOST_S) == 0  # the clock was wrong when it was noted


def test_b6_a_no_is_for_those_who_waited(tmp_path: Path) -> None:
    denial = Denial(str(tmp_path / "denial"))
    assert denial.said_since(NOW, NOW) is None
    for said in ("", "refuses the secret", "a=b=c"):
        denial.note(said, NOW)
        assert denial.said_since(NOW, NOW) == said
        assert denial.said_since(NOW - 1, NOW + 1) == said
        assert denial.said_since(NOW + 1, NOW + 2) is None
        assert denial.said_since(NOW - 2, NOW - 1) is None


# What the engine has.


@pytest.mark.parametrize(("value", "found"), [
    ("2027-03-01", 1803859200), ("2027-03-01T00:00:00Z", 1803859200), ("2027-03-01T01:00:00+01:00", 1803859200), (1803859200, 1803859200),
    ("1803859200", 1803859200), (1803859200.5, 1803859200), (None, None), (True, None), ("", None), ("90d", None), ("soon", None), (0, None),
    (-1, None), (1e300, None), (float("nan"), None), ("9" * 30, None), ("9" * 5000, None), ([], None), ("253402300799", 253402300799), (253402300799, 253402300799), (253402300800, None),
    ("253402300800", None), (1, 1), ("1", 1), ("\u0661803859200", None), ("1970-01-01T00:00:00Z", None), ("1970-01-01T00:00:01Z", 1), ("0001-01-01", None), ("1969-12-31", None),
])  # fmt: skip
def test_b1_the_end_of_a_token(value: object, found: int | None) -> None:
    assert seconds(value) == found


def test_w_other_fields_stay() -> None:
    before: dict[str, object] = {"token": "old", "username": "x", "expires": "2027-03-01", "note": {"a": 1}}
    assert fields_of(before, "token", Credential("new", "you")) == {"token": "new", "username": "you", "note": {"a": 1}}
    assert fields_of(before, "pat", Credential("new", None, expires_utc=1803859200)) == {
        **before, "pat": "new", "expires": "2027-03-01T00:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize("keys", [("auth", "client_token"), ("data", "data"), ("errors",)])
@pytest.mark.parametrize("body", [None, [], "x", 1, {}, {"auth": None, "data": []}])
def test_an_answer_of_any_form(body: object, keys: tuple[str, ...]) -> None:
    assert Reply(200, body).at(*keys) in (None, [])
