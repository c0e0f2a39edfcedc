"""What is there where a page is read: sites that know the made-up tokens, and what the page takes for granted."""

import socket
from base64 import b64decode
from collections.abc import Mapping
from zlib import crc32

from git_server import basic
from real_names import CONFLUENCE, JIRA, SCOPED_ID
from stage import Heard, answer

CLASSIC, NEW, SCOPED, JANES, DOWN = "made-up-token", "made-up-new", "made-up-scoped", "made-up-jane", "made-up-down"
ACCESS = f"ATCTTmade-up={crc32(b'ATCTTmade-up='):08X}"
NAMES = {"admin@example.com": "Jane Admin", "me@example.com": "Jane Roe"}  # anybody else is Jane Doe
WHO = ("you@example.com", "bot@example.com", *NAMES, "jdoe", "jane")


def knows(secret: str) -> tuple[str, ...]:
    return (f"Bearer {secret}", *(basic(each, secret) for each in WHO))


# As LET_IN of real_names; a site tells its cloud id to whoever asks.
LETS_IN: Mapping[str, tuple[str | None, ...]] = {
    "work.atlassian.net": (*knows(CLASSIC), *knows(NEW), *knows(DOWN)),
    "work.atlassian.net/_edge/tenant_info": (None,),
    "play.atlassian.net": knows(CLASSIC),
    f"{JIRA}/{SCOPED_ID}": knows(SCOPED),
    f"{CONFLUENCE}/{SCOPED_ID}": knows(SCOPED),
    "api.bitbucket.org": (*knows(CLASSIC), f"Bearer {ACCESS}"),
    "jira.example.com": (*knows(CLASSIC), *knows(JANES), None),
    "bitbucket.example.com": knows(CLASSIC),
    "mcp.atlassian.com": knows(CLASSIC),
}


def account(connection: socket.socket, heard: Heard) -> None:
    """Answer who somebody is, as the site that was asked does."""
    kind, _, brought = heard.fields.get("Authorization", "").partition(" ")
    who, _, secret = b64decode(brought).decode().partition(":") if kind == "Basic" else ("", "", brought)
    name = NAMES.get(who, "Jane Doe" if who or "example.com" in heard.host else "Robot")
    user = "jane" if name == "Jane Roe" or secret == JANES else "jdoe"
    about: dict[str, object] = {"accountId": "712020:made-up", "displayName": name, "emailAddress": who}
    if "/_edge/" in heard.path:
        about = {"cloudId": SCOPED_ID}
    elif secret == ACCESS:
        about = {"is_private": True}
    elif heard.host == "api.bitbucket.org":
        about = {"account_id": "712020:made-up", "display_name": name, "username": user}
    elif heard.host.endswith("example.com"):
        about = {"key": "JIRAUSER1", "name": user, "displayName": name, "emailAddress": "jane@example.com"}
    connection.sendall(answer(503) if secret == DOWN else answer(200, about))


# What is typed where a secret is asked for, by the page, the kind of the block and the command.
TYPED = {
    "docs/how-to/app-passwords.md console *": "ATBBmade-up",
    "* --instance https://*bitbucket.org/team*": ACCESS,
    "* --product *": SCOPED,
    "* --profile robot *": SCOPED,
    "* rotate *": NEW,
    "*": CLASSIC,
}
# Programs that nobody needs for this: each takes what it is given, and says nothing.
STUBS = ("acli", "bao", "docker", "git-credential-manager", "jira", "op", "pass", "pip", "pipx", "uv")
LOGIN = "echo made-up-token | atla-credential login --no-verify --token-stdin --email you@example.com --instance"
WORK, BITBUCKET = f"{LOGIN} work.atlassian.net --cloud-id ''", f"{LOGIN} bitbucket.org"
OWN = "echo made-up-token | atla-credential login --no-verify --token-stdin --username jdoe --bearer --instance"
BOT = "export ATLA_INSTANCE=https://work.atlassian.net ATLA_EMAIL=bot@example.com ATLA_TOKEN=made-up-token"
REPOSITORIES = (  # which the page's git finds on this machine, where the scene says so
    "https://bitbucket.org/team/repo.git", "https://jane@bitbucket.org/jane/repo.git",
    "https://bitbucket.example.com/scm/proj/repo.git",
)  # fmt: skip
FOUND = "unset GIT_CONFIG_NOSYSTEM; export GIT_CONFIG_SYSTEM=$HOME/.config/git/repositories"
CLONE = "git init -q repo && cd repo && git remote add origin https://bitbucket.org/team/repo.git"
SECRET = "mkdir secrets; echo made-up-token > secrets/atla_token"
TOKENS = f"echo {CLASSIC} > token; echo {DOWN} > new-token"
OLD = "git config --global credential.helper store; echo https://jdoe:ATBBmade-up@bitbucket.org > .git-credentials"
HELPER = f"""printf 'helpers = ["!echo password={CLASSIC}; :"]\\n' >> .config/atla/helper.toml"""
REJECTED = (
    f"printf 'protocol=https\\nhost=work.atlassian.net\\nusername=you@example.com\\npassword={CLASSIC}\\n\\n' | "
    "atla-credential erase"
)
# Before which page, or which block of it, what has been done.
BEFORE = {
    "README.md": (FOUND,),
    "README.md sh: export *": ("export ATLA_TOKEN=made-up-token",),
    "docs/explanation/precedence.md": (f"{LOGIN} home.atlassian.net", WORK),
    "docs/how-to/ai-agents.md": (WORK,),
    "docs/how-to/app-passwords.md console: $ printf *": (OLD,),
    "docs/how-to/app-passwords.md sh: grep *": (
        "echo machine bitbucket.org > .netrc",
        "mkdir -p src/repo/.git; echo url = https://jdoe:ATBBmade-up@bitbucket.org > src/repo/.git/config",
        CLONE,
    ),
    "docs/how-to/app-passwords.md sh: atla-credential doctor": (FOUND,),
    "docs/how-to/bitbucket.md console: $ printf *": (FOUND,),
    "docs/how-to/bitbucket.md sh: git remote *": ("cd repo",),
    "docs/how-to/ci.md": (BOT, "printf '#!/bin/sh\n' > report; chmod +x report"),
    "docs/how-to/ci.md sh: printf *": ('eval "$(atla-credential get --url $ATLA_INSTANCE --format env)"',),
    "docs/how-to/ci.md sh: atla-credential exec --as renovate *": ("ATLA_INSTANCE=https://bitbucket.org",),
    "docs/how-to/ci.md sh: atla-credential get *": (BOT,),
    "docs/how-to/ci.md yaml: clone*": (FOUND,),
    "docs/how-to/ci.md yaml: image*": ("unset GIT_CONFIG_COUNT",),
    "docs/how-to/cloud.md console: * --product jira": ("atla-credential delete work",),
    "docs/how-to/doctor.md": (BITBUCKET,),
    "docs/how-to/from-a-program.md": (WORK,),
    "docs/how-to/git-credential-manager.md": (BITBUCKET,),
    "docs/how-to/git.md": (BITBUCKET,),
    "docs/how-to/git.md sh: atla-credential explain *": (CLONE,),
    "docs/how-to/headless.md": (SECRET, "rm .config/atla/helper.toml"),
    "docs/how-to/headless.md console: * echo $?": ("unset ATLA_CONFIG ATLA_CREDENTIALS",),
    "docs/how-to/import.md": ("echo https://you%40example.com:made-up-token@work.atlassian.net > .git-credentials",),
    "docs/how-to/other-helpers.md": (HELPER, BITBUCKET),
    "docs/how-to/packages.md": (BITBUCKET,),
    "docs/how-to/rotate.md": (WORK, TOKENS),
    "docs/how-to/data-center.md sh: export *": (FOUND, f"{OWN} https://bitbucket.example.com"),
    "docs/how-to/several-accounts.md console: $ git clone *": (FOUND,),
    "docs/how-to/rotate.md console: $ atla-credential status *": ("atla-credential delete work", WORK, REJECTED),
    "docs/how-to/several-accounts.md console: $ echo made-up-jane *": (f"{OWN} https://jira.example.com/jira",),
    "docs/how-to/several-accounts.md sh: git config *": ("cd repo",),
    "docs/reference/exit-codes.md": (WORK,),
    "docs/reference/protocol.md": (WORK,),
    "docs/reference/protocol.md console: $ echo *": (f"{WORK} --expires 2027-03-01",),
}
