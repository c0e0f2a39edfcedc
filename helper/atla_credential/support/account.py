"""Work out which profile a login makes or updates, from options, files, variables and answers."""

import re

from atla_credential.config import Config
from atla_credential.errors import UsageError, is_control, is_surrogate, quoted
from atla_credential.instance import default_name, is_atlassian_hosted, is_cloud, parse_instance, same_site
from atla_credential.model import Profile
from atla_credential.support.storage import plan_store
from atla_credential.support.typed_instance import normalise_instance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from atla_credential.environment import Environment

    Check = Callable[[str], str]
    Ask = Callable[[str, Check], str]

CLOUD_ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def plan_profile(options: "Namespace", environment: "Environment", config: Config, ask: "Ask | None") -> Profile:
    """Return the profile to write.

    What no option gives comes from the profile that is being updated, if it is for the same site, then from the
    variables, then from the person.

    Args:
        options: those of `login`.
        ask: asks one question until the answer passes a check, and returns what that makes of it; None where nobody
            can be asked.

    Raises:
        UsageError: something is missing and nobody can be asked, or makes no sense.
    """
    chosen_name = options.profile or environment.profile
    instance = plan_instance(options, environment, config, config.profiles.get(chosen_name or ""), ask)
    name = chosen_name or default_name(instance)
    old = config.profiles.get(name)
    known = old if old is not None and same_site(old.instance, instance) else None
    if known is not None and known.adopted and not options.profile:
        known = None  # made from what git was told: no word of it is this person's, unless they name it
    auth = plan_auth(options, environment, instance, known)
    early = plan_store(options, environment, config, old, ask) if ask else None  # before more is asked for
    email = plan_email(options, environment, instance, auth, known, ask)
    store = early or plan_store(options, environment, config, old, ask)
    profile = Profile(
        name,
        known.instance if known else instance,  # verbatim: it is part of the secret's key
        email,
        store,
        auth,
        options.username or ((known.username or None) if known and known.email == email else None),
        (options.cloud_id or None) if options.cloud_id is not None else (known.cloud_id if known else None),
        options.product or (known.product if known else None),
        known.expires_utc if known else None,
    )
    check_texts(profile)
    if old is not None and not options.profile:
        refuse_another_account(old, profile)
    return profile


def plan_instance(
    options: "Namespace", environment: "Environment", config: Config, old: Profile | None, ask: "Ask | None"
) -> str:
    """Return the instance: the option's, the updated profile's, the variable's, or the person's."""
    if old is not None and not options.instance:
        return old.instance
    given = options.instance or environment.instance
    question = "Site (for example work.atlassian.net)"
    return needed(given, question, "--instance", ask, lambda text: normalise_instance(text, config.allow_http))


def plan_auth(options: "Namespace", environment: "Environment", instance: str, known: Profile | None) -> str:
    """Return "bearer" or "basic".

    Where nothing says which, an instance of Atlassian's takes Basic, and a Data Center takes a personal access
    token, which works as Bearer only.

    Raises:
        UsageError: --deployment says data-center of a site of Atlassian's.
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
    return environment.auth or ("basic" if is_atlassian_hosted(instance) else "bearer")


def plan_email(
    options: "Namespace",
    environment: "Environment",
    instance: str,
    auth: str,
    known: Profile | None,
    ask: "Ask | None",
) -> str:
    """Return the e-mail; "" for an account that signs in without one."""
    email: str = options.email or (known.email if known else "")
    if email or auth == "bearer":
        return email
    username = options.username or (known.username if known else None)
    if username and not is_atlassian_hosted(instance):
        return ""
    return needed(environment.email, "E-mail", "--email", ask, an_email)


def needed(value: str | None, question: str, option: str, ask: "Ask | None", check: "Check") -> str:
    """Return a value in its right form, asking for it if there is none.

    Raises:
        UsageError: there is none and nobody can be asked, or it does not pass the check.
    """
    if value:
        return check(value)
    if ask is None:
        raise UsageError(f"{option} is needed", "see: atla-credential login --help")
    return ask(question, check)


def an_email(text: str) -> str:
    """Return an e-mail. Raises UsageError."""
    if "@" not in text:
        raise UsageError("the e-mail has no @", "a Data Center user name is given with --username")
    return text


def refuse_another_account(old: Profile, new: Profile) -> None:
    """Refuse to replace a profile whose name nobody gave: it came from the host, or from a variable.

    Raises:
        UsageError: the old profile is for another site or account, which would lose its token. A user name that was
            not on record may be the same one's.
    """
    same = old.secret_key == new.secret_key and (old.username or new.username) == new.username
    if same and not (old.adopted and not new.email):
        return
    what = "was made from what git was told" if old.adopted else "already exists for another site or account"
    raise UsageError(
        f'profile "{old.name}" {what}',
        "give the new one a name: --profile NAME",
        f"or replace that one: --profile {quoted(old.name)}",
    )


def check_texts(profile: Profile) -> None:
    """Refuse texts that would break the secret's key, a file or a terminal.

    Raises:
        UsageError: a name or e-mail has a "|", or something has a control character, or the e-mail is none.
    """
    texts = {
        "the profile's name": profile.name,
        "the e-mail": profile.email,
        "the user name": profile.username or "",
        "the cloud id": profile.cloud_id or "",
    }
    for what, text in texts.items():
        if any(map(is_control, text)) or text != text.strip():
            raise UsageError(f"{what} has a control character, or white space at an end")
        if any(map(is_surrogate, text)):
            raise UsageError(f"{what} is not valid UTF-8")
        if text.startswith("-") and text == profile.name:
            raise UsageError(f"{what} begins with a -, as options do")
        if "|" in text:
            raise UsageError(f"{what} has a |, which separates the parts of a secret's key")
    if profile.email:
        an_email(profile.email)
    parsed = parse_instance(profile.instance)
    if profile.cloud_id and (parsed is None or not is_cloud(parsed[0])):
        raise UsageError("only a Cloud site has a cloud id", "a Data Center token works at its own address")
    if profile.cloud_id:
        a_cloud_id(profile.cloud_id)


def a_cloud_id(text: str) -> str:
    """Return a cloud id. Raises UsageError."""
    if not re.fullmatch(CLOUD_ID, text):
        raise UsageError("this is not a cloud id", "it looks like 11111111-2222-3333-4444-555555555555")
    return text
