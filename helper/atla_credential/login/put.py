"""A token that is put into a store before its profile is written, and is taken back if the profile cannot be.

Otherwise it would be nobody's (safety C6). It goes only where nothing was before, so that nothing is lost with it: what
it has replaced could not be put back without losing what another program, which takes no lock, has stored since.
"""

from contextlib import suppress

from atla_credential.errors import CredentialError
from atla_credential.profiles.change import look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.world import World
    from atla_credential.model import Kept, Profile


class Put:
    """What is about to be put into a profile's store, while `tables.changing` holds the lock.

    Args:
        old: the profile as it is, or None.
        new: the profile as it is to be.
        kept: what it is to keep.
        is_new: whether its token was given now.
    """

    def __init__(self, world: "World", old: "Profile | None", new: "Profile", kept: "Kept", is_new: bool) -> None:
        self.world, self.new, self.kept = world, new, kept
        self.is_any = is_new or old is None or old.store != new.store
        self.is_first = False
        if old is None or place_of(old) != place_of(new):
            with suppress(CredentialError):
                self.is_first = not look(world, new).has_any

    def take_back(self) -> bool:
        """Remove it again, and return whether that was done.

        It stays where the profile is there all the same: its file may have been written, and only not pushed to the
        disk. A token that another program has stored meanwhile stays, too.
        """
        if not self.is_first or self.kept.secret is None:
            return False
        self.world.anew()
        with suppress(CredentialError):
            now = self.world.config.profiles.get(self.new.name)
            if now is None or place_of(now) != place_of(self.new):
                store = self.world.store(self.new.store)
                return store.erase(self.new.secret_key, self.new.further_keys, self.kept.secret)
        return False


def place_of(profile: "Profile") -> tuple[str, str | None]:
    """Return where a profile's token is: the key, and the store."""
    return profile.secret_key, profile.store
