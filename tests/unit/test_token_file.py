"""A token in a file that something else writes: FT1 to FT4, each with tests of its number."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import answer, profile, resolution, token
from atla_credential.answer.binding import holder_for
from atla_credential.answer.outside import Outside, before_own, fault_in, in_variable, outside_for
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, NotObeyed, Unavailable
from atla_credential.foreign.variables import for_children
from atla_credential.login.replaced import find_replaced
from atla_credential.operations import erase as erasure
from atla_credential.operations import store as updates
from atla_credential.stores import token_file
from atla_credential.toml import file
from conftest import snapshot
from updating import call, erase, secrets, store

Files = Callable[..., Path]
Variables = dict[str, Any]

SITE, OTHER = "https://work.atlassian.net", "https://other.atlassian.net"
STRANGER = 12345  # the id of a user and of a group
AT_SITE = "protocol=https\nhost=work.atlassian.net\nusername=you@example.com\n"
YOU = "you@example.com"
KEY = f"work|{YOU}|{SITE}"


def named_by(path: object) -> str:
    """Return a table of helper.toml that names a file."""
    return f'[profiles.work]\ntoken_file = "{path}"\n'


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    """A file as Kubernetes mounts it: through two links, of which one is swapped, and readable by all."""
    for version in ("1", "2"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "token").write_text(f"t{version}\n")
        (tmp_path / version / "token").chmod(0o644)
    (tmp_path / "..data").symlink_to(tmp_path / "1")
    (tmp_path / "token").symlink_to(tmp_path / "..data" / "token")
    return tmp_path / "token"


def swap(mounted: Path, version: str) -> None:
    """Swap the link, as Kubernetes does."""
    new = mounted.with_name("new")
    new.symlink_to(mounted.with_name(version))
    new.rename(mounted.with_name("..data"))


@pytest.mark.parametrize(
    ("data", "secret"),
    [
        (b"t", "t"),
        (b"t\n", "t"),
        (b"t\r\n", "t"),
        (b" t ", " t "),
        (b"\xef\xbb\xbft\r\n", "t"),
        ("größe".encode(), "größe"),
        (b"x" * 65536, "x" * 65536),
    ],
    ids=["bare", "LF", "CR LF", "blanks", "byte order mark", "UTF-8", "64 KiB"],
)
def test_ft1_the_token_alone_and_a_line_end(data: bytes, secret: str, tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_bytes(data)
    assert token_file.read(str(path), "token_file") == secret


def test_ft1_read_at_each_get_through_links(mounted: Path, files: Files, home: Path) -> None:
    files(config=profile("work", SITE), helper=named_by(mounted))
    assert answer(home, SITE) == (YOU, "t1", "basic")
    swap(mounted, "2")
    assert answer(home, SITE) == (YOU, "t2", "basic")
    assert answer(home, SITE, ATLA_TOKEN_FILE=str(mounted.with_name("1") / "token")) == (YOU, "t1", "basic")


def test_ft1_the_link_is_swapped_while_we_look(mounted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kubernetes removes what the old one led to as soon as it has swapped it: we may have been on our way there."""
    looks: list[bytes | None] = []

    def look_into(*given: Any, **more: Any) -> bytes | None:
        looks.append(file.look_into(*given, **more) if looks else None)
        return looks[-1]

    monkeypatch.setattr(token_file, "look_into", look_into)
    assert token_file.read(str(mounted), "token_file") == "t1"
    assert looks == [None, b"t1\n"]


def test_ft1_what_is_noted_of_its_end_counts(mounted: Path, files: Files, home: Path) -> None:
    """Who renders the file can render helper.toml, too; a variable's file is another one."""
    files(config=profile("work", SITE), helper=f"{named_by(mounted)}expires = 2100-01-01\n")
    noted = resolution(home, SITE)
    assert noted is not None
    assert noted.credential is not None
    assert noted.credential.expires_utc == 4102444800
    of_variable = resolution(home, SITE, ATLA_TOKEN_FILE=str(mounted))
    assert of_variable is not None
    assert of_variable.credential is not None
    assert of_variable.credential.expires_utc is None


@pytest.fixture(params=["token_file", "ATLA_TOKEN_FILE", "ATLA_TOKEN_FILE__WORK"])
def named(request: pytest.FixtureRequest, mounted: Path, files: Files) -> dict[str, str]:
    """Let each of the three name the file, and return the variables for that."""
    is_setting = request.param == "token_file"
    files(config=profile("work", SITE), helper=named_by(mounted) if is_setting else "[profiles.work]\n")
    return {} if is_setting else {request.param: str(mounted)}


@pytest.mark.parametrize("stored", ["", "own"], ids=["alone", "beside a stored one"])
@pytest.mark.parametrize("given", ["t1", "t2", "own"], ids=["its own", "another", "the stored one"])
def test_ft2_store_keeps_nothing_and_erase_leaves_it(
    given: str, stored: str, named: dict[str, str], mounted: Path, files: Files, home: Path
) -> None:
    """Another one may have been in the file a moment ago; what is kept here would come back one day (safety E4)."""
    files(credentials=token("work", SITE, stored) if stored else "")
    before = snapshot(home), snapshot(mounted.parent)
    store(home, f"{AT_SITE}password={given}\n", **named)
    if given != stored:  # that one is set aside as ever
        erase(home, f"{AT_SITE}password={given}\n", **named)
        erase(home, AT_SITE, **named)  # which speaks of the token that answers
    assert (snapshot(home), snapshot(mounted.parent)) == before


def test_ft2_a_stored_one_that_is_rejected_is_set_aside(named: dict[str, str], files: Files, home: Path) -> None:
    files(credentials=token("work", SITE, "own"))
    erase(home, f"{AT_SITE}password=own\n", **named)
    assert secrets(home) == {f"{KEY}|rejected": "own"}
    assert answer(home, SITE, **named) == (YOU, "t1", "basic")


def test_ft2_a_stored_one_stays_where_the_files_token_is_the_same(
    named: dict[str, str], files: Files, home: Path
) -> None:
    """A rejected token of a variable sets no stored one aside (safety O3), nor does a file's."""
    files(credentials=token("work", SITE, "t1"))
    erase(home, f"{AT_SITE}password=t1\n", **named)
    assert secrets(home) == {KEY: "t1"}


def test_ft2_at_a_terminal_a_line_says_where_the_token_belongs(
    named: dict[str, str], mounted: Path, home: Path
) -> None:
    place = f"{mounted}, which {next(iter(named), 'token_file')} names"
    for operation, given, words in (
        (updates.store, "t1", []),  # what git says after each success
        (updates.store, "new", [f'the token of profile "work" is the one in {place}, and this one is not kept']),
        (erasure.erase, "t1", [f"the token in {place} was rejected"]),
    ):
        said: list[str] = []
        calling = call(home, f"{AT_SITE}password={given}\n", **named)
        calling.warn, calling.on_terminal = said.append, True
        assert operation(calling) == 0
        step = "; a new one has to be written into that file"
        assert said == [f"{each}{step}" for each in words]


def test_ft2_a_file_of_another_profile_is_not_kept_either(mounted: Path, files: Files, home: Path) -> None:
    """Of two profiles that the token could be for, it is no question whose it is."""
    files(
        config=profile("work", SITE) + profile("b", SITE, product="jira"),
        helper=named_by(mounted),
        credentials=token("b", SITE, "own"),
    )
    before = snapshot(home)
    store(home, f"{AT_SITE}password=t1\n")
    assert snapshot(home) == before


def test_ft2_no_command_replaces_it(named: dict[str, str], mounted: Path, home: Path) -> None:
    here = World(Environment({"HOME": str(home), **named}))
    with pytest.raises(CredentialError, match=f'^the token of profile "work" is in {mounted}, which ') as raised:
        find_replaced(here, here.config.profiles["work"])
    assert raised.value.exit_code == 1


def test_ft2_who_is_told_of_it_where_a_stored_one_changes(named: dict[str, str], mounted: Path, home: Path) -> None:
    here = World(Environment({"HOME": str(home), **named}))
    (said,) = before_own(here, here.config.profiles["work"])
    assert said.startswith(f"{next(iter(named))} is set, " if named else f"token_file in helper.toml names {mounted}, ")


def test_ft3_where_the_token_is_if_one_of_two_files_is_gone(mounted: Path, files: Files, home: Path) -> None:
    files(config=profile("work", SITE), helper=named_by(mounted))
    gone = {"HOME": str(home), "ATLA_TOKEN_FILE__WORK": "/gone"}
    here = World(Environment(gone))
    found = outside_for(here, here.config.profiles["work"])
    assert isinstance(found, Outside)
    assert (found.path, found.secret) == (str(mounted), "t1")
    files(helper="")
    here = World(Environment(gone))
    with pytest.raises(Unavailable, match="^/gone is not there"):
        outside_for(here, here.config.profiles["work"])


def test_ft3_why_a_file_could_not_be_looked_into(mounted: Path) -> None:
    assert fault_in(None, "ATLA_TOKEN") is None
    assert fault_in(str(mounted), "ATLA_TOKEN_FILE") is None
    fault = fault_in("/gone", "ATLA_TOKEN_FILE")
    assert fault and fault.message == "/gone is not there (ATLA_TOKEN_FILE names it)"
    assert in_variable(Environment({"ATLA_TOKEN": "", "ATLA_TOKEN_FILE": ""}), "") is None


def test_ft2_no_helper_is_told_where_it_is(named: dict[str, str], home: Path) -> None:
    """As with the token itself: what they are started with would make one of us answer from it (safety O4)."""
    assert not named.keys() & for_children(Environment({"HOME": str(home), **named})).keys()


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "is not there"),
    "in no folder": (lambda path: path.parent.rmdir(), "is not there"),
    "empty": (lambda path: path.write_bytes(b""), "it is empty"),
    "a line end alone": (lambda path: path.write_bytes(b"\r\n"), "it is empty"),
    "two lines": (lambda path: path.write_bytes(b"canary\nb\n"), "it has more than one line"),
    "two line ends": (lambda path: path.write_bytes(b"canary\n\n"), "it has more than one line"),
    "CR inside": (lambda path: path.write_bytes(b"canary\rb"), "it has more than one line"),
    "a bare CR": (lambda path: path.write_bytes(b"canary\r"), "it has more than one line"),
    "a null": (lambda path: path.write_bytes(b"canary\0"), "it has a control character"),
    "an escape": (lambda path: path.write_bytes(b"canary\x1b[0m"), "it has a control character"),
    "a control of C1": (lambda path: path.write_bytes("canary\x85".encode()), "it has a control character"),
    "not UTF-8": (lambda path: path.write_bytes(b"canary\xff"), "it is not UTF-8"),
    "over 64 KiB": (lambda path: path.write_bytes(b"c" * 65537), "it is larger than 64 KiB"),
    "a folder": (lambda path: path.mkdir(), "it is not a regular file"),
    "a pipe": (lambda path: os.mkfifo(path), "it is not a regular file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "it is not a regular file"),
    "links in a circle": (lambda path: path.symlink_to(path), "too many levels of symbolic links"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes and devices among the files of Windows")
@pytest.mark.parametrize("fault", FAULTS)
def test_ft3_could_not_look_and_the_next_source(fault: str, files: Files, home: Path, tmp_path: Path) -> None:
    """It never waits: a pipe has no writer here, and a device no end."""
    (tmp_path / "mount").mkdir()
    path = tmp_path / "mount" / "token"
    FAULTS[fault][0](path)
    files(config=profile("work", SITE), credentials=token("work", SITE, "own"))
    for namer in ("token_file", "ATLA_TOKEN_FILE", "ATLA_TOKEN_FILE__WORK"):
        variables: Variables = {} if namer == "token_file" else {namer: str(path)}
        files(helper="" if variables else named_by(path))
        warnings: list[str] = []
        found = resolution(home, SITE, warnings=warnings, **variables)
        assert found is not None
        assert found.credential is not None
        assert (found.credential.secret, found.source) == ("own", "file")
        (line,) = warnings
        assert str(path) in line
        assert FAULTS[fault][1] in line
        assert f"{namer} names it" in line
        assert "canary" not in line


@pytest.mark.parametrize("path", ["token", "", "./token", "~/token"])
def test_ft3_a_path_that_is_not_absolute(path: str, files: Files, home: Path) -> None:
    """The answer does not depend on the folder that a program is started in."""
    files(config=profile("work", SITE), helper=named_by(path))
    with pytest.raises(Unavailable, match="^token_file does not name an absolute path$"):
        answer(home, SITE)
    if path:
        files(helper="[profiles.work]\n")
        with pytest.raises(Unavailable, match="^ATLA_TOKEN_FILE does not name an absolute path$"):
            answer(home, SITE, ATLA_TOKEN_FILE=path)


def test_ft3_the_file_that_a_variable_names_gives_way_to_the_next_variable(
    mounted: Path, files: Files, home: Path
) -> None:
    files(config=profile("work", SITE))
    gone = {"ATLA_TOKEN_FILE__WORK": "/gone"}
    assert answer(home, SITE, **gone, ATLA_TOKEN_FILE=str(mounted)) == (YOU, "t1", "basic")
    assert answer(home, SITE, **gone, ATLA_TOKEN="v") == (YOU, "v", "basic")
    erase(home, f"{AT_SITE}", **gone, ATLA_TOKEN_FILE=str(mounted))


def test_ft3_the_first_that_cannot_be_read_is_named(files: Files, home: Path) -> None:
    files(config=profile("work", SITE))
    here = World(Environment({"HOME": str(home), "ATLA_TOKEN_FILE__WORK": "/gone/own", "ATLA_TOKEN_FILE": "/gone"}))
    with pytest.raises(Unavailable, match="^/gone/own is not there"):
        holder_for(here, here.config.profiles["work"])


def test_ft3_store_stops_where_nobody_knows(files: Files, home: Path) -> None:
    """The token may have been in the file a moment ago. The stored one may stay, and be set aside."""
    files(config=profile("work", SITE), helper=named_by("/gone"), credentials=token("work", SITE, "own"))
    before = snapshot(home)
    with pytest.raises(Unavailable, match="^/gone is not there"):
        store(home, f"{AT_SITE}password=new\n")
    store(home, f"{AT_SITE}password=own\n")
    assert snapshot(home) == before
    store(home, f"{AT_SITE}password=own\npassword_expiry_utc=4102444800\n")  # which would be the file's end
    assert snapshot(home) == before
    erase(home, f"{AT_SITE}password=own\n")
    assert secrets(home) == {f"{KEY}|rejected": "own"}


@pytest.fixture
def every_source(tmp_path: Path, files: Files) -> list[dict[str, str]]:
    """Let every source have a token, and return the variables that are set, the first source's first."""
    paths = {}
    for name in ("ATLA_TOKEN_FILE__WORK", "ATLA_TOKEN_FILE", "token_file"):
        paths[name] = str(tmp_path / name)
        Path(paths[name]).write_text(name)
    files(config=profile("work", SITE), helper=named_by(paths["token_file"]), credentials=token("work", SITE, "own"))
    return [
        {"ATLA_TOKEN__WORK": "ATLA_TOKEN__WORK"},
        {"ATLA_TOKEN_FILE__WORK": paths["ATLA_TOKEN_FILE__WORK"]},
        {"ATLA_TOKEN": "ATLA_TOKEN"},
        {"ATLA_API_TOKEN": "ATLA_API_TOKEN"},
        {"ATLCLI_API_TOKEN": "ATLCLI_API_TOKEN"},
        {"ATLA_TOKEN_FILE": paths["ATLA_TOKEN_FILE"]},
    ]


def test_ft4_order(every_source: list[dict[str, str]], home: Path, files: Files) -> None:
    for number, first in enumerate(every_source):
        variables: Variables = {name: value for each in every_source[number:] for name, value in each.items()}
        assert answer(home, SITE, **variables) == (YOU, *first, "basic")
        found = resolution(home, SITE, **variables)
        assert found is not None
        assert found.source == "environment"
    found = resolution(home, SITE)
    assert found is not None
    assert found.source == "token_file"
    assert answer(home, SITE) == (YOU, "token_file", "basic")
    files(helper="")
    assert answer(home, SITE) == (YOU, "own", "basic")


@pytest.mark.parametrize(
    ("variables", "url", "secret"),
    [
        ({}, SITE, "t1"),
        ({"ATLA_PROFILE": "other"}, OTHER, "t1"),
        ({"ATLA_PROFILE": "other"}, SITE, "own"),
        ({"ATLA_INSTANCE": OTHER, "ATLA_EMAIL": YOU}, SITE, "own"),
        ({"ATLA_INSTANCE": OTHER, "ATLA_EMAIL": YOU}, OTHER, "t1"),
        ({"ATLA_EMAIL": "bot@example.com"}, SITE, "own"),
    ],
)
def test_ft4_a_variables_file_is_bound_to_a_place(
    variables: Variables, url: str, secret: str, mounted: Path, files: Files, home: Path
) -> None:
    """As the token of ATLA_TOKEN is (safety O3); a file that is for another profile is not even read."""
    files(
        config='[default]\nprofile = "work"\n' + profile("work", SITE) + profile("other", OTHER),
        credentials=token("work", SITE, "own") + token("other", OTHER, "own"),
    )
    assert answer(home, url, ATLA_TOKEN_FILE=str(mounted), **variables) == (YOU, secret, "basic")
    assert answer(home, url, ATLA_TOKEN="t1", **variables) == (YOU, secret, "basic")
    if secret == "own":
        warnings: list[str] = []
        resolution(home, url, warnings=warnings, ATLA_TOKEN_FILE="/gone", **variables)
        assert warnings == []


def test_ft4_a_profile_of_variables_alone(mounted: Path, files: Files, home: Path) -> None:
    variables = {"ATLA_INSTANCE": SITE, "ATLA_EMAIL": YOU}
    assert answer(home, SITE, **variables, ATLA_TOKEN_FILE=str(mounted)) == (YOU, "t1", "basic")
    with pytest.raises(Unavailable, match="^/gone is not there"):
        answer(home, SITE, **variables, ATLA_TOKEN_FILE="/gone")


@pytest.mark.skipif(sys.platform == "win32", reason="there the folder's access list decides")
def test_ft4_what_others_may_have_named_is_not_sent(mounted: Path, files: Files, home: Path) -> None:
    """Any secret in a file of one line could be (safety F14). Whose the file is, and who may write it, is not judged."""
    folder = files(config=profile("work", SITE), helper=named_by(mounted))
    mounted.resolve().chmod(0o666)
    if os.geteuid() == 0:
        os.chown(mounted.resolve(), STRANGER, STRANGER)
    assert answer(home, SITE) == (YOU, "t1", "basic")
    (folder / "helper.toml").chmod(0o666)
    with pytest.raises(NotObeyed, match="^token_file is not used: others may write"):
        answer(home, SITE)
    files(helper="")
    (folder / "config.toml").chmod(0o666)
    for name in ("ATLA_TOKEN_FILE", "ATLA_TOKEN_FILE__WORK"):
        with pytest.raises(NotObeyed, match=f"^{name} is not used: others may write"):
            answer(home, SITE, **{name: str(mounted)})
