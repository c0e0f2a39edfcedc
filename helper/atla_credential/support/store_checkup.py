"""What `doctor` looks at where tokens are kept: the keyring, the file, other helpers."""

from collections import Counter

from atla_credential.config import STORES, Config, read_config
from atla_credential.errors import CredentialError, NoKeyring, quoted
from atla_credential.store import open_helpers, open_store
from atla_credential.support.finding import Finding, steps
from atla_credential.support.move import has_token
from atla_credential.support.stored import owners_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from atla_credential.environment import Environment


def check_keyring(environment: "Environment") -> "Iterator[Finding]":
    """Whether there is a keyring, where one is wanted."""
    config = read_config(environment)
    if not wants_keyring(config):
        return
    try:
        open_store("keyring", environment).check()
    except CredentialError as error:
        kept = [profile for profile in config.profiles.values() if profile.store == "keyring"]
        yield Finding(error.message, steps(error), is_wrong=not all(has_token(environment, each) for each in kept))
    else:
        yield Finding("the keyring can be used")


def wants_keyring(config: Config) -> bool:
    """Tell whether a profile has its token in the keyring, or a new one would."""
    return config.storage == "keyring" or any(profile.store == "keyring" for profile in config.profiles.values())


def check_secrets(environment: "Environment") -> "Iterator[Finding]":
    """Whether there are tokens that no profile uses, or two where there should be one."""
    config = read_config(environment)
    for kind in STORES if wants_keyring(config) else ("file",):
        owners = owners_of(config, kind)
        try:
            found = Counter(open_store(kind, environment).keys())
        except NoKeyring:
            continue  # as another check says
        for key, count in found.items():
            if key not in owners:
                step = f"if no other program needs it, run: atla-credential logout --key {quoted(key)}"
                yield Finding(f'a token in the {kind} that no profile uses: "{key}"', step)
            elif count > 1:
                name = quoted(owners[key])
                step = f"run: atla-credential logout {name}; and then: atla-credential login --profile {name}"
                yield Finding(f'the {kind} has {count} tokens for profile "{owners[key]}"', step)


def check_helpers(environment: "Environment") -> "Iterator[Finding]":
    """Whether the helpers listed in helper.toml are there."""
    for fault in open_helpers(read_config(environment).helpers, environment).faults():
        yield Finding(fault.message, steps(fault), is_wrong=True)
