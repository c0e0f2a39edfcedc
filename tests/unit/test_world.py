"""What one process knows: each file, store and helper is looked at once, until it is told to forget."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from asking import profile, token
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.errors import Unavailable
from atla_credential.model import Profile
from atla_credential.profiles.tables import changing

if TYPE_CHECKING:
    from atla_credential.stores.store import Store
    from atla_credential.stores.toml_file import TomlFile

Files = Callable[..., Path]

SITE, DC = "https://work.atlassian.net", "https://dc.example.com"


class Shelf:
    """A store that counts how often it is asked, and cannot be asked for some keys."""

    def __init__(self, kept: dict[str, str], *broken: str) -> None:
        self.kept, self.broken = kept, broken
        self.asked: list[str] = []

    def get(self, key: str) -> str | None:
        self.asked.append(key)
        if key in self.broken:
            raise Unavailable("is locked")
        return self.kept.get(key)


@pytest.fixture
def world(home: Path) -> World:
    return World(Environment({"HOME": str(home)}))


def put(world: World, kind: str, store: Shelf) -> None:
    world._stores[kind] = cast("Store", store)


def test_all_profiles_are_read_once(world: World, files: Files) -> None:
    files(config=profile("a", SITE))
    known = world.config
    folder = files(config=profile("b", SITE))
    assert world.config is known
    assert world.near(("b",), ()) is world.settings is known
    world.anew()
    assert list(world.config.profiles) == ["b"]
    (folder / "config.toml").unlink()
    world.anew()
    assert not world.config.profiles


def test_some_profiles_are_read_once(world: World, files: Files) -> None:
    files(config=profile("a", SITE) + profile("b", DC))
    near = world.near(("a",), ())
    assert list(near.profiles) == ["a"]
    assert world.settings is near
    files(config=profile("a", DC) + profile("b", DC))
    assert world.near(("a",), ()) is near
    assert list(world.near(("b",), ()).profiles) == ["b"]
    assert list(world.near((), (b"dc.example.com",)).profiles) == ["a", "b"]
    world.anew()
    assert world.near(("a",), ()).profiles["a"].instance == DC
    assert world.settings is world.near(("a",), ())


def test_document_is_read_once_and_what_is_wanted_of_it_each_time(world: World, files: Files) -> None:
    document = files(credentials=token("a", SITE, "secret")) / "credentials.toml"
    path = str(document)
    known = world.read(path)
    assert known
    document.unlink()
    assert world.read(path) is known
    assert world.read(path, (b"a",)) is None
    world.anew()
    assert world.read(path) is None
    files(credentials=token("a", SITE, "secret"))
    assert world.read(path, (b"a",)) is not None
    assert world.read(path) is None


@pytest.mark.parametrize("reads", [lambda world: world.config, lambda world: world.near((), ())], ids=["all", "some"])
def test_change_since_the_first_look(reads: Callable[[World], object], world: World, files: Files) -> None:
    files(config=profile("a", SITE))
    reads(world)
    assert not world.has_changed()
    files(config=profile("a", SITE) + profile("b", DC))
    assert world.has_changed()
    reads(world)
    assert world.config
    assert world.near(("a",), ())
    assert world.has_changed()
    world.anew()
    reads(world)
    assert not world.has_changed()


def test_profile_of_variables_is_made_once(home: Path) -> None:
    world = World(Environment({"HOME": str(home), "ATLA_INSTANCE": SITE}))
    made = world.profile_of_variables
    assert made
    assert world.profile_of_variables is made
    world.anew()
    assert world.profile_of_variables is made


@pytest.mark.parametrize("kind", ["file", "keyring"])
def test_store_is_opened_once(kind: str, world: World) -> None:
    store = world.store(kind)
    world.anew()
    assert world.store(kind) is store


def test_before_a_change_all_is_read_again(world: World, files: Files) -> None:
    files(config=profile("a", SITE))
    known, opened, keyring = world.config, world.store("file"), world.store("keyring")
    assert not cast("TomlFile", opened).is_changing
    world.will_change()
    assert world.config is not known
    assert world.store("keyring") is keyring
    assert world.store("file") is not opened
    assert cast("TomlFile", world.store("file")).is_changing


def test_store_is_opened_only_for_what_is_more_than_to_read(world: World, files: Files) -> None:
    files(config=profile("a", SITE), credentials=token("a", SITE, "made-up"))
    kept = world.kept(world.config.profiles["a"])
    assert kept.secret == "made-up"
    assert "file" not in world._stores
    world.will_change()
    assert world.kept(world.config.profiles["a"]).secret == "made-up"
    assert cast("TomlFile", world._stores["file"]).is_changing


def test_after_a_change_all_is_read_again(world: World, files: Files) -> None:
    """Be it one that failed."""
    files(config=profile("a", SITE))
    before = world.config
    with pytest.raises(ValueError, match="made-up"), changing(world):
        during = world.config
        assert during is not before
        raise ValueError("made-up")
    assert world.config is not during


@pytest.mark.parametrize("kind", [None, "", "drawer"])
def test_no_store(kind: str | None, world: World) -> None:
    for _ in range(2):
        with pytest.raises(Unavailable, match="no store of its own"):
            world.store(kind)


@pytest.mark.parametrize(
    ("kind", "refreshes", "whole", "asked", "refresh_secret"),
    [
        ("file", False, False, "sr", "r"),
        ("keyring", False, False, "s", None),
        ("keyring", True, False, "sr", "r"),
        ("keyring", False, True, "sra", "r"),
    ],
)
def test_what_is_kept_is_looked_for_once(
    kind: str, refreshes: bool, whole: bool, asked: str, refresh_secret: str | None, world: World
) -> None:
    """A keyring is not asked for a refresh token that it has not, as far as is known."""
    own = Profile("a", SITE, store=kind, refreshes=refreshes)
    keys = {"s": own.secret_key, "r": own.refresh_key, "a": own.further_keys[1]}
    shelf = Shelf({own.secret_key: "s", own.refresh_key: "r"})
    put(world, kind, shelf)
    for _ in range(2):
        kept = world.kept(own, whole=True) if whole else world.kept(own)
        assert (kept.secret, kept.refresh_secret, kept.unknown) == ("s", refresh_secret, None)
    assert shelf.asked == [keys[each] for each in asked]
    world.anew()
    assert world.kept(own, kind, whole).secret == "s"
    assert len(shelf.asked) == 2 * len(asked)


@pytest.mark.parametrize(("whole", "asked"), [(False, 1), (True, 3)])
def test_without_a_token_a_refresh_token_is_looked_for_on_demand(whole: bool, asked: int, world: World) -> None:
    own = Profile("a", SITE, store="file", refreshes=True)
    shelf = Shelf({own.refresh_key: "r"})
    put(world, "file", shelf)
    kept = world.kept(own, whole=whole)
    assert (kept.secret, kept.refresh_secret) == (None, "r" if whole else None)
    assert len(shelf.asked) == asked


def test_store_that_could_not_be_looked_into_is_not_asked_again(world: World) -> None:
    own = Profile("a", SITE, store="keyring")
    shelf = Shelf({}, own.secret_key)
    put(world, "keyring", shelf)
    for _ in range(2):
        with pytest.raises(Unavailable, match="is locked"):
            world.kept(own)
    assert not world.has_token(own)
    assert len(shelf.asked) == 1


def test_refresh_token_that_could_not_be_looked_for_is_not_known(world: World) -> None:
    own = Profile("a", SITE, store="file")
    put(world, "file", Shelf({own.secret_key: "s"}, own.refresh_key))
    kept = world.kept(own)
    assert (kept.secret, kept.refresh_secret, str(kept.unknown)) == ("s", None, "is locked")


@pytest.mark.parametrize(
    ("username", "secret", "has_token"), [(None, "s", True), (None, None, False), (None, "", False), ("", "", True)]
)
def test_whether_there_is_a_token(username: str | None, secret: str | None, has_token: bool, world: World) -> None:
    own = Profile("a", SITE, store="file", username=username)
    put(world, "file", Shelf({} if secret is None else {own.secret_key: secret}))
    put(world, "keyring", Shelf({}))
    assert world.has_token(own) == has_token
    assert not world.has_token(own, "keyring")


def test_helpers_are_asked_anew_only_if_others_are_listed(world: World) -> None:
    known = world.helpers(("first",))
    world.anew()
    assert world.helpers(("first",)) is known
    assert world.helpers(("second",)).listed == ("second",)
