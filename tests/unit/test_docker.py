"""docker-credential-atla: what each of its operations says, byte for byte, and that none makes or loses anything."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from asking import profile, token
from atla_credential import __version__
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, MalformedRequest, UsageError
from atla_credential.operations import docker
from atla_credential.operations.call import Call
from updating import read, secrets

Files = Callable[..., Path]

BITBUCKET, OWN = "https://bitbucket.org", "https://registry.example.com:5000"
EMAIL = "you@example.com"
NOT_FOUND = "credentials not found in native keychain"
NOW = 1_800_000_000


class Asked:
    """One run of the program, with what it printed, and its exit code."""

    def __init__(self, home: Path, word: str, stdin: str | bytes = b"", **variables: str) -> None:
        self.stdout, self.warnings = io.BytesIO(), list[str]()
        self.message: str | None = None
        self.hints: tuple[str, ...] = ()
        given = stdin.encode() if isinstance(stdin, str) else stdin
        call = Call(
            World(Environment({"HOME": str(home), **variables})), {}, cast("io.RawIOBase", io.BytesIO(given)),
            cast("io.RawIOBase", self.stdout), self.warnings.append, now_utc=NOW,
        )  # fmt: skip
        try:
            self.code = docker.run([word], call)
        except CredentialError as error:
            self.code, self.message, self.hints = error.exit_code, error.message, error.hints

    @property
    def said(self) -> str:
        return self.stdout.getvalue().decode()

    @property
    def result(self) -> tuple[int, str, str | None]:
        return self.code, self.said, self.message


@pytest.fixture
def all_kinds(files: Files, home: Path) -> Path:
    dc = "https://dc.example.com"
    files(
        config=profile("bitbucket", BITBUCKET) + profile("own", OWN, "") + profile("dc", dc, "") + profile("empty", "https://empty.example.com", EMAIL),
        credentials=token("bitbucket", BITBUCKET, "ATATTmade-up") + token("own", OWN, "own's", "") + token("dc", dc, "pat", ""),
        helper='[helper]\nadopt = "any"\nstorage = "file"\n[profiles.own]\nauth = "basic"\nusername = "jdoe"\n[profiles.dc]\nauth = "bearer"\nusername = ""\n',
    )  # fmt: skip
    return home


@pytest.mark.parametrize(
    "server",
    [
        "crg.apkg.io", "https://crg.apkg.io", "https://crg.apkg.io/", "https://crg.apkg.io/v2/", "crg.apkg.io/team", "CRG.apkg.io",
        "crg.apkg.io:443", "https://you%40example.com@crg.apkg.io",
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_get(server: str, end: str, all_kinds: Path) -> None:
    asked = Asked(all_kinds, "get", server + end)
    assert asked.result == (0, f'{{"ServerURL":"{server}","Username":"{EMAIL}","Secret":"ATATTmade-up"}}\n', None)
    assert asked.warnings == []


def test_get_at_a_registry_of_one_s_own(all_kinds: Path) -> None:
    asked = Asked(all_kinds, "get", "registry.example.com:5000")
    assert json.loads(asked.said) == {"ServerURL": "registry.example.com:5000", "Username": "jdoe", "Secret": "own's"}


@pytest.mark.parametrize(
    "server",
    [
        "https://index.docker.io/v1/", "ghcr.io", "http://crg.apkg.io", "crg.apkg.io:5000", "crg.apkg.io.example.com", "x.crg.apkg.io",
        "registry.example.com", "https://stranger@crg.apkg.io", "crg.apkg.io/a/../b", "dc.example.com", "oci://crg.apkg.io",
    ],
)  # fmt: skip
def test_nothing_of_ours_is_a_sentence(server: str, all_kinds: Path) -> None:
    """A Bearer token without a user name is none of theirs: docker has no words for it."""
    assert Asked(all_kinds, "get", server).result == (1, NOT_FOUND, None)


def test_no_token_is_the_same_sentence_and_a_person_reads_why(all_kinds: Path) -> None:
    asked = Asked(all_kinds, "get", "empty.example.com")
    assert asked.result == (1, NOT_FOUND, 'no token available for profile "empty"')
    assert asked.hints == ("run: atla-credential login --profile empty",)


def test_an_access_token_goes_to_no_registry(files: Files, home: Path) -> None:
    files(config=profile("bitbucket", BITBUCKET), credentials=token("bitbucket", BITBUCKET, "ATCTTmade-up"))
    assert Asked(home, "get", "crg.apkg.io").result == (1, NOT_FOUND, None)


def test_nothing_there_at_all(home: Path) -> None:
    assert Asked(home, "get", "crg.apkg.io").result == (1, NOT_FOUND, None)
    assert Asked(home, "list").result == (0, "{}\n", None)


@pytest.mark.parametrize("given", ["", "\n", " \r\n\n"])
def test_no_server(given: str, home: Path) -> None:
    assert Asked(home, "get", given).result == (1, "no credentials server URL", None)


@pytest.mark.parametrize(
    "given",
    [
        b"\xff", b"crg.apkg.io\nghcr.io", b"crg.apkg.io\\@ghcr.io", b"x" * ((1 << 20) + 1), b"crg.apkg.io\x0b", b"\x1ccrg.apkg.io",
        "crg.apkg.io\x85".encode(), "\xa0crg.apkg.io".encode(), "crg.apkg.io\u2028".encode(), "crg.apkg.io\u3000".encode(),
    ],
)  # fmt: skip
def test_a_server_that_is_none(given: bytes, all_kinds: Path) -> None:
    asked = Asked(all_kinds, "get", given)
    assert (asked.code, asked.said) == (MalformedRequest.exit_code, "")


def test_an_expired_token_is_given_with_a_warning(files: Files, all_kinds: Path) -> None:
    files(helper="[profiles.bitbucket]\nexpires = 2020-01-01\n")
    asked = Asked(all_kinds, "get", "crg.apkg.io")
    assert asked.code == 0
    assert asked.warnings[0].startswith('the token of profile "bitbucket" has expired')


@pytest.mark.parametrize("secret", ["a\"b\\c'd", "größe", "8" * 8192])
def test_any_token_can_be_read_back(secret: str, files: Files, home: Path) -> None:
    files(config=profile("bitbucket", BITBUCKET), credentials=f'[tokens."bitbucket|{EMAIL}|{BITBUCKET}"]\ntoken = {json.dumps(secret, ensure_ascii=False)}\n')  # fmt: skip
    assert json.loads(Asked(home, "get", "crg.apkg.io").said)["Secret"] == secret


@pytest.mark.parametrize("secret", ["a\\nb", "a\\u001bb", "a\\u2028b"])
def test_a_token_with_a_control_character_is_not_given(secret: str, files: Files, home: Path) -> None:
    files(config=profile("bitbucket", BITBUCKET), credentials=token("bitbucket", BITBUCKET, secret))
    asked = Asked(home, "get", "crg.apkg.io")
    assert (asked.code, asked.said) == (1, "")
    assert asked.message is not None and asked.message.startswith("the password has a control character")


def test_a_user_name_with_a_control_character_is_not_given(files: Files, home: Path) -> None:
    user = '[profiles.own]\nauth = "basic"\nusername = "jd\\u2028oe"\n'
    files(config=profile("own", OWN, ""), credentials=token("own", OWN, "made-up", ""), helper=user)
    asked = Asked(home, "get", OWN)
    assert (asked.code, asked.said) == (1, "")
    assert asked.message is not None and asked.message.startswith("the username has a control character")


def test_list_says_who_would_answer_and_opens_no_store(
    files: Files, all_kinds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(World, "kept", None)
    files(config=profile("bitbucket", BITBUCKET) + profile("other", BITBUCKET, "other@example.com"))
    assert Asked(all_kinds, "list").result == (0, f'{{"https://crg.apkg.io":"{EMAIL}"}}\n', None)
    asked = Asked(all_kinds, "list", ATLA_PROFILE="other")
    assert json.loads(asked.said) == {"https://crg.apkg.io": "other@example.com"}
    variables = {"ATLA_INSTANCE": BITBUCKET, "ATLA_EMAIL": "bot@example.com", "ATLA_TOKEN": "ATATTvariable"}
    assert json.loads(Asked(all_kinds, "list", **variables).said) == {"https://crg.apkg.io": "bot@example.com"}


@pytest.mark.parametrize("instance", [f"{BITBUCKET}/team", "https://work.atlassian.net", OWN])
def test_list_is_of_the_container_registry(instance: str, files: Files, home: Path) -> None:
    files(config=profile("work", instance))
    assert Asked(home, "list").said == "{}\n"


def test_list_passes_over_who_has_no_email(files: Files, home: Path) -> None:
    files(config=profile("a", BITBUCKET, "") + profile("b", BITBUCKET))
    assert json.loads(Asked(home, "list").said) == {"https://crg.apkg.io": EMAIL}


def request(server: str, username: str, secret: str) -> str:
    return json.dumps({"ServerURL": server, "Username": username, "Secret": secret})


def everything(home: Path) -> list[dict[str, Any]]:
    return [read(home, name) for name in ("config", "credentials", "helper")]


def test_store_of_what_a_get_gives_has_nothing_to_do(all_kinds: Path) -> None:
    """docker stores what it was given, too."""
    before = everything(all_kinds)
    for server, username, secret in (("crg.apkg.io", EMAIL, "ATATTmade-up"), (OWN, "jdoe", "own's")):
        assert Asked(all_kinds, "store", request(server, username, secret)).result == (0, "", None)
    assert everything(all_kinds) == before


def test_store_updates_the_profile_that_matches(all_kinds: Path) -> None:
    assert Asked(all_kinds, "store", request("registry.example.com:5000", "jdoe", "new")).result == (0, "", None)
    assert secrets(all_kinds)[f"own||{OWN}"] == "new"
    assert json.loads(Asked(all_kinds, "get", OWN).said)["Secret"] == "new"


def test_store_takes_the_same_user_twice(all_kinds: Path) -> None:
    given = request("https://jdoe:old@registry.example.com:5000", "jdoe", "new")
    assert Asked(all_kinds, "store", given).result == (0, "", None)


def test_store_gives_its_first_token_to_a_profile(all_kinds: Path) -> None:
    assert Asked(all_kinds, "store", request("empty.example.com", EMAIL, "first")).result == (0, "", None)
    assert json.loads(Asked(all_kinds, "get", "empty.example.com").said)["Secret"] == "first"


@pytest.mark.parametrize("secret", ["ATATTnew", "ATCTTnew", ""])
def test_a_registry_s_word_replaces_no_token(secret: str, all_kinds: Path) -> None:
    """It takes one that can do nothing but read packages."""
    before = everything(all_kinds)
    asked = Asked(all_kinds, "store", request("https://crg.apkg.io", EMAIL, secret))
    assert asked.result == (1, "", 'this is not the token of profile "bitbucket", and was not stored')
    assert asked.hints == ("run: atla-credential login --profile bitbucket",)
    assert everything(all_kinds) == before


def test_nor_is_it_a_profile_s_first_token(files: Files, home: Path) -> None:
    files(config=profile("bitbucket", BITBUCKET))
    assert Asked(home, "store", request("crg.apkg.io", EMAIL, "ATATTnew")).code == 1
    assert read(home, "credentials") == {}


@pytest.mark.parametrize(
    ("server", "username"),
    [("crg.apkg.io", "stranger"), ("crg.apkg.io", "<token>"), ("ghcr.io", EMAIL), ("new.example.com", "jdoe"), ("oci://x", EMAIL), (OWN, "stranger")],
)  # fmt: skip
def test_store_makes_no_profile(server: str, username: str, all_kinds: Path) -> None:
    before = everything(all_kinds)
    asked = Asked(all_kinds, "store", request(server, username, "ATATTmade-up"))
    assert asked.result == (1, "", "no profile is for this server and user, so the token was not stored")
    assert everything(all_kinds) == before


def test_store_of_no_value_is_a_failure(all_kinds: Path) -> None:
    before = everything(all_kinds)
    assert Asked(all_kinds, "store", request(OWN, "jdoe", "")).code == 1
    assert Asked(all_kinds, "store", request(OWN, "jdoe", "a\nb")).code == 1
    assert everything(all_kinds) == before


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{}", (1, "no credentials server URL")), ('{"ServerURL":"crg.apkg.io"}', (1, "no credentials username")),
        ('{"Username":"x"}', (1, "no credentials server URL")), ("", (2, "")), ("[]", (2, "")), ("crg.apkg.io", (2, "")),
        ('{"ServerURL":1,"Username":"x","Secret":"y"}', (2, "")), ('{"ServerURL":"crg.apkg.io","Username":"x","Secret":"\\ud800"}', (2, "")),
    ],
)  # fmt: skip
def test_what_store_refuses(given: str, expected: tuple[int, str], all_kinds: Path) -> None:
    asked = Asked(all_kinds, "store", given)
    assert (asked.code, asked.said) == expected


REST = '"Username":"jdoe","Secret":"canary"'
HERE = f'"ServerURL":"{OWN}"'
HOSTILE = {
    "nested": ('{"a":' * 100_000, 2), "lists": ("[" * 100_000, 2), "two servers": (f'{{{HERE},"ServerURL":"ghcr.io",{REST}}}', 2),
    "two servers, one escaped": (f'{{{HERE},"\\u0053erverURL":"ghcr.io",{REST}}}', 2), "two tokens": (f'{{{HERE},{REST},"Secret":"canary2"}}', 2),
    "byte order mark": (f"\ufeff{{{HERE},{REST}}}", 2), "more behind it": (f"{{{HERE},{REST}}} canary", 2), "another behind it": (f"{{{HERE},{REST}}}\n{{}}", 2),
    "a list": (f'{{{HERE},"Username":"jdoe","Secret":["canary"]}}', 2), "null": (f'{{{HERE},"Username":"jdoe","Secret":null}}', 2), "true": (f'{{{HERE},"Username":true,"Secret":"canary"}}', 2),
    "not JSON's numbers": (f'{{"x":NaN,"y":[{"9" * 5000}],{HERE},{REST}}}', 2), "NUL in the server": (f'{{"ServerURL":"{OWN}\\u0000",{REST}}}', 2), "line end in the server": (f'{{"ServerURL":"{OWN}/\\n",{REST}}}', 2),
    "NUL in the user": (f'{{{HERE},"Username":"jdoe\\u0000","Secret":"canary"}}', 1), "NUL in the token": (f'{{{HERE},"Username":"jdoe","Secret":"canary\\u0000"}}', 1),
    "U+2028 in the token": (f'{{{HERE},"Username":"jdoe","Secret":"canary\\u2028"}}', 1), "half a character": (f'{{{HERE},"Username":"jdoe","Secret":"canary\\udc00"}}', 2),
    "half a character in the server": (f'{{"ServerURL":"{OWN}/\\ud800",{REST}}}', 2), "huge": (f'{{{HERE},{REST},"x":"{"x" * (1 << 20)}"}}', 2), "no end": ('{"a":"' + "canary" * 200_000, 2),
    "two users": ('{"ServerURL":"https://other@registry.example.com:5000","Username":"jdoe","Secret":"canary"}', 2),
    "a token for a name": (f'{{{HERE},"Username":"canary","Secret":"canary"}}', 1), "a token in the server": ('{"ServerURL":"https://jdoe:canary@ghcr.io","Username":"canary","Secret":"canary"}', 2),
}  # fmt: skip


@pytest.mark.parametrize(("given", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_json_stores_nothing_and_is_not_repeated(given: str, code: int, all_kinds: Path) -> None:
    before = everything(all_kinds)
    asked = Asked(all_kinds, "store", given)
    assert (asked.code, asked.said) == (code, "")
    assert "canary" not in " ".join([asked.message or "", *asked.hints, *asked.warnings])
    assert everything(all_kinds) == before


@pytest.mark.parametrize("server", ["crg.apkg.io", OWN, "", "ghcr.io"])
def test_erase_is_a_logout_and_no_rejection(server: str, all_kinds: Path) -> None:
    before = everything(all_kinds)
    assert Asked(all_kinds, "erase", server).result == (0, "", None)
    assert everything(all_kinds) == before


def test_a_name_that_no_profile_has_is_a_failure_like_others(all_kinds: Path) -> None:
    for word, given in (("list", ""), ("store", request("crg.apkg.io", EMAIL, "x")), ("get", "crg.apkg.io")):
        asked = Asked(all_kinds, word, given, ATLA_PROFILE="gone")
        assert (asked.code, asked.said) == (1, NOT_FOUND if word == "get" else "")
        assert asked.message is not None and '"gone"' in asked.message


def test_version(home: Path) -> None:
    assert Asked(home, "version").said == f"docker-credential-atla (atla-credential) {__version__}\n"


@pytest.mark.parametrize("word", ["-h", "--help"])
def test_help(word: str, home: Path) -> None:
    asked = Asked(home, word)
    assert (asked.code, asked.said.splitlines()[0]) == (
        0,
        "usage: docker-credential-atla get | list | store | erase | version",
    )


@pytest.mark.parametrize("words", [[], ["login"], ["get", "x"], ["--profile", "x", "get"]])
def test_another_word(words: list[str]) -> None:
    with pytest.raises(UsageError, match=r"^docker-credential-atla takes one of: get, list, store, erase, version$"):
        docker.run(words, cast("Call", None))
