"""What the configurations of MCP clients give to mcp-atlassian in variables: a login for each product of each server.

Source: code.visualstudio.com, MCP configuration reference (`servers`); the manuals of Claude and Cursor (`mcpServers`);
github.com/sooperset/mcp-atlassian: jira/config.py, confluence/config.py.
"""

from atla_credential.imports.foreign_login import BY_HAND, ForeignLogin
from atla_credential.imports.source_file import read_object, tables_at, text_at
from atla_credential.input.instance import complete_instance
from atla_credential.places.instance import is_atlassian_hosted

LISTS = ("mcpServers", "servers")
PRODUCTS = ("jira", "confluence")


def read(path: str) -> list[ForeignLogin] | None:
    """Return the logins; None if there is no such file. Raises Unavailable."""
    document = read_object(path)
    if document is None:
        return None
    return [
        entry
        for key in LISTS
        for name, server in tables_at(document, key).items()
        for product in PRODUCTS
        if (entry := entry_of(path, name, server.get("env"), product)) is not None
    ]


def entry_of(path: str, name: str, variables: object, product: str) -> ForeignLogin | None:
    """Return the login of one product; None where the server has none.

    With both kinds of token, the program takes the API token at a Cloud site, and the personal one elsewhere.
    """
    start = product.upper()
    address = text_at(variables, f"{start}_URL")
    account, token = text_at(variables, f"{start}_USERNAME"), text_at(variables, f"{start}_API_TOKEN")
    personal = text_at(variables, f"{start}_PERSONAL_TOKEN")
    if not token and not personal:
        return None
    is_hosted = is_atlassian_hosted(complete_instance(address)[0])
    is_bearer = bool(personal) and not (is_hosted and token)
    variable = f"{start}_{'PERSONAL' if is_bearer else 'API'}_TOKEN"
    return ForeignLogin(
        path,
        f'{variable} of "{name}"',
        address,
        "" if is_bearer else account,
        personal if is_bearer else token,
        auth="bearer" if is_bearer else "basic",
        product=product,
        removal=f"remove {variable} there",
        group=name,
        left_out=None if address else (f"it has no {start}_URL", BY_HAND),
    )
