"""What other helpers are told of a profile: where it is, and as whom; whatever the request looked like."""

from atla_credential.errors import Unavailable
from atla_credential.input.instance import join
from atla_credential.places.instance import BITBUCKET, parse_instance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Profile

    Lines = list[tuple[str, str]]


def account_of(profile: "Profile") -> str:
    """Return the name under which helpers know a profile's account; "" if it has none.

    At Bitbucket git never sees the e-mail, so its helpers have the user name there, or that of the token's kind.
    """
    parsed = parse_instance(profile.instance)
    return profile.username or ("" if parsed and parsed[0] == BITBUCKET else profile.email)


def lines_for(profile: "Profile") -> "Lines":
    """Return the instance's scheme and host, and the account's name if it has one.

    git tells its helpers no path by default, so they know none. But a workspace or repository of Bitbucket's is told:
    what they have for the host may be another one's token.

    Raises:
        Unavailable: its instance is no address.
    """
    parsed = parse_instance(profile.instance)
    if parsed is None:
        raise Unavailable("no helper can be asked for an instance that is no address")
    origin, root = parsed
    scheme, _, host = join(origin).partition("://")
    lines = [("capability[]", "authtype")] if profile.auth == "bearer" else []
    lines += [("protocol", scheme), ("host", host)]
    if origin == BITBUCKET and root:
        lines.append(("path", "/".join(root)))
    account = account_of(profile)
    return [*lines, ("username", account)] if account else lines
