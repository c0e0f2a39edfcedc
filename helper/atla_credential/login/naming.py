"""Which profile a login is for, where none is named: each account at each instance has a profile of its own."""

from itertools import chain, count

from atla_credential.errors import UsageError
from atla_credential.input.guess import did_you_mean
from atla_credential.input.instance import complete_instance
from atla_credential.input.name import an_email
from atla_credential.places.instance import default_name, is_atlassian_hosted, parse_instance, same_site
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable

    from atla_credential.environment import Environment
    from atla_credential.model import Profile
    from atla_credential.settings.config import Config

    Check = Callable[[str], str]
    Ask = Callable[[str, Check], str]

EMAIL_QUESTION = "E-mail"


def take_word(options: "Namespace", config: "Config") -> None:
    """Let the word of `login WORD` be a profile of that name, else an instance if it has a dot.

    Raises:
        UsageError: it is neither, or something else was said by an option. It is not repeated: it may be a token.
    """
    word = options.word
    if word is None:
        return
    if word in config.profiles:
        if options.profile not in (None, word):
            raise UsageError("two profiles were named", "leave one out")
        options.profile = word
    elif "." in word:
        if options.instance is not None:
            raise UsageError("two instances were given", "leave one out; an e-mail is given with --email")
        options.instance = word
    else:
        new = "for a new profile: atla-credential login --profile NAME --instance URL"
        meant = did_you_mean(word, config.profiles, "atla-credential login ")
        raise UsageError("the word is neither a profile nor an instance", *meant, new)


def find_profile(
    options: "Namespace", environment: "Environment", config: "Config", instance: str, ask: "Ask | None"
) -> "tuple[Profile | None, str]":
    """Return the profile of the account that a login is for, None for a new one; and its e-mail, as far as it is known.

    The e-mail, else the user name, tells the account. Where neither was given, the only profile at the instance is
    meant; of several none is guessed, because a wrong guess would replace another account's token.

    Raises:
        UsageError: more than one profile could be meant, and nobody can be asked for the e-mail.
    """
    there = at_site(config.profiles.values(), instance)
    email = email_given(options, environment, instance)
    found = fitting(there, options, email)
    own = [each for each in there if each.counts]
    if own and len(found) != 1 and not email and ask and is_atlassian_hosted(instance) and not options.bearer:
        email = ask(EMAIL_QUESTION, an_email)
        found = fitting(there, options, email)
    if len(found) > 1:
        raise several_fit(found, knows_account=bool(email))
    return (found[0] if found else None), email


def at_site(profiles: "Iterable[Profile]", instance: str) -> "list[Profile]":
    """Return the profiles at an instance. Only an address that has the host in it is read: there may be thousands."""
    parsed = parse_instance(instance)
    host = parsed[0][1] if parsed else ""
    return [each for each in profiles if host in each.instance.lower() and same_site(each.instance, instance)]


def email_given(options: "Namespace", environment: "Environment", instance: str) -> str:
    """Return the e-mail that was given: by an option, or by a variable that goes with this instance; "" if none was."""
    if options.email or options.bearer or not is_atlassian_hosted(instance) or environment.auth == "bearer":
        return options.email or ""
    of_variables = environment.instance
    is_here = of_variables is None or same_site(complete_instance(of_variables)[0], instance)
    return (environment.email if is_here else None) or ""


def fitting(there: "Iterable[Profile]", options: "Namespace", email: str) -> "list[Profile]":
    """Return the profiles at an instance that a login can mean, by its e-mail, else its user name.

    Of one account's several, the product tells which, then the name that would be made from the host. What was made
    from what git was told is meant only by its e-mail.
    """
    found = [each for each in there if is_account(each, options, email)]
    found = [each for each in found if options.username and each.username == options.username] or found
    found = [each for each in found if options.product and each.product == options.product] or found
    is_told = email or options.username
    return [each for each in found if is_told and each.name == default_name(each.instance)] or found


def is_account(profile: "Profile", options: "Namespace", email: str) -> bool:
    """Tell whether a profile is the account that was given. A user name that is not on record may be the same one's."""
    if email:
        return profile.email == email
    if profile.yields:
        return False
    if options.bearer and profile.auth != "bearer":  # a service account or an access token is not the person there
        return options.username is not None and profile.username == options.username
    return not options.username or profile.username in (None, options.username)


def several_fit(found: "list[Profile]", knows_account: bool) -> UsageError:
    """Say that more than one profile could be meant."""
    names = " or ".join(f"--profile {quoted(each.name)}" for each in found)
    other = () if knows_account else ("or for another account: --email EMAIL, or --username NAME",)
    return UsageError("more than one profile is for this site", f"say which: {names}", *other)


def new_name(config: "Config", instance: str, email: str, username: str | None) -> str:
    """Return a name that no profile has: that of the host, else with the account, else with a number."""
    host = default_name(instance)
    account = [email.partition("@")[0], email] if email else [username] if username else []
    ends = chain(account, map(str, count(2)))
    return next(name for name in chain([host], (f"{host}-{end}" for end in ends)) if name not in config.profiles)
