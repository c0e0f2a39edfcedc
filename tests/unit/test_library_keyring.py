"""Keyrings through the library `keyring`: its own code for macOS and Windows, above a stand-in for their calls."""

import importlib
import importlib.util
import inspect
import os
import platform
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import keyring.backends
import pytest
from keyring import backend
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, fail, libsecret, null
from keyring.errors import InitError, KeyringLocked

from asking import write_keyringrc
from atla_credential.environment import Environment
from atla_credential.errors import CredentialError, NoKeyring
from atla_credential.stores.keyring import error as keyring_error
from atla_credential.stores.keyring import lasting, library_choice, opening, session_bus
from atla_credential.stores.keyring.library import LibraryKeyring
from atla_credential.stores.keyring.library_choice import open_best, open_named
from atla_credential.stores.keyring.patience import Patience
from atla_credential.stores.keyring.system import SystemKeyring

Files = Callable[..., Path]

SITE = "https://work.atlassian.net"
KEY = f"work|you@example.com|{SITE}"
REFRESH = f"{KEY}|refresh"
TARGET = f"{KEY}.atla"  # on Windows
COMPOUND = f"{KEY}@{TARGET}"  # where the library keeps what it finds under a name that it is to write to
LIMIT_S, SHORT_S = 10.0, 0.5
KEY_SIGN = "\U0001f511"  # two units of UTF-16
CANARY = "canary"  # stands in the words of the system


class Fake:
    """Calls of an operating system, which can be made to fail or to hang."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.failing: dict[str, list[Exception | threading.Event]] = {}  # what happens next, for each call

    def called(self, name: str, place: str) -> None:
        self.calls.append((name, place))
        if self.failing.get(name):
            happens = self.failing[name].pop(0)
            if isinstance(happens, Exception):
                raise happens
            happens.wait(LIMIT_S)

    def writes(self) -> list[tuple[str, str]]:
        return [(name, place) for name, place in self.calls if name not in ("CredRead", "find")]


class WindowsFailure(Exception):
    """What pywin32 raises: pywintypes.error."""

    def __init__(self, winerror: int, funcname: str) -> None:
        super().__init__(winerror, funcname, CANARY)
        self.winerror, self.funcname = winerror, funcname


class Windows(Fake):
    """The Credential Manager, as pywin32 gives it."""

    LARGEST = 2560  # bytes

    def __init__(self) -> None:
        super().__init__()
        self.items: dict[str, tuple[str, bytes]] = {}
        self.kept: Callable[[str], str] = str  # what it makes of a text

    def read(self, **named: Any) -> dict[str, Any]:
        user, blob = self._item("CredRead", **named)
        return {"UserName": user, "CredentialBlob": blob, "TargetName": named["TargetName"]}

    def write(self, credential: dict[str, Any], flags: int) -> None:
        self.called("CredWrite", credential["TargetName"])
        assert (credential["Type"], credential["Persist"], flags) == (1, 3, 0)
        blob = self.kept(credential["CredentialBlob"]).encode("utf-16-le")
        if len(blob) > self.LARGEST:
            raise WindowsFailure(1783, "CredWrite")
        self.items[credential["TargetName"]] = (credential["UserName"], blob)

    def delete(self, **named: Any) -> None:
        self._item("CredDelete", **named)
        del self.items[named["TargetName"]]

    def _item(self, call: str, **named: Any) -> tuple[str, bytes]:
        assert named["Type"] == 1
        self.called(call, named["TargetName"])
        if named["TargetName"] not in self.items:
            raise WindowsFailure(1168, call)
        return self.items[named["TargetName"]]

    def add(self, target: str, user: str, secret: str) -> None:
        """Write an item as the Rust crate does: UTF-16-LE without a byte order mark."""
        self.items[target] = (user, secret.encode("utf-16-le"))

    def secrets(self) -> dict[tuple[str, str], str]:
        return {(target, user): blob.decode("utf-16-le") for target, (user, blob) in self.items.items()}


class MacFailure(Exception):
    """Every failure of the keychain: keyring.backends.macOS.api.Error."""

    def __init__(self, status: int) -> None:
        super().__init__(status, CANARY)


class MacNotFound(MacFailure):
    pass


class MacDenied(MacFailure):
    pass


class MacAuthFailure(MacFailure):
    pass


class Mac(Fake):
    """The keychain, as the library's own `api` gives it: to set is to delete, then to add."""

    def __init__(self) -> None:
        super().__init__()
        self.items: dict[tuple[str, str], str] = {}
        self.kept: Callable[[str], str] = str

    def find(self, keychain: None, service: str, account: str) -> str:
        self.called("find", service)
        if (service, account) not in self.items:
            raise MacNotFound(-25300)
        return self.items[service, account]

    def set(self, keychain: None, service: str, account: str, secret: str) -> None:
        try:
            self.delete(keychain, service, account)
        except MacNotFound:
            pass
        self.called("add", service)
        self.items[service, account] = self.kept(secret)

    def delete(self, keychain: None, service: str, account: str) -> None:
        self.called("delete", service)
        if self.items.pop((service, account), None) is None:
            raise MacNotFound(-25300)

    def add(self, service: str, account: str, secret: str) -> None:
        self.items[service, account] = secret

    def secrets(self) -> dict[tuple[str, str], str]:
        return self.items


class Memory(KeyringBackend):
    """A keyring of some other kind."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.items: dict[tuple[str, str], str] = {}
        self.failure: BaseException | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.failure is not None:
            raise self.failure
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.items[service, username]


class Better(Memory):
    priority = 7


class Unlikely(Memory):
    priority = 0.9  # type: ignore[assignment]


class PlaintextKeyring(Memory):
    priority = 9


class LoudNull(null.Keyring):
    priority = 9


class LoudFail(fail.Keyring):
    priority = 9


class ReadyService(SecretService.Keyring):
    priority = 9


class ReadyLibsecret(libsecret.Keyring):
    priority = 9


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Let the library see a private home without a session bus, and forget afterwards what it has seen."""
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "path", sys.path[:])
    real = {each for each in KeyringBackend._classes if each.__module__.startswith("keyring.")}
    monkeypatch.setattr(KeyringBackend, "_classes", real)
    monkeypatch.setattr(backend, "get_all_keyring", inspect.unwrap(backend.get_all_keyring))


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    """Load the library's code for Windows above a Credential Manager of ours."""
    manager = Windows()
    errors, calls = ModuleType("pywintypes"), ModuleType("win32cred")
    vars(errors)["error"] = WindowsFailure
    vars(calls).update(CredRead=manager.read, CredWrite=manager.write, CredDelete=manager.delete)
    vars(calls).update(CRED_TYPE_GENERIC=1, CRED_PERSIST_ENTERPRISE=3)
    load_afresh(monkeypatch, "Windows", {"win32ctypes": None, "pywintypes": errors, "win32cred": calls})
    return manager


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> Mac:
    """Load the library's code for macOS above a keychain of ours."""
    keychain = Mac()
    api = ModuleType("keyring.backends.macOS.api")
    vars(api).update(Error=MacFailure, NotFound=MacNotFound, KeychainDenied=MacDenied, SecAuthFailure=MacAuthFailure)
    vars(api).update(set_generic_password=keychain.set, find_generic_password=keychain.find)
    vars(api).update(delete_generic_password=keychain.delete)
    monkeypatch.delenv("KEYCHAIN_PATH", raising=False)
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    load_afresh(monkeypatch, "macOS", {api.__name__: api})
    return keychain


def load_afresh(monkeypatch: pytest.MonkeyPatch, name: str, modules: dict[str, ModuleType | None]) -> None:
    """Import a backend anew, with other modules below it; all of it is undone after the test."""
    full = f"keyring.backends.{name}"
    for module, stand_in in modules.items():
        monkeypatch.setitem(sys.modules, module, stand_in)  # None: it cannot be imported
    monkeypatch.setattr(keyring.backends, name, None, raising=False)
    monkeypatch.setitem(sys.modules, full, ModuleType(full))
    KeyringBackend._classes.difference_update([each for each in KeyringBackend._classes if each.__module__ == full])
    del sys.modules[full]
    importlib.import_module(full)


@pytest.fixture(params=["windows", "mac"])
def either(request: pytest.FixtureRequest) -> Windows | Mac:
    system: Windows | Mac = request.getfixturevalue(request.param)
    return system


@pytest.fixture(autouse=True)
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the backends of these tests count as those of a system."""
    monkeypatch.setattr(library_choice, "SYSTEMS", (*library_choice.SYSTEMS, __name__))


@pytest.fixture
def release() -> Iterator[threading.Event]:
    """Give what a call waits for that hangs; it comes at the end of the test."""
    event = threading.Event()
    yield event
    event.set()


def settings(home: Path | None = None) -> Environment:
    """Return what the variables say of keyrings, in a home of the test's own or in none."""
    name = os.environ.get("PYTHON_KEYRING_BACKEND", "")
    return Environment({"HOME": str(home or "/nowhere"), "PYTHON_KEYRING_BACKEND": name})


def found(limit_s: float = LIMIT_S) -> LibraryKeyring:
    opened = open_best(settings(), Patience(limit_s=limit_s))
    assert opened is not None
    return opened


def place(system: Windows | Mac, key: str = KEY) -> tuple[str, str]:
    """Return the two names that a token goes by."""
    return (f"{key}.atla", key) if isinstance(system, Windows) else ("atla", key)


def on_desktop(monkeypatch: pytest.MonkeyPatch, home: Path, **more: str) -> SystemKeyring:
    """Return the keyring of a system that has no Secret Service of its own."""
    monkeypatch.setattr(opening, "IS_SERVICE", False)
    monkeypatch.setattr(lasting, "IS_SERVICE", False)
    return SystemKeyring(Environment({"HOME": str(home), **more}))


def complaint(call: Callable[[], object]) -> str:
    """Return all that a person reads of a failure, which holds no word of the library, the system or a token."""
    with pytest.raises(CredentialError) as raised:
        call()
    text = "\n".join((raised.value.message, *raised.value.hints))
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    assert CANARY not in text
    assert "made-up" not in text
    return text


# Names, order and limits


def test_names_are_those_of_the_rust_crate(either: Windows | Mac) -> None:
    found().create(KEY, "made-up")
    assert either.secrets() == {place(either): "made-up"}


def test_what_the_rust_crate_has_written_is_read_updated_and_erased(either: Windows | Mac) -> None:
    either.add(*place(either), f"made-up-ß-{KEY_SIGN}")
    assert found().get(KEY) == f"made-up-ß-{KEY_SIGN}"
    assert found().update(KEY, "made-up-newer")
    assert either.secrets() == {place(either): "made-up-newer"}
    assert found().get(KEY) == "made-up-newer"
    assert found().update(KEY, None)
    assert either.secrets() == {}


def test_another_program_s_item_is_read_and_stays(
    mac: Mac, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:  # fmt: skip
    """As the `atlcli` CLI has it, for an import."""
    mac.add("atlcli", "jdoe", "made-up")
    keyring = on_desktop(monkeypatch, home)
    assert (keyring.get_of("atlcli", "jdoe"), keyring.get_of("atlcli", "jane")) == ("made-up", None)
    assert (mac.secrets(), mac.writes()) == ({("atlcli", "jdoe"): "made-up"}, [])


def test_of_another_key_nothing_is_read_or_removed(either: Windows | Mac) -> None:
    either.add(*place(either, REFRESH), "made-up")
    assert found().get(KEY) is None
    assert not found().update(KEY, None)
    assert not found().update(KEY, "made-up-too")
    assert either.secrets() == {place(either, REFRESH): "made-up"}
    assert either.writes() == []


def test_what_is_there_already_is_not_written(either: Windows | Mac) -> None:
    either.add(*place(either), "made-up")
    assert found().update(KEY, "made-up")
    assert either.writes() == []


def test_windows_deletes_before_it_sets(windows: Windows) -> None:
    windows.add(TARGET, KEY, "made-up")
    found().update(KEY, "made-up-newer")
    assert windows.writes() == [("CredDelete", TARGET), ("CredWrite", TARGET)]


def test_windows_finds_what_the_library_has_moved_to_a_compound_name(windows: Windows) -> None:
    windows.add(COMPOUND, KEY, "made-up")
    found().update(KEY, "made-up-newer")
    assert windows.secrets() == {(TARGET, KEY): "made-up-newer"}


def test_windows_erases_both_names(windows: Windows) -> None:
    windows.add(TARGET, KEY, "made-up")
    windows.add(COMPOUND, KEY, "made-up-older")
    found().update(KEY, None)
    assert windows.secrets() == {}


def test_windows_leaves_the_item_of_another_user(windows: Windows) -> None:
    windows.add(TARGET, "somebody", "theirs")
    assert found().get(KEY) is None
    assert not found().update(KEY, None)
    found().create(KEY, "made-up")
    assert windows.secrets() == {(TARGET, KEY): "made-up", (f"somebody@{TARGET}", "somebody"): "theirs"}


@pytest.mark.parametrize(("letter", "most"), [("a", 1280), ("ß", 1280), (KEY_SIGN, 640)])
def test_windows_takes_1280_units(windows: Windows, letter: str, most: int) -> None:
    found().create(KEY, letter * most)
    assert found().get(KEY) == letter * most
    windows.calls.clear()
    text = complaint(lambda: found().update(KEY, letter * (most + 1)))
    assert "takes no token of more than 1280 characters" in text
    assert letter * 2 not in text
    assert windows.writes() == []  # what was there has not been touched


def test_mac_takes_longer_ones(mac: Mac) -> None:
    found().create(KEY, "a" * 5000)
    assert found().get(KEY) == "a" * 5000


# Failures


def test_windows_puts_the_old_one_back_if_the_write_fails(windows: Windows) -> None:
    windows.add(TARGET, KEY, "made-up")
    windows.failing["CredWrite"] = [WindowsFailure(1312, "CredWrite")]
    assert "it refused" in complaint(lambda: found().update(KEY, "made-up-newer"))
    assert windows.secrets() == {(TARGET, KEY): "made-up"}


def test_windows_makes_nothing_if_the_first_write_fails(windows: Windows) -> None:
    windows.failing["CredWrite"] = [WindowsFailure(1312, "CredWrite")]
    complaint(lambda: found().create(KEY, "made-up"))
    assert windows.secrets() == {}


def test_windows_keeps_the_old_one_if_it_cannot_be_deleted(windows: Windows) -> None:
    windows.add(TARGET, KEY, "made-up")
    windows.failing["CredDelete"] = [WindowsFailure(5, "CredDelete")]
    complaint(lambda: found().update(KEY, "made-up-newer"))
    assert windows.secrets() == {(TARGET, KEY): "made-up"}


def test_windows_puts_the_old_one_back_if_another_one_is_read_back(windows: Windows) -> None:
    windows.add(TARGET, KEY, "made-up")
    windows.kept = lambda secret: secret.replace("newer", "other")
    complaint(lambda: found().update(KEY, "made-up-newer"))
    assert windows.secrets() == {(TARGET, KEY): "made-up"}


def test_mac_puts_the_old_one_back_if_the_write_fails(mac: Mac) -> None:
    mac.add("atla", KEY, "made-up")
    mac.failing["add"] = [MacFailure(-61)]
    assert "it refused" in complaint(lambda: found().update(KEY, "made-up-newer"))
    assert mac.secrets() == {("atla", KEY): "made-up"}


def test_mac_keeps_the_old_one_if_it_cannot_be_deleted(mac: Mac) -> None:
    mac.add("atla", KEY, "made-up")
    mac.failing["delete"] = [MacDenied(-128)]
    complaint(lambda: found().update(KEY, "made-up-newer"))
    assert mac.secrets() == {("atla", KEY): "made-up"}


def test_what_does_not_read_back_is_said(either: Windows | Mac) -> None:
    either.kept = lambda secret: secret[:-1]
    assert "does not give back the token" in complaint(lambda: found().create(KEY, "made-up"))


def test_what_is_no_text_is_refused(windows: Windows) -> None:
    windows.items[TARGET] = (KEY, b"made-up\xff!")
    assert "it refused (UnicodeDecodeError)" in complaint(lambda: found().get(KEY))


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        pytest.param(MacDenied(-128), "it is locked", id="denied"),
        pytest.param(MacAuthFailure(-25293), "it refused (KeyringError)", id="not signed"),
        pytest.param(MacFailure(-50), "it refused (KeyringError)", id="other"),
        pytest.param(MacFailure(-25308), "it is locked", id="no dialog allowed, as over ssh"),
    ],
)
def test_mac_failures_of_reading(mac: Mac, failure: MacFailure, words: str) -> None:
    mac.failing["find"] = [failure]
    assert words in complaint(lambda: found().get(KEY))


@pytest.mark.parametrize(
    ("call", "failure", "words"),
    [
        ("add", MacDenied(-128), "it is locked"),
        ("add", MacAuthFailure(-25293), "it refused (PasswordSetError)"),
        ("delete", MacFailure(-50), "it refused (PasswordSetError)"),
    ],
)
def test_mac_failures_of_writing(mac: Mac, call: str, failure: MacFailure, words: str) -> None:
    mac.failing[call] = [failure]
    assert words in complaint(lambda: found().create(KEY, "made-up"))


def test_no_two_messages_are_alike() -> None:
    plain = (keyring_error.no_bus, keyring_error.no_service, keyring_error.no_collection, keyring_error.locked)
    others = (keyring_error.dismissed, keyring_error.vanished, keyring_error.ended, keyring_error.not_kept)
    errors = [make() for make in (*plain, *others)]
    errors += [keyring_error.hung(3), keyring_error.refused("x"), keyring_error.no_backend("y")]
    assert len({error.message for error in errors}) == len(errors)
    assert all(error.hints and error.message.startswith("failed to access system keyring: ") for error in errors)


def test_windows_failure_of_reading(windows: Windows) -> None:
    windows.failing["CredRead"] = [WindowsFailure(1312, "CredRead")]
    assert "it refused" in complaint(lambda: found().get(KEY))


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (KeyringLocked(CANARY), "it is locked"),
        (InitError(CANARY), "it refused (InitError)"),
        (RuntimeError(CANARY), "it refused (RuntimeError)"),
    ],
)
def test_failures_of_other_backends(failure: Exception, words: str) -> None:
    memory = Memory()
    memory.failure = failure
    assert words in complaint(lambda: LibraryKeyring(memory, Patience(limit_s=LIMIT_S)).get(KEY))


@pytest.mark.parametrize(("windows_call", "mac_call"), [("CredRead", "find"), ("CredWrite", "add"), ("CredDelete", "delete")])  # fmt: skip
def test_a_call_that_hangs_is_left_behind(
    either: Windows | Mac, release: threading.Event, windows_call: str, mac_call: str
) -> None:
    either.add(*place(either), "made-up")
    opened = found()
    opened.patience = Patience(limit_s=SHORT_S)
    call = windows_call if isinstance(either, Windows) else mac_call
    either.failing[call] = [release]
    text = complaint(lambda: opened.update(KEY, "made-up-newer"))
    assert "it does not answer" in text
    assert (call, place(either)[0]) in either.calls


def test_a_search_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch, release: threading.Event) -> None:
    def hang() -> list[KeyringBackend]:
        release.wait(LIMIT_S)
        return []

    monkeypatch.setattr(backend, "get_all_keyring", hang)
    assert "it does not answer" in complaint(lambda: open_best(settings(), Patience(limit_s=SHORT_S)))


# Which backend counts


@pytest.mark.parametrize(
    ("backends", "chosen"),
    [
        pytest.param([], None, id="none"),
        pytest.param([LoudNull, LoudFail, PlaintextKeyring], None, id="unsafe"),
        pytest.param([null.Keyring, fail.Keyring, chainer.ChainerBackend], None, id="the library's own"),
        pytest.param([Unlikely], None, id="not recommended"),
        pytest.param([PlaintextKeyring, LoudNull, Memory, Unlikely], Memory, id="the safe one"),
        pytest.param([Memory, Better, Memory], Better, id="the best"),
        pytest.param([chainer.ChainerBackend, Memory, Better], Better, id="no chain"),
        pytest.param([ReadyService, ReadyLibsecret, Memory], Memory, id="no Secret Service"),
        pytest.param([type("PlugIn", (Better,), {"__module__": "artifacts"}), Memory], Memory, id="no plug-in"),
    ],
)
def test_best(
    monkeypatch: pytest.MonkeyPatch, backends: list[type[KeyringBackend]], chosen: type[KeyringBackend] | None
) -> None:
    monkeypatch.setattr(backend, "get_all_keyring", lambda: [kind() for kind in backends])
    opened = open_best(settings(), Patience(limit_s=LIMIT_S))
    assert (type(opened.keyring) if opened else None) is chosen


@pytest.mark.parametrize("kind", [ReadyService, ReadyLibsecret])
def test_secret_service_is_left_to_our_own_code(monkeypatch: pytest.MonkeyPatch, kind: type[KeyringBackend]) -> None:
    monkeypatch.setattr(backend, "get_all_keyring", lambda: [kind()])
    assert open_best(settings(), Patience(limit_s=LIMIT_S)) is None
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"{__name__}.{kind.__name__}")
    assert open_named(settings(), Patience(limit_s=LIMIT_S)) is None


SERVICE = "keyring.backends.SecretService.Keyring"


@pytest.mark.parametrize(
    "is_ready",
    [
        True,
        False,
    ],
)
def test_naming_the_secret_service_asks_it_in_our_own_way(
    monkeypatch: pytest.MonkeyPatch, home: Path, is_ready: bool
) -> None:
    if is_ready:
        monkeypatch.setattr(SecretService, "Keyring", ReadyService)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", SERVICE)
    monkeypatch.setattr(backend, "get_all_keyring", lambda: [Memory()])  # which is not what was named
    store = SystemKeyring(Environment({"HOME": str(home), "PYTHON_KEYRING_BACKEND": SERVICE}))
    assert "there is no session bus" in complaint(lambda: store.get(KEY))


UNSAFE = ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring", f"{__name__}.PlaintextKeyring"]


def name_backend(monkeypatch: pytest.MonkeyPatch, home: Path, name: str, how: str) -> None:
    """Tell the library which backend to use, in one of two ways."""
    if how == "variable":
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    else:
        write_keyringrc(home, f"default-keyring={name}")


@pytest.mark.parametrize("how", ["variable", "file"])
@pytest.mark.parametrize("name", UNSAFE)
def test_what_keeps_no_secret_safely_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, home: Path, name: str, how: str
) -> None:
    name_backend(monkeypatch, home, name, how)
    text = complaint(lambda: open_named(settings(home), Patience(limit_s=LIMIT_S)))
    assert "keeps no secret safely" in text
    assert "--storage file" in text


@pytest.mark.parametrize("kinds", [[PlaintextKeyring], []], ids=["of plain text", "of nothing"])
def test_chain_that_keeps_no_secret_safely_is_refused(
    monkeypatch: pytest.MonkeyPatch, kinds: list[type[KeyringBackend]]
) -> None:
    monkeypatch.setattr(backend, "get_all_keyring", lambda: [kind() for kind in kinds])
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.chainer.ChainerBackend")
    with pytest.raises(NoKeyring):
        open_named(settings(), Patience(limit_s=LIMIT_S))


BROKEN = {
    "no_such_module": "",
    "no_such_class": "",
    "raises": f"raise ImportError('{CANARY}')",
    "not_here": f"class Keyring:\n    @property\n    def priority(self): pass\n    def __init__(self): raise RuntimeError('{CANARY}')",
}


@pytest.mark.parametrize("how", ["variable", "file"])
@pytest.mark.parametrize("case", BROKEN)
def test_named_backend_that_cannot_be_loaded(
    monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path, case: str, how: str
) -> None:
    module = f"broken_{case}"
    if case != "no_such_module":
        (tmp_path / f"{module}.py").write_text(BROKEN[case])
    monkeypatch.syspath_prepend(tmp_path)
    name_backend(monkeypatch, home, f"{module}.Keyring", how)
    text = complaint(lambda: open_named(settings(home), Patience(limit_s=LIMIT_S)))
    assert "what keyringrc.cfg or PYTHON_KEYRING_BACKEND names cannot be used" in text
    assert module not in text


# How the system's keyring chooses


@pytest.mark.parametrize(
    ("name", "is_service"), [("linux", True), ("freebsd14", True), ("darwin", False), ("win32", False)]
)
def test_systems_with_a_secret_service(monkeypatch: pytest.MonkeyPatch, name: str, is_service: bool) -> None:
    spec = importlib.util.spec_from_file_location("read_again", session_bus.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setattr(sys, "platform", name)
    spec.loader.exec_module(module)
    assert module.IS_SERVICE is is_service


def test_desktop_keyring_keeps_gives_names_and_erases(
    either: Windows | Mac, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    store = on_desktop(monkeypatch, home)
    store.check()
    assert store.get(KEY) is None
    assert store.place_of(KEY) is None
    store.put({KEY: "made-up", REFRESH: "made-up-too"})
    assert either.secrets() == {place(either): "made-up", place(either, REFRESH): "made-up-too"}
    assert store.get(KEY) == "made-up"
    assert store.place_of(KEY) == ("Windows WinVaultKeyring" if isinstance(either, Windows) else "macOS Keyring")
    assert not store.erase(KEY, (REFRESH,), "another")
    assert store.erase(KEY, (REFRESH,), "made-up")
    assert either.secrets() == {}


def test_desktop_keyring_replaces_in_one_item(
    either: Windows | Mac, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    either.add(*place(either), "made-up")
    on_desktop(monkeypatch, home).put({KEY: "made-up-newer", REFRESH: None})
    assert either.secrets() == {place(either): "made-up-newer"}


def test_desktop_keyring_takes_what_is_named(mac: Mac, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"{__name__}.Memory")
    store = on_desktop(monkeypatch, home, PYTHON_KEYRING_BACKEND=f"{__name__}.Memory")
    store.put({KEY: "made-up"})
    assert store.get(KEY) == "made-up"
    assert mac.calls == []


@pytest.mark.parametrize("is_service", [True, False])
def test_quick_reader_is_for_the_secret_service_that_nobody_named(
    mac: Mac, monkeypatch: pytest.MonkeyPatch, home: Path, is_service: bool
) -> None:
    name = f"{__name__}.Memory"
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", name)
    monkeypatch.setattr(opening, "IS_SERVICE", is_service)
    monkeypatch.setattr(lasting, "IS_SERVICE", is_service)
    monkeypatch.setattr(opening, "Bus", lambda *_: pytest.fail("the session bus was asked"))
    more = {"PYTHON_KEYRING_BACKEND": name} if is_service else {}
    assert SystemKeyring(Environment({"HOME": str(home), **more})).get(KEY) is None


def test_desktop_without_a_keyring_says_so(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setitem(sys.modules, "secretstorage", None)  # not installed there
    monkeypatch.setitem(sys.modules, "atla_credential.stores.keyring.secret_service", ModuleType("gone"))
    del sys.modules["atla_credential.stores.keyring.secret_service"]
    monkeypatch.setattr(backend, "get_all_keyring", lambda: [PlaintextKeyring()])
    store = on_desktop(monkeypatch, home)
    assert "session bus" not in complaint(lambda: store.get(KEY))


def no_service(*_: object) -> None:
    raise keyring_error.no_service()


@pytest.fixture
def bus_without_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("atla_credential.stores.keyring.secret_service.SecretService._run", no_service)


@pytest.mark.usefixtures("bus_without_service")
def test_without_a_secret_service_the_library_may_know_another(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    memory = Memory()
    monkeypatch.setattr(backend, "get_all_keyring", lambda: [memory, PlaintextKeyring()])
    store = SystemKeyring(Environment({"HOME": str(home)}))
    store.put({KEY: "made-up"})
    assert memory.items == {("atla", KEY): "made-up"}
    assert store.get(KEY) == "made-up"
    assert SystemKeyring(Environment({"HOME": str(home)})).erase(KEY)
    assert memory.items == {}


def test_without_any_the_secret_service_is_what_is_missing(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(backend, "get_all_keyring", lambda: [PlaintextKeyring()])
    store = SystemKeyring(Environment({"HOME": str(home)}))
    assert "there is no session bus" in complaint(lambda: store.get(KEY))
    assert "there is no session bus" in complaint(lambda: store.put({KEY: "made-up"}))


def test_what_is_named_is_not_passed_over(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    memory = Memory()
    monkeypatch.setattr(backend, "get_all_keyring", lambda: [memory])
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", UNSAFE[0])
    store = SystemKeyring(Environment({"HOME": str(home), "PYTHON_KEYRING_BACKEND": UNSAFE[0]}))
    assert "keeps no secret safely" in complaint(lambda: store.put({KEY: "made-up"}))
    assert memory.items == {}


def test_file_that_names_one_is_found_on_windows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "Python Keyring"  # Source: keyring.util.platform_
    folder.mkdir()
    (folder / "keyringrc.cfg").write_text("[backend]\ndefault-keyring=made.Up\n")
    environment = Environment({"HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)})
    monkeypatch.setattr(sys, "platform", "win32")
    assert environment.names_keyring


@pytest.mark.usefixtures("bus_without_service")
@pytest.mark.parametrize("text", ["", "[backend]\n", "[backend]\nkeyring-path=/made/up\n"])
def test_file_that_names_none_changes_nothing(monkeypatch: pytest.MonkeyPatch, home: Path, text: str) -> None:
    write_keyringrc(home)
    (home / ".config/python_keyring/keyringrc.cfg").write_text(text)
    memory = Memory()
    monkeypatch.setattr(backend, "get_all_keyring", lambda: [memory])
    SystemKeyring(Environment({"HOME": str(home)})).put({KEY: "made-up"})
    assert memory.items == {("atla", KEY): "made-up"}


# The installed program with a backend of the person's own
