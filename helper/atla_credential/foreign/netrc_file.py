"""What .netrc says: curl, and git with it, take a password from there before any helper is asked."""

import netrc
import os
import stat

from atla_credential.errors import CredentialError
from atla_credential.foreign.variables import netrc_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment
    from atla_credential.places.address import Url

    Entry = tuple[str, str, str]  # user name, account, password


def read_netrc(path: str) -> "dict[str, Entry]":
    """Return the entries of a .netrc by their host, or `default`; none where there is no such file.

    Raises CredentialError, which says why, for one that was not read.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # a FIFO would hold us up
            raise CredentialError(f"{path} is not a regular file, and was not looked into")
        return netrc.netrc(path).hosts
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, netrc.NetrcParseError):
        raise CredentialError(f"{path} cannot be read", "look at that file") from None


def is_in_netrc(environment: "Environment", url: "Url") -> bool:
    """Tell whether .netrc has an entry that goes out to an address; one that cannot be read has none."""
    try:
        hosts = read_netrc(netrc_path(environment))
    except CredentialError:
        return False
    host = url.host.rpartition(":")[0] if url.host.rpartition(":")[2].isdigit() else url.host
    entry = hosts.get(host.lower(), hosts.get("default"))
    return entry is not None and url.username in (None, entry[0])
