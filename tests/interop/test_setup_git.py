"""setup-git: git asks us at the hosts of the profiles, and every file is as it was after --undo."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from asking import profile, token
from atla_credential.environment import Environment
from atla_credential.foreign import own_helper
from conftest import HELPER, Run
from faults import SystemCall, at, needs_strace, run_with
from installed import Place

Files = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("knows_authtype")  # all of it with both gits

BITBUCKET, SERVER = "https://bitbucket.org", "https://git.corp.example:8443"
ODD = b'# caf\xe9, by hand\r\n[user]\r\n\tname = a \\"b\\"\n[credential]\n\thelper = !f() { echo "x y"; }; f\n[includeIf "gitdir:~/x/"]\n\tpath = other'


@pytest.fixture
def profiles(files: Files) -> Path:
    return files(
        config=profile("bb", BITBUCKET) + profile("dc", SERVER, "") + profile("work", "https://work.atlassian.net"),
        credentials=token("bb", BITBUCKET, "made-up"),
    )


@pytest.fixture
def settings(home: Path) -> Path:
    return home / ".gitconfig"


def git(variables: dict[str, str], *words: str, stdin: str = "") -> str:
    return subprocess.run(
        ["git", *words], input=stdin, text=True, capture_output=True, env=variables, check=True
    ).stdout


def said(run: Run, *words: str) -> str:
    done = run("setup-git", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode() + done.stderr.decode()


def test_git_asks_us_at_the_hosts_of_the_profiles(
    profiles: Path, run: Run, settings: Path, variables: dict[str, str]
) -> None:
    text = said(run)
    assert f'{settings}: asks "{HELPER}" for {BITBUCKET}' in text
    assert f'{settings}: asks "{HELPER}" for {SERVER}' in text
    assert "work.atlassian.net" not in text
    assert "password=made-up" in git(variables, "credential", "fill", stdin=f"url={BITBUCKET}\n\n")
    assert git(variables, "config", "--get-urlmatch", "credential.helper", SERVER) == f"{HELPER}\n"
    assert said(run) == f"{settings}: nothing to change\n"


@pytest.mark.parametrize(
    "before",
    [None, b"", b"\n", b"[user]\n\tname = x\n", b"[user]\n\tname = x", ODD],
    ids=["no file", "empty", "a line end", "plain", "no line end", "odd"],
)
def test_undo_leaves_every_byte_as_it_was(before: bytes | None, profiles: Path, run: Run, settings: Path) -> None:
    if before is not None:
        settings.write_bytes(before)
    for words in ([], ["--only"], ["--host", "bitbucket.org"]):
        said(run, *words)
        assert (before or b"") in settings.read_bytes()
    said(run, "--undo")
    assert (settings.read_bytes() if settings.exists() else None) == before
    assert said(run, "--undo") == f"{settings}: nothing to change\n"


def test_what_is_written_later_stays(profiles: Path, run: Run, settings: Path, variables: dict[str, str]) -> None:
    settings.write_text("[user]\n\tname = x")
    said(run)
    git(variables, "config", "--global", "core.editor", "vi")
    said(run, "--undo")
    assert settings.read_text() == "[user]\n\tname = x\n[core]\n\teditor = vi\n"


def test_nobody_else_is_asked_with_only(profiles: Path, run: Run, variables: dict[str, str], home: Path) -> None:
    git(variables, "config", "--global", "credential.helper", f"store --file={home}/stored")
    assert 'git asks "store" before us' in said(run)
    assert "before us" in said(run, "--host", "bitbucket.org")
    assert "before us" not in said(run, "--only")
    filled = git(variables, "credential", "fill", stdin=f"url={BITBUCKET}\n\n")
    git(variables, "credential", "approve", stdin=filled)
    assert not (home / "stored").exists()


def test_one_host_and_back(profiles: Path, run: Run, settings: Path) -> None:
    said(run, "--host", "bitbucket.org")
    assert SERVER not in settings.read_text()
    said(run, "--host", "git.corp.example:8443")
    assert SERVER in settings.read_text()
    assert BITBUCKET in settings.read_text()
    said(run, "--undo", "--host", "bitbucket.org")
    assert BITBUCKET not in settings.read_text()
    assert SERVER in settings.read_text()
    said(run, "--undo")
    assert not settings.exists()


def test_dry_run_changes_nothing(profiles: Path, run: Run, settings: Path) -> None:
    assert "would ask" in said(run, "--dry-run")
    assert not settings.exists()
    said(run)
    before = settings.read_bytes()
    assert "would take out" in said(run, "--undo", "--dry-run")
    assert settings.read_bytes() == before


def test_every_place(profiles: Path, run: Run, home: Path, variables: dict[str, str]) -> None:
    git(variables, "init", "-q", str(home))
    other = home / "my settings"
    system = home / "system"
    for words, path in ((["--local"], home / ".git/config"), (["--file", str(other)], other), (["--system"], system)):
        before = path.read_bytes() if path.exists() else None
        done = run("setup-git", *words, GIT_CONFIG_SYSTEM=str(system))
        assert str(path).encode() in done.stdout
        assert b"bitbucket.org" in path.read_bytes()
        run("setup-git", *words, "--undo", GIT_CONFIG_SYSTEM=str(system))
        assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.parametrize(
    ("there", "written"),
    [
        ((), ".gitconfig"),
        ((".config/git/config",), ".config/git/config"),
        ((".config/git/config", ".gitconfig"), ".gitconfig"),
    ],
)
def test_the_person_s_file_is_git_s_choice(
    there: tuple[str, ...], written: str, profiles: Path, run: Run, home: Path, variables: dict[str, str]
) -> None:
    for name in there:
        (home / name).parent.mkdir(exist_ok=True, parents=True)
        (home / name).touch()
    git(variables, "config", "--global", "x.y", "z")
    assert "x" in (home / written).read_text()
    assert str(home / written) in said(run)
    assert "other" in said(run, "--file", str(home / "other"))
    done = run("setup-git", GIT_CONFIG_GLOBAL=str(home / "chosen"))
    assert str(home / "chosen").encode() in done.stdout


def test_a_link_is_written_through_with_its_mode(profiles: Path, run: Run, settings: Path, home: Path) -> None:
    real = home / "dotfiles"
    real.write_text("[user]\n\tname = x\n")
    real.chmod(0o640)
    settings.symlink_to(real)
    said(run)
    assert settings.is_symlink()
    assert "bitbucket.org" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640
    assert not list(home.glob("*.lock"))


def test_git_s_own_lock_is_respected(profiles: Path, run: Run, settings: Path) -> None:
    settings.write_text("[user]\n\tname = x\n")
    lock = settings.with_name(".gitconfig.lock")
    lock.touch()
    done = run("setup-git")
    assert done.returncode == 5
    assert b"git is changing" in done.stderr
    assert settings.read_text() == "[user]\n\tname = x\n"
    assert lock.exists()


def test_a_program_that_is_not_on_the_path_is_named_whole(
    profiles: Path, run: Run, settings: Path, variables: dict[str, str]
) -> None:
    folders = [
        folder for folder in variables["PATH"].split(os.pathsep) if not (Path(folder) / "git-credential-atla").exists()
    ]
    done = run("setup-git", "--host", "bitbucket.org", PATH=os.pathsep.join(folders))
    assert done.returncode == 0, done.stderr
    assert b'/git-credential-atla"' in done.stdout
    filled = subprocess.run(
        ["git", "credential", "fill"], input=f"url={BITBUCKET}\n\n".encode(), capture_output=True, check=True,
        env={**variables, "PATH": os.pathsep.join(folders)},
    )  # fmt: skip
    assert b"password=made-up" in filled.stdout


@pytest.mark.parametrize("odd", ["two\nlines", "a\x1b[31mcolour"])
def test_a_path_that_git_could_not_start_is_refused(
    odd: str, profiles: Path, settings: Path, variables: dict[str, str], tmp_path: Path
) -> None:
    """A line end in a setting would break every git command, and `--undo` would not find its lines again."""
    place = Place(tmp_path / odd, variables)
    place.link_libraries()
    done = place.run("setup-git", "--host", "bitbucket.org", PATH=f"{place.bin}{os.pathsep}{variables['PATH']}")
    assert done.returncode == 1
    assert b"the program's path has a line end or another control character" in done.stderr
    assert b"\x1b" not in done.stderr
    assert not settings.exists()


def test_only_a_folder_that_every_shell_has_needs_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`git config` outlives the PATH of this shell, and editors and cron have another one anyway."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git-credential-atla").symlink_to(HELPER)
    environment = Environment({"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"})
    assert own_helper.own_helper(environment) == f"{folder}/git-credential-atla"
    monkeypatch.setattr(own_helper, "EVERYWHERE", (str(folder),))
    assert own_helper.own_helper(environment) == "atla"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--host", "github.com"], 2, "no profile is for this host"),
        (["--host", "work.atlassian.net"], 2, "git has nothing to ask there"),
        (["--undo", "--only"], 2, "exclude each other"),
        (["--local", "--system"], 2, "--system"),
        (["--local"], 2, "not a git repository"),
        (["--profile", "nobody"], 3, 'profile "nobody" does not exist'),
        (["--global", "--local"], 2, "--local and --global exclude each other"),
        (["--file", "/"], 1, "is not a regular file"),
        (["--file", "/no/such/folder/x"], 1, "cannot write"),
    ],
)
def test_refused(words: list[str], code: int, message: str, profiles: Path, run: Run, home: Path) -> None:
    done = run("setup-git", *words)
    assert (done.returncode, message in done.stderr.decode()) == (code, True), done.stderr
    assert not (home / ".gitconfig").exists()


def test_without_profiles(run: Run) -> None:
    assert run("setup-git").returncode == 3


def test_a_host_of_two_products_is_asked_by_path(files: Files, run: Run, variables: dict[str, str]) -> None:
    where = "https://dc.example.com"
    files(
        config=profile("a", f"{where}/stash") + profile("b", f"{where}/other"),
        credentials=token("a", f"{where}/stash", "made-up-a") + token("b", f"{where}/other", "made-up-b"),
    )
    said(run)
    for path, secret in (("stash/scm/x.git", "made-up-a"), ("other/scm/x.git", "made-up-b")):
        assert f"password={secret}" in git(variables, "credential", "fill", stdin=f"url={where}/{path}\n\n")


def test_no_token_of_another_product_there_is_lost(files: Files, run: Run, variables: dict[str, str]) -> None:
    where = "https://dc.example.com"
    folder = files(
        config=profile("jira", f"{where}/jira") + profile("stash", f"{where}/stash"),
        credentials=token("jira", f"{where}/jira", "made-up-j") + token("stash", f"{where}/stash", "made-up-s"),
        helper='[profiles.jira]\nproduct = "jira"\n',
    )
    said(run)
    filled = git(variables, "credential", "fill", stdin=f"url={where}/stash/scm/x.git\n\n")
    assert "password=made-up-s\n" in filled
    git(variables, "credential", "reject", stdin=filled)
    assert "made-up-j" in (folder / "credentials.toml").read_text()


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["credential.https://bitbucket.org.username", "jdoe"], "\tusername = jdoe\n"),
        (["credential.https://bitbucket.org.useHttpPath", "true"], "\tuseHttpPath = true\n"),
        (["--add", "credential.https://bitbucket.org.helper", "atla --profile bb"], "\thelper = atla --profile bb\n"),
        (["--add", "credential.https://bitbucket.org.helper", "cache"], "\thelper = cache\n"),
    ],
)
def test_what_git_adds_to_our_sections_stays(
    words: list[str], kept: str, profiles: Path, run: Run, settings: Path, variables: dict[str, str]
) -> None:
    said(run)
    git(variables, "config", "--global", *words)
    asked = git(variables, "config", "--get-all", words[-2])
    said(run)
    said(run, "--only")
    assert set(asked.splitlines()) <= set(git(variables, "config", "--get-all", words[-2]).splitlines())
    said(run, "--undo")
    assert settings.read_text() == f'[credential "{BITBUCKET}"]\n{kept}'


@pytest.mark.parametrize("gone", ["user", f"credential.{BITBUCKET}"])
def test_a_section_that_git_removes_is_in_nobody_s_way(
    gone: str, profiles: Path, run: Run, settings: Path, variables: dict[str, str]
) -> None:
    settings.write_text("[core]\n\tpager = less\n[user]\n\tname = x\n")
    said(run)
    git(variables, "config", "--global", "--remove-section", gone)
    said(run, "--undo")
    left = "[core]\n\tpager = less\n"
    assert settings.read_text() == (left if gone == "user" else f"{left}[user]\n\tname = x\n")


def test_what_was_set_behind_us_is_overtaken(
    profiles: Path, run: Run, settings: Path, variables: dict[str, str]
) -> None:
    said(run)
    with settings.open("a") as file:
        file.write("[credential]\n\thelper =\n")
    assert "password=" not in subprocess.run(
        ["git", "credential", "fill"], input=f"url={BITBUCKET}\n\n", text=True, capture_output=True, env=variables, check=False
    ).stdout  # fmt: skip
    assert said(run) == f"{settings}: moved what setup-git wrote to the end\n"
    assert "password=made-up" in git(variables, "credential", "fill", stdin=f"url={BITBUCKET}\n\n")
    said(run, "--undo")
    assert settings.read_text() == "[credential]\n\thelper =\n"


def test_only_stays_until_undo(profiles: Path, run: Run, variables: dict[str, str], home: Path) -> None:
    git(variables, "config", "--global", "credential.helper", f"store --file={home}/stored")
    said(run, "--only", "--host", "bitbucket.org")
    assert "before us for git.corp.example" in said(run)
    git(variables, "credential", "approve", stdin=git(variables, "credential", "fill", stdin=f"url={BITBUCKET}\n\n"))
    assert not (home / "stored").exists()


def test_a_host_without_a_profile_is_let_go(
    profiles: Path, run: Run, settings: Path, variables: dict[str, str]
) -> None:
    said(run, "--only")
    assert run("delete", "bb").returncode == 0
    assert "told to ask us for bitbucket.org, where no profile is" in run("doctor").stdout.decode()
    said(run, "--host", "git.corp.example")
    assert BITBUCKET in settings.read_text()
    assert f"took out what setup-git wrote for {BITBUCKET}" in said(run)
    assert run("delete", "dc").returncode == 0
    assert run("delete", "work").returncode == 0
    found = run("doctor").stdout.decode().partition("told to ask us for git.corp.example, where no profile is\n")[2]
    assert found.lstrip().startswith("run: atla-credential setup-git --undo; or ")
    before = settings.read_bytes()
    done = run("setup-git")
    assert (done.returncode, done.stdout, settings.read_bytes()) == (3, b"", before)
    assert done.stderr.decode().splitlines() == [
        "atla-credential: error: no profile has a host where git could ask",
        "atla-credential: hint: make one: atla-credential login",
        "atla-credential: hint: to take out what it has written before: atla-credential setup-git --undo",
    ]
    assert f"took out what setup-git wrote for {SERVER}" in said(run, "--undo")
    assert not settings.exists()


@pytest.mark.parametrize(
    ("before", "words", "warning"),
    [
        ("[credential]\n\thelper = store\n", ["--dry-run"], 'asks "store" before us'),
        ("[credential]\n\thelper = store\n", ["--local"], 'asks "store" before us'),
        ("[credential]\n\thelper = store\n", ["--system"], "and tells"),
        ("[credential]\n\thelper = store\n", ["--system", "--only", "--dry-run"], 'tells "store" what worked'),
        ("[credential]\n\thelper = store\n", ["--system", "--only"], 'tells "store" what worked'),
        ("[credential]\n\thelper =\n", ["--system"], "does not ask us for bitbucket.org"),
        ('[credential "https://bitbucket.org/team"]\n\thelper = store\n', [], "before us for https://bitbucket.org/team"),
        ("[user]\n\tname = x\n", ["--only"], None),
        ("", ["--local"], "repository's own"),
    ],
)  # fmt: skip
def test_it_says_where_somebody_else_is_asked(
    before: str, words: list[str], warning: str | None, profiles: Path, run: Run, settings: Path, home: Path,
    variables: dict[str, str],
) -> None:  # fmt: skip
    settings.write_text(before)
    git(variables, "init", "-q", str(home))
    if warning == "repository's own":
        git(variables, "-C", str(home), "config", "credential.helper", "store")
        warning = 'asks "store" before us'
    system = {"GIT_CONFIG_SYSTEM": str(home / "system"), "GIT_CONFIG_NOSYSTEM": "0"}
    done = run("setup-git", *words, **system)
    assert done.returncode == 0
    is_quiet = warning is None or warning == "and tells"  # beside us, that is what was asked for
    assert (b"warning" in done.stderr) != is_quiet, done.stderr
    assert is_quiet or str(warning) in done.stderr.decode()


def test_a_helper_that_git_cannot_start_is_found(
    profiles: Path, run: Run, settings: Path, variables: dict[str, str]
) -> None:
    settings.write_text("[credential]\n\thelper = /no/such/git-credential-atla\n")
    assert 'wrong  git cannot start "/no/such/git-credential-atla" for bitbucket.org' in run("doctor").stdout.decode()
    said(run)
    left = f'note   git cannot start "/no/such/git-credential-atla" for bitbucket.org, and goes on to us: credential.helper in {settings}, line 2\n'
    assert f"{left}       if it is old, take it out there\n" in run("doctor").stdout.decode()
    assert "password=made-up" in git(variables, "credential", "fill", stdin=f"url={BITBUCKET}\n\n")
    settings.write_text("[credential]\n\thelper = atla\n")
    assert "git asks us for bitbucket.org" in run("doctor").stdout.decode()
    without = run("doctor", PATH=os.path.dirname(os.path.realpath("/usr/bin/git"))).stdout.decode()
    assert 'wrong  git cannot start "atla" for bitbucket.org' in without


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("git.corp.example", 0),
        ("GIT.corp.example:8443", 0),
        ("https://jdoe@git.corp.example:8443/scm/x.git", 0),
        ("https://git.corp.example", 2),
        ("http://git.corp.example:8443", 2),
        ("git.corp.example:443", 2),
        ("corp.example", 2),
        ("*", 2),
        ("[::1", 2),
    ],
)
def test_how_a_host_is_named(text: str, code: int, profiles: Path, run: Run, settings: Path) -> None:
    assert run("setup-git", "--host", text).returncode == code
    assert settings.exists() == (code == 0)
    if code == 0:
        said(run, "--undo", "--host", text)
        assert not settings.exists()


def test_the_hosts_of_one_profile(profiles: Path, run: Run, settings: Path) -> None:
    said(run, "--profile", "dc")
    assert SERVER in settings.read_text()
    assert BITBUCKET not in settings.read_text()
    said(run)
    said(run, "--undo", "--profile", "dc")
    assert SERVER not in settings.read_text()
    assert BITBUCKET in settings.read_text()
    assert run("setup-git", "--undo", "--profile", "nobody").returncode == 3


@needs_strace
@pytest.mark.parametrize("signal", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_an_ended_one_leaves_no_lock(signal: str, profiles: Path, settings: Path, variables: dict[str, str]) -> None:
    settings.write_text("[user]\n\tname = x\n")
    done = run_with(
        [*at(SystemCall("openat", 1, ""), f"signal={signal}"), "-P", f"{settings}.lock"], ["setup-git"], b"", variables
    )
    assert done.returncode in (130, 143, 129)
    assert not list(settings.parent.glob(".gitconfig.*"))
    done = run_with(at(SystemCall("fsync", 1, ""), f"signal={signal}"), ["setup-git"], b"", variables)
    assert done.returncode in (130, 143, 129)
    assert settings.read_text() == "[user]\n\tname = x\n"
    assert not list(settings.parent.glob(".gitconfig.*"))


def test_undo_looks_where_it_wrote(profiles: Path, run: Run, home: Path, files: Files) -> None:
    other = home / ".config" / "git" / "config"
    other.parent.mkdir(parents=True)
    other.touch()
    said(run)
    (home / ".gitconfig").write_text("[user]\n\tname = x\n")
    files(config="schema_version = 2\n")
    assert "took out" in said(run, "--undo", "--host", "bitbucket.org")
    assert "took out" in said(run, "--undo")
    assert other.read_bytes() == b""


def test_a_file_of_that_size_is_left_alone(profiles: Path, run: Run, settings: Path) -> None:
    before = b"# x\n" * (1 << 22) + b"[core]\n\tpager = less\n"
    settings.write_bytes(before)
    assert run("setup-git").returncode == 1
    assert settings.read_bytes() == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_left_alone(profiles: Path, run: Run, settings: Path) -> None:
    settings.write_text("[user]\n\tname = x\n")
    os.chown(settings, 1000, 1000)
    done = run("setup-git")
    assert done.returncode == 1
    assert b"belongs to another user" in done.stderr
    assert settings.stat().st_uid == 1000


def test_each_host_is_some_profile_s(profiles: Path, run: Run, settings: Path) -> None:
    assert run("setup-git", "--host", "bitbucket.org", "--host", "nosuch.example").returncode == 2
    assert not settings.exists()
    assert BITBUCKET in said(run, "--host", "https://BitBucket.org/")


def test_the_other_file_is_in_nobody_s_way(profiles: Path, run: Run, home: Path, settings: Path) -> None:
    said(run)
    (home / ".config" / "git" / "config").mkdir(parents=True)
    assert "took out" in said(run, "--undo")
    assert not settings.exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a folder away")
def test_root_makes_no_file_in_another_user_s_folder(profiles: Path, run: Run, home: Path) -> None:
    there = home / "theirs"
    there.mkdir()
    os.chown(there, 1000, 1000)
    for words in ([], ["--dry-run"]):
        done = run("setup-git", "--file", str(there / "config"), *words)
        assert done.returncode == 1
        assert b"belongs to another user" in done.stderr
    assert list(there.iterdir()) == []


def test_settings_that_git_cannot_read_are_said(profiles: Path, run: Run, settings: Path) -> None:
    before = b"[core\n"
    settings.write_bytes(before)
    done = run("setup-git")
    assert done.returncode == 0
    assert b"git's settings cannot be read: bad config line 1" in done.stderr
    said(run, "--undo")
    assert settings.read_bytes() == before


# Where git's settings are kept elsewhere, and where the profile is not in config.toml.


def test_what_is_printed_is_what_would_be_written(
    profiles: Path, run: Run, settings: Path, home: Path, variables: dict[str, str]
) -> None:
    for words in ([], ["--only"], ["--host", "bitbucket.org"], ["--profile", "dc"], ["--only", "--dry-run"]):
        printed = run("setup-git", "--print", *words)
        assert (printed.returncode, printed.stderr) == (0, b"")
        assert not settings.exists()
        said(run, "--file", str(home / "other"), *[word for word in words if word != "--dry-run"])
        assert printed.stdout == (home / "other").read_bytes().replace(b" in a new file", b"")
        assert git(variables, "config", "-f", "-", "--list", stdin=printed.stdout.decode())
        (home / "other").unlink()


def test_printed_lines_count_and_are_taken_out_again(
    profiles: Path, run: Run, settings: Path, variables: dict[str, str]
) -> None:
    settings.write_text("[user]\n\tname = x\n")
    settings.chmod(0o400)
    printed = run("setup-git", "--print").stdout
    settings.chmod(0o600)
    settings.write_bytes(settings.read_bytes() + printed)
    assert "password=made-up" in git(variables, "credential", "fill", stdin=f"url={BITBUCKET}\n\n")
    assert said(run) == f"{settings}: nothing to change\n"
    said(run, "--undo")
    assert settings.read_text() == "[user]\n\tname = x\n"


def test_printed_as_json(profiles: Path, run: Run) -> None:
    found = json.loads(run("setup-git", "--print", "--json", "--only", "--host", "bitbucket.org").stdout)
    assert found["files"] == [
        {"file": None, "changed": [BITBUCKET], "lines": {BITBUCKET: ["helper =", f"helper = {HELPER}"]}}
    ]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--print", "--undo"], 2, "--undo and --print exclude each other"),
        (["--print", "--global"], 2, "--global and --print exclude each other"),
        (["--print", "--host", "github.com"], 2, "no profile is for this host"),
        (["--print", "--profile", "work"], 3, "no profile has a host where git could ask"),
    ],
)
def test_what_is_not_printed(words: list[str], code: int, message: str, profiles: Path, run: Run) -> None:
    done = run("setup-git", *words)
    assert (done.returncode, done.stdout) == (code, b"")
    assert message in done.stderr.decode()


def test_where_nothing_can_be_written_the_step_is_to_print(profiles: Path, run: Run, home: Path) -> None:
    done = run("setup-git", GIT_CONFIG_GLOBAL=os.devnull)
    assert done.returncode == 2
    assert b"GIT_CONFIG_GLOBAL is /dev/null, so git reads no settings of this person" in done.stderr
    assert b"hint: unset it, or" in done.stderr
    other = run("setup-git", "--file", str(home / "gone" / "config"))
    assert other.returncode == 1
    for each in (done, other):
        assert b"atla-credential setup-git --print\n" in each.stderr


def test_a_profile_of_variables_is_one(run: Run, settings: Path, variables: dict[str, str]) -> None:
    made = {"ATLA_INSTANCE": SERVER, "ATLA_TOKEN": "made-up"}
    assert f"git does not ask us for git.corp.example\n       run: {SETUP}" in run("doctor", **made).stdout.decode()
    assert run("setup-git", **made).returncode == 0
    assert git(variables, "config", "--get-urlmatch", "credential.helper", SERVER) == f"{HELPER}\n"
    assert "password=made-up" in git({**variables, **made}, "credential", "fill", stdin=f"url={SERVER}\n\n")
    assert "ok     git asks us for git.corp.example" in run("doctor", **made).stdout.decode()
    assert run("setup-git", "--undo", "--profile", "git.corp.example-8443", **made).returncode == 0
    assert not settings.exists()


SETUP = "atla-credential setup-git"
CLEARED = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "credential.helper", "GIT_CONFIG_VALUE_0": ""}


def test_no_step_leads_back_to_itself(
    profiles: Path, run: Run, home: Path, settings: Path, variables: dict[str, str]
) -> None:
    """What is read behind the sections clears them whenever they are written: that has to go, and is named."""
    cleared = "git does not ask us for bitbucket.org: the list is cleared by an empty credential.helper in "
    by_variable = f"{cleared}GIT_CONFIG_VALUE_0"
    step = "if it is old, correct GIT_CONFIG_VALUE_0, or unset GIT_CONFIG_COUNT"
    for words in (["--dry-run"], []):
        assert f"{by_variable}; {step}" in run("setup-git", *words, **CLEARED).stderr.decode()
    assert f"{by_variable}\n       {step}\n" in run("doctor", **CLEARED).stdout.decode()
    git(variables, "init", "-q", str(home))
    git(variables, "-C", str(home), "config", "credential.helper", "")
    here = run("doctor").stdout.decode()
    assert f"here: {cleared}{home}/.git/config, line 7\n       run: {SETUP} --local\n" in here
    said(run, "--local")
    assert "here:" not in run("doctor").stdout.decode()


def test_an_empty_one_of_the_machine_is_overcome(
    profiles: Path, run: Run, home: Path, variables: dict[str, str]
) -> None:
    (home / "system").write_text("[credential]\n\thelper = atla\n\thelper =\n")
    system = {"GIT_CONFIG_SYSTEM": str(home / "system"), "GIT_CONFIG_NOSYSTEM": "0"}
    assert (
        f"an empty credential.helper in {home}/system, line 3\n       run: {SETUP}\n"
        in run("doctor", **system).stdout.decode()
    )
    assert b"warning" not in run("setup-git", **system).stderr
    assert "ok     git asks us for bitbucket.org" in run("doctor", **system).stdout.decode()


def test_a_workspace_s_token_is_for_its_own_repositories(
    files: Files, run: Run, settings: Path, variables: dict[str, str]
) -> None:
    one, two = f"{BITBUCKET}/one", f"{BITBUCKET}/two"
    files(
        config=profile("one", one) + profile("two", two),
        credentials=token("one", one, "made-up-1") + token("two", two, "made-up-2"),
    )
    git(variables, "config", "--global", "credential.helper", "atla")
    wrong = "git does not tell us the path at bitbucket.org/one, which decides whose token goes there"
    assert f"wrong  {wrong}\n       run: {SETUP}\n" in run("doctor").stdout.decode()
    assert "warning" not in said(run)
    for name, secret in (("one", "made-up-1"), ("two", "made-up-2")):
        filled = git(variables, "credential", "fill", stdin=f"url={BITBUCKET}/{name}/repo.git\n\n")
        assert f"password={secret}" in filled
    with settings.open("a") as file:
        file.write("[credential]\n\tuseHttpPath = false\n")
    assert (
        f"{wrong}: credential.useHttpPath in {settings}, line 8\n       run: {SETUP}\n" in run("doctor").stdout.decode()
    )


def test_one_workspace_alone_is_asked_by_path(files: Files, run: Run, variables: dict[str, str]) -> None:
    files(config=profile("one", f"{BITBUCKET}/one"), credentials=token("one", f"{BITBUCKET}/one", "made-up-1"))
    said(run)
    assert git(variables, "config", "--get-urlmatch", "credential.useHttpPath", BITBUCKET) == "true\n"


# What is recorded outlives an upgrade.


@pytest.fixture
def versioned(tmp_path: Path, variables: dict[str, str]) -> Place:
    """Install the program once more, in a folder that has a version in its name."""
    place = Place(tmp_path / "versions" / "3.11.2", variables)
    place.link_libraries()
    return place


def recorded(place: Place, variables: dict[str, str], *folders: Path, program: Path | str = "") -> str:
    path = os.pathsep.join([*map(str, folders), "/usr/bin", "/bin"])
    done = place.run("setup-git", program=program, PATH=path)
    assert done.returncode == 0, done.stderr
    filled = git({**variables, "PATH": path}, "credential", "fill", stdin=f"url={BITBUCKET}\n\n")
    assert "password=made-up" in filled
    return git(variables, "config", "--get-urlmatch", "credential.helper", BITBUCKET).removesuffix("\n")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["behind", "before"])
def test_a_link_that_stays_is_recorded(
    order: tuple[int, int], profiles: Path, versioned: Place, variables: dict[str, str], tmp_path: Path
) -> None:
    link = tmp_path / "links" / "git-credential-atla"
    link.parent.mkdir()
    link.symlink_to(versioned.bin / link.name)
    folders = [(versioned.bin, link.parent)[number] for number in order]
    assert recorded(versioned, variables, *folders) == str(link)


def test_the_link_of_the_other_name_will_do(
    profiles: Path, versioned: Place, variables: dict[str, str], tmp_path: Path
) -> None:
    link = tmp_path / "links" / "atla-credential"
    link.parent.mkdir()
    link.symlink_to(versioned.bin / link.name)
    assert recorded(versioned, variables, link.parent, program=link) == str(link)


def test_a_link_that_leads_elsewhere_is_none(
    profiles: Path, versioned: Place, variables: dict[str, str], tmp_path: Path
) -> None:
    link = tmp_path / "links" / "git-credential-atla"
    link.parent.mkdir()
    link.symlink_to(HELPER)
    assert recorded(versioned, variables, versioned.bin, link.parent) == str(versioned.bin / link.name)


@pytest.mark.parametrize(
    ("body", "is_taken"),
    [
        ('exec {bin}/git-credential-atla "$@"', True),
        ('test -n "$PYENV_VERSION" && exec {bin}/git-credential-atla "$@"', False),
        ("echo version 0", False),
        ("sleep 30", False),
    ],
    ids=["ours", "only for now", "another one", "a slow one"],
)
def test_a_shim_is_recorded_if_it_starts_us_anywhere(
    body: str, is_taken: bool, profiles: Path, versioned: Place, variables: dict[str, str], tmp_path: Path
) -> None:
    shim = tmp_path / "shims" / "git-credential-atla"
    shim.parent.mkdir()
    shim.write_text(f"#!/bin/sh\n{body.format(bin=versioned.bin)}\n")
    shim.chmod(0o755)
    versioned.variables = {**versioned.variables, "PYENV_VERSION": "3.11.2"}
    expected = shim if is_taken else versioned.bin / shim.name
    assert recorded(versioned, variables, versioned.bin, shim.parent) == str(expected)
