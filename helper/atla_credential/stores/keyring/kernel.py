"""The keyring of the Linux kernel, where the `atla` CLI keeps its tokens on Linux until the machine is started anew.

Read, updated and erased here, and copied; a new token goes to a keyring that lasts. Loading what makes system calls
takes a quarter of a start, so /proc/keys is looked at first: where that lists keys, but none of these descriptions,
there is none.

Source: keyrings(7), proc_keys(5); the descriptions are those of the Rust crate `keyring`.
"""

import sys

from atla_credential.system import kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

FORMS = ("keyring:{}@atla", "keyring-rs:{}@atla")  # of newer versions, and of older ones
LIST = "/proc/keys"
PART = 1 << 12  # bytes


class KernelKeyring:
    """The keys that this process possesses: those of its session, then the user's persistent ones."""

    name = "kernel keyring, until reboot"

    def get(self, key: str) -> str | None:
        """Return the secret under a key; None if there is none, or no such keyring. Raises Unavailable."""
        return next((secret for _, secret in self._found(key)), None)

    def update(self, key: str, secret: str | None, only: str | None = None) -> bool:
        """Set, or with None remove, whatever there is under a key, or holds `only`; tell whether there was anything.

        Raises Unavailable, CredentialError.
        """
        found = is_there = self._holding(key, only)
        if found:
            from atla_credential.stores.keyring import kernel_key  # door: only where there is a key

            for number, old in found:
                if secret is not None and secret != old:
                    kernel_key.write(number, secret)
            while secret is None and found:  # one key can hide another of its name, in a keyring linked to its own
                for number, _ in found:
                    kernel_key.remove(number)
                found = self._holding(key, only)
        return bool(is_there)

    def move(self, key: str, to: str, only: str | None = None) -> bool:
        """Give what is there under a key another one, in the same keyrings. Args and errors as in update."""
        is_there = bool(self._holding(key, only))
        if is_there:
            self.update(to, None)
            self.copy(key, to, only)
            self.update(key, None, only)
        return is_there

    def copy(self, key: str, to: str, only: str | None = None) -> bool:
        """Put what is there under a key, or holds `only`, under another one, too, in the same keyrings.

        Tells whether that was anywhere. Raises as update does.
        """
        is_made = False
        if self._holding(key, only):
            from atla_credential.stores.keyring import kernel_key  # door: only where there is a key

            for old, new in zip(descriptions_of(key), descriptions_of(to), strict=True):
                is_made = kernel_key.copy(old, new, only) or is_made
        return is_made

    def _holding(self, key: str, only: str | None) -> list[tuple[int, str]]:
        return [each for each in self._found(key) if only in (None, each[1])]

    def _found(self, key: str) -> "Iterator[tuple[int, str]]":
        """Yield the number and the secret of every key that goes by one of the descriptions."""
        descriptions = descriptions_of(key)
        if may_exist(descriptions):
            from atla_credential.stores.keyring import kernel_key  # door: only where there may be a key

            for number in kernel_key.find(descriptions):
                yield number, kernel_key.read(number)


def descriptions_of(key: str) -> list[bytes]:
    """Return what the kernel calls a key."""
    return [form.format(key).encode("utf-8", "replace") for form in FORMS]


def may_exist(descriptions: list[bytes]) -> bool:
    """Tell whether there may be a key of one of some descriptions, as far as the kernel's own list says."""
    if sys.platform != "linux":
        return False
    listed = b""
    try:
        descriptor = kernel.open(LIST, kernel.O_RDONLY | kernel.O_CLOEXEC)
        try:
            while part := kernel.read(descriptor, PART):
                listed += part
        finally:
            kernel.close(descriptor)
    except OSError:
        return True
    return not listed or any(b" %b: " % each in listed for each in descriptions)  # a container may show it empty
