"""The store of a profile whose token other helpers have, and nobody else: nothing is ever in it."""

from atla_credential.errors import CredentialError
from atla_credential.stores.store import Store


class Elsewhere(Store):
    """Keeps nothing."""

    def get(self, key: str) -> str | None:
        """Return None: nothing is here."""
        return None

    def put(self, secrets: dict[str, str | None]) -> None:
        """Remove keys, which are not here. Raises CredentialError for a secret."""
        if any(secret is not None for secret in secrets.values()):
            raise CredentialError("the token of this profile is a helper's, so none is kept here")

    def move(self, keys: dict[str, str], secret: str | None, replaces: bool = True) -> bool:
        """Return that nothing was moved."""
        return False

    def erase(self, key: str, also: tuple[str, ...] = (), secret: str | None = None) -> bool:
        """Return that nothing was removed."""
        return False
