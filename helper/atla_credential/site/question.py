"""What is asked about, and one question: the records that go from the questions to the wire."""

from atla_credential.places.address import DEFAULT_PORTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.model import Profile

    Origin = tuple[str, str, int]


class Subject:
    """Whose token is asked about. Has no printable form.

    Args:
        profile: the profile.
        secret: its token.
        source: where that comes from, as in Resolution, or "setAside"; None for one that somebody has just given, and
            "rotated" where that is to take another one's place.
        variable: the variable that it comes from, or None.
        login: gives the command that is logging in to the profile, with other options if need be; None where it is
            there as it is.
    """

    __slots__ = ("login", "profile", "secret", "source", "variable")

    def __init__(
        self,
        profile: "Profile",
        secret: str,
        source: str | None,
        variable: str | None = None,
        login: "Callable[..., str] | None" = None,
    ) -> None:
        self.profile, self.secret, self.source, self.variable, self.login = profile, secret, source, variable, login

    def __repr__(self) -> str:
        return "<Subject>"


class Question:
    """One address that is asked.

    Args:
        origin: (scheme, host, port).
        path: the segments of its path.
        target: "site", "gateway" or "bitbucket": which of a profile's places it is at.
        product: the product that answers there; None for the cloud id, which belongs to none.
        cloud_id: the cloud id that it is asked with, or None.
    """

    __slots__ = ("cloud_id", "origin", "path", "product", "target")

    def __init__(
        self, origin: "Origin", path: tuple[str, ...], target: str, product: str | None, cloud_id: str | None = None
    ) -> None:
        self.origin, self.path, self.target, self.product, self.cloud_id = origin, path, target, product, cloud_id

    @property
    def host(self) -> str:
        """The host, with its port where that is not the usual one."""
        scheme, host, port = self.origin
        return host if port == DEFAULT_PORTS[scheme] else f"{host}:{port}"

    @property
    def asks_cloud_id(self) -> bool:
        """Whether it asks for a site's cloud id, which takes no token."""
        return self.product is None
