"""The rows of the program, of the interpreter that it runs on, and of git's own store of the same kind."""

import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.case import BARE, Case, Place

SIZES = (1, 10, 100, 1_000, 10_000)
GIT_SIZES = (1, 1_000, 10_000)
CALLERS = (1, 2, 8, 32)
OTHER_ITEMS = (0, 1_000)  # in the keyring
TOKEN_FILE = "token_file"
SOME = 100  # profiles, where their number is not the question
TOKEN_LENGTH = 192  # letters


def count(number: int, word: str, plural: str) -> str:
    return f"{number:,} {word if number == 1 else plural}"


def profiles(number: int) -> str:
    return count(number, "profile", "profiles")


def keyring(others: int) -> str:
    return f"keyring, {count(others, 'other item', 'other items')}" if others else "keyring"


def entries(number: int) -> str:
    return f"git credential-store, {count(number, 'entry', 'entries')}"


def email(number: int) -> str:
    return f"p{number}@example.com"


def token(number: int) -> str:
    """Return a made-up token as long as those of Atlassian are."""
    return f"made-up-{number}-".ljust(TOKEN_LENGTH, "x")


def answer(number: int) -> frozenset[str]:
    return frozenset({f"username={email(number)}", f"password={token(number)}"})


# The forms of an answer, and a line that each has.
AUTHORIZATION = f"Basic {b64encode(f'{email(0)}:{token(0)}'.encode()).decode()}"
FORMS = {
    "--format token": token(0),
    "--format header": f"Authorization: {AUTHORIZATION}",
    "--format headers-json": f'{{"Authorization":"{AUTHORIZATION}"}}',
    "--format curl": f'header = "Authorization: {AUTHORIZATION}"',
    "--format netrc": f"machine p0.atlassian.net login {email(0)} password {token(0)}",
    "--format env": f"export ATLA_AUTHORIZATION='{AUTHORIZATION}'",
    "--field apiBaseUrl --field authorization": AUTHORIZATION,
    "--format json": (
        f'{{"schemaVersion": 1, "profile": "p0", "instance": "https://p0.atlassian.net", "apiBaseUrl": "https://p0.atlassian.net", '
        f'"username": "{email(0)}", "password": "{token(0)}", "authType": "basic", "authorization": "{AUTHORIZATION}", '
        f'"expiresAt": null, "source": "file"}}'
    ),
}


def request(place: Place, name: str) -> Path:
    """Write what a caller asks: which credential is for this site of Atlassian's cloud?"""
    return place.write(f"requests/{name}", f"protocol=https\nhost={name}.atlassian.net\n\n")


def write_profiles(place: Place, number: int, name: str = "") -> str:
    """Write the two files as login would have, that many profiles long, and return their XDG_CONFIG_HOME.

    Args:
        name: that of the folder, which has no tokens then.
    """
    config = ['schema_version = 2\n\n[default]\nprofile = "p0"\n']
    tokens = []
    for index in range(number):
        site = f"https://p{index}.atlassian.net"
        config.append(
            f'[profiles.p{index}]\ninstance = "{site}"\nemail = "{email(index)}"\ncredential_store = "file"\n'
        )
        tokens.append(f'[tokens."p{index}|{email(index)}|{site}"]\ntoken = "{token(index)}"\n')
    folder = name or f"profiles-{number}"
    place.write(f"{folder}/atla/config.toml", "\n".join(config))
    place.write(f"{folder}/atla/credentials.toml", "" if name else "\n".join(tokens))
    return str(place.folder / folder)


class Program:
    """The program as one pip has installed it.

    Args:
        place: where its files are.
        environment: the virtual environment, which holds nothing else.
    """

    def __init__(self, place: Place, environment: Path) -> None:
        self.place = place
        self.python = str(environment / "bin/python3")
        self.folder = environment / "bin"
        self.command = (str(self.folder / "atla-credential"), "get")
        pip = subprocess.run([self.python, "-m", "pip", "--version"], capture_output=True, text=True, check=True)
        self.pip = " ".join(pip.stdout.split()[:2])

    def name(self, question: str) -> str:
        return f"get, {question} ({self.pip})"

    def from_environment(self) -> Case:
        question = "environment"
        variables = {
            "ATLA_INSTANCE": "https://p0.atlassian.net",
            "ATLA_EMAIL": email(0),
            "ATLA_TOKEN": token(0),
        }
        environment = {**self.place.environment, **variables}
        asked = request(self.place, "p0")
        return Case(self.name(question), "program", self.command, environment, asked, answer(0), question=question)

    def from_file(self, number: int) -> Case:
        question, last = profiles(number), number - 1
        environment = {**self.place.environment, "XDG_CONFIG_HOME": write_profiles(self.place, number)}
        asked = request(self.place, f"p{last}")
        return Case(self.name(question), "program", self.command, environment, asked, answer(last), question=question)

    def from_token_file(self) -> Case:
        """Return the same as from one profile's file, but with its token in a file that something else writes."""
        where = write_profiles(self.place, 1, "mounted")
        path = self.place.write("mounted/token", f"{token(0)}\n")
        self.place.write("mounted/atla/helper.toml", f'[profiles.p0]\ntoken_file = "{path}"\n')
        environment = {**self.place.environment, "XDG_CONFIG_HOME": where}
        name, asked = self.name(TOKEN_FILE), request(self.place, "p0")
        return Case(name, "program", self.command, environment, asked, answer(0), question=TOKEN_FILE)

    def from_keyring(self, session: Mapping[str, str], others: int) -> Case:
        """Return the case of a token in the Secret Service, among items of other programs."""
        question = keyring(others)
        folder = str(self.place.folder / f"keyring-{self.pip}-{others}".replace(" ", "-"))
        environment = {**session, "XDG_CONFIG_HOME": folder}
        login = (
            "login",
            "--instance",
            "p0.atlassian.net",
            "--email",
            email(0),
            "--storage",
            "keyring",
            "--token-stdin",
        )
        command = (self.command[0], *login)
        subprocess.run(command, env=environment, input=token(0), text=True, capture_output=True, check=True)
        asked = request(self.place, "p0")
        return Case(self.name(question), "program", self.command, environment, asked, answer(0), question=question)

    def in_form(self, question: str) -> Case:
        """Return the case of one profile, asked for by options, with an answer in another form than git's."""
        environment = {**self.place.environment, "XDG_CONFIG_HOME": write_profiles(self.place, 1)}
        arguments = (*self.command, "--url", "https://p0.atlassian.net", *question.split())
        said = frozenset({FORMS[question]})
        return Case(self.name(question), "program", arguments, environment, answer=said, question=question)

    def for_other_tools(self) -> Iterator[Case]:
        """Yield the cases of who asks in a protocol of its own, of which nothing is promised."""
        environment = {**self.place.environment, "XDG_CONFIG_HOME": write_profiles(self.place, 1)}
        for_containers = (str(Path(self.command[0]).with_name("docker-credential-atla")), "get")
        asked = self.place.write("requests/registry", "p0.atlassian.net")
        said = f'{{"ServerURL":"p0.atlassian.net","Username":"{email(0)}","Secret":"{token(0)}"}}'
        yield Case(
            f"docker-credential-atla get ({self.pip})", "program", for_containers, environment, asked, frozenset({said})
        )
        asked = self.place.write("requests/object", '{"uri":"https://p0.atlassian.net"}')
        said = f'{{"headers":{{"Authorization":["{AUTHORIZATION}"]}}}}'
        yield Case(self.name("in JSON"), "program", self.command, environment, asked, frozenset({said}))

    def from_nowhere(self) -> Case:
        question = "nothing matches"
        environment = {**self.place.environment, "XDG_CONFIG_HOME": write_profiles(self.place, SOME)}
        asked = request(self.place, "nobody")
        return Case(self.name(question), "program", self.command, environment, asked, status=4, question=question)

    def together(self, callers: int) -> Iterator[Case]:
        """Yield that many callers at once, and as many bare interpreters to compare them to."""
        bare = f"{callers} x {BARE}"
        plain = (self.python, "-I", "-S", "-c", "pass")
        yield Case(bare, "together", plain, self.place.environment, callers=callers, baseline=bare)
        one = self.from_file(1)
        name = f"{callers} x {one.name}"
        yield Case(name, "together", one.arguments, one.environment, one.stdin, one.answer, 0, callers, bare)


def interpreter_cases(place: Place, python: str) -> Iterator[Case]:
    yield Case(BARE, "interpreter", (python, "-I", "-S", "-c", "pass"), place.environment)
    yield Case("python -c pass", "interpreter", (python, "-c", "pass"), place.environment)


def git_cases(place: Place, git: str) -> Iterator[Case]:
    environment = {**place.environment, "GIT_CONFIG_NOSYSTEM": "1"}
    for number in GIT_SIZES:
        lines = (f"https://p{index}%40example.com:{token(index)}@p{index}.atlassian.net\n" for index in range(number))
        store = place.write(f"git-credentials-{number}", "".join(lines))
        arguments = (git, "credential-store", "--file", str(store), "get")
        last = number - 1  # git stops at the first that fits; we look at all, since a broken file is no file
        yield Case(entries(number), "git", arguments, environment, request(place, f"p{last}"), answer(last))


def program_cases(
    place: Place, environments: Path, git: str, sessions: Mapping[int, Mapping[str, str]]
) -> Iterator[Case]:
    """Yield every row but the peers', the baseline first.

    Args:
        sessions: the environment of who asks a Secret Service, by how many items of others are in it.
    """
    older, current = (Program(place, environments / name) for name in ("older-pip", "current-pip"))
    yield from interpreter_cases(place, older.python)
    yield older.from_environment()
    yield from map(older.from_file, SIZES)
    yield older.from_token_file()
    yield from map(older.in_form, FORMS)
    yield from older.for_other_tools()
    yield older.from_nowhere()
    for others, session in sessions.items():
        yield older.from_keyring(session, others)
    yield current.from_environment()
    yield from map(current.from_file, (1, SOME))
    yield from git_cases(place, git)
    for callers in CALLERS:
        yield from older.together(callers)
