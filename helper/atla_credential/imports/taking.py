"""Take logins over, each as `login` would if somebody typed it: planned, asked about, and written in one order.

One thing is different: no token is ever replaced. What another program keeps may be older than what the profile has,
and here nobody has said which of the two is wanted.
"""

from argparse import Namespace

from atla_credential.errors import CredentialError, NoCredential, Unavailable, restore
from atla_credential.imports.as_typed import LeftOut, as_typed, secret_of
from atla_credential.imports.taken import CREATED, LEFT_OUT, PRESENT, UPDATED, Taken
from atla_credential.login.account import plan_profile
from atla_credential.login.learned import Learned
from atla_credential.login.record import Overtaken, has_token, record
from atla_credential.login.replaced import find_replaced
from atla_credential.login.token_input import a_token, all_oddities
from atla_credential.settings.config import Config
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.world import World
    from atla_credential.imports.foreign_login import ForeignLogin
    from atla_credential.model import Profile

TRIES = 5  # how often another process, such as an import of the same file, may be faster with one login


class Taking:
    """Takes logins over.

    Args:
        options: those of `import`.
        blank: those of a login that nobody has given.
        world: what this process knows, without the variables that say who somebody is.
        limit_s: how long a site may take.
    """

    def __init__(self, options: Namespace, blank: Namespace, world: "World", limit_s: float) -> None:
        self.options, self.blank, self.world, self.limit_s = options, blank, world, limit_s
        self.planned: dict[str, Profile] = {}  # what a dry run would have made so far
        self.known: dict[tuple[str | None, ...], Taken] = {}  # what became of an account and its token

    def take(self, entry: "ForeignLogin") -> Taken:
        """Take one login over, whole or not at all, and return what became of it, also where something is wrong."""
        try:
            if entry.left_out is not None:
                raise LeftOut(*entry.left_out)
            return self.log_in(entry, secret_of(self.world, entry))
        except CredentialError as error:
            return Taken(entry, LEFT_OUT, error=error)

    def log_in(self, entry: "ForeignLogin", given: str, tries: int = TRIES) -> Taken:
        """Do what `login` does; where another process was faster, look at what it has done. Raises CredentialError."""
        config = self.config()
        options = as_typed(self.options, self.blank, entry, given, config.allow_http)
        profile = self.plan(options, config)
        secret = a_token(given, profile)
        account = (profile.instance, profile.email, profile.username, profile.auth, secret)
        if account in self.known:
            return self.known[account].again(entry)
        old = config.profiles.get(profile.name)
        try:
            taken = self.there(entry, profile, old, secret) or self.put(entry, options, profile, old, secret)
        except CredentialError as error:
            if isinstance(error, Overtaken) and tries > 1:
                self.world.anew()
                return self.log_in(entry, given, tries - 1)
            taken = Taken(entry, LEFT_OUT, profile, error=error)
        self.known[account] = taken
        return taken

    def config(self) -> Config:
        """Return the settings, in a dry run with what that would have made so far. Raises Unavailable."""
        now = self.world.config
        profiles = {**now.profiles, **self.planned}
        return Config(profiles, now.default_profile, now.storage, now.helpers, now.allow_http, now.adopt)

    def plan(self, options: Namespace, config: Config) -> "Profile":
        """Return the profile to write. Raises UsageError; Unavailable where its token would have no place."""
        try:
            return plan_profile(options, self.world, config, None)
        except Unavailable as error:
            step = f"keep the tokens in a file instead: atla-credential import {self.options.source} --storage file"
            raise type(error)(error.message, *(() if self.options.storage else (step,))) from None

    def there(self, entry: "ForeignLogin", profile: "Profile", old: "Profile | None", secret: str) -> Taken | None:
        """Return what is there already, None if nothing is that has a token.

        Raises LeftOut: it is another token, or stands where the profile has none as yet. Raises Unavailable: nobody
        knows which.
        """
        if old is None:
            return None
        if old.name in self.planned:
            raise another(old)
        if old.secret_key != profile.secret_key:
            raise LeftOut(f'profile "{old.name}" is another account\'s', "give it another name: --profile NAME")
        try:
            found = find_replaced(self.world, old)
        except NoCredential:
            if old.store != profile.store and has_token(self.world, old, profile):
                raise in_another_store(profile) from None
            return None
        if found.secret != secret:
            raise another(old)
        if found.is_aside:
            raise LeftOut(f'it is set aside in profile "{old.name}"', f"if it is good, {restore(old.name)}")
        return Taken(entry, PRESENT, old)

    def put(
        self, entry: "ForeignLogin", options: Namespace, profile: "Profile", old: "Profile | None", secret: str
    ) -> Taken:  # fmt: skip
        """Ask the site, and write. Raises CredentialError, NotVerified."""
        outcome = CREATED if old is None else UPDATED
        notes = list(all_oddities(self.world, profile, secret, None, None))
        learned = Learned(options, profile)
        if options.dry_run:
            self.planned[profile.name] = profile
            return Taken(entry, outcome, profile, learned, notes)
        if not options.no_verify:
            from atla_credential.report.learning import learn  # door: what asks a site takes long to load

            learned = learn(options, self.world, profile, old, secret, self.limit_s)
        noted: dict[str, object] = {"ca_file": options.ca_file} if options.ca_file else {}
        written, _ = record(
            self.world, learned, old, secret, noted,
            lambda: plan_profile(options, self.world, self.world.config, None), replaces=False,
        )  # fmt: skip
        return Taken(entry, outcome, written, learned, [*notes, *learned.doubts(written)])


def another(profile: "Profile") -> LeftOut:
    """Say that a profile has another token, which stays."""
    step = f"to put this one in its place: atla-credential rotate {quoted(profile.name)}"
    return LeftOut(f'profile "{profile.name}" has another token, which stays', step)


def in_another_store(profile: "Profile") -> LeftOut:
    """Say that there is a token where this one would be kept, though the profile has its own elsewhere."""
    step = f"to use that one: atla-credential login {quoted(profile.name)} --storage {profile.store}"
    return LeftOut(f'there is a token of profile "{profile.name}" in the {profile.store} already, which stays', step)
