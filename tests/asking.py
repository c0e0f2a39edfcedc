"""Ask the resolver in this process, with files and variables of the test's own."""

from pathlib import Path

from atla_credential.answer.rules import resolve
from atla_credential.answer.search import Search
from atla_credential.answer.world import World
from atla_credential.environment import Environment
from atla_credential.model import Resolution
from atla_credential.wire.message import Message, add_url
from atla_credential.wire.request import query_from


def profile(name: str, instance: str, email: str = "you@example.com", store: str = "file", **more: str) -> str:
    """Return a profile's table in config.toml."""
    keys = {"instance": instance, "email": email, "credential_store": store, **more}
    return f'[profiles."{name}"]\n' + "".join(f'{key} = "{value}"\n' for key, value in keys.items())


def token(name: str, instance: str, secret: str, email: str = "you@example.com") -> str:
    """Return a token's table in credentials.toml."""
    return f'[tokens."{name}|{email}|{instance}"]\ntoken = "{secret}"\n'


def write_keyringrc(home: Path, *lines: str) -> None:
    """Write the settings of the library `keyring` that name a backend."""
    folder = home / ".config" / "python_keyring"
    folder.mkdir(parents=True)
    (folder / "keyringrc.cfg").write_text("\n".join(["[backend]", *lines, ""]))


def resolution(
    home: Path,
    url: str | None,
    username: str | None = None,
    profile_name: str | None = None,
    warnings: list[str] | None = None,
    learns_base: bool = False,
    **variables: str,
) -> Resolution | None:
    """Resolve one query; `url` None asks without a host, `learns_base` as a format that says where REST calls go."""
    query = None
    if url is not None:
        message = Message()
        add_url(message, url)
        if username is not None:
            message.single["username"] = username
        query = query_from(message)
        if query.origin is None:
            return None
        query = query.with_authtype(learns_base=True) if learns_base else query
    search = Search(World(Environment({"HOME": str(home), **variables})), query, profile_name)
    return resolve(search, (warnings if warnings is not None else []).append)


def answer(home: Path, url: str | None, username: str | None = None, **more: str | bool) -> tuple[str, str, str] | None:
    """Return (user name, secret, auth), or None if nothing matches or there is no token."""
    found = resolution(home, url, username, **more)  # type: ignore[arg-type]
    if found is None or found.credential is None:
        return None
    return found.credential.username or "", found.credential.secret, found.credential.auth
