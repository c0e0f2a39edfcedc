"""The clients of contrib/clients, each in its language, under the real names of the sites.

What calls them is in tests/data/clients: for each address it prints the status of a request with what it was told, or
whether it goes on without, or stops. Where a language has no HTTPS of its own, or one that is dear, curl makes the request.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conftest import PROGRAM, TIMEOUT_S
from real_names import CLASSIC, OWN, QUIET_JAVA, ROBOT, ROBOT_ID, SCOPED, SCOPED_ID, World

ROOT = Path(__file__).parents[2]
CLIENTS, CALLERS = ROOT / "contrib" / "clients", ROOT / "tests" / "data" / "clients"
COMPILE_S = 120

# Of each language: how the client and its caller are compiled, if they are, and how they are run.
LANGUAGES = {
    "sh": ("", "sh ask.sh"),
    "mjs": ("", "node ask.mjs"),
    "rb": ("", "ruby ask.rb"),
    "php": ("", "php ask.php"),
    "pl": ("", "perl ask.pl"),
    "py": ("", "python3 ask.py"),
    "go": ("go build -o ask credential.go ask.go", "./ask"),
    "java": (f"javac {QUIET_JAVA} Credential.java Ask.java", "java -XX:-UsePerfData -XX:TieredStopAtLevel=1 -cp . Ask"),
    "rs": ("rustc --edition 2021 ask.rs", "./ask"),
    "cs": ("mcs -out:ask.exe Atla.cs Ask.cs", "mono ask.exe"),
    "lua": ("", "lua5.4 ask.lua"),
}
HOSTILE = "https://work.atlassian.net/it's $(touch pwned) `touch pwned`; touch pwned & $HOME *[a] '"
WORSE = HOSTILE + '"; touch pwned; "\\"\ntouch pwned\n'
CASES = {  # what is asked, and what comes of it
    "https://work.atlassian.net": "200",
    "https://scoped.atlassian.net": "200",
    "https://robot.atlassian.net": "200",
    "https://jira.example.com/tracker": "200",
    "https://nobody.atlassian.net": "none",
    "--profile=work": "none",
    "https://tokenless.atlassian.net": "stopped",
    "https://busy.example.com": "stopped",
    "https://killed.example.com": "stopped",
    "https://odd.example.com": "stopped",
    HOSTILE: "200",
    WORSE: "stopped",
}
REQUESTS = [
    ("work.atlassian.net/rest/api/2/myself", CLASSIC),
    (f"api.atlassian.com/ex/jira/{SCOPED_ID}/rest/api/2/myself", SCOPED),
    (f"api.atlassian.com/ex/jira/{ROBOT_ID}/rest/api/2/myself", ROBOT),
    ("jira.example.com/tracker/rest/api/2/myself", OWN),
    ("work.atlassian.net/rest/api/2/myself", CLASSIC),
]
# The program, which writes down what it was given, is busy at one address, is ended by signal 4 at another, and at a
# third is one that a wrapper starts which has to say something first; of two lines nobody could tell.
WATCHED = f"""#!/bin/sh
printf '%s\\0' "$@" >>"$HOME/given"
case $* in
    *busy.example.com*) echo 'made up: busy' >&2; exit 5 ;;
    *killed.example.com*) ulimit -c 0; kill -4 $$ ;;
    *json*odd.example.com*) printf 'hello\n{{"apiBaseUrl": "https://x", "authorization": "made-up-odd"}}\n'; exit 0 ;;
    *odd.example.com*) exit 1 ;;
esac
exec {PROGRAM} "$@"
"""

Build = Callable[[str], Path]


def test_every_client_is_tested() -> None:
    assert {path.suffix[1:] for path in CLIENTS.iterdir() if path.is_file()} == set(LANGUAGES)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Return a function that puts a client and its caller into a folder, once, and compiles them."""
    built: dict[str, Path] = {}
    cache = tmp_path_factory.mktemp("go")
    variables = {**os.environ, "GOCACHE": str(cache), "XDG_CONFIG_HOME": str(cache), "GOPROXY": "off"}

    def once(language: str) -> Path:
        if language not in built:
            folder = built[language] = tmp_path_factory.mktemp(language)
            for path in (*CLIENTS.glob(f"*.{language}"), *CALLERS.glob(f"*.{language}")):
                shutil.copy(path, folder)
            if words := LANGUAGES[language][0].split():
                subprocess.run(words, cwd=folder, env=variables, check=True, timeout=COMPILE_S)
        return built[language]

    return once


@pytest.fixture(params=LANGUAGES)
def caller(request: pytest.FixtureRequest, build: Build) -> tuple[list[str], Path]:
    """Give the command of a caller, and the folder where it is run."""
    programs = [words.split()[0] for words in LANGUAGES[request.param] if words and not words.startswith("./")]
    missing = [each for each in (*programs, "curl") if shutil.which(each) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    return LANGUAGES[request.param][1].split(), build(request.param)


def watch(home: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Let the program that is found first write down what it is given, in the file `given`."""
    (home / "bin").mkdir()
    (home / "bin" / "atla-credential").write_text(WATCHED)
    (home / "bin" / "atla-credential").chmod(0o755)
    return {**variables, "PATH": f"{home}/bin{os.pathsep}{variables['PATH']}"}


def test_a_client_is_let_in_or_goes_on_without_or_stops(
    caller: tuple[list[str], Path], world: World, variables: dict[str, str], home: Path
) -> None:
    words, folder = caller
    done = world.run(*words, *CASES, cwd=folder, variables=watch(home, variables), timeout=3 * TIMEOUT_S)
    assert done.stdout.decode().split() == list(CASES.values()), done.stderr.decode()
    # Each token went where it works, and nothing went anywhere else.
    assert world.server.asked() == REQUESTS
    # No shell was started over what stood in an address: each reached the program as it was, but that C# refuses quotes.
    given = (home / "given").read_text().split("\0")
    assert [each for each in given if each in CASES] == [each for each in CASES if (words[0], each) != ("mono", WORSE)]
    assert not [*folder.glob("**/pwned"), *home.glob("**/pwned")]
    # The reasons were left to the user, and the tokens told nobody.
    for reason in ("no profile answers at this address", 'no token available for profile "tokenless"', "busy"):
        assert reason in done.stderr.decode()
    for _, header in REQUESTS:
        assert header.split()[1] not in (done.stdout + done.stderr).decode()
    assert "made-up" not in done.stderr.decode()  # nor in an error, which a caller may show as it is


def test_a_client_stops_where_the_program_is_not_installed(
    caller: tuple[list[str], Path], variables: dict[str, str], home: Path
) -> None:
    words, folder = caller
    (home / "bin").mkdir()
    for name in {"sh", words[0]}:
        if path := shutil.which(name):
            (home / "bin" / name).symlink_to(path)
    variables["PATH"] = str(home / "bin")
    done = subprocess.run(
        [*words, "https://work.atlassian.net"], cwd=folder, env=variables, capture_output=True, timeout=3 * TIMEOUT_S, check=False
    )  # fmt: skip
    assert done.stdout.decode().splitlines()[-1:] == ["stopped"], done.stderr
