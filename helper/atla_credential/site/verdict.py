"""Every verdict on a token: the table of reasons, which docs/reference/verdicts.md prints.

There are three verdicts, never two. `verified`: the site has recognised the token. `rejected`: who judges tokens there
has looked at this one and refused it. `unknown`: everything else. A verdict is about the token, and not about the
weather: a firewall, a proxy, a page to sign in, a busy server or a bad certificate say nothing of it.
"""

from dataclasses import dataclass

from atla_credential.site.about import (
    has_cloud_id,
    has_no_profile,
    has_words,
    is_bearer,
    is_hosted,
    is_of_service_account,
    is_rotated,
    is_set_aside,
    knows_address,
    knows_scopes,
    knows_wait,
    lacks_socks,
)
from atla_credential.system import DONE, FAILED, NO_CREDENTIAL, TRY_AGAIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from atla_credential.site.about import About

    Texts = tuple[tuple[Callable[[About], bool], str], ...]

VERIFIED, REJECTED, UNKNOWN = "verified", "rejected", "unknown"


@dataclass(frozen=True)
class Reason:
    """Why a verdict is what it is: one row of the table.

    Args:
        word: the fixed word for programs.
        verdict: one of the three.
        exit_code: what a command that asked exits with.
        message: one fact for people; what stands in braces is an attribute of About.
        step: what to do next, likewise; "" where there is nothing to do.
        steps: what is to be done instead in some cases, each with the case; the first that fits is taken.
        messages: likewise for the message.
    """

    word: str
    verdict: str
    exit_code: int
    message: str
    step: str = ""
    steps: "Texts" = ()
    messages: "Texts" = ()

    def message_for(self, about: "About") -> str:
        """Return the fact, of what was found."""
        return fitting(self.messages, self.message, about).format_map(Attributes(about))

    def step_for(self, about: "About") -> str:
        """Return what to do next about what was found, or ""."""
        return fitting(self.steps, self.step, about).format_map(Attributes(about))


def fitting(texts: "Texts", common: str, about: "About") -> str:
    """Return the first text that fits, else the common one."""
    return next((text for case, text in texts if case(about)), common)


class Attributes(dict[str, object]):
    """The values of what stands in braces, each found out only where it stands there."""

    def __init__(self, about: "About") -> None:
        super().__init__()
        self.about = about

    def __missing__(self, name: str) -> object:
        return getattr(self.about, name)


CHECK = "check {the_address}"
REACH = "check the address, and the network"
ADMIN = "ask your network's admin"

ROWS = (
    Reason("ok", VERIFIED, DONE, "verified{as_whom}"),
    Reason("missing-scope", VERIFIED, DONE, "{host} knows the token, which lacks the scope to say whose it is",
           "for that, make one with the scope to read its user; everything else works without",
           ((knows_scopes, "for that, make one with the scope {scopes}; everything else works without"),)),
    Reason("bad-credentials", REJECTED, NO_CREDENTIAL, "{host} does not take this token for this account",
           "check the e-mail or the user name; or {renew}",
           ((is_of_service_account, "a service account's token goes as Bearer: {login} --bearer"),
            (has_cloud_id, '{renew}; or, where the token has no scopes: {change} --cloud-id ""'),
            (is_bearer, "{renew}"))),
    Reason("anonymous", REJECTED, NO_CREDENTIAL,
           "{host} answers as to a stranger, so the token is of no use there", "{renew}"),
    Reason("wrong-scheme", REJECTED, NO_CREDENTIAL,
           "{host} does not take this way of signing in; the token was not looked at",
           "log in again with --bearer: {login} --bearer",
           ((is_bearer, "log in again with --email: {login_as_basic}"),)),
    Reason("captcha", UNKNOWN, FAILED, "{host} wants a captcha solved before it looks at any token",
           "log in there with a browser once, then ask again"),
    Reason("login-page", UNKNOWN, FAILED, "{host} answers with a page to sign in, not with an account",
           "ask whoever runs it to let tokens through to /rest"),
    Reason("moved", UNKNOWN, FAILED, "{host} has moved", CHECK,
           ((knows_address, "log in at its new address: atla-credential login --instance {new_address}"),)),
    Reason("insecure-redirect", UNKNOWN, FAILED, "{host} wants to go on without encryption", CHECK),
    Reason("redirect-loop", UNKNOWN, FAILED, "{host} leads back to the same address", CHECK),
    Reason("blocked", UNKNOWN, FAILED,
           "something in front of {host} refuses the request; the token was not judged", f"{ADMIN}, or the site's"),
    Reason("ip-not-allowed", UNKNOWN, FAILED, "{host} does not take requests from this network",
           "use an allowed network, or ask the site's admin"),
    Reason("forbidden", UNKNOWN, FAILED, "{host} refuses, and does not say that it is for the token", "ask its admin",
           ((has_words, 'it says "{words}"; ask its admin'),)),
    Reason("no-product-access", UNKNOWN, FAILED, "{host} refuses the account or the token, and does not say which",
           "check with a browser whether the account may use Confluence"),
    Reason("not-judged", UNKNOWN, FAILED, "{host} does not say whether the token is bad or has no user",
           "try it where it belongs: git ls-remote URL",
           ((is_set_aside, "put it back, and try it where it belongs: {put_back}, then git ls-remote URL"),
            (is_rotated, "once it is in place, try it where it belongs: git ls-remote URL"))),
    Reason("no-user", UNKNOWN, FAILED, "{host} answers, and does not say whom",
           "try the token at something that is not public",
           ((is_set_aside, "put it back, and try it at something that is not public: {put_back}"),
            (is_rotated, "once it is in place, try it at something that is not public"))),
    Reason("no-cloud-id", UNKNOWN, FAILED,
           "{host} refuses the token, which may be one with scopes, and its cloud id cannot be found out",
           "give it: {change} --cloud-id ID", ((has_no_profile, CHECK),),
           ((has_no_profile, "{host} does not tell its cloud id"),
            (is_bearer, "the token works at the gateway only, and the cloud id of {host} cannot be found out"))),
    Reason("no-site", UNKNOWN, FAILED, "there is no site at {host}, or it is switched off", CHECK),
    Reason("not-found", UNKNOWN, FAILED, "neither Jira nor Confluence nor Bitbucket answers at this address",
           "check the context path, for example https://{host}/jira"),
    Reason("unreadable", UNKNOWN, FAILED, "what {host} answers makes no sense",
           "check that the instance is an Atlassian one"),
    Reason("tls-untrusted", UNKNOWN, FAILED, "nobody trusted on this machine vouches for {host}",
           "give your authority's certificate: {change} --ca-file FILE",
           ((has_no_profile, "let SSL_CERT_FILE name the file with your authority's certificate"),)),
    Reason("tls-expired", UNKNOWN, FAILED, "the certificate of {host} is not valid at this time",
           "check this machine's clock, then tell the site's admin"),
    Reason("tls-host", UNKNOWN, FAILED, "the certificate is for another host than {host}", CHECK),
    Reason("tls", UNKNOWN, FAILED, "no encrypted connection to {host} comes about", "check the address and its port"),
    Reason("tls-settings", UNKNOWN, FAILED, "the certificates of {certificates} cannot be used", "correct or unset it"),
    Reason("proxy-auth", UNKNOWN, FAILED, "the proxy wants a user and a password",
           "write them into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT"),
    Reason("proxy-refused", UNKNOWN, FAILED, "the proxy lets nobody through to {host}", ADMIN),
    Reason("proxy", UNKNOWN, TRY_AGAIN, "the proxy cannot be reached, or cannot reach {host}",
           "check HTTPS_PROXY and NO_PROXY",
           ((lacks_socks, "it speaks SOCKS, for which a library is missing: install PySocks beside this program"),)),
    Reason("dns", UNKNOWN, TRY_AGAIN, "the name {host} is not known here", REACH),
    Reason("connect", UNKNOWN, TRY_AGAIN, "{host} cannot be reached", REACH),
    Reason("timeout", UNKNOWN, TRY_AGAIN, "{host} did not answer within {limit} s",
           "try again, or give it longer: --timeout SECONDS"),
    Reason("cut-off", UNKNOWN, TRY_AGAIN, "the answer of {host} broke off", "try again"),
    Reason("rate-limited", UNKNOWN, TRY_AGAIN, "{host} has been asked too often", "try again later",
           ((knows_wait, "try again in {retry_after_s} s"),)),
    Reason("unavailable", UNKNOWN, TRY_AGAIN, "{host} is out of order at the moment", "try again later",
           ((is_hosted, "try again later, see https://status.atlassian.com"),)),
)  # fmt: skip
REASONS = {row.word: row for row in ROWS}
