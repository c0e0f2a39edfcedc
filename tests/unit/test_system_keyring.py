"""The order of keyrings, and what is done where one of them is missing."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

import pytest
from jeepney import DBusErrorResponse, HeaderFields, Message, MessageType
from jeepney.low_level import Header
from secretstorage.exceptions import (
    ItemNotFoundException,
    LockedException,
    PromptDismissedException,
    SecretServiceNotAvailableException,
)

from atla_credential.environment import Environment
from atla_credential.errors import NoKeyring, TryAgain, Unavailable
from atla_credential.files import turn
from atla_credential.stores.keyring import error as keyring_error
from atla_credential.stores.keyring.lasting import LastingKeyring
from atla_credential.stores.keyring.patience import Patience
from atla_credential.stores.keyring.secret_service import SecretService
from atla_credential.stores.keyring.system import SystemKeyring

if TYPE_CHECKING:
    from atla_credential.stores.keyring.kernel import KernelKeyring

OTHER = "acme|you@example.com|https://x.example"
KEY, REFRESH = "work|you@example.com|https://x.example", "work|you@example.com|https://x.example|oauth_refresh_token"


class Keyring:
    """A keyring in memory, which may be missing."""

    name = "made-up keyring"

    def __init__(self, error: Unavailable | None = None, token: str | None = None) -> None:
        self.error = error
        self.secrets = {} if token is None else {KEY: token}

    def check(self) -> None:
        if self.error:
            raise self.error

    def get(self, key: str) -> str | None:
        self.check()
        return self.secrets.get(key)

    def update(self, key: str, secret: str | None, only: str | None = None) -> bool:
        self.check()
        if key not in self.secrets or only not in (None, self.secrets[key]):
            return False
        if secret is None:
            del self.secrets[key]
        else:
            self.secrets[key] = secret
        return True

    def create(self, key: str, secret: str) -> None:
        self.check()
        self.secrets[key] = secret

    def copy(self, key: str, to: str, only: str | None = None) -> bool:
        is_there = key in self.secrets and only in (None, self.secrets[key])
        if is_there:
            self.secrets[to] = self.secrets[key]
        return is_there


@pytest.fixture
def store(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Callable[[Keyring, Keyring], SystemKeyring]:
    """Return a function that makes the store of two keyrings: the kernel's and the one that lasts."""
    monkeypatch.setattr(LastingKeyring, "_open_best", lambda self: None)

    def make(kernel: Keyring, lasting: Keyring) -> SystemKeyring:
        made = SystemKeyring(Environment({"HOME": str(tmp_path)}))
        made.reader.kernel = cast("KernelKeyring", kernel)
        made.reader.lasting._opened = cast("SecretService", lasting)
        return made

    return make


Make = Callable[[Keyring, Keyring], SystemKeyring]


def test_the_kernel_comes_first(store: Make) -> None:
    kept = store(Keyring(token="kernel"), Keyring(token="lasting"))
    assert kept.get(KEY) == "kernel"


def test_then_the_one_that_lasts(store: Make) -> None:
    kept = store(Keyring(), Keyring(token="lasting"))
    assert kept.get(KEY) == "lasting"
    assert kept.place_of(KEY) == "made-up keyring"


def test_a_new_token_goes_to_the_one_that_lasts(store: Make) -> None:
    kernel, lasting = Keyring(), Keyring()
    store(kernel, lasting).put({KEY: "new"})
    assert (kernel.secrets, lasting.secrets) == ({}, {KEY: "new"})


def test_a_token_is_written_wherever_it_is(store: Make) -> None:
    kernel, lasting = Keyring(token="old"), Keyring(token="older")
    store(kernel, lasting).put({KEY: "new"})
    assert (kernel.secrets, lasting.secrets) == ({KEY: "new"}, {KEY: "new"})


def test_a_token_in_the_kernel_stays_there(store: Make) -> None:
    kernel, lasting = Keyring(token="old"), Keyring()
    store(kernel, lasting).put({KEY: "new", REFRESH: None})
    assert (kernel.secrets, lasting.secrets) == ({KEY: "new"}, {})


def test_the_kernel_alone_will_do(store: Make) -> None:
    kernel = Keyring(token="old")
    kept = store(kernel, Keyring(keyring_error.no_bus()))
    kept.put({KEY: "new", REFRESH: None})
    assert kernel.secrets == {KEY: "new"}
    assert kept.erase(KEY, (REFRESH,), "new")
    assert kernel.secrets == {}


def test_nothing_is_called_removed_that_nobody_could_look_for(store: Make) -> None:
    kept = store(Keyring(), Keyring(keyring_error.no_bus()))
    kept.put({KEY: None, REFRESH: None})  # this says nothing of whether there was any
    kept.put_for_good({KEY: None, REFRESH: None}, {})
    with pytest.raises(NoKeyring):
        kept.erase(KEY)


def test_what_a_person_brings_lasts(store: Make) -> None:
    for kernel, lasting in ((Keyring(), Keyring()), (Keyring(), Keyring(token="older"))):
        store(kernel, lasting).put_for_good({KEY: "new", REFRESH: None}, {})
        assert (kernel.secrets, lasting.secrets) == ({}, {KEY: "new"})
    kernel, lasting = Keyring(token="old"), Keyring()
    store(kernel, lasting).put_for_good({KEY: "new", REFRESH: "refresh"}, {})
    assert (kernel.secrets, lasting.secrets) == ({KEY: "new"}, {KEY: "new", REFRESH: "refresh"})


def test_what_a_person_brings_stays_in_the_kernel_where_nothing_lasts(store: Make) -> None:
    kernel = Keyring(token="old")
    kept = store(kernel, Keyring(keyring_error.no_bus()))
    kept.put_for_good({KEY: "new", REFRESH: None}, {})
    assert kernel.secrets == {KEY: "new"}
    assert not kept.lasts
    with pytest.raises(NoKeyring):
        store(kernel, Keyring(keyring_error.no_service())).put_for_good({OTHER: "new"}, {})
    assert kernel.secrets == {KEY: "new"}


def test_what_has_a_new_key_is_where_the_old_one_is(store: Make) -> None:
    kernel = Keyring(token="token")
    store(kernel, Keyring(keyring_error.no_bus())).put_for_good({OTHER: "token"}, {OTHER: KEY})
    assert kernel.secrets == {KEY: "token", OTHER: "token"}
    kernel, lasting = Keyring(token="older"), Keyring(token="token")
    store(kernel, lasting).put_for_good({OTHER: "token"}, {OTHER: KEY})
    assert (kernel.secrets, lasting.secrets) == ({KEY: "older"}, {KEY: "token", OTHER: "token"})
    with pytest.raises(NoKeyring):  # it holds another token
        store(kernel, Keyring(keyring_error.no_bus())).put_for_good({OTHER: "token"}, {OTHER: KEY})


@pytest.mark.parametrize(
    ("error", "lasts"), [(None, True), (keyring_error.locked(), True), (keyring_error.no_collection(), False)]
)
def test_whether_it_lasts(error: Unavailable | None, lasts: bool, store: Make) -> None:
    assert store(Keyring(token="old"), Keyring(error)).lasts == lasts


def test_a_locked_keyring_is_not_passed_over(store: Make) -> None:
    kernel = Keyring(token="old")
    with pytest.raises(Unavailable, match="it is locked"):
        store(kernel, Keyring(keyring_error.locked())).put_for_good({KEY: "new"}, {})
    assert kernel.secrets == {KEY: "old"}


def test_nothing_is_written_beside_a_locked_keyring(store: Make) -> None:
    kernel = Keyring(token="old")
    with pytest.raises(Unavailable, match="it is locked"):
        store(kernel, Keyring(keyring_error.locked())).put({KEY: "new"})
    assert kernel.secrets == {KEY: "old"}


def test_a_refresh_token_is_there_before_its_token(store: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(Keyring, "create", lambda self, key, secret: written.append(secret))
    store(Keyring(), Keyring()).put({KEY: "token", REFRESH: "refresh"})
    assert written == ["refresh", "token"]


def test_erase_wants_the_token_that_is_there(store: Make) -> None:
    kernel, lasting = Keyring(token="kernel"), Keyring(token="lasting")
    kept = store(kernel, lasting)
    assert not kept.erase(KEY, secret="another")
    assert kept.erase(KEY, secret="kernel")
    assert (kernel.secrets, lasting.secrets) == ({}, {KEY: "lasting"})
    assert kept.erase(KEY)
    assert lasting.secrets == {}


def test_what_the_library_finds_stands_in_for_a_missing_service(store: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Keyring()
    kept = store(Keyring(), Keyring(keyring_error.no_service()))
    monkeypatch.setattr(LastingKeyring, "_open_best", lambda self: other)
    kept.put({KEY: "new"})
    assert other.secrets == {KEY: "new"}


@pytest.mark.parametrize("error", [keyring_error.no_bus(), keyring_error.dead_bus(), keyring_error.strange_bus()])
def test_nothing_stands_in_for_a_bus(error: NoKeyring, store: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the library knows besides is on the same bus, and would look for it by itself."""
    other = Keyring(token="of somebody else")
    kept = store(Keyring(), Keyring(error))
    monkeypatch.setattr(LastingKeyring, "_open_best", lambda self: other)
    with pytest.raises(NoKeyring):
        kept.get(KEY)


def test_nothing_stands_in_for_a_locked_service(store: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Keyring(token="of somebody else")
    kept = store(Keyring(), Keyring(keyring_error.locked()))
    monkeypatch.setattr(LastingKeyring, "_open_best", lambda self: other)
    with pytest.raises(Unavailable, match="it is locked"):
        kept.get(KEY)


def test_one_writer_at_a_time(store: Make) -> None:
    kept = store(Keyring(), Keyring(token="old"))
    kept.patience.limit_s = 0.01  # who waits for another writer waits as long as for the keyring
    with turn.one_at_a_time(kept.environment, "keyring"):
        with pytest.raises(TryAgain):
            kept.put({KEY: "new"})
        with pytest.raises(TryAgain):
            kept.erase(KEY)
    kept.put({KEY: "new"})


def test_all_calls_together_wait_no_longer_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([0, 1, 100, 101, 200, 203, 300])
    monkeypatch.setattr("atla_credential.stores.keyring.patience.time.monotonic", lambda: next(now))
    waiting, left = Patience(), []
    for _ in range(3):
        with waiting as left_s:
            left.append(left_s)
    assert left == [3, 2, 1]
    assert waiting.is_over


def test_a_person_is_waited_for_each_time_until_once_in_vain() -> None:
    waiting = Patience(may_ask=True)
    for _ in range(3):
        with waiting as left_s:
            assert left_s == 60
    waiting.end()
    with waiting as left_s:
        assert left_s == 0


@pytest.mark.parametrize(("may_ask", "limit_s"), [(False, 3), (True, 60)])
def test_a_person_gets_more_time_than_a_program(may_ask: bool, limit_s: int) -> None:
    assert SystemKeyring(Environment({}, may_ask)).patience.limit_s == limit_s


def dbus_error(name: str) -> DBusErrorResponse:
    header = Header(None, MessageType.error, 0, 1, 0, 1, {HeaderFields.error_name: name})
    return DBusErrorResponse(Message(header, ("canary",)))


def unavailable(name: str) -> SecretServiceNotAvailableException:
    error = SecretServiceNotAvailableException("canary")
    error.__cause__ = dbus_error(name)
    return error


ERRORS = {
    "no program on the session bus keeps secrets": unavailable("org.freedesktop.DBus.Error.ServiceUnknown"),
    "its program ended before it answered": unavailable("org.freedesktop.DBus.Error.NoReply"),
    "it is locked, and the dialog to unlock it was closed or cannot be shown": PromptDismissedException("canary"),
    "it is locked": LockedException("canary"),
    "the token vanished while it was looked at": ItemNotFoundException("canary"),
    "it does not answer; gave up after 3 s": TimeoutError("canary"),
    "it refused (org.freedesktop.DBus.Error.AccessDenied)": dbus_error("org.freedesktop.DBus.Error.AccessDenied"),
    "it refused (ValueError)": ValueError("canary"),
}


@pytest.mark.parametrize("message", ERRORS)
def test_each_failure_has_words_of_its_own(message: str) -> None:
    error = SecretService(Environment({}), Patience())._in_our_words(ERRORS[message])
    assert error.message == f"failed to access system keyring: {message}"
    assert error.hints
    assert "canary" not in error.message + "".join(error.hints)
