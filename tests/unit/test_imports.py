"""Logins of other programs become profiles: whole or not at all, nothing is replaced, and the source stays as it is."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from trustme import CA

from asking import profile, token
from atla_credential import commands
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, UsageError
from atla_credential.imports.foreign_login import BY_HAND
from atla_credential.imports.taking import TRIES
from atla_credential.login import naming, record
from atla_credential.login.learned import Learned
from atla_credential.places.instance import same_site
from atla_credential.stores.keyring.system import SystemKeyring
from conftest import snapshot
from updating import secrets

Files = Callable[..., Path]
Import = Callable[..., tuple[int, list[dict[str, Any]]]]

GATEWAY = "https://api.atlassian.com"
SITE, OWN = "https://work.atlassian.net", "https://jira.example.com"
PAT = "MDEyMzQ1Njc4OTA6" + "A" * 28  # digits, a colon and nothing: of the shape, and nobody's


@pytest.fixture
def take(home: Path, capsys: pytest.CaptureFixture[str]) -> Import:
    """Return a function that imports in this process, asking nobody, and returns exit code and what `--json` prints."""

    def run(*words: str, asks: bool = False, **variables: str) -> tuple[int, list[dict[str, Any]]]:
        parser, command = commands.parser_for("import")
        more = [] if asks else ["--no-verify"]
        options = parser.parse_args([*words, "--json", "--storage", "file", *more])
        capsys.readouterr()
        try:
            code = command.run(options, World(Environment({"HOME": str(home), **variables})))
        except CredentialError as error:
            if isinstance(error, UsageError):
                raise
            code = error.exit_code
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out or '{"logins": []}')["logins"]
        return code, found

    return run


def outcomes(found: list[dict[str, Any]]) -> list[tuple[str, str | None, str | None]]:
    return [(each["outcome"], each["profile"], each["message"]) for each in found]


def of_helper(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((home / ".config" / "atla" / "helper.toml").read_text())["profiles"]
    return found


def write_lines(home: Path, *lines: str) -> None:
    (home / ".git-credentials").write_text("".join(f"{line}\n" for line in lines))


# A line of git's, further words, and then: the profile, its instance, e-mail and user name, auth; or why it is left out.
LINES: list[tuple[str, tuple[str, ...], tuple[str, str, str, str | None, str] | str]] = [
    ("https://you%40example.com:made-up@work.atlassian.net", (), ("work", SITE, "you@example.com", None, "basic")),
    ("https://jdoe:made-up@bitbucket.org", ("--email", "you@example.com"), ("bitbucket", "https://bitbucket.org", "you@example.com", "jdoe", "basic")),
    ("https://x-bitbucket-api-token-auth:made-up@bitbucket.org", ("--email", "you@example.com"), ("bitbucket", "https://bitbucket.org", "you@example.com", None, "basic")),
    ("https://x-token-auth:ATCTTmade-up@bitbucket.org/team/repo.git", (), ("bitbucket-team-repo", "https://bitbucket.org/team/repo", "", None, "bearer")),
    ("https://jdoe:made-up@jira.example.com/scm/p/r.git", ("--host", "jira.example.com"), ("jira.example.com", OWN, "", "jdoe", "basic")),
    ("https://jdoe:BBDC-made-up@jira.example.com", ("--host", "jira.example.com"), ("jira.example.com", OWN, "", "jdoe", "bearer")),
    (f"https://jdoe:{PAT}@jira.example.com", ("--host", "jira.example.com"), ("jira.example.com", OWN, "", "jdoe", "bearer")),
    ("https://jdoe:made-up@bitbucket.org", (), "an API token goes with an e-mail there, which is missing"),
    ("https://you%40example.com:${TOKEN}@work.atlassian.net", (), "it has a variable in it, ${...}, which stands for something that is not there"),
    ("https://$%7BX}:made-up@work.atlassian.net", (), "it has a variable in it, ${...}, which stands for something that is not there"),
    ("https://you%40example.com:made%0aup@work.atlassian.net", (), "it has control characters in it"),
    ("https://you%40example.com:made%e2%80%a8up@work.atlassian.net", (), "it has control characters in it"),
    ("https://you%40example.com%00:made-up@work.atlassian.net", (), "it has control characters in it"),
    ("https://you%40example.com:made%20up@work.atlassian.net", (), "the token has white space or odd characters in it"),
    ("https://you%40example.com:@work.atlassian.net", (), "it has no token"),
    ("https://jdoe:ATBBmade-up@bitbucket.org", ("--email", "you@example.com"), "the token is a Bitbucket app password, and these have been switched off in July 2026"),
    ("https://jdoe:ATBBmade-up@bitbucket.org", (), "the token is a Bitbucket app password, and these have been switched off in July 2026"),
    ("https://you%40example.com:you%40example.com@work.atlassian.net", (), "the token was also given as a name or an address, which are shown"),
    ("https://ATATTmade-up-made-up-made-up-made-up:made-up@jira.example.com", ("--host", "jira.example.com"), "the user name looks like a token"),
    ("https://you%40example.com:made-up@api.atlassian.com", (), "the gateway is not an instance"),
    ("https://you%40example.com:made-up@npm.apkg.io", (), "a package registry is not an instance"),
    ("http://you%40example.com:made-up@work.atlassian.net", (), "an http instance would send the token unprotected"),
    ("https://a%7Cb%40example.com:made-up@work.atlassian.net", (), "the e-mail has a |, which separates the parts of a secret's key"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "words", "expected"), LINES, ids=range(len(LINES)))
def test_line_of_git(line: str, words: tuple[str, ...], expected: Any, take: Import, home: Path) -> None:
    write_lines(home, line)
    before = snapshot(home)
    code, (found,) = take("git-credentials", *words)
    if isinstance(expected, str):
        assert (code, found["outcome"], found["message"]) == (1, "leftOut", expected)
        assert snapshot(home) == before
        return
    name, instance, email, username, auth = expected
    assert (code, found["message"]) == (0, None)
    assert [found[key] for key in ("outcome", "profile", "instance", "email", "authType")] == [
        "created", name, instance, email, auth,
    ]  # fmt: skip
    assert list(secrets(home).values()) == [line.rpartition("@")[0].rpartition(":")[2]]
    assert of_helper(home)[name].get("username") == username
    assert {path: content for path, content in snapshot(home).items() if path in before} == before


def test_each_account_gets_a_profile_and_a_second_run_changes_nothing(take: Import, home: Path, files: Files) -> None:
    """Safety C5: nothing is written, and nobody is asked either, of which a test that asks for real knows more."""
    files(
        config=profile("work", SITE, "other@example.com"), credentials=token("work", SITE, "old", "other@example.com")
    )
    write_lines(
        home,
        "https://you%40example.com:made-up-1@work.atlassian.net",
        "https://me%40example.com:made-up-2@work.atlassian.net",
        "https://you%40example.com:made-up-1@work.atlassian.net/wiki",
        "https://you%40example.com:made-up-3@work.atlassian.net",
    )
    other = 'profile "work-you" has another token, which stays'
    code, dry = take("git-credentials", "--dry-run")
    expected = [("created", "work-you", None), ("created", "work-me", None)]
    assert outcomes(dry) == [*expected, ("present", "work-you", None), ("leftOut", "work-you", other)]
    assert list(secrets(home).values()) == ["old"]
    assert (code, outcomes(take("git-credentials")[1])) == (1, outcomes(dry))
    assert list(secrets(home).values()) == ["old", "made-up-1", "made-up-2"]
    before = snapshot(home)
    code, again = take("git-credentials", asks=True)
    there = [("present", name, None) for name in ("work-you", "work-me", "work-you")]
    assert (code, outcomes(again)) == (1, [*there, ("leftOut", "work-you", other)])
    assert snapshot(home) == before


@pytest.mark.parametrize("held", ["another", "another, set aside", "this one, set aside"])
def test_no_token_is_replaced(held: str, take: Import, home: Path, files: Files) -> None:
    """Safety E2: who has rotated a token does not get the old one back from a file that was forgotten."""
    secret = "made-up" if held.startswith("this") else "newer"
    aside = token("work", SITE, secret).replace(f'{SITE}"', f'{SITE}|rejected"') if "aside" in held else ""
    files(config=profile("work", SITE), credentials=aside or token("work", SITE, secret))
    write_lines(home, *2 * ["https://you%40example.com:made-up@work.atlassian.net"])
    before = snapshot(home)
    code, (found, again) = take("git-credentials")
    assert (code, found["outcome"]) == (1, "leftOut")
    assert outcomes([again]) == outcomes([found])
    assert found["message"] in (
        'profile "work" has another token, which stays', 'it is set aside in profile "work"'
    )  # fmt: skip
    assert ("rotate work" in found["hint"]) != ("restore work" in found["hint"]) == held.startswith("this")
    assert snapshot(home) == before


# What another process has written when our turn comes: a profile's token, and its e-mail; and what becomes of ours.
FASTER: list[tuple[str, str, tuple[int, str, str, str | None], list[str]]] = [
    ("made-up", "you@example.com", (0, "present", "work", None), ["made-up"]),
    ("newer", "you@example.com", (1, "leftOut", "work", 'profile "work" has another token, which stays'), ["newer"]),
    ("newer", "x@example.com", (0, "created", "work-you", None), ["newer", "made-up"]),
]


@pytest.mark.parametrize(("secret", "email", "became", "kept"), FASTER, ids=["the same", "another", "another account"])
def test_what_comes_meanwhile_is_looked_at(
    secret: str, email: str, became: tuple[int, str, str, str | None], kept: list[str], take: Import, home: Path,
    files: Files, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Safety C6: what was looked at before the lock is looked at again under it, and then as if nobody had before."""
    write_lines(home, "https://you%40example.com:made-up@work.atlassian.net")
    real = record.record

    def late(*arguments: Any, **more: Any) -> Any:
        if not secrets(home):
            files(config=profile("work", SITE, email), credentials=token("work", SITE, secret, email))
        return real(*arguments, **more)

    monkeypatch.setattr("atla_credential.imports.taking.record", late)
    code, (found,) = take("git-credentials")
    assert (code, found["outcome"], found["profile"], found["message"]) == became
    assert list(secrets(home).values()) == kept


def test_a_token_in_another_store_than_the_profile_s_stays(take: Import, home: Path, files: Files) -> None:
    """Nobody was faster: to look again, or to run it once more, would change nothing."""
    write_lines(home, "https://you%40example.com:made-up@work.atlassian.net")
    folder = files(
        config=profile("work", SITE),
        credentials=token("work", SITE, "old"),
        helper='[profiles.work]\nstorage = "helper"\n',
    )
    before = snapshot(folder)
    code, found = take("git-credentials")
    message = 'there is a token of profile "work" in the file already, which stays'
    assert (code, *outcomes(found)) == (1, ("leftOut", "work", message))
    assert snapshot(folder) == before


def test_an_empty_token_is_none(take: Import, home: Path, files: Files) -> None:
    write_lines(home, "https://you%40example.com:made-up@work.atlassian.net")
    files(config=profile("work", SITE), credentials=token("work", SITE, ""))
    assert take("git-credentials")[0] == 0
    assert list(secrets(home).values()) == ["made-up"]


def test_who_is_never_first_gives_up(take: Import, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_lines(home, "https://you%40example.com:made-up@work.atlassian.net")
    calls: list[int] = []

    def late(world: World, learned: Learned, *_: Any, **more: Any) -> None:
        calls.append(1)
        raise record.changed_meanwhile(learned.planned)

    monkeypatch.setattr("atla_credential.imports.taking.record", late)
    code, (found,) = take("git-credentials")
    assert (code, found["message"], len(calls)) == (5, 'profile "work" was changed meanwhile', TRIES)


def test_of_many_addresses_only_those_that_look_alike_are_compared(
    take: Import, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a dry run of 3,000 would read 4,500,000."""
    compared: list[str] = []
    monkeypatch.setattr(naming, "same_site", lambda one, other: compared.append(one) or same_site(one, other))  # type: ignore[func-returns-value]
    write_lines(home, *(f"https://you%40example.com:made-up-{n}@{n}-site.atlassian.net" for n in range(9)))
    code, found = take("git-credentials", "--dry-run")
    assert (code, len(found), compared) == (0, 9, [])
    write_lines(
        home,
        *(
            f"https://{n}%40example.com:made-up-{n}@{host}"
            for n, host in enumerate(("x.atlassian.net", "X.atlassian.net/"))
        ),
    )
    assert outcomes(take("git-credentials", "--dry-run")[1])[1][1] == "x-1"
    assert compared == ["https://x.atlassian.net"]


def test_a_profile_without_a_token_gets_it(take: Import, home: Path, files: Files) -> None:
    files(config=profile("work", SITE))
    write_lines(home, "https://you%40example.com:made-up@work.atlassian.net")
    code, found = take("git-credentials")
    assert (code, outcomes(found)) == (0, [("updated", "work", None)])
    assert list(secrets(home).values()) == ["made-up"]


def test_variables_that_say_who_somebody_is_are_not_meant(take: Import, home: Path) -> None:
    write_lines(home, "https://you%40example.com:made-up@work.atlassian.net")
    variables = {"ATLA_PROFILE": "p", "ATLA_INSTANCE": OWN, "ATLA_EMAIL": "x@example.com", "ATLA_TOKEN": "canary"}
    assert outcomes(take("git-credentials", **variables)[1]) == [("created", "work", None)]


def test_a_name_for_one(take: Import, home: Path, files: Files) -> None:
    files(config=profile("mine", OWN, "x@example.com"), credentials=token("mine", OWN, "old", "x@example.com"))
    write_lines(home, "https://you%40example.com:made-up@work.atlassian.net")
    assert outcomes(take("git-credentials", "--profile", "mine")[1]) == [
        ("leftOut", "mine", 'profile "mine" is another account\'s')
    ]
    assert outcomes(take("git-credentials", "--profile", "new")[1]) == [("created", "new", None)]
    write_lines(home, *2 * ["https://you%40example.com:made-up@work.atlassian.net"])
    with pytest.raises(UsageError, match="--profile names one profile, and there are 2 logins"):
        take("git-credentials", "--profile", "new")


def write_atlcli(home: Path, **more: object) -> Path:
    (home / ".atlcli").mkdir(exist_ok=True)
    path = home / ".atlcli" / "config.json"
    auth = {"type": "bearer", "pat": "made-up", "username": "jdoe"}
    path.write_text(json.dumps({"profiles": {"own": {"baseUrl": OWN, "auth": auth, **more}}}))
    path.chmod(0o600)
    return path


def test_certificates_come_along(take: Import, home: Path, tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    CA().cert_pem.write_to_path(authority)
    path = write_atlcli(home, tlsCaFile=str(authority))
    path.chmod(0o666)
    code, (found,) = take("atlcli")
    assert (code, found["message"]) == (1, f"its certificates are not trusted: others may write {path}")  # safety F14
    path.chmod(0o600)
    assert take("atlcli")[0] == 0
    assert of_helper(home)["jira.example.com"]["ca_file"] == str(authority)


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("ca.pem", "the path of its certificates is not a whole one"),  # it would be one in the working folder (X1)
        ("/there/is/none.pem", "cannot read /there/is/none.pem: no such file or directory"),
    ],
)
def test_certificates_that_cannot_be_used(named: str, why: str, take: Import, home: Path) -> None:
    write_atlcli(home, tlsCaFile=named)
    before = snapshot(home)
    code, (found,) = take("atlcli")
    assert (code, found["message"]) == (1, why)
    assert snapshot(home) == before


def test_nobody_but_the_owner_may_write_the_folder_either(take: Import, home: Path, tmp_path: Path) -> None:
    """Safety F14: who may put another file in its place, or lead its link elsewhere, names the authority as well."""
    authority = tmp_path / "ca.pem"
    CA().cert_pem.write_to_path(authority)
    path = write_atlcli(home, tlsCaFile=str(authority))
    open_folder = tmp_path / "open"
    open_folder.mkdir()
    path.rename(open_folder / "config.json")
    path.symlink_to(open_folder / "config.json")
    for folder in (path.parent, open_folder):
        folder.chmod(0o777)
        code, (found,) = take("atlcli")
        why = f"its certificates are not trusted: others may write the folder {folder}"
        assert (code, found["message"]) == (1, why)
        folder.chmod(0o700)
    assert take("atlcli")[0] == 0


def test_what_is_said_is_what_can_be_done_here(take: Import, home: Path) -> None:
    """The options of `login` are none of `import`, and an e-mail is nothing to a server of one's own."""
    path, variables = home / "mcp.json", {"JIRA_API_TOKEN": "made-up"}
    for address, user, message, hint in (
        (f"{GATEWAY}/ex/jira/1", "you@example.com", "the gateway is not an instance", f"{BY_HAND}; give the site's "),
        ("jira example", "jdoe", "this is not an instance's address", f"{BY_HAND}; for example: --instance "),
        (OWN, "", "it has neither an e-mail nor a user name", BY_HAND),
    ):
        env = {**variables, "JIRA_URL": address, "JIRA_USERNAME": user}
        path.write_text(json.dumps({"mcpServers": {"a": {"env": env}}}))
        code, (found,) = take("mcp-json", "--from", str(path), "--email", "you@example.com")
        assert (code, found["message"]) == (1, message)
        assert found["hint"].startswith(hint)


def test_the_keychain_comes_before_the_file(take: Import, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_atlcli(home)
    asked: list[tuple[str, str]] = []

    def get_of(self: SystemKeyring, service: str, account: str) -> str:
        asked.append((service, account))
        return "made-up-in-keychain"

    monkeypatch.setattr(SystemKeyring, "get_of", get_of)
    monkeypatch.setattr("atla_credential.imports.atlcli.sys.platform", "darwin")
    found = take("atlcli")
    monkeypatch.undo()
    assert (found[0], asked) == (0, [("atlcli", "jdoe")])
    assert list(secrets(home).values()) == ["made-up-in-keychain"]


def test_what_is_in_a_keyring_is_not_there_without_one(take: Import, home: Path) -> None:
    """To keep the token in a file does not help to read another program's."""
    path = home / "jira.yml"
    path.write_text(f"server: {SITE}\nlogin: you@example.com\n")
    backend = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    code, (found,) = take("jira-cli", "--from", str(path), **backend)
    assert (code, found["message"].startswith("failed to access system keyring: ")) == (1, True)
    assert "--storage" not in found["hint"]


def test_where_there_is_no_keyring(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing goes to a file that nobody has named (safety K1), and the next step is that of an import."""
    write_lines(home, "https://you%40example.com:made-up@work.atlassian.net")
    parser, command = commands.parser_for("import")
    environment = Environment({"HOME": str(home), "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"})
    before = snapshot(home)
    with pytest.raises(CredentialError) as error:
        command.run(parser.parse_args(["git-credentials", "--no-verify"]), World(environment))
    assert (
        "keep the tokens in a file instead: atla-credential import git-credentials --storage file" in error.value.hints
    )
    assert snapshot(home) == before
