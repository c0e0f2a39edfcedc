"""Hosts that look like those of the services, in every way of asking: only the very host gets a token (safety O1)."""

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from atla_credential.errors import CredentialError
from atla_credential.places.instance import SERVICES
from unit.test_docker import Asked as InDocker
from unit.test_operations import Asked
from unit.test_services import have

Files = Callable[..., Path]

YOU = "you@example.com"
TOKENS = ("ATATTbitbucket", "work's")
NOTHING = {b"", b"credentials not found in native keychain", b"no credentials server URL"}
RANDOM = 20261129
ROUNDS = 4000

# What is put around a host, or in its place; {0} is the host, {1} what stands before its first dot, {2} the rest.
LOOK_ALIKES = (
    "{0}.", ".{0}", "{0}..", "x.{0}", "x{0}", "{0}x", "{0}.example.com", "{0}-example.com", "{0}@example.com", "{0}:443@example.com", "x@{0}:443@example.com",
    "{0}:0443", "{0}:443:443", "{0}:80", "{0}:4_43", "{0}:+443", "{0}:4 43", "{0}:\u0664\u0664\u0663", "{0}:", "[{0}]", "xn--{0}", "-{0}", "{1}\u3002{2}", "{1}\uff0e{2}", "{1}\u2024{2}",
    "{1}%2e{2}", "%63{0}", "{1}_{2}", "{1}..{2}", "{1}-.{2}", "\u212a{0}", "{0}\u200b", "\ufeff{0}", "{0}\u00ad", "{0}\u0307", "{0}\u2028", "{0}\u00a0", "{0}\x85", "{1}\t.{2}", "{0}\x1f", "{0}\x7f",
    "{0}\\", "{0}\\@example.com", "{0}\\.example.com", "example.com/{0}", "example.com?{0}", "example.com#{0}", "example.com#@{0}", "example.com?@{0}", "example.com/@{0}", "example.com:443#{0}", "{0};x",
    "{0},x", "{0}|x", "{0}*", "*", "*.{2}", "{2}", "",
)  # fmt: skip
ODD_LETTERS = {
    "c": "\u0441",
    "p": "\u0440",
    "a": "\u0430",
    "m": "\uff4d",
    "g": "\u0261",
    "o": "\u03bf",
    "i": "\u0131",
    "k": "\u212a",
    "n": "\u0578",
}


def looking_alike(host: str) -> set[str]:
    first, _, rest = host.partition(".")
    made = {each.format(host, first, rest) for each in LOOK_ALIKES}
    return made | {host.replace(letter, odd, 1) for letter, odd in ODD_LETTERS.items() if letter in host}


def ways(url: str) -> list[Callable[[Path], bytes]]:
    """Return each way of asking for an address, as what gives the answer, b"" for none."""
    protocol, _, rest = url.partition("://")

    def get(stdin: bytes = b"", **options: str) -> Callable[[Path], bytes]:
        def ask(home: Path) -> bytes:
            asked = Asked(home, stdin, 0, False, **options)
            asked.get()
            return asked.stdout.getvalue()

        return ask

    written = [
        get(json.dumps({"uri": url}).encode()), get(f"url={url}\n\n".encode("utf-8", "surrogateescape")), get(url=url), get(url=url, format="token"),
        lambda home: InDocker(home, "get", url).stdout.getvalue(),
    ]  # fmt: skip
    if protocol != "https":
        return written
    lines = f"protocol={protocol}\nhost={rest}\n\n".encode("utf-8", "surrogateescape")
    return [
        *written, get(lines), get(url=rest or "x", format="curl"), lambda home: InDocker(home, "get", rest).stdout.getvalue(),
    ]  # fmt: skip


def answers(home: Path, url: str) -> list[bytes]:
    """Return the answers in all ways."""
    found = []
    for way in ways(url):
        try:
            found.append(way(home))
        except CredentialError as error:
            assert not [each for each in TOKENS if each in error.message]
            found.append(b"")
    return found


@pytest.fixture
def accounts(files: Files, home: Path) -> Path:
    have(files, "work", "bitbucket")
    return home


HOSTS = [host for _, host, _ in SERVICES]


@pytest.mark.parametrize("host", HOSTS)
def test_the_host_itself(host: str, accounts: Path) -> None:
    for written in (host, host.upper(), f"{host}:443"):
        assert all(answers(accounts, f"https://{written}"))


@pytest.mark.parametrize("host", HOSTS)
def test_what_looks_like_it(host: str, accounts: Path) -> None:
    for written in looking_alike(host):
        for answer in answers(accounts, f"https://{written}"):
            assert answer in NOTHING, written
    for url in (
        f"http://{host}",
        f"ssh://{host}",
        f"https:///{host}",
        f"://{host}",
        f"HTTP://{host}:443",
    ):
        assert set(answers(accounts, url)) <= NOTHING, url


PIECES = (
    *HOSTS, "https://", "http://", "@", ":", "443", "/", "\\", "?", "#", ".", "..", "%2e", "%40", "%2f", "example.com", "x", YOU, YOU.replace("@", "%40"), " ", "\t", "\n", "\r\n", "\0",
    "\u2028", "\u3002", "\x85", "[", "]", ";", "\ufeff",
)  # fmt: skip


def test_random_addresses_are_read_as_others_read_them(accounts: Path) -> None:
    """Wherever a token is given, Python's own reader of addresses finds the host of a service, and this account."""
    draw = random.Random(RANDOM)  # noqa: S311 - no secret
    given = 0
    for _ in range(ROUNDS):
        text = "".join(draw.choice(PIECES) for _ in range(draw.randrange(1, 6)))
        text = draw.choice(("", "https://")) + draw.choice(("", draw.choice(HOSTS))) + text
        for ask in (lambda home, text=text: InDocker(home, "get", text).stdout.getvalue(), ways(text)[0]):
            try:
                answer = ask(accounts)
            except CredentialError:
                continue
            if b"Secret" not in answer and b"headers" not in answer:
                continue
            given += 1
            asked = text.strip(" \t\r\n")
            parts = urlsplit(asked if re.match("[^/?#]*://", asked) else f"https://{asked}")
            assert (parts.scheme, parts.hostname in HOSTS, parts.port or 443) == ("https", True, 443), text
            assert parts.username is None or unquote(parts.username) == YOU, text
    assert given > ROUNDS / 100
