"""What a rule or source saw, in words. Only who explains needs it, so `get` comes here for a trace only."""

from atla_credential.environment import EMAIL, INSTANCE, PROFILE
from atla_credential.errors import Unavailable
from atla_credential.foreign.variables import name_in_use
from atla_credential.report.reason import reason_against

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.answer.search import Entry, Search
    from atla_credential.model import Profile


def outcome_of(search: "Search", outcome: str | None) -> str:
    """Return in words what came of a step, or for None what it saw, as long as that is there.

    Its text is a constant of the code; names and addresses are filled in, and nothing else: never a secret.
    """
    text, values = search.seen
    return outcome or str(text).format(*values, about=About(search, values))


def sentence_of(search: "Search", entry: "Entry") -> str:
    """Return the sentence of a rule or source, with the variable that is read where it names the profile.

    Nobody who has set ATLCLI_PROFILE looks for a mistake in ATLA_PROFILE. Other variables are named by what was seen.
    """
    sentence = (entry.__doc__ or entry.__name__).removesuffix(".")
    return sentence.replace(PROFILE[0], name_in_use(search.environment, PROFILE))


def line_of(search: "Search", entry: "Entry", outcome: str | None) -> str:
    """Return a step in one line."""
    return f"{sentence_of(search, entry)} -> {outcome_of(search, outcome)}"


class About:
    """What the texts of rules and sources name in braces, found out only where it stands there."""

    def __init__(self, search: "Search", values: tuple[object, ...]) -> None:
        self.search = search
        self.values = values

    @property
    def token(self) -> str:
        """The name of the variable that ATLA_TOKEN is read from."""
        return self.search.environment.token_variable() or ""

    @property
    def instance(self) -> str:
        """The name of the variable that ATLA_INSTANCE is read from."""
        return name_in_use(self.search.environment, INSTANCE)

    @property
    def email(self) -> str:
        """The name of the variable that ATLA_EMAIL is read from."""
        return name_in_use(self.search.environment, EMAIL)

    @property
    def active(self) -> str:
        """Which profile is the active one."""
        search = self.search
        chosen = search.environment.profile or search.near.default_profile
        return f'"{chosen}"' if chosen else "and none is active"

    @property
    def first(self) -> str:
        """Why the profile named does not answer."""
        name = str(self.values[0])
        profile = find(self.search, name)
        if profile is not None:
            return f"is {reason_against(self.search, profile)}"
        variables = self.search.world.profile_of_variables
        is_made = variables is not None and variables.name == name
        return "is made of variables alone" if is_made else "does not exist"

    @property
    def variables(self) -> str:
        """Why the profile of the variables does not answer."""
        profile = self.search.world.profile_of_variables
        if profile is None:
            return f"{self.instance} is not set"
        if self.search.profile_name == profile.name and self.search.is_stored:
            return "not asked, because --profile names a stored one"
        return reason_against(self.search, profile)


def find(search: "Search", name: str) -> "Profile | None":
    """Return a profile by its name, or None.

    What is wrong with a profile that has no say is no concern of the answer's, so it is none of the explanation's.
    """
    found = search.near.profiles.get(name)
    if found is not None:
        return found
    try:
        return search.config.profiles.get(name)
    except Unavailable:
        return None
