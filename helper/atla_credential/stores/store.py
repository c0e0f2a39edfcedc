"""What a store of secrets is."""


class Store:
    """Keeps one secret per key. `None` means "not here"; `Unavailable` means "could not look".

    A plain class, as an abstract one takes longer to make than to use. What raises NotImplementedError each store has.
    """

    may_repeat = False  # whether other programs can have put several secrets under one key

    def check(self) -> None:
        """Make sure that a new secret could be put here. Raises Unavailable."""

    def place_of(self, key: str) -> str | None:
        """Return what people call the place where the last `get` found a key; None where there is only one place."""
        return None

    def keys(self) -> list[str]:
        """Return the keys of all secrets, each as often as it is here. Raises Unavailable. Not every store can."""
        return []

    def get(self, key: str) -> str | None:
        """Return the secret under a key, or None. Raises Unavailable."""
        raise NotImplementedError

    def every(self, key: str) -> list[str]:
        """Return each secret that is under a key: where there are several places, each may have one of its own."""
        secret = self.get(key)
        return [] if secret is None else [secret]

    def put(self, secrets: dict[str, str | None]) -> None:
        """Set each key to its secret, and remove each key whose secret is None, all in one step.

        Setting what is there already writes nothing.

        Raises:
            Unavailable: the store could not be looked into.
            TryAgain: another process holds the store's lock for too long.
            CredentialError: the secrets could not be written; the store is as it was.
        """
        raise NotImplementedError

    def move(self, keys: dict[str, str], secret: str | None, replaces: bool = True) -> bool:
        """Give what is under some keys other keys, all in one step.

        Args:
            keys: from each key to the other one; that of the token first.
            secret: move only if this is what stands under the first key; None: whatever does.
            replaces: whether what stands under the other keys is removed; else nothing is moved where it would be, but
                for an empty secret. Where there are several places, each has its own, and that stays in its place.

        Returns:
            Whether it was moved.

        Raises:
            Unavailable, TryAgain, CredentialError: as in put.
        """
        raise NotImplementedError

    @property
    def lasts(self) -> bool:
        """Whether what is put here outlasts a restart of the machine."""
        return True

    def put_for_good(self, secrets: dict[str, str | None], old_keys: dict[str, str]) -> None:
        """Put what a person brings: where there are several places, into the one that lasts, whatever others have it.

        Args:
            secrets: as in put.
            old_keys: the keys that these secrets have had here until now, by the new ones. Where there is no place that
                lasts, what has the old key will do for the new one, too. What is set aside stays in its place: each
                place puts there what it has under the old key.

        Raises:
            Unavailable, TryAgain, CredentialError: as in put.
        """
        self.put(secrets)

    def erase(self, key: str, also: tuple[str, ...] = (), secret: str | None = None) -> bool:
        """Remove a key, and the keys that go with it; return whether the key was removed. Raises as put does.

        Args:
            secret: remove only if this is what stands there. Compared and removed in one step, so that a token
                stored in between is never lost.
        """
        raise NotImplementedError
