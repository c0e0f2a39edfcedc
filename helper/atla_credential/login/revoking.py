"""Where a token is revoked that another one has taken the place of: this program cannot, and it works until then.

Source: the pages of the products themselves; those of Data Center as the clients of its users name them.
"""

from atla_credential.input.instance import join
from atla_credential.input.token_shape import ACCESS, BITBUCKET_SERVER, is_bitbucket, kind_of, token_page
from atla_credential.places.instance import is_atlassian_hosted, parse_instance
from atla_credential.site.about import SERVICE_ACCOUNTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from atla_credential.model import Profile

PAGES = {
    "jira": "/secure/ViewProfile.jspa",
    "confluence": "/plugins/personalaccesstokens/usertokens.action",
    "bitbucket": "/plugins/servlet/access-tokens/manage",
}


def where_revoked(profile: "Profile", secret: str, product: str | None) -> tuple[str, str | None]:
    """Return how a token is revoked, in words, and the page for that; None where each token has another one.

    Args:
        secret: the token.
        product: which one answers at the instance, as far as that is known.
    """
    if is_bitbucket(profile.instance) and (kind_of(secret) == ACCESS or profile.auth == "bearer"):
        return "revoke the old one in the settings of its repository, project or workspace", None
    if is_atlassian_hosted(profile.instance):
        if profile.auth == "bearer" or profile.email.endswith(SERVICE_ACCOUNTS):
            return "let an administrator of the organisation revoke the old one", None
        page = token_page(profile.instance)
        return f"revoke the old one at {page}", page
    instance = parse_instance(profile.instance)
    if instance is None:
        return "revoke the old one where it was made", None
    address = "/".join((join(instance[0]), *instance[1]))
    known = product or ("bitbucket" if kind_of(secret) == BITBUCKET_SERVER else None)
    if known is None:
        return f"revoke the old one in your profile at {address}", None
    page = address + PAGES[known]
    return f"revoke the old one at {page}", page
