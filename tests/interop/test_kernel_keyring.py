"""The kernel's keyring, with keyctl and with the Rust crate that the `atla` CLI keeps its tokens with."""

import base64
import errno
import mmap
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

import atla_credential
from asking import profile
from atla_credential.errors import Unavailable
from atla_credential.stores.keyring import kernel as kernel_keyring
from atla_credential.stores.keyring.kernel import KernelKeyring
from conftest import PROGRAM, TIMEOUT_S
from desktop import Desktop, missing
from stage import Heard, answer, stage, surroundings, write_authority
from verdict_rows import JANE, MYSELF

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")

SITE = "https://work.atlassian.net"
REQUEST = "protocol=https\nhost=work.atlassian.net\nusername=you@example.com\n"
NEWER, OLDER = FORMS = ("keyring:{}@atla", "keyring-rs:{}@atla")
ASIDE = {form: form.replace("{}", "{}|rejected") for form in FORMS}  # what each is called once it is set aside
# Where a key is, as keyctl calls it in a process that was started there. One that has no session is given the user's.
RINGS = {"session": "@s", "persistent": "$(keyctl get_persistent @s)", "no session": "@us"}
ORDINARY_USER = 1000
BECOME = (
    "setpriv", f"--reuid={ORDINARY_USER}", f"--regid={ORDINARY_USER}", "--clear-groups",
    "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search",  # root's Python may be in root's home
)  # fmt: skip
FIND = 'number=$(keyctl search $ring user "$1") && '
EMPTY = """for number in $(keyctl rlist $ring); do
    case $(keyctl rdescribe $number) in user\\;*"$1"*) keyctl invalidate $number ;; esac
done"""  # of all that has a name in its own: refresh tokens, what is set aside, and what was renamed
NOT_HERE = "no session bus"  # so the search went on, to the keyring that lasts

# keyringrs OPERATION KEY
CRATE = """
import sys, keyringrs
entry = keyringrs.Entry("atla", sys.argv[2], credential_type=keyringrs.CredentialType.KeyUtils)
if sys.argv[1] == "set":
    entry.set_password(sys.stdin.read())
elif sys.argv[1] == "get":
    print(entry.get_password(), end="")
else:
    entry.delete_credential()
"""
# The store alone, as the fast start has it: FOLDER LIST KEY
STORE = """
import sys
sys.path.append(sys.argv[1])
from atla_credential.stores.keyring import kernel as kernel_keyring
kernel_keyring.LIST = sys.argv[2]
print(kernel_keyring.KernelKeyring().get(sys.argv[3]), "ctypes" in sys.modules)
"""

Files = Callable[..., Path]
Done = subprocess.CompletedProcess[bytes]


class Kernel:
    """Starts programs with a session keyring of the test's own, with a new one, or with none."""

    def __init__(self, name: str, variables: dict[str, str], become: tuple[str, ...] = ()) -> None:
        self.name, self.key = name, f"{name}|you@example.com|{SITE}"
        self.variables = variables
        session = [*become, "keyctl", "session", name]
        self.starts = {"session": session, "persistent": [*session[:-1], "-"], "no session": [*become]}
        # A session keyring ends with its last process; only one that is searchable by name can be joined again.
        self.holder = subprocess.Popen(
            [*session, "sh", "-c", "keyctl setperm @s 0x3f3f0000 && keyctl get_persistent @p >&2 && echo && exec cat"], env=variables,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self.holder.stdout is not None
        self.works = self.holder.stdout.readline() == b"\n"

    def end(self) -> None:
        for where in ("persistent", "no session"):
            self.keyctl(where, EMPTY, self.name)
        self.holder.communicate(timeout=TIMEOUT_S)

    def start(self, where: str, *words: str, stdin: bytes = b"") -> Done:
        return subprocess.run(
            [*self.starts[where], *words], input=stdin, capture_output=True, env=self.variables,
            cwd=self.variables["HOME"], timeout=TIMEOUT_S, check=False,
        )  # fmt: skip

    def keyctl(self, where: str, script: str, form: str = NEWER, stdin: bytes = b"") -> bytes | None:
        """Return what a script prints about a key, or None if it fails."""
        words = ("sh", "-c", f"ring={RINGS[where]}; {script}", "sh", form.format(self.key))
        done = self.start(where, *words, stdin=stdin)
        return done.stdout if done.returncode == 0 else None

    def put(self, where: str, form: str = NEWER, secret: bytes = b"made-up") -> None:
        assert self.keyctl(where, 'keyctl padd user "$1" $ring', form, secret) is not None

    def change(self, script: str, form: str = NEWER) -> None:
        assert self.keyctl("session", FIND + script, form) is not None

    def found(self, script: str, forms: Iterable[str] = FORMS) -> dict[tuple[str, str], bytes]:
        """Return what a script prints about each key there is, by place and form."""
        places = [(where, form) for where in RINGS for form in forms]
        found = {(where, form): self.keyctl(where, FIND + script, form) for where, form in places}
        return {place: printed for place, printed in found.items() if printed is not None}

    def values(self) -> dict[tuple[str, str], bytes]:
        return self.found("keyctl pipe $number")

    def aside(self) -> dict[tuple[str, str], bytes]:
        """Return what is set aside, by place and by the form that it had before."""
        found = self.found("keyctl pipe $number", ASIDE.values())
        return {
            (where, form): found[where, ASIDE[form]]
            for where in RINGS
            for form in FORMS
            if (where, ASIDE[form]) in found
        }

    def program(self, where: str, *words: str, stdin: str = "") -> tuple[int, str, str]:
        """Return the exit code and what was printed, without what keyctl says; standard error holds no token."""
        done = self.start(where, PROGRAM, *words, stdin=stdin.encode())
        lines = done.stderr.decode().splitlines()
        said = "\n".join(line for line in lines if not line.startswith("Joined session keyring: "))
        assert "made-up" not in said
        assert "canary" not in said
        return done.returncode, done.stdout.decode(), said

    def get(self, where: str) -> tuple[int, str, str]:
        return self.program(where, "get", "--url", SITE)

    def gives(self, where: str, secret: str) -> bool:
        return self.get(where) == (0, f"username=you@example.com\npassword={secret}\n", "")

    def lacks(self, where: str) -> bool:
        code, answer, said = self.get(where)
        return (code, answer) == (1, "") and NOT_HERE in said

    def lacks_what_is_set_aside(self, where: str) -> bool:
        code, answer, said = self.get(where)
        return (code, answer, NOT_HERE in said) == (3, "", False) and "run: atla-credential restore " in said

    def store(self, where: str, secret: str, more: str = "") -> tuple[int, str, str]:
        return self.program(where, "store", stdin=f"{REQUEST}password={secret}\n{more}\n")

    def erase(self, where: str, secret: str | None = None) -> tuple[int, str, str]:
        return self.program(where, "erase", stdin=REQUEST + (f"password={secret}\n\n" if secret else "\n"))

    def crate(self, where: str, operation: str, secret: str = "") -> bytes | None:
        done = self.start(where, sys.executable, "-c", CRATE, operation, self.key, stdin=secret.encode())
        assert done.returncode == 0 or b"No entry found" in done.stderr, done.stderr
        return done.stdout if done.returncode == 0 else None

    def alone(self, where: str = "session", keys: str = kernel_keyring.LIST) -> str:
        """Return what the store alone finds, and whether it took ctypes for that."""
        folder = str(Path(atla_credential.__file__).parents[1])
        done = self.start(where, sys.executable, "-I", "-S", "-c", STORE, folder, keys, self.key)
        return done.stdout.decode().strip()


@pytest.fixture
def name(tmp_path: Path, files: Files) -> str:
    """Make a profile of a name that no other test, nor another run of this one, has keys for."""
    name = f"wörk-{os.getpid()}-{tmp_path.name}"
    files(config=profile(name, SITE, store="keyring"))
    return name


def running(name: str, variables: dict[str, str], become: tuple[str, ...] = ()) -> Iterator[Kernel]:
    if shutil.which("keyctl") is None:
        pytest.skip("there is no keyctl (Debian: keyutils)")
    kernel = Kernel(name, variables, become)
    try:
        if not kernel.works:
            pytest.skip("the kernel gives this process no session keyring, or no persistent one")
        yield kernel
    finally:
        kernel.end()


@pytest.fixture
def kernel(name: str, variables: dict[str, str]) -> Iterator[Kernel]:
    yield from running(name, variables)


@pytest.fixture(params=RINGS)
def where(request: pytest.FixtureRequest, kernel: Kernel) -> str:
    place = str(request.param)
    if place == "no session" and b"_uid_ses" not in (kernel.keyctl(place, "keyctl rdescribe @s") or b""):
        pytest.skip("the tests were started in a session, and no process can leave its own for none")
    return place


# The crate can add nothing in a process without a session: it makes one halfway, and loses access to its own key.
IN_A_SESSION = pytest.mark.parametrize("where", ["session", "persistent"], indirect=True)


@pytest.mark.parametrize("form", FORMS)
def test_get(form: str, where: str, kernel: Kernel) -> None:
    kernel.put(where, form)
    assert kernel.gives(where, "made-up")


def test_store_writes_where_it_was_found(where: str, kernel: Kernel) -> None:
    kernel.put(where, OLDER)
    assert kernel.store(where, "canary-new") == (0, "", "")
    assert kernel.values() == {(where, OLDER): b"canary-new"}


@pytest.mark.parametrize("form", FORMS)
def test_erase_and_restore(form: str, where: str, name: str, kernel: Kernel) -> None:
    """Without another keyring: what is set aside is here, and nobody has to look elsewhere."""
    kernel.put(where, form)
    assert kernel.erase(where, "made-up") == (0, "", "")
    assert (kernel.values(), kernel.aside()) == ({}, {(where, form): b"made-up"})
    assert kernel.lacks_what_is_set_aside(where)
    assert "set aside, as a server has rejected it (kernel keyring, until reboot)" in kernel.program(where, "status")[1]
    assert kernel.erase(where, "made-up") == kernel.erase(where) == (0, "", "")
    noted = f'the keyring has a token of profile "{name}" that a caller\'s 401 has set aside, on '
    assert kernel.program(where, "doctor")[1].count(noted) == 1
    back = (0, f'the token of profile "{name}" is back in the keyring\n', "")
    assert kernel.program(where, "restore", "--no-verify", name) == back
    assert (kernel.values(), kernel.aside()) == ({(where, form): b"made-up"}, {})
    assert kernel.gives(where, "made-up")


@pytest.mark.parametrize("form", FORMS)
def test_store_of_what_is_set_aside_puts_it_back(form: str, where: str, kernel: Kernel) -> None:
    kernel.put(where, form)
    kernel.erase(where, "made-up")
    assert kernel.store(where, "made-up") == (0, "", "")
    assert (kernel.values(), kernel.aside()) == ({(where, form): b"made-up"}, {})


def test_store_of_another_token_has_no_keyring_to_go_to(kernel: Kernel) -> None:
    """There is none that lasts, and none of its own in the kernel's: nothing is changed."""
    kernel.put("session")
    kernel.erase("session", "made-up")
    code, _, said = kernel.store("session", "canary-new")
    assert (code, NOT_HERE in said) == (1, True)
    assert (kernel.values(), kernel.aside()) == ({}, {("session", NEWER): b"made-up"})


@pytest.mark.parametrize("words", [("logout", "{}"), ("logout", "--key", "{}|you@example.com|" + SITE + "|rejected")])
def test_logout_removes_what_is_set_aside(words: tuple[str, ...], name: str, kernel: Kernel) -> None:
    kernel.put("session")
    kernel.erase("session", "made-up")
    assert kernel.program("session", *(word.format(name) for word in words))[0] == 0
    assert kernel.aside() == {}


@pytest.fixture
def both(keyring: Desktop, kernel: Kernel) -> Desktop:
    """Give a keyring that lasts besides."""
    return keyring


NEEDS_A_DESKTOP = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")


@NEEDS_A_DESKTOP
def test_what_was_the_kernel_s_stays_the_kernel_s(name: str, both: Desktop, kernel: Kernel) -> None:
    for form in FORMS:
        kernel.put("session", form)
    before = kernel.values()
    assert kernel.erase("session", "made-up") == (0, "", "")
    assert (kernel.values(), kernel.aside(), both.tokens()) == ({}, before, {})
    assert kernel.lacks_what_is_set_aside("session")
    assert kernel.program("session", "restore", "--no-verify", name)[0] == 0
    assert (kernel.values(), kernel.aside(), both.tokens()) == (before, {}, {})
    assert kernel.gives("session", "made-up")
    assert kernel.erase("session", "made-up") == (0, "", "")
    assert kernel.store("session", "made-up") == (0, "", "")
    assert (kernel.values(), kernel.aside(), both.tokens()) == (before, {}, {})


@NEEDS_A_DESKTOP
@pytest.mark.parametrize("other", ["made-up", "canary-lasting"], ids=["the same token", "two tokens"])
def test_a_token_in_each_keyring(other: str, name: str, both: Desktop, kernel: Kernel) -> None:
    """The rejected one is set aside wherever it is, in its place; another one is none of its business."""
    kernel.put("session")
    both.add(kernel.key, other)
    items = both.items(kernel.key)
    assert kernel.erase("session", "made-up") == (0, "", "")
    assert (kernel.values(), kernel.aside()) == ({}, {("session", NEWER): b"made-up"})
    if other == "made-up":
        assert both.items(f"{kernel.key}|rejected") == items
        assert kernel.program("session", "restore", "--no-verify", name)[0] == 0
        assert kernel.values() == {("session", NEWER): b"made-up"}
    else:
        assert kernel.gives("session", other)
        assert kernel.program("session", "restore", name)[0] == 1
    assert both.items(kernel.key) == items


@pytest.fixture
def aside_in_each(both: Desktop, kernel: Kernel) -> tuple[dict[tuple[str, str], bytes], dict[str, str]]:
    """Set another token aside in each keyring, and return where they were."""
    kernel.put("session", OLDER)
    both.add(kernel.key, "canary-lasting")
    before = kernel.values(), both.items(kernel.key)
    assert kernel.erase("session", "made-up") == kernel.erase("session", "canary-lasting") == (0, "", "")
    assert (kernel.values(), both.items(kernel.key)) == ({}, {})
    assert (kernel.aside(), both.items(f"{kernel.key}|rejected")) == before
    return before


@NEEDS_A_DESKTOP
def test_each_keyring_s_own_goes_back(
    aside_in_each: tuple[dict[tuple[str, str], bytes], dict[str, str]], name: str, both: Desktop, kernel: Kernel
) -> None:
    assert kernel.program("session", "restore", "--no-verify", name)[0] == 0
    assert (kernel.values(), both.items(kernel.key)) == aside_in_each
    assert (kernel.aside(), both.items(f"{kernel.key}|rejected")) == ({}, {})
    assert kernel.gives("session", "made-up")
    assert kernel.erase("session", "made-up") == (0, "", "")
    assert kernel.gives("session", "canary-lasting")


@NEEDS_A_DESKTOP
@pytest.mark.parametrize("good", ["made-up", "canary-lasting", "both", "none"])
def test_only_what_the_site_recognises_goes_back(
    good: str, aside_in_each: tuple[dict[tuple[str, str], bytes], dict[str, str]], name: str, both: Desktop,
    kernel: Kernel, tmp_path: Path,
) -> None:  # fmt: skip
    """Each is asked about; a line says why another one stays (safety N7)."""
    in_kernel, in_service = aside_in_each

    def judge(connection: socket.socket, heard: Heard) -> None:
        sent = base64.b64decode(heard.fields["Authorization"].removeprefix("Basic ")).decode().partition(":")[2]
        is_good = sent == good or good == "both"
        connection.sendall(JANE if is_good else answer(500) if sent == "made-up" else answer(403, "<html>"))

    with stage(tmp_path, [(MYSELF, judge)]) as made:
        made.any_order = True
        kernel.variables.update(surroundings(made, write_authority(tmp_path)))
        code, shown, said = kernel.program("session", "restore", name)
    assert len(made.heard) == 2
    busy, blocked = f"{SITE[8:]} is out of order at the moment", f"something in front of {SITE[8:]} refuses the request"
    other = f'atla-credential: warning: another token of profile "{name}" stays set aside: '
    if good == "none":
        assert (code, shown) == (5, "")
        assert said.startswith(f"{other}{blocked}")
        assert f"atla-credential: error: {busy}; it stays set aside\n" in said
    else:
        assert (code, "verified as Jane Doe" in shown) == (0, True)
        assert said.startswith("" if good == "both" else f"{other}{blocked if good == 'made-up' else busy}")
        assert said.count("\n") == 0
        assert kernel.gives("session", "canary-lasting" if good == "canary-lasting" else "made-up")
    kernel_is_back, service_is_back = good in ("made-up", "both"), good in ("canary-lasting", "both")
    assert (kernel.values(), kernel.aside()) == ((in_kernel, {}) if kernel_is_back else ({}, in_kernel))
    items = both.items(kernel.key), both.items(f"{kernel.key}|rejected")
    assert items == ((in_service, {}) if service_is_back else ({}, in_service))


@NEEDS_A_DESKTOP
@pytest.mark.parametrize("secret", ["made-up", "canary-lasting"])
def test_store_puts_back_the_one_that_it_names(
    secret: str, aside_in_each: tuple[dict[tuple[str, str], bytes], dict[str, str]], both: Desktop, kernel: Kernel
) -> None:
    assert kernel.store("session", secret) == (0, "", "")
    assert kernel.gives("session", secret)
    in_kernel, lasting = aside_in_each
    is_in_kernel = secret == "made-up"
    assert (kernel.values(), kernel.aside()) == ((in_kernel, {}) if is_in_kernel else ({}, in_kernel))
    found = both.items(kernel.key), both.items(f"{kernel.key}|rejected")
    assert found == (({}, lasting) if is_in_kernel else (lasting, {}))


@NEEDS_A_DESKTOP
def test_each_keyring_s_own_gets_the_new_name(
    aside_in_each: tuple[dict[tuple[str, str], bytes], dict[str, str]], name: str, both: Desktop, kernel: Kernel
) -> None:
    old_key = kernel.key
    assert kernel.program("session", "rename", name, f"new-{name}")[0::2] == (0, "")
    assert (kernel.aside(), both.tokens()) == ({}, {f"new-{old_key}|rejected": ["canary-lasting"]})
    kernel.key = f"new-{old_key}"
    assert (kernel.aside(), kernel.values()) == (aside_in_each[0], {})


@NEEDS_A_DESKTOP
def test_of_two_that_are_set_aside_none_is_lost_in_a_move(
    aside_in_each: tuple[dict[tuple[str, str], bytes], dict[str, str]], name: str, both: Desktop, kernel: Kernel
) -> None:
    code, _, said = kernel.program("session", "login", "--no-verify", "--profile", name, "--storage", "file")
    assert (code, "are set aside, and only one can be moved" in said) == (1, True)
    assert (kernel.aside(), both.items(f"{kernel.key}|rejected")) == aside_in_each


def test_what_is_set_aside_moves_to_the_file(name: str, kernel: Kernel, home: Path) -> None:
    """Also where there is no other keyring."""
    kernel.put("session")
    kernel.erase("session", "made-up")
    assert kernel.program("session", "login", "--no-verify", "--profile", name, "--storage", "file")[0] == 0
    assert kernel.aside() == {}
    assert kernel.program("session", "restore", "--no-verify", name)[0] == 0
    assert kernel.gives("session", "made-up")
    assert 'token = "made-up"' in (home / ".config/atla/credentials.toml").read_text()


@NEEDS_A_DESKTOP
def test_store_of_another_token_goes_to_the_keyring_that_lasts(both: Desktop, kernel: Kernel) -> None:
    kernel.put("session")
    kernel.erase("session", "made-up")
    assert kernel.store("session", "canary-new") == (0, "", "")
    assert (kernel.values(), kernel.aside(), both.tokens()) == ({}, {}, {kernel.key: ["canary-new"]})


def test_erase_with_another_password(where: str, kernel: Kernel) -> None:
    kernel.put(where)
    assert kernel.erase(where, "canary") == (0, "", "")
    assert kernel.values() == {(where, NEWER): b"made-up"}


def test_status(where: str, kernel: Kernel) -> None:
    kernel.put(where)
    code, printed, said = kernel.program(where, "status")
    assert (code, said) == (0, "")
    assert "token     from the keyring (kernel keyring, until reboot)\n" in printed
    assert "made-up" not in printed


@pytest.fixture
def everywhere(kernel: Kernel) -> None:
    """Put a key of each form in both places that a session can reach."""
    for number, (place, form) in enumerate((place, form) for place in ("session", "persistent") for form in FORMS):
        kernel.put(place, form, b"made-up-%d" % number)


def test_order(everywhere: None, kernel: Kernel) -> None:
    for number, place in enumerate(["session", "session", "persistent", "persistent"]):
        assert kernel.gives("session", f"made-up-{number}")
        kernel.keyctl(place, FIND + "keyctl invalidate $number", FORMS[number % 2])
    assert kernel.lacks("session")


def test_store_updates_all(everywhere: None, kernel: Kernel) -> None:
    assert kernel.store("session", "canary-new") == (0, "", "")
    assert set(kernel.values().values()) == {b"canary-new"}
    assert len(kernel.values()) == 4


def test_erase_sets_all_aside(everywhere: None, kernel: Kernel) -> None:
    before = kernel.values()
    assert kernel.erase("session", None) == (0, "", "")
    assert (kernel.values(), kernel.aside()) == ({}, before)


def test_erase_of_a_token_leaves_the_others(everywhere: None, kernel: Kernel) -> None:
    assert kernel.erase("session", "made-up-2") == (0, "", "")
    assert sorted(kernel.values().values()) == [b"made-up-0", b"made-up-1", b"made-up-3"]
    assert kernel.aside() == {("persistent", NEWER): b"made-up-2"}


def test_erase_in_a_session_with_a_second_keyring(kernel: Kernel) -> None:
    """As pam_keyinit makes it: the user's keyring is linked into that of the session, and each can have the key."""
    kernel.put("session")
    inner = 'keyctl padd user "$1" $(keyctl newring inner $ring)'
    assert kernel.keyctl("session", inner, stdin=b"canary-inner") is not None
    assert kernel.erase("session") == (0, "", "")
    assert kernel.values() == {}


def test_key_of_another_session(kernel: Kernel) -> None:
    kernel.put("session")
    assert kernel.lacks("persistent")  # which is a session of its own


def test_session_that_has_ended(kernel: Kernel) -> None:
    kernel.put("persistent")
    done = kernel.start("persistent", "sh", "-c", 'keyctl revoke @s; exec "$0" get --url "$1"', PROGRAM, SITE)
    assert b"password=made-up\n" in done.stdout


@IN_A_SESSION
def test_crate_and_we_share_one_item(where: str, kernel: Kernel) -> None:
    pytest.importorskip("keyringrs")
    kernel.crate(where, "set", "made-up")
    assert kernel.gives(where, "made-up")
    assert kernel.store(where, "canary-new") == (0, "", "")
    assert kernel.crate(where, "get") == b"canary-new"
    kernel.crate(where, "set", "made-up-again")
    assert kernel.gives(where, "made-up-again")
    assert set(kernel.values().values()) == {b"made-up-again"}
    assert len(set(kernel.found("echo $number").values())) == 1


@IN_A_SESSION
def test_crate_finds_nothing_where_we_erased(where: str, kernel: Kernel) -> None:
    pytest.importorskip("keyringrs")
    kernel.crate(where, "set", "made-up")
    assert kernel.erase(where, "made-up") == (0, "", "")
    assert kernel.crate(where, "get") is None
    assert kernel.values() == {}
    kernel.crate(where, "set", "canary-new")
    assert kernel.gives(where, "canary-new")


def test_we_find_nothing_where_the_crate_erased(kernel: Kernel) -> None:
    pytest.importorskip("keyringrs")
    kernel.crate("session", "set", "made-up")
    kernel.crate("session", "delete")
    assert kernel.lacks("session")


def test_crate_reads_a_key_that_was_only_persistent(kernel: Kernel) -> None:
    pytest.importorskip("keyringrs")
    kernel.put("persistent", OLDER)
    assert kernel.store("session", "canary-new") == (0, "", "")
    assert kernel.crate("session", "get") == b"canary-new"


DEAD = {
    "revoked": "keyctl revoke $number",
    "invalidated": "keyctl invalidate $number",
    "expired": "keyctl timeout $number 1; while keyctl pipe $number; do sleep 0.05; done; true",
    "unlinked": "keyctl unlink $number $ring",
}


@pytest.mark.parametrize("state", DEAD)
def test_dead_key_is_not_here(state: str, kernel: Kernel) -> None:
    kernel.put("session")
    kernel.change(DEAD[state])
    assert kernel.lacks("session")
    kernel.put("persistent", OLDER, b"canary-older")
    assert kernel.gives("session", "canary-older")


def test_dead_key_is_not_in_the_way(kernel: Kernel) -> None:
    kernel.put("session")
    kernel.change(DEAD["revoked"])
    kernel.put("persistent")
    assert kernel.store("session", "canary-new") == (0, "", "")
    assert kernel.values() == {("persistent", NEWER): b"canary-new"}


ALIKE = [
    "keyring:{}@atla2", "keyring:{}@atl", "xkeyring:{}@atla", "x keyring:{}@atla", "keyring:x{}@atla", "keyring:{}x@atla",
    "keyring:{} @atla", "keyring:{}@atla: 7", " keyring:{}@atla: ", "KEYRING:{}@atla", "keyring: {}@atla", "{}@atla",
    "keyring:{}|oauth_refresh_token@atla2", "keyring:{}@atla@atla", "keyring:{}", "keyrings:{}@atla",
]  # fmt: skip


def test_keys_that_look_alike(kernel: Kernel) -> None:
    for form in ALIKE:
        kernel.put("session", form)
    assert kernel.lacks("session")
    assert kernel.erase("session")[0] == 1
    assert kernel.store("session", "canary-new")[0] == 1
    for form in ALIKE:
        assert kernel.keyctl("session", FIND + "keyctl pipe $number", form) == b"made-up"


def test_key_of_another_type(kernel: Kernel) -> None:
    if kernel.keyctl("session", 'keyctl padd logon "$1" $ring', stdin=b"made-up") is None:
        pytest.skip("this kernel has no keys of type logon")
    assert kernel.lacks("session")


def test_token_as_long_as_can_be_written(kernel: Kernel) -> None:
    kernel.put("session")
    assert kernel.store("session", "x" * 4096) == (0, "", "")
    assert kernel.gives("session", "x" * 4096)


def test_longest_token_is_read(kernel: Kernel) -> None:
    if kernel.keyctl("session", 'keyctl padd user "$1" $ring', stdin=b"x" * 32767) is None:
        pytest.skip("an ordinary user's keys may not be that long together")
    assert kernel.gives("session", "x" * 32767)


def assert_kept_or_too_long(kernel: Kernel, length: int) -> None:
    kernel.put("session")
    code, printed, said = kernel.store("session", "x" * length)
    assert kernel.values() == {("session", NEWER): b"x" * length if code == 0 else b"made-up"}
    assert (printed, "xxx" in said) == ("", False)
    assert code == 0 or "it takes no token of more than" in said


def test_too_long_token(kernel: Kernel) -> None:
    assert_kept_or_too_long(kernel, 32768)


@pytest.mark.parametrize("length", [mmap.PAGESIZE + 1, 32767])
def test_token_longer_than_a_page(length: int, kernel: Kernel) -> None:
    assert_kept_or_too_long(kernel, length)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"made-up\xc3", b"\xed\xa0\x80"])
def test_no_text(data: bytes, kernel: Kernel) -> None:
    kernel.put("session", secret=data)
    for done in (kernel.get("session"), kernel.store("session", "canary-new"), kernel.erase("session")):
        assert done[:2] == (1, "")
        assert "failed to access system keyring: the kernel's key holds no text" in done[2]
    assert kernel.values() == {("session", NEWER): data}


def test_text_of_any_kind(kernel: Kernel) -> None:
    data = " made-up ünd ☃ "
    kernel.put("session")
    assert kernel.store("session", data) == (0, "", "")
    assert kernel.values() == {("session", NEWER): data.encode()}
    assert kernel.gives("session", data)


READ_ONLY, NO_SEARCH = "keyctl setperm $number 0x0b010000", "keyctl setperm $number 0x07010000"


def test_key_that_cannot_be_written(kernel: Kernel) -> None:
    kernel.put("session")
    kernel.change(READ_ONLY)
    assert kernel.gives("session", "made-up")
    code, _, said = kernel.store("session", "canary-new")
    assert (code, "failed to access system keyring: the kernel keyring: permission denied" in said) == (1, True)
    assert kernel.values() == {("session", NEWER): b"made-up"}


def test_storing_what_is_there(kernel: Kernel) -> None:
    """As git does after every answer that was right."""
    kernel.put("session")
    assert kernel.store("session", "made-up") == (0, "", "")


def test_key_that_the_kernel_does_not_give(kernel: Kernel) -> None:
    kernel.put("session")
    kernel.change(NO_SEARCH)
    for done in (kernel.get("session"), kernel.store("session", "canary-new"), kernel.erase("session")):
        assert done[:2] == (1, "")
        assert "failed to access system keyring: the kernel keyring: permission denied" in done[2]


REFRESH = "keyring:{}|oauth_refresh_token@atla"


def test_refresh_token(name: str, kernel: Kernel, files: Files) -> None:
    files(helper=f'[profiles."{name}"]\nrefreshes = true\n')
    kernel.put("session")
    kernel.put("session", REFRESH, b"canary-refresh")
    assert kernel.get("session")[1].endswith("password=made-up\noauth_refresh_token=canary-refresh\n")
    assert kernel.store("session", "made-up-2", "oauth_refresh_token=canary-2\n") == (0, "", "")
    assert kernel.get("session")[1].endswith("password=made-up-2\noauth_refresh_token=canary-2\n")
    assert kernel.erase("session", "made-up-2") == (0, "", "")
    assert kernel.keyctl("session", FIND + "true", REFRESH) is None
    assert kernel.lacks_what_is_set_aside("session")
    assert kernel.program("session", "restore", "--no-verify", name)[0] == 0
    assert kernel.get("session")[1].endswith("password=made-up-2\noauth_refresh_token=canary-2\n")


def test_storing_what_is_there_writes_nothing(name: str, kernel: Kernel, files: Files) -> None:
    files(helper=f'[profiles."{name}"]\nrefreshes = true\n')
    for form in (NEWER, REFRESH):
        kernel.put("session", form)
        kernel.change(READ_ONLY, form)
    assert kernel.store("session", "made-up", "oauth_refresh_token=made-up\n") == (0, "", "")


def test_refresh_token_that_nobody_can_look_for(name: str, kernel: Kernel, files: Files) -> None:
    files(helper=f'[profiles."{name}"]\nrefreshes = true\n')
    kernel.put("session")
    code, answer, _ = kernel.get("session")
    assert (code, answer.splitlines()[1]) == (0, "password=made-up")


def test_refresh_token_that_no_keyring_takes(kernel: Kernel) -> None:
    kernel.put("session")
    kernel.store("session", "canary-new", "oauth_refresh_token=canary-refresh\n")
    code, answer, _ = kernel.get("session")
    assert code == 0
    assert answer.splitlines()[1] in ("password=made-up", "password=canary-new")


def test_login_moves_it_to_the_file(name: str, everywhere: None, kernel: Kernel) -> None:
    code, _, said = kernel.program("session", "login", "--no-verify", "--profile", name, "--storage", "file")
    assert (code, said) == (0, "")
    assert kernel.values() == {}
    assert kernel.gives("session", "made-up-0")


# Where there is no other keyring (safety K8): what is in the kernel's can be removed, renamed and replaced there.

UNTIL_REBOOT = "atla-credential: warning: there is only the kernel's keyring, which keeps the token until reboot"
ONLY_HERE = (
    "atla-credential: warning: only the kernel's keyring could be looked into; another one may still have a token"
)
DEAD_BUS = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}


@pytest.fixture(params=[{}, DEAD_BUS], ids=["no bus", "dead bus"])
def without_bus(request: pytest.FixtureRequest, variables: dict[str, str]) -> None:
    variables.update(request.param)


def login(kernel: Kernel, name: str, *more: str, stdin: str = "canary-new") -> tuple[int, str, str]:
    return kernel.program("session", "login", "--no-verify", "--profile", name, *more, stdin=stdin)


@pytest.mark.usefixtures("without_bus")
def test_logout_without_a_bus(name: str, where: str, kernel: Kernel) -> None:
    kernel.put(where)
    code, printed, said = kernel.program(where, "logout", name)
    assert (code, said) == (0, ONLY_HERE)
    assert printed.startswith("logged out")
    assert kernel.values() == {}


@pytest.mark.usefixtures("without_bus")
def test_delete_without_a_bus(name: str, where: str, kernel: Kernel, home: Path) -> None:
    kernel.put(where)
    assert kernel.program(where, "delete", name, "--delete-keyring")[0::2] == (0, ONLY_HERE)
    assert kernel.values() == {}
    assert "profiles" not in (home / ".config/atla/config.toml").read_text()


@pytest.mark.usefixtures("without_bus")
@pytest.mark.parametrize("form", FORMS)
def test_rotate_without_a_bus(form: str, name: str, where: str, kernel: Kernel) -> None:
    kernel.put(where, form)
    rotate = ("rotate", "--no-verify", "--token-stdin", name)
    code, _, said = kernel.program(where, *rotate, stdin="canary-new")
    assert (code, said.splitlines()[0]) == (0, UNTIL_REBOOT)
    assert kernel.values() == {(where, form): b"canary-new"}


@pytest.mark.usefixtures("without_bus")
@pytest.mark.parametrize("form", FORMS)
def test_rename_without_a_bus(form: str, name: str, where: str, kernel: Kernel) -> None:
    kernel.put(where, form)
    code, _, said = kernel.program(where, "rename", name, f"new-{name}")
    assert (code, said.splitlines()[0]) == (0, UNTIL_REBOOT)
    assert kernel.values() == {}
    kernel.key = f"new-{kernel.key}"
    assert kernel.values() == {(where, form): b"made-up"}
    assert kernel.gives(where, "made-up")


def test_rename_of_many_without_a_bus(name: str, everywhere: None, kernel: Kernel) -> None:
    assert kernel.program("session", "rename", name, f"new-{name}")[0] == 0
    assert kernel.values() == {}
    kernel.key = f"new-{kernel.key}"
    assert kernel.values() == {("session", NEWER): b"made-up-0"}  # the one that was given; the others were older


def test_rename_keeps_a_token_as_long_as_it_was_kept(name: str, kernel: Kernel) -> None:
    """As pam_keyinit makes it: the user's keyring is linked into that of the session, and outlives it."""
    inner = 'keyctl padd user "$1" $(keyctl newring inner $ring)'
    assert kernel.keyctl("session", inner, stdin=b"made-up") is not None
    assert kernel.program("session", "rename", name, f"new-{name}")[0] == 0
    assert kernel.values() == {}
    kernel.key = f"new-{kernel.key}"
    assert kernel.keyctl("session", FIND + "keyctl unlink $number $ring") is None  # it is not there by itself
    assert kernel.gives("session", "made-up")


def test_rename_takes_a_refresh_token_along_without_a_bus(name: str, kernel: Kernel, files: Files) -> None:
    files(helper=f'[profiles."{name}"]\nrefreshes = true\n')
    kernel.put("session")
    kernel.put("session", REFRESH, b"canary-refresh")
    assert kernel.program("session", "rename", name, f"new-{name}")[0] == 0
    assert kernel.keyctl("session", FIND + "true", REFRESH) is None
    assert kernel.get("session")[1].endswith("password=made-up\noauth_refresh_token=canary-refresh\n")


@pytest.mark.usefixtures("without_bus")
def test_what_nobody_can_look_for_is_not_called_done(name: str, kernel: Kernel, home: Path) -> None:
    before = (home / ".config/atla/config.toml").read_bytes()
    for words in (("logout", name), ("rename", name, "new"), ("delete", name, "--delete-keyring")):
        code, _, said = kernel.program("session", *words)
        assert (code, "--storage file" in said) == (1, False)  # where no token is kept, another place is no help
    code, _, said = kernel.erase("session", "made-up")
    assert (code, "--storage file" in said) == (1, False)
    assert (home / ".config/atla/config.toml").read_bytes() == before


@pytest.mark.usefixtures("without_bus")
def test_login_without_a_bus(name: str, kernel: Kernel) -> None:
    kernel.put("session", OLDER)
    code, _, said = login(kernel, name, "--token-stdin")
    assert (code, said.splitlines()[0]) == (0, UNTIL_REBOOT)
    assert kernel.values() == {("session", OLDER): b"canary-new"}


@pytest.mark.usefixtures("without_bus")
def test_nothing_new_is_begun_in_the_kernel(name: str, kernel: Kernel) -> None:
    code, _, said = login(kernel, name, "--token-stdin")
    assert (code, "--storage file" in said) == (1, True)
    assert kernel.store("session", "canary-new")[0] == 1
    assert kernel.values() == {}


def test_no_token_moves_from_a_file_to_the_kernel(name: str, kernel: Kernel, home: Path) -> None:
    kernel.put("session")
    assert login(kernel, name, "--token-stdin", "--storage", "file")[0] == 0
    kernel.put("session")
    before = (home / ".config/atla/credentials.toml").read_bytes()
    assert login(kernel, name, "--storage", "keyring")[0] == 1
    assert (home / ".config/atla/credentials.toml").read_bytes() == before
    assert kernel.values() == {("session", NEWER): b"made-up"}


# Where there is another keyring, a login goes there, and the kernel's copy is the same.

needs_desktop = pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")


@needs_desktop
@pytest.mark.parametrize("lasting", [[], ["older"]])
@pytest.mark.parametrize("ring", ["session", "persistent"])
def test_login_goes_to_the_keyring_that_lasts(
    lasting: list[str], ring: str, name: str, kernel: Kernel, keyring: Desktop
) -> None:
    kernel.put(ring)
    for secret in lasting:
        keyring.add(kernel.key, secret)
    code, _, said = login(kernel, name, "--token-stdin")
    assert (code, said) == (0, "")
    assert keyring.secrets(kernel.key) == ["canary-new"]
    assert kernel.values() == {(ring, NEWER): b"canary-new"}
    kernel.keyctl(ring, FIND + "keyctl invalidate $number")  # as a reboot does
    assert kernel.gives("session", "canary-new")


@needs_desktop
def test_login_of_the_same_token_makes_it_last(name: str, kernel: Kernel, keyring: Desktop) -> None:
    kernel.put("session")
    assert login(kernel, name, "--token-stdin", stdin="made-up")[0] == 0
    assert (keyring.secrets(kernel.key), kernel.values()) == (["made-up"], {("session", NEWER): b"made-up"})


@needs_desktop
def test_login_begins_nothing_in_the_kernel(name: str, kernel: Kernel, keyring: Desktop) -> None:
    assert login(kernel, name, "--token-stdin")[0::2] == (0, "")
    assert (keyring.secrets(kernel.key), kernel.values()) == (["canary-new"], {})


@needs_desktop
def test_store_stays_where_the_token_was(kernel: Kernel, keyring: Desktop) -> None:
    kernel.put("session")
    assert kernel.store("session", "canary-new") == (0, "", "")
    assert (keyring.secrets(kernel.key), kernel.values()) == ([], {("session", NEWER): b"canary-new"})


@needs_desktop
def test_a_locked_keyring_stops_a_login(name: str, kernel: Kernel, keyring: Desktop) -> None:
    kernel.put("session")
    keyring.lock()
    code, _, said = login(kernel, name, "--token-stdin")
    assert (code, "it is locked" in said) == (1, True)
    assert kernel.values() == {("session", NEWER): b"made-up"}


@needs_desktop
def test_a_keyring_without_a_place_is_none(name: str, kernel: Kernel, bus: Desktop) -> None:
    kernel.put("session")
    assert login(kernel, name, "--token-stdin")[2].splitlines()[0] == UNTIL_REBOOT
    assert kernel.values() == {("session", NEWER): b"canary-new"}


@needs_desktop
def test_rename_with_both(name: str, kernel: Kernel, keyring: Desktop) -> None:
    kernel.put("session", OLDER)
    assert kernel.program("session", "rename", name, f"new-{name}")[0::2] == (0, "")
    assert (keyring.secrets(kernel.key), kernel.values()) == ([], {})
    kernel.key = f"new-{kernel.key}"
    assert (keyring.secrets(kernel.key), kernel.values()) == (["made-up"], {("session", OLDER): b"made-up"})
    assert kernel.program("session", "logout", f"new-{name}")[0::2] == (0, "")
    assert (keyring.secrets(kernel.key), kernel.values()) == ([], {})


@needs_desktop
def test_moves_with_both(name: str, kernel: Kernel, keyring: Desktop) -> None:
    kernel.put("session")
    keyring.add(kernel.key, "older")
    assert login(kernel, name, "--storage", "file")[0::2] == (0, "")
    assert (keyring.secrets(kernel.key), kernel.values()) == ([], {})
    kernel.put("session", secret=b"stale")
    assert login(kernel, name, "--storage", "keyring")[0::2] == (0, "")
    assert (keyring.secrets(kernel.key), kernel.values()) == (["made-up"], {("session", NEWER): b"made-up"})


@pytest.mark.parametrize("keys", ["/dev/null", "/nowhere", "/"])
def test_list_that_shows_nothing(keys: str, where: str, kernel: Kernel) -> None:
    """Containers hide it. A folder can be opened, and fails when it is read."""
    kernel.put(where)
    assert kernel.alone(where, keys) == "made-up True"


def test_without_a_key_no_system_call_is_loaded(kernel: Kernel) -> None:
    kernel.put("session", "another key than {}")
    if not kernel.start("session", "cat", kernel_keyring.LIST).stdout:
        pytest.skip("this container hides the list of keys")
    assert kernel.alone() == "None False"
    kernel.put("session")
    assert kernel.alone() == "made-up True"


def test_long_list(kernel: Kernel, tmp_path: Path) -> None:
    """The key is named beyond what is read at once, and where two readings meet."""
    line = b" keyring:%b@atla: 7\n" % kernel.key.encode()
    kernel.put("session")
    for start in (kernel_keyring.PART * 3, kernel_keyring.PART - len(line) // 2):
        (tmp_path / "keys").write_bytes(b"x" * start + line)
        assert kernel.alone(keys=str(tmp_path / "keys")) == "made-up True"
    (tmp_path / "keys").write_bytes(b"x" * 9)
    assert kernel.alone(keys=str(tmp_path / "keys")) == "None False"


def test_ordinary_user(name: str, home: Path, variables: dict[str, str]) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else; all other tests have run as an ordinary user")
    if shutil.which("setpriv") is None:
        pytest.skip("there is no setpriv")
    for path in (home, *home.rglob("*")):
        os.chown(path, ORDINARY_USER, ORDINARY_USER)
    for kernel in running(name, variables, BECOME):
        for place in RINGS:
            kernel.put(place, OLDER)
            assert kernel.gives(place, "made-up")
        assert kernel.store("persistent", "canary-new") == (0, "", "")
        assert kernel.values()["persistent", OLDER] == b"canary-new"
        assert kernel.erase("persistent", "canary-new") == (0, "", "")
        assert ("persistent", OLDER) not in kernel.values()


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a function that lets all system calls fail."""
    monkeypatch.setattr(kernel_keyring, "LIST", os.devnull)

    def fail(code: int) -> None:
        def keyctl(*_: object) -> int:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr("atla_credential.stores.keyring.kernel_key.keyctl", keyctl)

    return fail


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.EPERM, errno.EOPNOTSUPP, errno.ENOKEY])
def test_no_keyring(code: int, fails: Callable[[int], None]) -> None:
    """A kernel without keyrings, or a container that may not use them."""
    fails(code)
    assert KernelKeyring().get("any") is None
    assert not KernelKeyring().update("any", "made-up")


@pytest.mark.parametrize("code", [errno.EACCES, errno.ENOMEM, errno.EDQUOT])
def test_keyring_that_fails(code: int, fails: Callable[[int], None]) -> None:
    fails(code)
    for call in (lambda: KernelKeyring().get("any"), lambda: KernelKeyring().update("any", "made-up")):
        with pytest.raises(Unavailable, match=f"failed to access system keyring: .*{os.strerror(code).lower()}"):
            call()


def test_machine_whose_system_calls_are_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_keyring, "LIST", os.devnull)
    monkeypatch.setattr("atla_credential.stores.keyring.kernel_key.KEYCTL", {})
    assert KernelKeyring().get("any") is None


def test_other_systems_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_keyring, "LIST", os.devnull)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not kernel_keyring.may_exist([b"any"])
