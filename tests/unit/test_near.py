"""An answer from the profiles that can have a say is the answer from all of them."""

import contextlib
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asking import profile, resolution, token
from atla_credential.answer.rules import resolve
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError
from atla_credential.model import Query
from atla_credential.report.reason import passed_over
from atla_credential.report.shadow import shadows
from atla_credential.report.words import line_of
from atla_credential.settings.config import Config
from atla_credential.stores.toml_file import TomlFile
from atla_credential.wire.message import Message, add_url
from atla_credential.wire.request import query_from

SEED = 4
WORLDS, QUESTIONS = 150, 20

INSTANCES = [
    "https://work.atlassian.net", "https://WORK.Atlassian.net/", "https://home.atlassian.net", "https://bitbucket.org",
    "https://jira.example.com", "https://jira.example.com/ctx", "https://jira.example.com:8443", "http://localhost:2990",
    "https://[::1]:8443/jira", "https://[FE80::A]/jira", "https://api.atlassian.com/ex/jira/id-1", "https://api.bitbucket.org",
    "https://bitbucket.org/team", "https://bitbucket.org/team/repo.git", "https://work.atlassian-us-gov-mod.net",
]  # fmt: skip
NAMES = ["work", "home", "two parts", "a.b", "Work", "größe", "bb", "dc"]
EMAILS = ["you@example.com", "me@example.com", ""]
URLS = [
    "https://work.atlassian.net", "https://home.atlassian.net/wiki/x", "https://bitbucket.org/team/repo", "https://bitbucket.org",
    "https://api.bitbucket.org/2.0", "https://jira.example.com/ctx/x", "https://jira.example.com:8443", "https://jira.example.com",
    "http://localhost:2990/jira", "https://[::1]:8443/jira/x", "https://api.atlassian.com/ex/jira/id-1/rest", "https://github.com",
    "https://api.atlassian.com/ex/confluence/ID-2", "https://api.atlassian.com/ex/jira/id-2/rest", "https://atlassian.net", "https://[fe80::a]/jira/x",
    "https://bitbucket.org/other/repo", "https://api.bitbucket.org/2.0/repositories/team/repo", "https://api.atlassian-us-gov-mod.com/ex/jira/id-1/x",
]  # fmt: skip


def world(home: Path, chance: random.Random) -> None:
    folder = home / ".config" / "atla"
    config, helper, credentials = "schema_version = 2\n", "", ""
    names = chance.sample(NAMES, chance.randint(0, 5))
    if names and chance.random() < 0.5:
        config += f'[default]\nprofile = "{chance.choice([*names, "gone"])}"\n'
    for name in names:
        instance, email = chance.choice(INSTANCES), chance.choice(EMAILS)
        more = {"cloud_id": chance.choice(["id-1", "ID-2", "id-2"])} if chance.random() < 0.4 else {}
        config += profile(name, instance, email, **more)
        if chance.random() < 0.8:
            credentials += token(name, instance, f"made-up-{name}", email)
        if chance.random() < 0.5:
            helper += f'[profiles."{name}"]\n' + chance.choice(
                [
                    "adopted = true\n",
                    'username = "jdoe"\n',
                    'auth = "bearer"\n',
                    'product = "jira"\n',
                    "expires = 2999-01-01\n",
                ]
            )
    config += chance.choice([*[""] * 18, "[default.profile]\n", "[default.other]\n"])
    helper += chance.choice([*[""] * 18, "[helper.storage]\n", "[helper.other]\n"])
    if chance.random() < 0.3:
        config += "plain = [false]\n" if not names else "also = 'not plain'\n"
    (folder / "config.toml").write_text(config)
    (folder / "helper.toml").write_text(helper)
    (folder / "credentials.toml").write_text(credentials)
    (folder / "credentials.toml").chmod(0o600)


def variables_of(home: Path, chance: random.Random) -> dict[str, str]:
    values = {
        "ATLA_TOKEN": ["made-up-t"],
        "ATLA_EMAIL": EMAILS[:2],
        "ATLA_INSTANCE": INSTANCES,
        "ATLA_PROFILE": NAMES,
        "ATLA_TOKEN__WORK": ["made-up-w"],
    }
    chosen = {name: chance.choice(choices) for name, choices in values.items() if chance.random() < 0.2}
    return {"HOME": str(home), **chosen}


class Whole(Search):
    """A search among all profiles."""

    @property
    def near(self) -> Config:
        return self.config


def outcome(search: Search) -> object:
    warnings: list[str] = []
    try:
        found = resolve(search, warnings.append)
    except CredentialError as error:
        return type(error), error.message, error.hints, warnings
    if found is None:
        return None, warnings
    given = found.credential
    said = given and (given.secret, given.username, given.auth, given.expires_utc)
    return found.profile.name, said, found.source, found.api_base_url, warnings


def questions(home: Path, chance: random.Random) -> Iterator[tuple[Environment, Query | None, str | None, bool]]:
    (home / ".config" / "atla").mkdir(parents=True)
    for _ in range(WORLDS // 5):
        world(home, chance)
        for _ in range(QUESTIONS):
            message = Message()
            add_url(message, chance.choice(URLS))
            if chance.random() < 0.3:
                message.single["username"] = chance.choice(["you@example.com", "jdoe", "x-token-auth", "nobody", ""])
            query = query_from(message) if chance.random() < 0.95 else None
            name = chance.choice(NAMES) if query is None or chance.random() < 0.15 else None
            yield Environment(variables_of(home, chance)), query, name, chance.random() < 0.2


@pytest.mark.parametrize("part", range(5))
def test_same_answer_from_all(part: int, home: Path) -> None:
    answered = 0
    for environment, query, name, exact in questions(home, random.Random(SEED + part)):  # noqa: S311
        near, whole = (kind(World(environment), query, name, None, exact) for kind in (Search, Whole))
        assert outcome(near) == outcome(whole)
        answered += near._claims not in (None, [])
    assert answered > WORLDS / 5 * QUESTIONS / 20


def test_who_listens_changes_nothing_and_hears_no_secret(home: Path) -> None:
    heard: set[str] = set()
    for environment, query, name, exact in questions(home, random.Random(SEED)):  # noqa: S311
        lines: list[str] = []

        def listen(search: Search, entry: Callable[..., object], outcome: str | None, lines: list[str] = lines) -> None:
            lines.append(line_of(search, entry, outcome))

        listening = Search(World(environment), query, name, listen, exact)
        assert outcome(listening) == outcome(Search(World(environment), query, name, None, exact))
        with contextlib.suppress(CredentialError):
            found = resolve(listening, lambda _: None)
            near = passed_over(Search(World(environment), query, name, None, exact))
            assert not {claim.profile.name for claim in listening.claims()} & {name for name, _ in near}
            lines += [f"near -> {reason}" for _, reason in near]
            lines += [f"shadow -> {text}" for text in (shadows(listening, found) if found else ())]
        assert not [line for line in lines if "made-up" in line or "{" in line or line.endswith("-> ")]
        heard.update(line.partition(" -> ")[2].partition(":")[0] for line in lines)
    assert len(heard) > 50


def test_many_profiles_at_one_address(home: Path) -> None:
    folder = home / ".config" / "atla"
    folder.mkdir(parents=True)
    site, names = "https://dc.example.com", [f"p{number:02}" for number in range(40)]
    (folder / "config.toml").write_text("".join(profile(name, site, "") for name in names))
    (folder / "helper.toml").write_text("".join(f'[profiles.{name}]\nusername = "user-{name}"\n' for name in names))
    (folder / "credentials.toml").write_text("".join(token(name, site, f"made-up-{name}", "") for name in names))
    for name in names:
        found = resolution(home, site, f"user-{name}")
        assert found
        assert found.profile.name == name
        assert found.credential
        assert found.credential.secret == f"made-up-{name}"


def test_one_store_is_asked_for_several_keys(home: Path) -> None:
    path = home / "credentials.toml"
    path.write_text("".join(f'[tokens."{key}"]\ntoken = "made-up {key}"\n' for key in ("a|x|y", "a|x|y|more", "b|x|y")))
    path.chmod(0o600)
    store = TomlFile(str(path))
    for key in ("a|x|y", "a|x|y|more", "b|x|y", "a|x|y"):
        assert store.get(key) == f"made-up {key}"
    assert store.get("c|x|y") is None
