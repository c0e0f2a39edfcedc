"""What `store` and `erase` have to do with the other helpers that helper.toml lists.

A helper is told only of the very token that a `get` would now have from it. Any other is left alone, because some
forget whatever they have for a host, the new token with the old one.
"""

from atla_credential.model import HELPER, Credential
from atla_credential.operations.owner import stored_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.search import Search
    from atla_credential.errors import Unavailable
    from atla_credential.helpers.other_helper import OtherHelpers
    from atla_credential.model import Profile
    from atla_credential.operations.call import Call

    Found = tuple[Credential, int]  # what a helper has, and which one it is


class Chain:
    """The helpers that a profile's token can come from, if there are any.

    Args:
        call: where warnings go.
        search: what helper.toml lists.
        profile: whose token it is.
    """

    def __init__(self, call: "Call", search: "Search", profile: "Profile") -> None:
        self.call, self.profile = call, profile
        is_stored = bool(search.near.helpers) and profile.store is not None
        self.helpers: OtherHelpers | None = call.world.helpers(search.near.helpers) if is_stored else None

    def find(self, secret: str) -> "Found | None":
        """Return what the helpers would give for the profile, if it is a certain secret.

        Raises:
            Unavailable: they would not give it, and one could not be asked.
        """
        found, failures = self._ask()
        if found is not None and found[0].secret == secret:
            return found
        if failures:
            raise failures[0]
        return None

    def keeps(self, given: Credential) -> bool:
        """Tell whether a helper answers for the profile, so that nothing is kept here (safety E4).

        The one that the credential came from is told that it worked. What it did not come from may have been rotated
        since, and a copy here would bring it back. Of a profile whose token only helpers have none is ever kept.

        Raises:
            Unavailable: a helper, or the profile's own store, could not be asked or told.
        """
        is_theirs = self.profile.store == HELPER
        if self.helpers is None or stored_secret(self.call, self.profile) is not None:
            return is_theirs
        found, failures = self._ask()
        is_known = found is not None and found[0].secret == given.secret
        if failures and not (is_known or is_theirs):
            raise failures[0]
        if found is None:
            return is_theirs
        known, number = found
        if not is_known:
            return True
        expires_utc = known.expires_utc if given.expires_utc is None else given.expires_utc
        refresh_secret = given.refresh_secret or known.refresh_secret
        told = Credential(given.secret, known.username, known.auth, expires_utc, refresh_secret)
        self.helpers.tell(number, "store", self.profile, told)
        return True

    def forget(self, found: "Found") -> None:
        """Tell a helper that what it has was rejected, and so every other one that has the same, or it would come back.

        Raises:
            Unavailable: a helper could not be asked or told.
        """
        told: list[int] = []
        again: Found | None = found
        while self.helpers is not None and again is not None and again[1] not in told:  # one may not forget, as pass
            self.helpers.tell(again[1], "erase", self.profile, again[0])
            told.append(again[1])
            again = self.find(found[0].secret)

    def _ask(self) -> "tuple[Found | None, list[Unavailable]]":
        """Return what the helpers would give, and why others could not be asked."""
        failures: list[Unavailable] = []
        return (self.helpers.ask(self.profile, failures.append) if self.helpers else None), failures
