"""One profile turned into another: what is written, read back, handed over and removed, with stores of the test's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asking import profile, token
from atla_credential.answer.world import World
from atla_credential.commands.delete import delete
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, NoKeyring, TryAgain, Unavailable
from atla_credential.model import Kept, Profile
from atla_credential.profiles import change
from atla_credential.stores.store import Store
from updating import read, secrets

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
OLD, NEW = Profile("old", SITE, store="file"), Profile("new", SITE, store="keyring")
BOTH = {OLD.secret_key: "s", OLD.refresh_key: "r"}
MOVED = {NEW.secret_key: "s", NEW.refresh_key: "r"}


class Shelf(Store):
    """A store that can have several secrets under a key, and to which somebody else brings new ones meanwhile."""

    def __init__(
        self, kept: dict[str, str] | None = None, *newer: dict[str, str], failure: Exception | None = None
    ) -> None:
        self.kept: dict[str, list[str]] = {key: [secret] for key, secret in (kept or {}).items()}
        self.newer, self.failure, self.is_forgetful = list(newer), failure, False

    def get(self, key: str) -> str | None:
        return next(iter(self.kept.get(key, ())), None)

    def every(self, key: str) -> list[str]:
        return self.kept.get(key, [])

    def put(self, secrets: dict[str, str | None]) -> None:
        for key, secret in secrets.items():
            self.kept.pop(key, None)
            if secret is not None and not self.is_forgetful:
                self.kept[key] = [secret]

    def erase(self, key: str, also: tuple[str, ...] = (), secret: str | None = None) -> bool:
        if self.failure:
            raise self.failure
        if self.newer:
            self.kept.update({each: [new] for each, new in self.newer.pop(0).items()})
        found = self.kept.get(key, [])
        if not found or secret not in (None, found[0]):
            return False
        for each in (key, *also):
            self.kept[each] = [] if secret is None else self.kept.get(each, [])[1:]
        return True

    @property
    def all(self) -> dict[str, list[str]]:
        return {key: found for key, found in self.kept.items() if found}


def world_of(home: Path, **stores: Store) -> World:
    world = World(Environment({"HOME": str(home)}))
    world._stores.update(stores)
    return world


def one(kept: dict[str, str]) -> dict[str, list[str]]:
    return {key: [secret] for key, secret in kept.items()}


@pytest.mark.parametrize(
    ("kept", "result"),
    [
        (Kept("s", "r"), {OLD.secret_key: "s", OLD.refresh_key: "r"}),
        (Kept("s"), {OLD.secret_key: "s"}),
        (Kept(None, "r"), {OLD.refresh_key: "r"}),
        (Kept(None), {OLD.secret_key: "before"}),
    ],
)
def test_what_a_store_is_to_keep(kept: Kept, result: dict[str, str], home: Path) -> None:
    """Nothing changes nothing."""
    shelf = Shelf({OLD.secret_key: "before"})
    change.put(world_of(home, file=shelf), OLD, kept)
    assert shelf.all == one(result)


def test_what_does_not_read_back_is_an_error(home: Path) -> None:
    shelf = Shelf()
    shelf.is_forgetful = True
    with pytest.raises(CredentialError, match="does not read back the same"):
        change.put(world_of(home, file=shelf), OLD, Kept("s"))


@pytest.mark.parametrize(
    ("newer", "old", "new"),
    [
        pytest.param([], {}, MOVED, id="nobody else"),
        pytest.param([{OLD.secret_key: "t", OLD.refresh_key: "u"}], {}, {NEW.secret_key: "t", NEW.refresh_key: "u"}, id="a newer token"),
        pytest.param([{OLD.secret_key: "t"}, {OLD.secret_key: "u"}], {}, {NEW.secret_key: "u", NEW.refresh_key: "r"}, id="two of them"),
    ],
)  # fmt: skip
def test_newer_token_is_handed_over(
    newer: list[dict[str, str]], old: dict[str, str], new: dict[str, str], home: Path
) -> None:
    shelf, keyring = Shelf(BOTH, *newer), Shelf(MOVED)
    change.hand_over(world_of(home, file=shelf, keyring=keyring), OLD, NEW, Kept("s", "r"))
    assert (shelf.all, keyring.all) == (one(old), one(new))


def test_token_that_came_where_there_was_none_is_handed_over(home: Path) -> None:
    shelf, keyring = Shelf({OLD.secret_key: "t"}), Shelf()
    change.hand_over(world_of(home, file=shelf, keyring=keyring), OLD, NEW, Kept(None))
    assert (shelf.all, keyring.all) == ({}, one({NEW.secret_key: "t"}))


def test_newer_token_leaves_what_is_set_aside_in_the_new_place(home: Path) -> None:
    shelf, keyring = Shelf(BOTH, {OLD.secret_key: "t", OLD.refresh_key: "r"}), Shelf(MOVED)
    keyring.kept[NEW.further_keys[1]] = ["a"]
    change.hand_over(world_of(home, file=shelf, keyring=keyring), OLD, NEW, Kept("s", "r", aside=Kept("a")))
    assert (shelf.all, keyring.all) == ({}, one({**MOVED, NEW.secret_key: "t", NEW.further_keys[1]: "a"}))


def test_newer_token_does_not_replace_one_that_is_newer_in_the_new_place(home: Path) -> None:
    shelf, keyring = Shelf(BOTH, {OLD.secret_key: "t"}), Shelf({NEW.secret_key: "of somebody else"})
    change.hand_over(world_of(home, file=shelf, keyring=keyring), OLD, NEW, Kept("s", "r"))
    assert (shelf.all, keyring.all) == ({}, one({NEW.secret_key: "of somebody else"}))


@pytest.mark.parametrize("moved", [Kept("s", "r"), Kept(None, "r")], ids=["it is gone", "there was none"])
def test_refresh_token_without_a_token_is_removed(moved: Kept, home: Path) -> None:
    shelf, keyring = Shelf({OLD.refresh_key: "r"}), Shelf()
    change.hand_over(world_of(home, file=shelf, keyring=keyring), OLD, NEW, moved)
    assert shelf.all == {}


@pytest.mark.parametrize(("brought", "is_done"), [(4, True), (5, False)])
def test_tokens_are_handed_over_a_few_times(brought: int, is_done: bool, home: Path) -> None:
    shelf = Shelf(BOTH, *({OLD.secret_key: f"t{number}"} for number in range(brought)))
    world = world_of(home, file=shelf, keyring=Shelf(MOVED))
    if is_done:
        change.hand_over(world, OLD, NEW, Kept("s", "r"))
    else:
        with pytest.raises(TryAgain, match="given new ones all the time"):
            change.hand_over(world, OLD, NEW, Kept("s", "r"))
    assert bool(shelf.all) != is_done


@pytest.mark.parametrize("may_repeat", [True, False])
@pytest.mark.parametrize(
    "take",
    [lambda world: change.hand_over(world, OLD, NEW, Kept("s", "r")), lambda world: change.remove(world, OLD)],
    ids=["handed over", "removed"],
)
def test_older_tokens_of_a_keyring_go_too(take: Callable[[World], None], may_repeat: bool, home: Path) -> None:
    shelf = Shelf(BOTH)
    shelf.kept[OLD.secret_key].append("older")
    shelf.may_repeat = may_repeat
    take(world_of(home, file=shelf, keyring=Shelf(MOVED)))
    assert shelf.all == ({} if may_repeat else {OLD.secret_key: ["older"]})


def test_kernel_s_keyring_is_the_only_one(home: Path) -> None:
    shelf = Shelf(failure=NoKeyring("there is none"))
    shelf.may_repeat = True
    change.erase_rest(shelf, OLD.secret_key, ())


@pytest.mark.parametrize(("brought", "is_done"), [(4, True), (5, False)])
def test_removal_is_tried_a_few_times(brought: int, is_done: bool) -> None:
    shelf = Shelf(BOTH, *({OLD.secret_key: f"t{number}"} for number in range(brought)))
    if is_done:
        assert change.remove_key(shelf, OLD.secret_key, (OLD.refresh_key,))
        assert not change.remove_key(shelf, OLD.secret_key)
    else:
        with pytest.raises(TryAgain, match="given new tokens all the time"):
            change.remove_key(shelf, OLD.secret_key)
    assert bool(shelf.all) != is_done


@pytest.mark.parametrize(("kind", "left"), [(None, "keyring"), ("file", "keyring"), ("keyring", "file")])
def test_which_store_a_token_is_removed_from(kind: str | None, left: str, home: Path) -> None:
    stores = {"file": Shelf(BOTH), "keyring": Shelf(BOTH)}
    world = world_of(home, **stores)
    assert world.kept(OLD).secret == "s"
    change.remove(world, OLD, kind)
    assert [name for name, shelf in stores.items() if shelf.all] == [left]
    assert world.kept(OLD).secret == ("s" if left == "file" else None)


def test_refresh_token_alone_is_removed(home: Path) -> None:
    shelf = Shelf({OLD.refresh_key: "r"})
    change.remove(world_of(home, file=shelf), OLD)
    assert shelf.all == {}


class Broken(Shelf):
    """A store that cannot be looked into, or only not for refresh tokens."""

    def __init__(self, error: Exception, *keys: str) -> None:
        super().__init__({OLD.secret_key: "s"})
        self.error, self.keys_ = error, keys

    def get(self, key: str) -> str | None:
        if key in self.keys_:
            raise self.error
        return super().get(key)


@pytest.mark.parametrize(("error", "is_error"), [(Unavailable("is locked"), True), (NoKeyring("there is none"), False)])
def test_refresh_token_that_could_not_be_looked_for(error: Exception, is_error: bool, home: Path) -> None:
    world = world_of(home, file=Broken(error, OLD.refresh_key))
    if is_error:
        with pytest.raises(Unavailable, match="is locked"):
            change.look(world, OLD)
    else:
        assert change.look(world, OLD).secret == "s"


def test_what_is_found_is_what_is_there_now_in_its_own_store_or_else_in_another(home: Path) -> None:
    own, other = Shelf(), Shelf({OLD.secret_key: "t", OLD.refresh_key: "u"})
    world = world_of(home, file=own, keyring=other)
    found = change.find(world, OLD, "keyring")
    assert (found.secret, found.refresh_secret) == ("t", "u")
    assert change.find(world, OLD, "file").secret is None
    own.put({OLD.secret_key: ""})
    assert change.find(world, OLD, "keyring").secret == "t"
    own.put({OLD.secret_key: "s"})
    assert change.find(world, OLD, "keyring").secret == "s"
    assert change.look(world, OLD, "keyring").secret == "t"
    broken = world_of(home, file=Broken(Unavailable("is locked"), OLD.secret_key), keyring=other)
    with pytest.raises(Unavailable, match="is locked"):
        change.find(broken, OLD, "keyring")
    locked = world_of(home, file=Shelf(), keyring=Broken(Unavailable("is locked"), OLD.secret_key))
    assert change.find(locked, OLD, "keyring").secret is None


ASIDE = OLD.further_keys[1]


@pytest.mark.parametrize("there", [{}, {ASIDE: "a"}, {OLD.secret_key: "t"}], ids=["nothing", "the same", "a token"])
def test_what_is_set_aside_goes_along_wherever_the_token_is(there: dict[str, str], home: Path) -> None:
    for own, other in ((Shelf({ASIDE: "a"}), Shelf(there)), (Shelf(there), Shelf({ASIDE: "a"}))):
        found = change.find(world_of(home, file=own, keyring=other), OLD, "keyring")
        assert (found.secret, found.aside and found.aside.secret) == (there.get(OLD.secret_key), "a")


@pytest.mark.parametrize(
    ("own", "there"),
    [
        ({ASIDE: ["a"]}, {ASIDE: ["b"]}),
        ({OLD.secret_key: ["s"], ASIDE: ["a"]}, {ASIDE: ["b"]}),
        ({ASIDE: ["a", "b"]}, {}),
    ],
    ids=["one in each", "one in each, and a token", "two keyrings"],
)
def test_of_several_that_are_set_aside_none_is_lost(
    own: dict[str, list[str]], there: dict[str, list[str]], home: Path
) -> None:
    """Each of the system's keyrings may have one of its own; another store would keep only one of them."""
    shelves = Shelf(), Shelf()
    shelves[0].kept, shelves[1].kept = own, there
    with pytest.raises(CredentialError, match='several tokens of profile "old" are set aside'):
        change.find(world_of(home, file=shelves[0], keyring=shelves[1]), OLD, "keyring")


@pytest.mark.parametrize(
    ("own", "others", "found"),
    [(None, None, None), ("own", None, "own"), (None, "other", "other")],
)
def test_what_is_set_aside_goes_along(own: str | None, others: str | None, found: str | None, home: Path) -> None:
    aside = OLD.further_keys[1]
    shelf, keyring = Shelf({aside: own} if own else {}), Shelf({aside: others} if others else {})
    keyring.put({OLD.secret_key: "s"})
    kept = change.find(world_of(home, file=shelf, keyring=keyring), OLD, "keyring")
    assert (kept.secret, kept.aside and kept.aside.secret) == ("s", found)


def test_own_store_is_asked_once(home: Path) -> None:
    """A keyring may ask the person each time."""
    asked = list[str]()

    class Asked(Shelf):
        def get(self, key: str) -> str | None:
            asked.append(key)
            return super().get(key)

    assert change.find(world_of(home, file=Asked(), keyring=Shelf()), OLD, "keyring").secret is None
    assert asked.count(OLD.secret_key) == 1


@pytest.mark.parametrize("is_moved", [True, False])
def test_profile_becomes_another(is_moved: bool, home: Path) -> None:
    """The new place has its token before anything else is written, and the old place loses its own last."""
    shelf, keyring = Shelf(BOTH), Shelf()
    world = world_of(home, file=shelf, keyring=keyring)
    seen: list[tuple[Any, Any]] = []
    assert world.kept(NEW).secret is None
    left = change.change(
        world, OLD, NEW, Kept("s", "r"), lambda: seen.append((shelf.all, keyring.all)), is_moved, "done"
    )
    assert left is None
    assert seen == [(one(BOTH), one(MOVED))]
    assert (shelf.all, keyring.all) == ({}, one(MOVED))
    assert world.kept(NEW).secret == "s"


def test_token_that_is_replaced_is_not_handed_over(home: Path) -> None:
    shelf, keyring = Shelf(BOTH), Shelf()
    change.change(world_of(home, file=shelf, keyring=keyring), OLD, NEW, Kept("new"), lambda: None, False, "done")
    assert (shelf.all, keyring.all) == ({}, one({NEW.secret_key: "new"}))


@pytest.mark.parametrize("before", [None, OLD, OLD.but(email="")], ids=["none", "the same", "the same place"])
def test_what_has_no_other_place_is_only_written(before: Profile | None, home: Path) -> None:
    shelf = Shelf({OLD.secret_key: "before"}, failure=CredentialError("must not be erased"))
    world = world_of(home, file=shelf)
    assert change.change(world, before, OLD, Kept("s"), lambda: None, True, "done") is None
    assert shelf.all == one({OLD.secret_key: "s"})


@pytest.mark.parametrize("after", [OLD.but(name="new"), OLD.but(store="keyring")], ids=["another key", "another store"])
def test_what_has_another_place_leaves_the_old_one(after: Profile, home: Path) -> None:
    shelf, keyring = Shelf(BOTH), Shelf()
    change.change(world_of(home, file=shelf, keyring=keyring), OLD, after, Kept("s", "r"), lambda: None, True, "done")
    assert OLD.secret_key not in shelf.all
    assert (keyring.all if after.store == "keyring" else shelf.all) == one(
        {after.secret_key: "s", after.refresh_key: "r"}
    )


@pytest.mark.parametrize(
    ("error", "is_moved", "is_returned"),
    [
        (Unavailable("is locked"), False, True),
        (Unavailable("is locked"), True, False),
        (CredentialError("is locked"), False, False),
    ],
)
def test_old_token_that_cannot_be_removed(
    error: CredentialError, is_moved: bool, is_returned: bool, home: Path
) -> None:
    """It stays where it was only if it is not the one that was moved, and its store could not be looked into."""
    world = world_of(home, file=Shelf(BOTH, failure=error), keyring=Shelf())
    if is_returned:
        assert change.change(world, OLD, NEW, Kept("s"), lambda: None, is_moved, "done") is error
    else:
        with pytest.raises(CredentialError, match="done, but the old token is still there: is locked") as caught:
            change.change(world, OLD, NEW, Kept("s"), lambda: None, is_moved, "done")
        assert caught.value.hints == (f"to remove it, run: atla-credential logout --key '{OLD.secret_key}'",)


@pytest.mark.parametrize("is_moved", [True, False])
def test_token_that_came_meanwhile_is_taken_along_only_where_the_old_one_was(is_moved: bool, home: Path) -> None:
    shelf, keyring = Shelf(BOTH, {OLD.secret_key: "t"}), Shelf()
    world = world_of(home, file=shelf, keyring=keyring)
    change.change(world, OLD, NEW, Kept("s", "r"), lambda: None, is_moved, "done")
    assert OLD.secret_key not in shelf.all
    assert keyring.all[NEW.secret_key] == ["t" if is_moved else "s"]


class Places(Shelf):
    """A keyring in several places, which is told where a secret was, so that it need not ask for a better one."""

    def put_for_good(self, secrets: dict[str, str | None], old_keys: dict[str, str]) -> None:
        self.old_keys = old_keys
        self.put(secrets)


@pytest.mark.parametrize(("is_moved", "store"), [(True, "keyring"), (True, "file"), (False, "keyring")])
def test_keyring_is_told_where_it_has_had_a_token_until_now(is_moved: bool, store: str, home: Path) -> None:
    before, keyring = OLD.but(store=store), Places({OLD.secret_key: "s"})
    world = world_of(home, file=Shelf({OLD.secret_key: "s"}), keyring=keyring)
    change.change(world, before, NEW, Kept("s"), lambda: None, is_moved, "done")
    same = {NEW.secret_key: OLD.secret_key, **dict(zip(NEW.further_keys, OLD.further_keys, strict=True))}
    assert keyring.old_keys == (same if is_moved and store == "keyring" else {})


@pytest.mark.parametrize("kinds", [["file"], ["keyring"], ["file", "keyring"], []])
def test_deleted_profile_loses_its_tokens_first(kinds: list[str], files: Files, home: Path) -> None:
    files(
        config=profile("old", SITE, "") + profile("other", SITE, ""),
        credentials=token("old", SITE, "s", "") + token("other", SITE, "kept", ""),
        helper='[profiles.old]\nauth = "bearer"\n',
    )
    keyring = Shelf(BOTH)
    delete(world_of(home, keyring=keyring), OLD, kinds)
    assert list(read(home, "config")["profiles"]) == ["other"]
    assert "profiles" not in read(home, "helper")
    assert (OLD.secret_key in secrets(home), bool(keyring.all)) == ("file" not in kinds, "keyring" not in kinds)
    assert f"other||{SITE}" in secrets(home)
