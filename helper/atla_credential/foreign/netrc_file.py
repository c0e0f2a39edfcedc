"""What .netrc says: curl, and git with it, take a password from there before any helper is asked."""

import netrc
import os
import stat

from atla_credential.errors import Unavailable
from atla_credential.foreign.variables import netrc_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.environment import Environment
    from atla_credential.places.address import Url


def is_in_netrc(environment: "Environment", url: "Url") -> bool:
    """Tell whether .netrc has an entry that goes out to an address; one that cannot be read has none."""
    try:
        path = netrc_path(environment)
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False  # a FIFO would hold us up
        hosts = netrc.netrc(path).hosts
    except (Unavailable, OSError, ValueError, netrc.NetrcParseError):
        return False
    host = url.host.rpartition(":")[0] if url.host.rpartition(":")[2].isdigit() else url.host
    entry = hosts.get(host.lower(), hosts.get("default"))
    return entry is not None and url.username in (None, entry[0])
