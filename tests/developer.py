"""Somebody who works at a real git server, and what there is at that server."""

import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pexpect

from conftest import TIMEOUT_S, git_knows_authtype
from git_server import GitServer, basic
from git_server_config import Place

JDOE, JANE = basic("jdoe", "made-up-jdoe"), basic("jane", "made-up-jane")
BEARER = "Bearer made-up-bearer"
BEARER_AS_PASSWORD = basic("jdoe", "made-up-bearer")
OBJECT = "what git-lfs fetches"
OBJECT_ID = sha256(OBJECT.encode()).hexdigest()
DOWNLOAD = {"download": {"href": f"https://$http_host/both/{OBJECT_ID}"}}  # nginx knows the address
LFS = {
    "/team/media.git/info/lfs/objects/batch": json.dumps(
        {"transfer": "basic", "objects": [{"oid": OBJECT_ID, "size": len(OBJECT), "actions": DOWNLOAD}]}
    ),
    f"/{OBJECT_ID}": OBJECT,
}
PLACES = [
    Place("/basic", [JDOE, JANE], ["Basic"]),
    Place("/bearer", [BEARER], ["Bearer"]),
    Place("/both", [JDOE, BEARER, BEARER_AS_PASSWORD], answers=LFS),
    Place("/forbidden", [], refusal=403),
    Place("/jira", [JDOE]),
    Place("/wiki", [JANE]),
    Place("/moved", [""], goes_to="/any"),
    Place("/moved-inside", [JDOE, BEARER, BEARER_AS_PASSWORD], goes_to="/any"),
]
REPOSITORIES = {
    "media": {
        ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n",
        "object.bin": f"version https://git-lfs.github.com/spec/v1\noid sha256:{OBJECT_ID}\nsize {len(OBJECT)}\n",
    },
    "library": {  # in as many languages as there are programs that fetch one
        "Cargo.toml": '[package]\nname = "library"\nversion = "1.0.0"\nedition = "2021"\n',
        "go.mod": "module bitbucket.org/team/library\n",
        "library.go": "package library\n",
        "package.json": '{"name": "library", "version": "1.0.0"}\n',
        "pyproject.toml": '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "library"\nversion = "1.0.0"\n[tool.hatch.build.targets.wheel]\nbypass-selection = true\n',
        "src/lib.rs": "pub const ANSWER: u8 = 42;\n",
    },
}
SECOND_PLACES = [Place("/any", [JDOE, JANE, BEARER, BEARER_AS_PASSWORD])]

# Bitbucket Cloud takes an API token under a fixed name or the account's own, an access token under another fixed name.
BITBUCKET = "https://bitbucket.org"
API_TOKEN = basic("x-bitbucket-api-token-auth", "ATATTjdoe")
API_TOKEN_OF_JANE = basic("x-bitbucket-api-token-auth", "ATATTjane")
API_TOKEN_BY_NAME, API_TOKEN_OF_JANE_BY_NAME = basic("jdoe", "ATATTjdoe"), basic("jane", "ATATTjane")
REPOSITORY_TOKEN = basic("x-token-auth", "ATCTTrepo")
BITBUCKET_PLACES = [
    Place(
        "",
        [API_TOKEN, API_TOKEN_OF_JANE, API_TOKEN_BY_NAME, API_TOKEN_OF_JANE_BY_NAME, REPOSITORY_TOKEN],
        ["Basic"],
    )
]

# Profiles, for the fixture `accounts`.
WORK = {"username": "jdoe", "token": "made-up-jdoe"}
PRIVATE = {"username": "jane", "token": "made-up-jane"}
ACCESS_TOKEN = {"auth": "bearer", "token": "made-up-bearer"}


class Developer:
    """Somebody who works at the server, with `credential.helper = atla` and nothing else.

    Args:
        variables: the environment; what is changed there holds for every program started later.
    """

    def __init__(self, home: Path, variables: dict[str, str], server: GitServer) -> None:
        self.home = home
        self.variables = variables
        self.server = server
        self.folder = home / ".config" / "atla"
        (home / ".gitconfig").write_text("[user]\n\tname = x\n\temail = x@x\n[credential]\n\thelper = atla\n")
        self.knows_authtype = git_knows_authtype(variables)

    def run(self, *words: str, stdin: str = "", code: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a program in the home folder, and expect an exit code."""
        done = subprocess.run(
            words, input=stdin, capture_output=True, text=True, env={**self.variables, **more}, cwd=self.home,
            timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done

    def git(self, *arguments: str, stdin: str = "", code: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
        """Run git, with the configuration of the home folder."""
        return self.run("git", *arguments, stdin=stdin, code=code, **more)

    def git_at_a_terminal(self, *arguments: str, typed: Mapping[str, str] | None = None) -> str:
        """Run git as a person does, and return what is on the screen when it has ended.

        Args:
            typed: question -> what is typed behind it; None if git may ask nothing.
        """
        variables = dict(self.variables)
        if typed is not None:
            del variables["GIT_TERMINAL_PROMPT"]
        shown = pexpect.run(
            shlex.join(["git", *arguments]), timeout=TIMEOUT_S, env=variables, cwd=str(self.home), encoding="utf-8",
            events=[(re.escape(question), f"{answer}\n") for question, answer in (typed or {}).items()],
        )  # fmt: skip
        return str(shown).replace("\r\n", "\n")

    def url(self, path: str, user: str = "") -> str:
        """Return the address of something at the server."""
        return self.server.url.replace("//", f"//{user}@" if user else "//") + path

    def headers(self, second: bool = False) -> list[str]:
        """Return which Authorization headers the server has got since the last time, each once, in their order."""
        return list(dict.fromkeys(header for _, _, header in self.server.requests(second) if header))

    def tokens(self) -> dict[str, str]:
        """Return what credentials.toml has, by profile; what is set aside of one is under `NAME|rejected`."""
        document = tomllib.loads((self.folder / "credentials.toml").read_text(encoding="utf-8"))
        found = {}
        for key, entry in document.get("tokens", {}).items():
            name, _, _, *more = key.split("|")
            found["|".join((name, *more))] = entry["token"]
        return found
