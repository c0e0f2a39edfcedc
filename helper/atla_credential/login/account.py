"""Work out which profile a login makes or updates, from options, files, variables and answers."""

from atla_credential.environment import PROFILE
from atla_credential.errors import UsageError
from atla_credential.foreign.variables import name_in_use
from atla_credential.input.instance import read_instance
from atla_credential.input.name import a_cloud_id, an_email, check_texts
from atla_credential.login.naming import EMAIL_QUESTION, find_profile, new_name
from atla_credential.login.storage import plan_store
from atla_credential.model import Profile
from atla_credential.places.instance import is_atlassian_hosted, same_site
from atla_credential.settings.config import Config
from atla_credential.terminal import console
from atla_credential.text import quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from atla_credential.answer.world import World

    Check = Callable[[str], str]
    Ask = Callable[[str, Check], str]

EXAMPLES = {
    "--instance": "for example --instance work.atlassian.net",
    "--email": "for example --email you@example.com; for a service account or an access token --bearer instead",
}


def plan_profile(options: "Namespace", world: "World", config: Config, ask: "Ask | None") -> Profile:
    """Return the profile to write.

    What no option gives comes from the profile that is being updated, if it is for the same site (its e-mail also at
    another one), then from the variables, then from the person.

    Args:
        options: those of `login`.
        ask: asks one question until the answer passes a check, and returns what that makes of it; None where nobody
            can be asked.

    Raises:
        UsageError: something is missing and nobody can be asked, or makes no sense.
    """
    chosen = options.profile or world.environment.profile
    old = config.profiles.get(chosen or "")
    instance = plan_instance(options, world, config, old, ask)
    email = options.email or ""
    if chosen is None:
        old, email = find_profile(options, world.environment, config, instance, ask)
    # What was made from what git was told says no word of this person, unless they name it.
    said = None if old is None or (old.yields and not options.profile) else old
    known = said if said is not None and same_site(said.instance, instance) else None
    auth = plan_auth(options, world, instance, known)
    early = plan_store(options, world, config, old, ask) if ask else None  # before more is asked for
    email = plan_email(options, world, instance, auth, email, said, ask)
    store = early or plan_store(options, world, config, old, ask)
    name = chosen or (old.name if old is not None else new_name(config, instance, email, options.username))
    profile = with_known(options, known, Profile(name, instance, email, store, auth))
    check_texts(profile, is_there=name in config.profiles)
    if options.cloud_id:  # one that is on record may have come from the site, which knows better
        a_cloud_id(options.cloud_id)
    if old is not None and chosen and not options.profile:
        refuse_anothers_profile(name_in_use(world.environment, PROFILE), old, profile)
    return profile


def with_known(options: "Namespace", known: Profile | None, new: Profile) -> Profile:
    """Return the profile to write: what the options do not say of it is as it is known."""
    return new.but(
        instance=known.instance if known else new.instance,  # verbatim: it is part of the secret's key
        username=(options.username or None) if options.username is not None else known_name(known, new.email),
        cloud_id=(options.cloud_id or None) if options.cloud_id is not None else (known.cloud_id if known else None),
        product=options.product or (known.product if known else None),
        expires_utc=known.expires_utc if known else None,
        token_file=known.token_file if known and is_account(known, options, new.email) else None,
    )


def is_account(known: Profile, options: "Namespace", email: str) -> bool:
    """Tell whether a login is to the account that is known at this site; a user name may only now be put on record."""
    return known.email == email and (not options.username or known.username in (None, options.username))


def known_name(known: Profile | None, email: str) -> str | None:
    """Return the user name on record of the account that is updated, or None; it does not go to another account."""
    return (known.username or None) if known and known.email == email else None


def plan_instance(options: "Namespace", world: "World", config: Config, old: Profile | None, ask: "Ask | None") -> str:
    """Return the instance: the option's, the updated profile's, the variable's, or the person's."""
    if old is not None and not options.instance:
        return old.instance
    given = options.instance or world.environment.instance
    question = "Site (for example work.atlassian.net)"
    return needed(given, question, "--instance", ask, lambda text: take_instance(options, text, config.allow_http))


def take_instance(options: "Namespace", text: str, allow_http: bool) -> str:
    """Return the instance in an address, and take an account's name in it as if it had been given as an option.

    Raises UsageError for what is no instance.
    """
    given = read_instance(text, allow_http)
    if given.username is not None and getattr(options, given.option) is None:
        setattr(options, given.option, given.username)
    if given.is_cut:
        console.show_warning(f"this is the address of a page or a clone; the instance is {given.instance}")
        options.instance = options.instance and given.instance  # it is said once, however often a login is planned
    return given.instance


def plan_auth(options: "Namespace", world: "World", instance: str, known: Profile | None) -> str:
    """Return "bearer" or "basic".

    Where nothing says which, an instance of Atlassian's takes Basic, and a Data Center takes a personal access
    token, which works as Bearer only. Raises UsageError if --deployment says data-center of a site of Atlassian's.
    """
    if options.deployment == "data-center" and is_atlassian_hosted(instance):
        raise UsageError("this is a Cloud site", "leave out --deployment, or give your own server's --instance")
    if options.bearer:
        return "bearer"
    if options.email:
        return "basic"
    if options.deployment:
        return "bearer" if options.deployment == "data-center" else "basic"
    if known is not None:
        return known.auth
    return world.environment.auth or ("basic" if is_atlassian_hosted(instance) else "bearer")


def plan_email(
    options: "Namespace", world: "World", instance: str, auth: str, given: str, old: Profile | None, ask: "Ask | None",
) -> str:  # fmt: skip
    """Return the e-mail; "" for an account that signs in without one.

    That of the profile that is updated goes along to another site, where one is needed.
    """
    is_known = old is not None and same_site(old.instance, instance)
    email = given or (old.email if old and is_known else "")
    if email or auth == "bearer":
        return email
    username = options.username or (old.username if old and is_known else None)
    if username and not is_atlassian_hosted(instance):
        return ""
    return needed((old.email if old else "") or world.environment.email, EMAIL_QUESTION, "--email", ask, an_email)


def needed(value: str | None, question: str, option: str, ask: "Ask | None", check: "Check") -> str:
    """Return a value in its right form, asking for it if there is none. Raises UsageError."""
    if value:
        return check(value)
    if ask is None:
        raise UsageError(f"{option} is needed", EXAMPLES[option])
    return ask(question, check)


def refuse_anothers_profile(variable: str, old: Profile, new: Profile) -> None:
    """Raise UsageError where a variable names another account's profile, which would lose its token.

    It was set for other purposes. A user name that was not on record may be the same one's.
    """
    same = old.secret_key == new.secret_key and (new.email != "" or (old.username or new.username) == new.username)
    if same and not (old.yields and not new.email):
        return
    what = "was made from what git was told" if old.yields else "already exists for another site or account"
    raise UsageError(
        f'profile "{old.name}" {what}',
        f"{variable} names it: unset that, or give the new one a name: --profile NAME",
        f"or replace that one: --profile {quoted(old.name)}",
    )
