"""What is read out of the files of other programs: what all agree on, or nothing."""

import json
import netrc
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, Unavailable, UsageError
from atla_credential.imports import atlcli, git_store, jira_cli, mcp_json, netrc_lines, source_file
from atla_credential.imports.foreign_login import BY_HAND, ForeignLogin
from atla_credential.imports.tools import SOURCES, entries_of
from atla_credential.imports.yaml_keys import Unclear, read_keys

Read = Callable[[str], list[ForeignLogin] | None]
Put = Callable[[str | bytes], str]
Row = tuple[str, str, str | None]  # address, account, token

SITE = "https://work.atlassian.net"
READERS = {name: source.read for name, source in SOURCES.items()}
OF_JSON = ("atlcli", "mcp-json")


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Return a function that writes a file, and returns its path."""

    def write(content: str | bytes) -> str:
        path = tmp_path / "config.json"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def rows(read: Read, path: str) -> list[Row]:
    """Return what can be taken over."""
    found = read(path)
    assert found is not None
    return [(each.address, each.account, each.secret) for each in found if each.left_out is None]


def faults(read: Read, path: str) -> list[tuple[str, str]]:
    """Return where what is left out stands, and why."""
    return [(each.place, each.left_out[0]) for each in read(path) or () if each.left_out is not None]


NETRC: list[tuple[str, list[Row]]] = [
    ("", []),
    ("# nothing\n\n  # here\n", []),
    ("machine a login b password c", [("https://a", "b", "c")]),
    ("\ufeffmachine a login b password c\r\n", [("https://a", "b", "c")]),
    ("machine a\r\n\tlogin b\r\n\tpassword c\r\nmachine d password f login e", [("https://a", "b", "c"), ("https://d", "e", "f")]),
    ("machine a user b password c account z # said\n# more\nmachine d", [("https://a", "b", "c"), ("https://d", "", None)]),
    ('machine a login "b c" password "d\\"e\\\\"', [("https://a", "b c", 'd"e\\')]),
    ('machine a login b password c"d', [("https://a", "b", 'c"d')]),
    ("machine a login b password #c", [("https://a", "b", "#c")]),
    ("default login b password c\nmachine a login b password c", [("https://a", "b", "c")]),
    ("machine a login b password c default login d password e", [("https://a", "b", "c")]),
    ("macdef init\nmachine a login b password c\n\nmachine d login e password f", [("https://d", "e", "f")]),
    ("machine a login b password c\nmacdef init\r\ncd x\r\n\r\nmachine d login e password f", [("https://a", "b", "c"), ("https://d", "e", "f")]),
    ("macdef init\nmachine a login b password c", []),
    ("machine machine login login password password", [("https://machine", "login", "password")]),
    ("machine a login b password c\u00a0d", [("https://a", "b", "c\u00a0d")]),
    ("machine a login b password c\x00d", [("https://a", "b", "c\x00d")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), NETRC)
def test_netrc(text: str, expected: list[Row], put: Put) -> None:
    assert rows(netrc_lines.read, put(text)) == expected


@pytest.mark.parametrize(
    "text", [text for text, expected in NETRC if expected and "macdef" not in text and "\ufeff" not in text]
)
def test_python_reads_the_same_out_of_a_netrc(text: str, put: Put) -> None:
    """Macros, and a byte order mark, it has difficulties with."""
    path = put(text)
    hosts = netrc.netrc(path).hosts
    for address, account, secret in rows(netrc_lines.read, path):
        login, _, password = hosts[address.removeprefix("https://")]
        assert (login, password or None) == (account, secret)


@pytest.mark.parametrize("value", ['"a\\nb"', "a\\b", "\\a"])
def test_what_readers_of_netrc_disagree_on_is_left_out(value: str, put: Put) -> None:
    path = put(f"machine a login b password {value}\nmachine d login e password f")
    assert rows(netrc_lines.read, path) == [("https://d", "e", "f")]
    assert faults(netrc_lines.read, path) == [("line 1", netrc_lines.DISAGREE)]


@pytest.mark.parametrize("before", ["u@", "u:p@", "jira.example.com@", ""])
@pytest.mark.parametrize("behind", [":8443", "/x", "?x", "#x", ""])
def test_a_host_of_netrc_is_a_name_and_no_address(before: str, behind: str, put: Put, tmp_path: Path) -> None:
    """No program that reads it finds more than a name: what is behind an @ is not whom the token is for."""
    path = put(f"machine {before}work.atlassian.net{behind} login a password b\nmachine h login c password d")
    expected = [] if before or behind else [(SITE, "a", "b")]
    assert rows(netrc_lines.read, path) == [*expected, ("https://h", "c", "d")]
    assert faults(netrc_lines.read, path) == ([("line 1", netrc_lines.NO_NAME)] if before or behind else [])
    assert given(tmp_path, "netrc", paths=(path,)) == [f"https://{before}work.atlassian.net{behind}"]


@pytest.mark.parametrize(
    "text",
    [
        "word",
        "machine",
        "machine a login",
        'machine a login "b',
        'machine a login "b"c',
        "machine a\nb c",
        '"machine" a',
    ],
)
def test_netrc_that_makes_no_sense(text: str, put: Put) -> None:
    with pytest.raises(Unavailable, match=r"line \d is none of a \.netrc$"):
        netrc_lines.read(put(text))


def test_lines_of_netrc(put: Put) -> None:
    found = netrc_lines.read(put("\n# x\nmachine a\nlogin b\nmacdef c\nd\ne\n\n\nmachine f\n"))
    assert [each.place for each in found or ()] == ["line 3", "line 10"]


GIT: list[tuple[str, list[Row]]] = [
    ("", []),
    ("https://u:p@h", [("https://h", "u", "p")]),
    ("https://u:p@h\r\n\n\nhttps://v:q@i/\n", [("https://h", "u", "p"), ("https://i", "v", "q")]),
    ("https://you%40example.com:p%25%3A%2f%40@h:8443/a/b.git", [("https://h:8443/a/b.git", "you@example.com", "p%:/@")]),
    ("https://u:%zz%4@h", [("https://h", "u", "%zz%4")]),
    ("https://u:p%0aq@h", [("https://h", "u", "p\nq")]),
    ("https://u@h\nhttps://h\nno line\n://u:p@h\nu:p@h", []),
    ("https://:p@h", [("https://h", "", "p")]),
    ("http://u:p@h", [("http://h", "u", "p")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), GIT)
def test_git_credentials(text: str, expected: list[Row], put: Put) -> None:
    assert rows(git_store.read, put(text)) == expected


@pytest.mark.parametrize("line", ["https://u:%ff%fe@work.atlassian.net", "https://u:p q@work.atlassian.net", "https://u:p\\@work.atlassian.net", "https://u:p@jira.example.com@work.atlassian.net"])  # fmt: skip
def test_a_line_that_git_and_we_may_read_differently(line: str, put: Put) -> None:
    found = git_store.read(put(f"https://u:p@h\n{line}\n"))
    assert [(each.place, each.address, each.secret) for each in found or () if each.left_out] == [
        ("line 2", SITE, None)
    ]


def test_atlcli_as_it_writes_its_file(put: Put) -> None:
    """The active profile comes first, so that it is the active one here; a cloud id is a service account's only."""
    profiles = {
        "home": {"name": "home", "baseUrl": "https://home.atlassian.net", "auth": {"type": "oauth", "clientId": "x"}},
        "onprem": {
            "name": "onprem", "baseUrl": "https://jira.example.com", "tlsCaFile": "/etc/ca.pem",
            "auth": {"type": "bearer", "pat": "made-up-pat", "username": "jdoe"},
        },
        "browser": {"name": "browser", "baseUrl": SITE, "auth": {"type": "session"}},
        "out": {"name": "out", "baseUrl": SITE, "auth": {"type": "apiToken"}},
        "work": {
            "name": "work", "baseUrl": SITE, "deploymentType": "cloud", "cloudId": "made-up-id", "project": "P",
            "auth": {"type": "apiToken", "email": "you@example.com", "token": "made-up-token"},
        },
    }  # fmt: skip
    path = put(json.dumps({"profiles": profiles, "currentProfile": "work"}, indent=2))
    found = atlcli.read(path) or []
    assert rows(atlcli.read, path) == [
        (SITE, "you@example.com", "made-up-token"),
        ("https://jira.example.com", "jdoe", "made-up-pat"),
        (SITE, "", None),
    ]
    by_place = {each.place: each for each in found}
    work, own = by_place['profile "work"'], by_place['profile "onprem"']
    assert (work.auth, work.cloud_id, own.auth, own.ca_file) == ("basic", None, "bearer", "/etc/ca.pem")
    assert work.removal == "atlcli auth delete work"
    why = {each.place: (each.left_out or ("",))[0] for each in found}
    assert why['profile "home"'] == "it is an OAuth login"
    assert why['profile "browser"'] == "it is a browser's session"


def test_atlcli_as_its_manual_shows_it(put: Put) -> None:
    work = {"name": "work", "baseUrl": SITE, "email": "you@example.com", "apiToken": "made-up-token"}
    own = {"baseUrl": "https://jira.example.com", "authType": "bearer", "username": "jdoe", "apiToken": "made-up-pat"}
    expected = [(SITE, "you@example.com", "made-up-token"), ("https://jira.example.com", "jdoe", "made-up-pat")]
    assert rows(atlcli.read, put(json.dumps({"profiles": {"work": work, "own": own}}))) == expected
    assert rows(atlcli.read, put(json.dumps(work))) == expected[:1]


def test_the_keychain_is_looked_into_on_a_mac_alone(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"baseUrl": "https://jira.example.com", "auth": {"type": "bearer", "username": "jdoe"}}
    path = put(json.dumps({"profiles": {"own": own}}))
    assert [each.item for each in atlcli.read(path) or ()] == [None]
    monkeypatch.setattr(sys, "platform", "darwin")
    (found,) = atlcli.read(path) or []
    assert (found.item, found.removal) == (("atlcli", "jdoe"), "atlcli auth delete own --delete-keychain")


@pytest.mark.parametrize(
    "document", [[], None, 1, {"profiles": []}, {"profiles": {"a": 1}}, {"mcpServers": {"a": {"env": []}}}, {}]
)
@pytest.mark.parametrize("name", OF_JSON)
def test_json_of_another_form(name: str, document: object, put: Put) -> None:
    try:
        assert READERS[name](put(json.dumps(document))) == []
    except Unavailable as error:
        assert not isinstance(document, dict)
        assert error.message.endswith("it is no object")


BROKEN: list[tuple[bytes, str]] = [
    (b"", "not valid JSON at line 1, column 1"),
    (b'{"a": "canary', "not valid JSON at line 1, column 7"),
    (b"[" * 100000, "not valid JSON"),
    (b'{"a": ' * 100000, "not valid JSON"),
    (b'{"profiles": {"a": 1, "a": "canary"}}', "a key stands twice in one object of it"),
    (b'{"a": %s}' % (b"9" * 10000), "not valid JSON"),
    (b'{"a": "canary\xff"}', "it is not UTF-8 at line 1"),
    ('{"a": "canary"}'.encode("utf-16"), "it is UTF-16, not UTF-8"),
    (b'{\n  // a comment\n  "servers": {}\n}', "not valid JSON at line 2, column 3"),
    (b"{}" + b" " * (1 << 24), "it is larger than 16 MiB"),
]


@pytest.mark.parametrize(("content", "why"), BROKEN, ids=range(len(BROKEN)))
@pytest.mark.parametrize("name", OF_JSON)
def test_broken_json_is_refused_and_not_quoted(name: str, content: bytes, why: str, put: Put) -> None:
    path = put(content)
    with pytest.raises(Unavailable) as error:
        READERS[name](path)
    assert error.value.message == f"cannot read {path}: {why}"
    assert "canary" not in repr((error.value.message, error.value.hints))


@pytest.mark.parametrize("name", READERS)
def test_odd_files_are_refused_without_waiting(name: str, tmp_path: Path) -> None:
    """Safety F3: a FIFO, a folder, a device, a link in a circle; that there is none is no fault."""
    read = READERS[name]
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "circle").symlink_to("circle")
    for path in (tmp_path / "fifo", tmp_path, Path("/dev/zero"), tmp_path / "circle"):
        with pytest.raises(Unavailable):
            read(str(path))
    assert read(str(tmp_path / "none")) is None
    assert read(str(tmp_path / "none" / "none")) is None


@pytest.mark.parametrize("name", READERS)
def test_another_users_file_is_refused(name: str, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    """Safety F8."""
    path = put("{}")
    monkeypatch.setattr("atla_credential.toml.file.owner_is_trusted", lambda status: False)
    with pytest.raises(Unavailable, match="belongs to another user"):
        READERS[name](path)


@pytest.mark.parametrize("name", [name for name in READERS if name not in OF_JSON])
def test_a_text_is_no_history(name: str, put: Put) -> None:
    """What is larger than anybody's logins is not searched: to look for the end of a quotation takes 150 times as much."""
    path = put(b'machine a login "' + b"x" * (1 << 20))
    with pytest.raises(Unavailable, match="it is larger than 1 MiB"):
        READERS[name](path)


def test_a_byte_order_mark_is_no_text(put: Put) -> None:
    assert source_file.read_object(put("\ufeff{}")) == {}


YAML: list[tuple[str, dict[str, str] | None]] = [
    ("", {}),
    ("server: https://a\nlogin: b@c\n", {"server": "https://a", "login": "b@c"}),
    ("---\r\n# x\r\nServer:   'https://a'  # y\r\nLOGIN: \"b@c\"\r\n", {"server": "https://a", "login": "b@c"}),
    ("login: a#b\nserver: c # d", {"login": "a#b", "server": "c"}),
    ("login: 'a''b'", {"login": "a'b"}),
    ('login: "a\\"b\\\\"', {"login": 'a"b\\'}),
    ("login: ~\nserver:\nauth_type: \"\"", {"login": "", "server": "", "auth_type": ""}),
    ("board:\n    id: 1\n    login: no\nlogin: yes@a\nissue:\n- x\n-\n- login: no", {"login": "yes@a"}),
    ("epic: |\n  login: no\n\n  server: no\nlogin: a", {"login": "a"}),
    ("other: {login: no}\nlogin: a", {"login": "a"}),
    ("login: a\nlogin: b", None),
    ("login: a\nLogin: b", None),
    ("login: a\n  b", None),
    ("login:\n  b", None),
    ("login: |\n  a", None),
    ("login: >-\n  a", None),
    ("login: &x a", None),
    ("login: *x", None),
    ("login: !!str a", None),
    ("login: [a]", None),
    ("login: {a: b}", None),
    ("login: 'a", None),
    ("login: 'a' b", None),
    ('login: "a\\x41"', None),
    ("login: a: b", None),
    ("login: @a", None),
    ("{server: a, login: b}", None),
    ("'login': a", None),
    ("? login\n: a", None),
    ("<<: *x", None),
    ("%YAML 1.2\n---\nlogin: a", None),
    ("login: a\n---\nlogin: b", None),
    ("login: a\n...\n", None),
    ("  login: a", None),
    ("login a", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), YAML)
def test_yaml(text: str, expected: dict[str, str] | None) -> None:
    if expected is not None:
        assert read_keys(text, jira_cli.KEYS) == expected
        return
    with pytest.raises(Unclear):
        read_keys(text, jira_cli.KEYS)


def written_by_jira_cli(server: str, login: str, auth: str) -> str:
    """Return a configuration as jira-cli writes it: all keys in their order, four blanks before what is nested."""
    return f"""api_server: {server}
auth_type: {auth}
board:
    id: 1
    name: Board 1
    type: scrum
epic:
    link: customfield_10014
    name: customfield_10011
installation: Cloud
issue:
    fields:
        custom:
            - key: customfield_10001
              name: 'Team: login'
              schema:
                datatype: team
    types:
        - handle: Epic
          id: "10000"
          name: Epic
          subtask: false
login: {login}
project:
    key: TEST
    type: classic
server: {server}
timezone: Europe/Berlin
"""


@pytest.mark.parametrize(
    ("auth", "expected"),
    [("basic", "basic"), ("bearer", "bearer"), ("", "basic"), ("oauth", None), ("mtls", None), ("other", None)],
)
def test_jira_cli(auth: str, expected: str | None, put: Put) -> None:
    (found,) = jira_cli.read(put(written_by_jira_cli(SITE, "you@example.com", auth))) or []
    assert (found.address, found.account, found.item) == (SITE, "you@example.com", ("jira-cli", "you@example.com"))
    assert (found.left_out is None) == (expected is not None)
    assert found.auth == (expected or "basic")


def test_jira_cli_says_which_line_it_does_not_understand(put: Put) -> None:
    assert faults(jira_cli.read, put("login: a\nserver: *x\n"))[0][1].startswith("its line 2 is no plain text ")
    assert faults(jira_cli.read, put("login: a\n"))[0][1] == "it has no server, or no login"


def test_a_login_that_two_servers_share_is_left_out(tmp_path: Path) -> None:
    """The keyring has one token for both, and nobody knows for which; two configurations of one server are no riddle."""
    folder = tmp_path / ".config" / ".jira"
    folder.mkdir(parents=True)
    environment = Environment({"HOME": str(tmp_path)})
    servers = {".config.yml": SITE, "second.yml": f"{SITE}/", "other.yaml": "https://work2.atlassian.net"}
    for name, server in servers.items():
        (folder / name).write_text(written_by_jira_cli(server, "you@example.com", "basic"))
    (folder / "own.yml").write_text(written_by_jira_cli("https://jira.example.com", "jdoe", "bearer"))
    (folder / "empty.yml").write_text(f"server: {SITE}3\n")
    (folder / ".config.yml.bkp").write_text("canary: [")

    def taken(*given: str) -> list[str]:
        found = entries_of("jira-cli", environment, given, (), allow_http=False)
        return [os.path.basename(each.path) for each in found if each.left_out is None]

    assert taken() == ["own.yml"]
    assert taken(str(folder / ".config.yml")) == []  # the others are there all the same
    (folder / "other.yaml").unlink()
    assert taken() == [".config.yml", "own.yml", "second.yml"]
    (folder / "odd.yml").write_text("login: *x\n")  # which may be that of any of them
    assert taken() == taken(str(folder / "own.yml")) == []
    (why,) = {each.left_out for each in entries_of("jira-cli", environment, (str(folder / "own.yml"),), (), False)}
    assert why == (f"{folder / 'odd.yml'} may have the same login at another server, and is not understood", BY_HAND)


def test_a_keychain_s_item_that_two_servers_share_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Likewise of atlcli, whose items have a user's name alone; elsewhere it looks into no keyring."""
    (tmp_path / ".atlcli").mkdir()
    own = {name: {"baseUrl": f"https://{name}.example.com", "auth": {"type": "bearer", "username": "jdoe", "pat": name}} for name in ("jira", "wiki")}  # fmt: skip
    (tmp_path / ".atlcli" / "config.json").write_text(json.dumps({"profiles": own}))
    (tmp_path / "copy.json").write_text(json.dumps({"profiles": {"jira": own["jira"]}}))
    hosts = ["https://jira.example.com", "https://wiki.example.com"]

    def taken(*paths: str) -> list[str]:
        found = entries_of("atlcli", Environment({"HOME": str(tmp_path)}), paths, (), allow_http=False)
        return [each.address for each in found if each.left_out is None]

    assert (taken(), taken(str(tmp_path / "copy.json"))) == (hosts, hosts[:1])
    monkeypatch.setattr(sys, "platform", "darwin")
    assert (taken(), taken(str(tmp_path / "copy.json"))) == ([], [])
    (tmp_path / ".atlcli" / "config.json").unlink()
    assert taken(str(tmp_path / "copy.json")) == hosts[:1]


@pytest.mark.parametrize(
    ("item", "secret"),
    [
        ("made-up", "made-up"),
        ("go-keyring-base64:bWFkZS11cA==", "made-up"),
        ("go-keyring-encoded:6d6164652d7570", "made-up"),
    ],
)
def test_what_a_mac_encodes(item: str, secret: str) -> None:
    assert jira_cli.decoded(item) == secret


@pytest.mark.parametrize("item", ["go-keyring-base64:===", "go-keyring-base64:/w==", "go-keyring-encoded:zz"])
def test_what_is_encoded_badly(item: str) -> None:
    with pytest.raises(ValueError):
        jira_cli.decoded(item)


CLOUD = {"JIRA_URL": SITE, "JIRA_USERNAME": "you@example.com", "JIRA_API_TOKEN": "made-up-token"}
WIKI = {f"CONFLUENCE_{key[5:]}": value for key, value in CLOUD.items()} | {"CONFLUENCE_URL": f"{SITE}/wiki"}
OWN = {"JIRA_URL": "https://jira.example.com", "JIRA_PERSONAL_TOKEN": "made-up-pat"}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (CLOUD, [(SITE, "you@example.com", "made-up-token", "basic")]),
        (CLOUD | WIKI, [(SITE, "you@example.com", "made-up-token", "basic"), (f"{SITE}/wiki", "you@example.com", "made-up-token", "basic")]),
        (OWN, [("https://jira.example.com", "", "made-up-pat", "bearer")]),
        (CLOUD | {"JIRA_PERSONAL_TOKEN": "made-up-pat"}, [(SITE, "you@example.com", "made-up-token", "basic")]),
        (CLOUD | OWN, [("https://jira.example.com", "", "made-up-pat", "bearer")]),
        ({"JIRA_URL": SITE, "JIRA_API_TOKEN": 1}, []),
        ({"OTHER": "canary"}, []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["mcpServers", "servers"])
def test_mcp_json(key: str, variables: dict[str, str], expected: list[tuple[str, ...]], put: Put) -> None:
    servers = {"atlassian": {"command": "uvx", "args": ["mcp-atlassian"], "env": variables}, "x": {"url": "https://x"}}
    found = mcp_json.read(put(json.dumps({key: servers, "inputs": []}))) or []
    assert [(each.address, each.account, each.secret, each.auth) for each in found] == expected
    assert {each.group for each in found} <= {"atlassian"}


def given(home: Path, name: str, *hosts: str, paths: tuple[str, ...] = ()) -> list[str]:
    found = entries_of(name, Environment({"HOME": str(home)}), paths, hosts, allow_http=False)
    return [each.address for each in found]


def test_only_hosts_of_atlassians_and_those_that_are_named(tmp_path: Path) -> None:
    """Hosts are compared by ASCII rules (safety O1): a Kelvin sign is no k."""
    hosts = (
        "Work.ATLASSIAN.net", "bitbucket.org", "api.bitbucket.org", "x.atlassian-us-gov-mod.net", "crg.apkg.io",
        "api.atlassian.com", "jira.example.com", "atlassian.net.example.com", "notatlassian.net", "wor\u212a.atlassian.net",
    )  # fmt: skip
    (tmp_path / ".netrc").write_text("".join(f"machine {host} login a password b\n" for host in hosts))
    lines = [f"https://a:b@{host}\n" for host in (*hosts, "jira.example.com:8443/tracker")]
    (tmp_path / ".git-credentials").write_text("".join(lines))
    own = [f"https://{host}" for host in hosts[:6]]
    assert given(tmp_path, "netrc") == given(tmp_path, "git-credentials") == own
    assert given(tmp_path, "netrc", "JIRA.example.com") == [*own, "https://jira.example.com"]
    assert given(tmp_path, "netrc", "jira.example.com:8443/tracker") == [*own, "https://jira.example.com:8443/tracker"]
    more = ["https://jira.example.com", "https://jira.example.com:8443/tracker"]
    assert given(tmp_path, "git-credentials", "jira.example.com") == [*own, *more]
    assert given(tmp_path, "git-credentials", "jira.example.com:8443") == [*own, more[1]]
    with pytest.raises(CredentialError, match=r"^there is no entry for jira2\.example\.com$"):
        given(tmp_path, "netrc", "jira2.example.com")
    for host in (
        "",
        "*.example.com",
        "https://u:canary@jira.example.com",
        "api.atlassian.com",
        "jdoe@jira.example.com",
    ):
        with pytest.raises(UsageError, match="^--host: ") as error:
            given(tmp_path, "netrc", host)
        assert error.value.hints == ("for example: --host jira.example.com",)
        assert "canary" not in error.value.message
    with pytest.raises(UsageError, match="--host is for"):
        given(tmp_path, "atlcli", "jira.example.com")


def test_where_files_are(tmp_path: Path) -> None:
    """All of a program's own places are read; a file that is named has to be there."""
    with pytest.raises(CredentialError, match=r"^there is no .*/\.netrc and no .*/_netrc$"):
        given(tmp_path, "netrc")
    with pytest.raises(UsageError, match="--from FILE is needed"):
        given(tmp_path, "mcp-json")
    (tmp_path / "_netrc").write_text("machine a.atlassian.net")
    assert given(tmp_path, "netrc") == ["https://a.atlassian.net"]
    with pytest.raises(CredentialError, match=r"^there is no .*/gone$"):
        given(tmp_path, "netrc", paths=(str(tmp_path / "_netrc"), str(tmp_path / "gone")))
    (tmp_path / "named").write_text("machine b.atlassian.net")
    environment = Environment({"HOME": str(tmp_path), "NETRC": str(tmp_path / "named")})
    assert [each.address for each in entries_of("netrc", environment, (), (), False)] == ["https://b.atlassian.net"]
    (tmp_path / "settings" / "git").mkdir(parents=True)
    (tmp_path / "settings" / "git" / "credentials").write_text("https://a:b@c.atlassian.net")
    (tmp_path / ".git-credentials").write_text("https://a:b@d.atlassian.net")
    both = Environment({"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "settings")})
    found = [each.address for each in entries_of("git-credentials", both, (), (), False)]
    assert found == ["https://d.atlassian.net", "https://c.atlassian.net"]


def test_a_login_has_no_printable_form() -> None:
    assert "canary" not in repr(ForeignLogin("", "", secret="canary"))
