"""`discover`: the cloud id of a Cloud site, and where its REST addresses are. Needs no profile and no token."""

from atla_credential.errors import CredentialError, TryAgain, UsageError
from atla_credential.input.instance import complete_instance
from atla_credential.input.timeout import parse_timeout
from atla_credential.places.instance import gateway_of, is_cloud, parse_instance
from atla_credential.places.table import gateway_url
from atla_credential.system import DONE
from atla_credential.terminal import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from atla_credential.answer.world import World
    from atla_credential.places.instance import Origin


def add_options(parser: "ArgumentParser") -> None:
    """Add this command's options."""
    parser.epilog = "example:\n  atla-credential discover --site work.atlassian.net"
    parser.add_argument("word", metavar="SITE", nargs="?", help="the Cloud site")
    parser.add_argument("--site", "--instance", metavar="URL", help="the same")
    parser.add_argument("--timeout", metavar="SECONDS", help="how long the site may take: 1 to 120, else 15")


def run(options: "Namespace", world: "World") -> int:
    """Ask a site for its cloud id, and print that.

    Raises:
        UsageError: none or two were given, it is no Cloud site, or --timeout is no number of seconds.
        CredentialError: the site tells none.
        TryAgain: the site could not be asked.
    """
    limit_s = parse_timeout(options.timeout)
    if options.site is not None and options.word is not None:
        raise UsageError("two sites were given", "leave one out")
    origin = cloud_site(options.word if options.site is None else options.site)
    from atla_credential.report.verifying import ask_for_cloud_id  # door: what asks a site takes long to load

    found = ask_for_cloud_id(origin, world, limit_s)
    if found.cloud_id is None:
        error = TryAgain if found.is_passing else CredentialError
        raise error(found.message, *filter(None, [found.hint]))
    jira, confluence = (gateway_url(gateway_of(origin), each, found.cloud_id) for each in ("jira", "confluence"))
    if options.json:
        fields = {"cloudId": found.cloud_id, "jiraEndpoint": jira, "confluenceEndpoint": confluence}
        console.show_json({"site": f"https://{origin[1]}", **fields})
    else:
        shown = (("cloud id", found.cloud_id), ("jira", jira), ("confluence", confluence))
        console.show_fields([(name, value, "") for name, value in shown], world.environment)
    return DONE


def cloud_site(text: str | None) -> "Origin":
    """Return the origin of a Cloud site. Raises UsageError."""
    if text is None:
        raise UsageError("a site is needed", "for example: atla-credential discover work.atlassian.net")
    instance = parse_instance(complete_instance(text)[0])
    if instance is None or not is_cloud(instance[0]):
        raise UsageError("this is not the address of a Cloud site", "for example --site work.atlassian.net")
    return instance[0]
