"""The situations that a verdict can come from: who is asked in which order, what is answered, and what is true then."""

import socket
import time
import zlib
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from stage import WAIT_S, Answer, Heard, Script, answer

CLOUD_ID = "11111111-2222-3333-4444-555555555555"
SITE, GATEWAY, REST, OWN = "work.atlassian.net", "api.atlassian.com", "api.bitbucket.org", "jira.example.com"
MYSELF = f"{SITE}/rest/api/3/myself"
CURRENT = f"{SITE}/wiki/rest/api/user/current"
TENANT = f"{SITE}/_edge/tenant_info"
JIRA_GATEWAY = f"{GATEWAY}/ex/jira/{CLOUD_ID}/rest/api/3/myself"
CONFLUENCE_GATEWAY = f"{GATEWAY}/ex/confluence/{CLOUD_ID}/wiki/rest/api/user/current"
USER = f"{REST}/2.0/user"
OWN_JIRA = f"{OWN}/tracker/rest/api/2/myself"
OWN_CONFLUENCE = f"{OWN}/tracker/rest/api/user/current"
OWN_BITBUCKET = f"{OWN}/tracker/rest/api/1.0/application-properties"


@dataclass(frozen=True)
class Kind:
    """A profile: its instance and e-mail, what helper.toml says of it, and how its token begins."""

    instance: str
    email: str = "you@example.com"
    helper: str = ""
    start: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


CLOUD = Kind(f"https://{SITE}")
AS_JIRA = Kind(f"https://{SITE}", helper='product = "jira"\n')
AS_CONFLUENCE = Kind(f"https://{SITE}", helper='product = "confluence"\n')
WITH_ID = Kind(f"https://{SITE}", more={"cloud_id": CLOUD_ID})
SERVICE = Kind(f"https://{SITE}", "", 'auth = "bearer"\n', more={"cloud_id": CLOUD_ID})
NEW_SERVICE = Kind(f"https://{SITE}", "", 'auth = "bearer"\n')
AS_BASIC_SERVICE = Kind(f"https://{SITE}", "bot@serviceaccount.atlassian.com")
AT_GATEWAY = Kind(f"https://{GATEWAY}/ex/jira/{CLOUD_ID}")
BITBUCKET = Kind("https://bitbucket.org")
ACCESS_TOKEN = Kind("https://bitbucket.org", start="ATCTT")
WITH_PATH = Kind("https://bitbucket.org/team/repo", start="ATCTT")
BEARER = Kind(f"https://{OWN}/tracker", "", 'auth = "bearer"\n')
BASIC = Kind(f"https://{OWN}/tracker", "", 'auth = "basic"\nusername = "jdoe"\n')
OWN_BITBUCKET_TOKEN = Kind(f"https://{OWN}/tracker", "", 'auth = "bearer"\n', "BBDC-")

NO_ENTRY = answer(404, {"errorMessage": "not here"})
JANE = answer(200, {"accountId": "712020:made-up", "displayName": "Jane Doe", "emailAddress": "you@example.com"})
JANE_AT_BITBUCKET = answer(200, {"account_id": "712020:made-up", "display_name": "Jane Doe", "username": "jdoe"})
JANE_AT_OWN = answer(
    200, {"key": "JIRAUSER1", "name": "jdoe", "displayName": "Jane Doe", "emailAddress": "jane@example.com"}
)
JANE_AT_WIKI = answer(200, {"userKey": "ff80", "username": "jdoe", "displayName": "Jane Doe", "type": "known"})
BAD = answer(
    401,
    "Client must be authenticated to access this resource.",
    "X-Seraph-LoginReason: AUTHENTICATED_FAILED",
    kind="text/html",
)
PLAIN_401 = answer(401, {"code": 401, "message": "Unauthorized"})
SCOPE = answer(
    401,
    {"code": 401, "message": "Unauthorized; scope does not match"},
    "X-Failure-Category: FAILURE_CLIENT_SCOPE_CHECK",
)
ID = answer(200, {"cloudId": CLOUD_ID})
PAGE = answer(200, "<!DOCTYPE html><title>Log in</title>", kind="text/html")
WALL = answer(403, "<html>Request blocked</html>", kind="text/html")
STRANGER = answer(200, {"type": "anonymous", "displayName": "Anonymous"})
WIKI_403 = answer(403, {"statusCode": 403, "message": "StacklessResponseStatusException: 403 FORBIDDEN"})
CAPTCHA = "X-Authentication-Denied-Reason: CAPTCHA_CHALLENGE; login-url=https://work.atlassian.net/login"
ALLOWED_LIST = {
    "errorMessages": [
        "The IP address has been rejected because it is not on the allowed list. See your admin for more information."
    ]
}


@dataclass(frozen=True)
class Row:
    """One situation.

    Args:
        name: what it is called.
        kind: the profile.
        script: what is asked, and what is answered to it; nothing else may be asked.
        reason: what is true then.
        requests: how many are sent, where that is not as many as the script has.
        json: what else the object `verification` has to say.
        variables: for the program, in which {port}, {proxy} and {folder} are filled in.
        shows, proxy: what the server and the proxy do, as in `stage`.
        timeout: what --timeout is given.
        instance: instead of that of the kind, with {port} filled in: then the proxy has no part in it.
        is_alone: whether there is no network at all.
    """

    name: str
    kind: Kind
    script: Script
    reason: str
    requests: int | None = None
    json: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    shows: str = "good"
    proxy: str = "lead"
    timeout: str = "15"
    instance: str = ""
    is_alone: bool = False


def named(
    name: str | None, email: str | None = None, username: str | None = None, id: str | None = "712020:made-up"
) -> dict[str, Any]:
    return {"account": {"id": id, "name": name, "email": email, "username": username}}


def redirect(where: str, status: int = 302, body: bytes = b"") -> bytes:
    return answer(status, body, f"Location: {where}", kind="text/html")


def packed(how: str, data: bytes, more: int = 0) -> bytes:
    """Return an answer of some data, and so many MiB more of it, packed. Nobody reads so far that the sum would be wrong."""
    packer = zlib.compressobj(wbits=31 if how == "gzip" else 15)
    first = packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
    part = packer.compress(b"x" * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH) if more else b""
    return answer(200, first + part * more + packer.flush(), f"Content-Encoding: {how}")


def drip(data: bytes, each_s: float) -> Answer:
    """Answer a byte at a time."""

    def say(connection: socket.socket, _: Heard) -> None:
        for number in data:
            connection.sendall(bytes([number]))
            time.sleep(each_s)

    return say


READ_WHOLE: list[str] = []  # of the floods, those that somebody has read to their end
LARGE = 64 << 20  # bytes; less may stand in a connection


def flood(first: bytes, part: bytes, times: int) -> Answer:
    """Answer more than anybody can want."""

    def say(connection: socket.socket, heard: Heard) -> None:
        connection.sendall(first)
        for _ in range(times):
            connection.sendall(part)
        if len(part) * times > LARGE:
            READ_WHOLE.append(heard.path)

    return say


def silence(connection: socket.socket, _: Heard) -> None:
    """Answer nothing, and keep the connection."""
    time.sleep(WAIT_S)


def rude_end(connection: socket.socket, _: Heard) -> None:
    """End the connection without a word."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def give_back(form: str, status: int = 403) -> Answer:
    """Give back what was sent, as servers do in their error messages."""

    def say(connection: socket.socket, heard: Heard) -> None:
        header = heard.fields["Authorization"]
        pair = header.partition(" ")[2]
        secret = b64decode(pair).decode().partition(":")[2]
        if form == "Location":
            connection.sendall(answer(302, b"", f"Location: https://{secret}.example.com{heard.path}"))
        elif status == 200:
            connection.sendall(
                answer(200, {"accountId": secret, "displayName": f"Jane {secret}", "emailAddress": header})
            )
        else:
            said = {"header": header, "secret": secret, "pair": pair}[form]
            connection.sendall(answer(status, {"message": f"not valid: {said}"}))

    return say


GOOD_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
LATER = formatdate(time.time() + 7200, usegmt=True)
PAST = "Wed, 21 Oct 2015 07:28:00 GMT"


def busy(*fields: str, status: int = 429) -> bytes:
    return answer(status, {"message": "slow down"}, *fields)


CLOUD_ROWS = [
    Row("Jira knows the token", CLOUD, [(MYSELF, JANE)], "ok", json=named("Jane Doe", "you@example.com") | {
        "host": SITE, "apiTarget": "site", "product": "jira", "httpStatus": 200, "cloudId": None, "hint": None,
        "message": "verified as Jane Doe (you@example.com)"}),
    Row("a site with Confluence alone", CLOUD, [(MYSELF, NO_ENTRY), (CURRENT, JANE)], "ok", json={"product": "confluence"}),
    Row("a profile for Confluence", AS_CONFLUENCE, [(CURRENT, JANE)], "ok", json={"product": "confluence"}),
    Row("a profile for Jira, at a site without", AS_JIRA, [(MYSELF, NO_ENTRY)], "no-site", json={"product": "jira"}),
    Row("a site without a product", CLOUD, [(MYSELF, NO_ENTRY), (CURRENT, NO_ENTRY)], "no-site", json={"product": None}),
    Row("a suspended site", CLOUD, [(MYSELF, answer(404, {"errorMessage": "Site temporarily unavailable", "errorCode": "OTHER"}))], "no-site"),
    Row("a site that is gone", CLOUD, [(MYSELF, answer(410))], "no-site"),
    Row("a bad pair", CLOUD, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401)], "bad-credentials", json={
        "host": GATEWAY, "apiTarget": "gateway", "cloudId": CLOUD_ID, "httpStatus": 401}),
    Row("a token with scopes", CLOUD, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, JANE)], "ok", json={
        "host": GATEWAY, "apiTarget": "gateway", "cloudId": CLOUD_ID, "product": "jira"}),
    Row("scopes for Confluence", CLOUD, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, SCOPE), (CONFLUENCE_GATEWAY, JANE)], "ok", json={"product": "confluence"}),
    Row("scopes for neither user", CLOUD, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, SCOPE), (CONFLUENCE_GATEWAY, SCOPE)], "missing-scope"),
    Row("scopes for Jira but its user", CLOUD, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, SCOPE), (CONFLUENCE_GATEWAY, PLAIN_401)], "missing-scope", json={"host": GATEWAY}),
    Row("scopes, and then trouble", CLOUD, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, SCOPE), (CONFLUENCE_GATEWAY, answer(500))], "missing-scope"),
    Row("scopes, and then silence", WITH_ID, [(JIRA_GATEWAY, SCOPE), (CONFLUENCE_GATEWAY, silence)], "missing-scope", timeout="3"),
    Row("scopes of a profile for Jira", AS_JIRA, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, SCOPE)], "missing-scope"),
    Row("scopes of a profile for Confluence", AS_CONFLUENCE, [(CURRENT, WIKI_403), (TENANT, ID), (CONFLUENCE_GATEWAY, JANE)], "ok"),
    Row("the gateway has Confluence alone", CLOUD, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, NO_ENTRY), (CONFLUENCE_GATEWAY, JANE)], "ok"),
    Row("the gateway has neither", CLOUD, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, NO_ENTRY), (CONFLUENCE_GATEWAY, NO_ENTRY)], "not-found"),
    Row("five requests", CLOUD, [(MYSELF, NO_ENTRY), (CURRENT, WIKI_403), (TENANT, ID), (JIRA_GATEWAY, SCOPE), (CONFLUENCE_GATEWAY, JANE)], "ok"),
    Row("no cloud id, 404", CLOUD, [(MYSELF, BAD), (TENANT, NO_ENTRY)], "no-cloud-id", json={"host": SITE, "cloudId": None}),
    Row("no cloud id, 401", CLOUD, [(MYSELF, BAD), (TENANT, answer(401))], "no-cloud-id"),
    Row("no cloud id, 403", CLOUD, [(MYSELF, BAD), (TENANT, WALL)], "no-cloud-id"),
    Row("no cloud id, an empty object", CLOUD, [(MYSELF, BAD), (TENANT, answer(200, {}))], "no-cloud-id"),
    Row("no cloud id, a path instead", CLOUD, [(MYSELF, BAD), (TENANT, answer(200, {"cloudId": "../../x"}))], "no-cloud-id"),
    Row("no cloud id, a number", CLOUD, [(MYSELF, BAD), (TENANT, answer(200, {"cloudId": 7}))], "no-cloud-id"),
    Row("no cloud id, too long", CLOUD, [(MYSELF, BAD), (TENANT, answer(200, {"cloudId": "a" * 65}))], "no-cloud-id"),
    Row("no cloud id, twice", CLOUD, [(MYSELF, BAD), (TENANT, answer(200, '{"cloudId": "a", "cloudId": "b"}'))], "no-cloud-id"),
    Row("no cloud id, a page", CLOUD, [(MYSELF, BAD), (TENANT, PAGE)], "no-cloud-id"),
    Row("the cloud id's place is out of order", CLOUD, [(MYSELF, BAD), (TENANT, answer(500))], "unavailable", json={
        "hint": "try again later, see https://status.atlassian.com"}),
    Row("the gateway is out of order", CLOUD, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, answer(502))], "unavailable", json={
        "host": GATEWAY, "hint": "try again later, see https://status.atlassian.com"}),
    Row("the gateway breaks off", CLOUD, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, GOOD_HEAD + b"Content-Length: 99\r\n\r\n{")], "cut-off"),
    Row("the gateway forbids", CLOUD, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, answer(403, {"message": "API tokens are blocked by policy"}))], "forbidden", json={
        "serverMessage": "API tokens are blocked by policy", "hint": 'it says "API tokens are blocked by policy"; ask its admin'}),
    Row("a recorded cloud id", WITH_ID, [(JIRA_GATEWAY, JANE)], "ok", json={"apiTarget": "gateway", "cloudId": CLOUD_ID}),
    Row("a recorded cloud id, and a bad pair", WITH_ID, [(JIRA_GATEWAY, PLAIN_401)], "bad-credentials", json={
        "hint": 'make a new one, then run: atla-credential login --profile work; or, where the token has no scopes: atla-credential login --profile work --cloud-id ""'}),
    Row("a recorded cloud id, scopes of Confluence", WITH_ID, [(JIRA_GATEWAY, SCOPE), (CONFLUENCE_GATEWAY, JANE)], "ok"),
    Row("a service account", SERVICE, [(JIRA_GATEWAY, JANE)], "ok"),
    Row("a service account's bad token", SERVICE, [(JIRA_GATEWAY, PLAIN_401)], "bad-credentials", json={
        "hint": "make a new one, then run: atla-credential login --profile work"}),
    Row("a service account without an id", NEW_SERVICE, [(TENANT, ID), (JIRA_GATEWAY, JANE)], "ok", json={"cloudId": CLOUD_ID}),
    Row("a service account whose id is not told", NEW_SERVICE, [(TENANT, NO_ENTRY)], "no-cloud-id"),
    Row("a service account's e-mail", AS_BASIC_SERVICE, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401)], "bad-credentials", json={
        "hint": "a service account's token goes as Bearer: atla-credential login --profile work --bearer"}),
    Row("Bearer, where it is not taken", SERVICE, [(JIRA_GATEWAY, answer(403, {"error": "Failed to parse Connect Session Auth Token"}))], "wrong-scheme", json={
        "hint": "log in again with --email: atla-credential login --profile work --email EMAIL"}),
    Row("an instance at the gateway", AT_GATEWAY, [(JIRA_GATEWAY, JANE)], "ok", json={"apiTarget": "gateway"}),
    Row("Confluence does not say which", AS_CONFLUENCE, [(CURRENT, WIKI_403), (TENANT, ID), (CONFLUENCE_GATEWAY, PLAIN_401)], "no-product-access", json={"host": SITE, "apiTarget": "gateway"}),
    Row("Confluence does not say which, nor does the gateway", AS_CONFLUENCE, [(CURRENT, WIKI_403), (TENANT, ID), (CONFLUENCE_GATEWAY, WIKI_403)], "no-product-access"),
    Row("Confluence alone, which does not say which", CLOUD, [(MYSELF, NO_ENTRY), (CURRENT, WIKI_403), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401)], "no-product-access", json={"product": "confluence"}),
    Row("Confluence sees a stranger", AS_CONFLUENCE, [(CURRENT, STRANGER), (TENANT, ID), (CONFLUENCE_GATEWAY, PLAIN_401)], "anonymous", json={"host": SITE}),
    Row("a stranger whose token has scopes", AS_CONFLUENCE, [(CURRENT, STRANGER), (TENANT, ID), (CONFLUENCE_GATEWAY, JANE)], "ok"),
    Row("200 that means failure", CLOUD, [(MYSELF, answer(200, {"accountId": "x"}, "X-Seraph-LoginReason: AUTHENTICATED_FAILED")), (TENANT, ID), (JIRA_GATEWAY, PLAIN_401)], "bad-credentials"),
    Row("200 that means failure, in a list", CLOUD, [(MYSELF, answer(200, {"accountId": "x"}, "X-Seraph-LoginReason: OK, AUTHENTICATED_FAILED")), (TENANT, ID), (JIRA_GATEWAY, JANE)], "ok"),
    Row("200 that means failure, said twice", CLOUD, [(MYSELF, answer(200, {"accountId": "x"}, "X-Seraph-LoginReason: OK", "X-Seraph-LoginReason: AUTHENTICATED_FAILED")), (TENANT, NO_ENTRY)], "no-cloud-id"),
    Row("an IP address that is not allowed, 403", CLOUD, [(MYSELF, answer(403, ALLOWED_LIST))], "ip-not-allowed"),
    Row("an IP address that is not allowed, 400", CLOUD, [(MYSELF, answer(400, ALLOWED_LIST))], "ip-not-allowed"),
    Row("an IP address that is not allowed, for the cloud id", CLOUD, [(MYSELF, BAD), (TENANT, answer(403, ALLOWED_LIST))], "ip-not-allowed"),
    Row("a firewall", CLOUD, [(MYSELF, WALL)], "blocked", json={"httpStatus": 403}),
    Row("a teapot", CLOUD, [(MYSELF, answer(418, {}))], "unreadable"),
]  # fmt: skip

OWN_ROWS = [
    Row("Bitbucket", BITBUCKET, [(USER, JANE_AT_BITBUCKET)], "ok", json=named("Jane Doe", None, "jdoe") | {
        "apiTarget": "bitbucket", "product": "bitbucket", "message": "verified as Jane Doe (jdoe)"}),
    Row("Bitbucket, a bad pair", BITBUCKET, [(USER, answer(401, "Token is invalid, expired, or not supported for this endpoint."))], "bad-credentials"),
    Row("Bitbucket, a scope", BITBUCKET, [(USER, answer(403, {"type": "error", "error": {"message": "made up", "detail": {"required": ["account"], "granted": ["repository"]}}}))], "missing-scope", json={
        "missingScopes": ["account"], "grantedScopes": ["repository"],
        "hint": "for that, make one with the scope account; everything else works without"}),
    Row("Bitbucket, an access token", ACCESS_TOKEN, [(USER, answer(401, "Token is invalid"))], "not-judged"),
    Row("Bitbucket, an access token with a user", ACCESS_TOKEN, [(USER, JANE_AT_BITBUCKET)], "ok"),
    Row("Bitbucket, forbidden", BITBUCKET, [(USER, answer(403, {"type": "error", "error": {"message": "no"}}))], "forbidden"),
    Row("Bitbucket, no such thing", BITBUCKET, [(USER, NO_ENTRY)], "not-found"),
    Row("Bitbucket, a private repository", WITH_PATH, [(f"{REST}/2.0/repositories/team/repo", answer(200, {"is_private": True}))], "ok", json={"account": None, "message": "verified"}),
    Row("Bitbucket, a repository that looks like an account", WITH_PATH, [(f"{REST}/2.0/repositories/team/repo", answer(200, {"is_private": True, "key": "K", "username": "jdoe"}))], "ok", json={"account": None}),
    Row("Bitbucket, a public repository", WITH_PATH, [(f"{REST}/2.0/repositories/team/repo", answer(200, {"is_private": False}))], "not-judged"),
    Row("Bitbucket, a repository that nobody sees", WITH_PATH, [(f"{REST}/2.0/repositories/team/repo", NO_ENTRY)], "not-judged"),
    Row("Jira of one's own", BEARER, [(OWN_JIRA, JANE_AT_OWN)], "ok", json=named("Jane Doe", "jane@example.com", "jdoe", "JIRAUSER1") | {"apiTarget": "site", "product": "jira"}),
    Row("Confluence of one's own", BEARER, [(OWN_JIRA, NO_ENTRY), (OWN_CONFLUENCE, JANE_AT_WIKI)], "ok", json={"product": "confluence"}),
    Row("Bitbucket of one's own", BEARER, [(OWN_JIRA, NO_ENTRY), (OWN_CONFLUENCE, NO_ENTRY), (OWN_BITBUCKET, answer(200, {"version": "9.4.0"}, "X-AUSERNAME: jdoe"))], "ok", json=named(None, None, "jdoe", "jdoe") | {"message": "verified as jdoe"}),
    Row("a token that looks like Bitbucket's", OWN_BITBUCKET_TOKEN, [(OWN_BITBUCKET, answer(200, {"version": "9.4.0"}, "X-AUSERNAME: access-token-user%2F2%2F11754"))], "ok", json=named(None, None, "access-token-user/2/11754", "access-token-user/2/11754")),
    Row("a page of one's own Bitbucket that names a user", OWN_BITBUCKET_TOKEN, [(OWN_BITBUCKET, answer(200, "<html>", "X-AUSERNAME: jdoe", kind="text/html"))], "login-page"),
    Row("Bitbucket of one's own says nobody", OWN_BITBUCKET_TOKEN, [(OWN_BITBUCKET, answer(200, {"version": "9.4.0"}))], "no-user"),
    Row("Bitbucket of one's own says an empty name", OWN_BITBUCKET_TOKEN, [(OWN_BITBUCKET, answer(200, {"version": "9.4.0"}, "X-AUSERNAME: "))], "no-user"),
    Row("no product", BEARER, [(OWN_JIRA, NO_ENTRY), (OWN_CONFLUENCE, NO_ENTRY), (OWN_BITBUCKET, NO_ENTRY)], "not-found", json={"product": None}),
    Row("a bad token of one's own", BEARER, [(OWN_JIRA, answer(401, {"message": "Client must be authenticated to access this resource."}))], "bad-credentials"),
    Row("a stranger at one's own Confluence", BEARER, [(OWN_JIRA, NO_ENTRY), (OWN_CONFLUENCE, STRANGER)], "anonymous"),
    Row("Basic is switched off", BASIC, [(OWN_JIRA, answer(403, {"message": "Basic Authentication has been disabled on this instance."}))], "wrong-scheme", json={
        "hint": "log in again with --bearer: atla-credential login --profile work --bearer"}),
    Row("Basic with a user name", BASIC, [(OWN_JIRA, JANE_AT_OWN)], "ok"),
    Row("a captcha, 403", BASIC, [(OWN_JIRA, answer(403, "<html>", CAPTCHA))], "captcha"),
    Row("a captcha, 401", BASIC, [(OWN_JIRA, answer(401, {}, CAPTCHA))], "captcha"),
    Row("a captcha, 200", BASIC, [(OWN_JIRA, answer(200, {"key": "x"}, CAPTCHA))], "captcha"),
    Row("a captcha in the other dress", BASIC, [(OWN_JIRA, answer(401, {}, "X-Seraph-LoginReason: AUTHENTICATION_DENIED"))], "captcha"),
    Row("a page to sign in", BEARER, [(OWN_JIRA, PAGE)], "login-page"),
    Row("a page that says it is JSON", BEARER, [(OWN_JIRA, answer(200, "\n  <html>"))], "login-page"),
    Row("what a proxy's own 401 offers", BEARER, [(OWN_JIRA, answer(401, "", "WWW-Authenticate: Negotiate", "WWW-Authenticate: NTLM"))], "login-page"),
    Row("a 401 that offers Basic, too", BEARER, [(OWN_JIRA, answer(401, "", 'WWW-Authenticate: Negotiate, Basic realm="a, b"'))], "bad-credentials"),
    Row("forbidden", BEARER, [(OWN_JIRA, answer(403, {"message": "no"}))], "forbidden", json={"serverMessage": "no"}),
    Row("forbidden without a word", BEARER, [(OWN_JIRA, answer(403, {}))], "forbidden", json={"hint": "ask its admin", "serverMessage": None}),
    Row("over http, as its profile says", BEARER, [("127.0.0.1/rest/api/2/myself", JANE_AT_OWN)], "ok", shows="nothing", instance="http://127.0.0.1:{port}", variables={"HTTP_PROXY": "http://127.0.0.1:{proxy}", "http_proxy": "http://127.0.0.1:{proxy}"}),
    Row("over IPv6", BEARER, [("::1/rest/api/2/myself", JANE_AT_OWN)], "ok", instance="https://[::1]:{port}", variables={"NO_PROXY": "[::1],::1"}),
]  # fmt: skip

REDIRECT_ROWS = [
    Row("to a page to sign in", BEARER, [(OWN_JIRA, redirect("/tracker/login.jsp?os_destination=x"))], "login-page", json={"httpStatus": 302}),
    Row("to a page to sign in elsewhere", CLOUD, [(MYSELF, redirect("https://id.atlassian.com/login?continue=x"))], "login-page"),
    Row("to another host", BEARER, [(OWN_JIRA, redirect("https://new.example.com/tracker/rest/api/2/myself"))], "moved", json={
        "hint": "log in at its new address: atla-credential login --instance new.example.com/tracker"}),
    Row("to another context", BEARER, [(OWN_JIRA, redirect("/jira/rest/api/2/myself"))], "moved", json={
        "hint": "log in at its new address: atla-credential login --instance jira.example.com/jira"}),
    Row("to another port", BEARER, [(OWN_JIRA, redirect("https://jira.example.com:8443/tracker/rest/api/2/myself"))], "moved"),
    Row("a renamed site", CLOUD, [(MYSELF, redirect("https://new.atlassian.net/rest/api/3/myself", 301))], "moved", json={
        "hint": "log in at its new address: atla-credential login --instance new.atlassian.net"}),
    Row("to a host that is none", BEARER, [(OWN_JIRA, redirect("https://new.example.com\\@evil/tracker/rest/api/2/myself"))], "login-page"),
    Row("without encryption", BEARER, [(OWN_JIRA, redirect("http://jira.example.com/tracker/rest/api/2/myself"))], "insecure-redirect"),
    Row("without encryption, to a page", BEARER, [(OWN_JIRA, redirect("http://jira.example.com/login"))], "insecure-redirect"),
    Row("to itself", BEARER, [(OWN_JIRA, redirect("https://jira.example.com/tracker/rest/api/2/myself", 307))], "redirect-loop"),
    Row("to itself, in short", BEARER, [(OWN_JIRA, redirect("/tracker/rest/api/2/myself", 308))], "redirect-loop"),
    Row("nowhere", BEARER, [(OWN_JIRA, answer(302))], "login-page"),
    Row("with a body without end", BEARER, [(OWN_JIRA, flood(b"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", b"x" * 65536, 10000))], "login-page"),
]  # fmt: skip

BUSY_ROWS = [
    Row("429, then good", CLOUD, [(MYSELF, busy("Retry-After: 1")), (MYSELF, JANE)], "ok"),
    Row("429 with 0, then good", CLOUD, [(MYSELF, busy("Retry-After: 0")), (MYSELF, JANE)], "ok"),
    Row("429 with nothing, then good", CLOUD, [(MYSELF, busy()), (MYSELF, JANE)], "ok"),
    Row("429 with nonsense, then good", CLOUD, [(MYSELF, busy("Retry-After: soon")), (MYSELF, JANE)], "ok"),
    Row("429 with a past date, then good", CLOUD, [(MYSELF, busy(f"Retry-After: {PAST}")), (MYSELF, JANE)], "ok"),
    Row("429, then a false 401", CLOUD, [(MYSELF, busy("Retry-After: 1")), (MYSELF, BAD)], "rate-limited", json={"httpStatus": 401}),
    Row("429, then 200 that means failure", CLOUD, [(MYSELF, busy()), (MYSELF, answer(200, {"accountId": "x"}, "X-Seraph-LoginReason: AUTHENTICATED_FAILED"))], "rate-limited"),
    Row("429 twice", CLOUD, [(MYSELF, busy("Retry-After: 1")), (MYSELF, busy("Retry-After: 7"))], "rate-limited", json={
        "retryAfterSeconds": 7, "hint": "try again in 7 s", "retryable": True}),
    Row("429 for an hour", CLOUD, [(MYSELF, busy("Retry-After: 3600"))], "rate-limited", json={"retryAfterSeconds": 3600}),
    Row("429 until later", CLOUD, [(MYSELF, busy(f"Retry-After: {LATER}"))], "rate-limited"),
    Row("429 for 400 digits", CLOUD, [(MYSELF, busy(f"Retry-After: {'9' * 400}"))], "rate-limited", json={"retryAfterSeconds": 1_000_000_000}),
    Row("429 for longer than there is time", CLOUD, [(MYSELF, busy("Retry-After: 3"))], "rate-limited", timeout="2", json={"retryAfterSeconds": 3}),
    Row("503, then good", CLOUD, [(MYSELF, busy(status=503)), (MYSELF, JANE)], "ok"),
    Row("503 twice", CLOUD, [(MYSELF, busy(status=503)), (MYSELF, busy(status=503))], "unavailable", json={"retryAfterSeconds": None}),
    Row("503, then a true 401", BEARER, [(OWN_JIRA, busy(status=503)), (OWN_JIRA, PLAIN_401)], "bad-credentials"),
    Row("once more, once only", CLOUD, [(MYSELF, busy(status=503)), (MYSELF, BAD), (TENANT, busy())], "rate-limited"),
    Row("500", CLOUD, [(MYSELF, answer(500))], "unavailable"),
    Row("502 of one's own", BEARER, [(OWN_JIRA, answer(502))], "unavailable", json={"hint": "try again later"}),
    Row("504", CLOUD, [(MYSELF, answer(504))], "unavailable"),
]  # fmt: skip

BODY_ROWS = [
    Row("a byte order mark", CLOUD, [(MYSELF, answer(200, b"\xef\xbb\xbf" + b'{"accountId": "x"}', kind="text/plain"))], "ok"),
    Row("gzip, unasked", CLOUD, [(MYSELF, packed("gzip", b'{"accountId": "x"}'))], "ok"),
    Row("deflate, unasked", CLOUD, [(MYSELF, packed("deflate", b'{"accountId": "x"}'))], "ok"),
    Row("what is no gzip", CLOUD, [(MYSELF, answer(200, b"{}", "Content-Encoding: gzip"))], "unreadable"),
    Row("a bomb", CLOUD, [(MYSELF, packed("gzip", b'{"accountId": "', 200))], "unreadable"),
    Row("a flood", CLOUD, [(MYSELF, flood(GOOD_HEAD + b"\r\n", b" " * 65536, 10000))], "unreadable"),
    Row("lines without end behind the body", CLOUD, [(MYSELF, flood(GOOD_HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"X: y\r\n" * 10000, 10000))], "unreadable"),
    Row("nothing without end, packed", CLOUD, [(MYSELF, flood(GOOD_HEAD + b"Content-Encoding: deflate\r\n\r\n\x78\x9c", b"\0\0\0\xff\xff" * 13000, 10000))], "unreadable"),
    Row("a long head", CLOUD, [(MYSELF, answer(200, {"accountId": "x"}, *["X-Made-Up: " + "x" * 1000] * 66))], "unreadable"),
    Row("a head that is not too long", CLOUD, [(MYSELF, answer(200, {"accountId": "x"}, *["X-Made-Up: " + "x" * 1000] * 60))], "ok"),
    Row("many lines", CLOUD, [(MYSELF, answer(200, {"accountId": "x"}, *["X: y"] * 101))], "unreadable"),
    Row("not too many lines", CLOUD, [(MYSELF, answer(200, {"accountId": "x"}, *["X: y"] * 90))], "ok"),
    Row("endless beginnings", CLOUD, [(MYSELF, b"HTTP/1.1 100 Continue\r\n\r\n" * 3000 + JANE)], "unreadable"),
    Row("one beginning", CLOUD, [(MYSELF, b"HTTP/1.1 100 Continue\r\n\r\n" + JANE)], "ok"),
    Row("a line too long", CLOUD, [(MYSELF, flood(b"HTTP/1.1 200 ", b"x" * 65536, 4))], "unreadable"),
    Row("no HTTP", CLOUD, [(MYSELF, b"SSH-2.0-made-up\r\n\r\n")], "unreadable"),
    Row("a key twice", CLOUD, [(MYSELF, answer(200, '{"accountId": "x", "accountId": "y"}'))], "unreadable"),
    Row("a key twice, deep inside", CLOUD, [(MYSELF, answer(200, '{"accountId": "x", "a": [{"b": 1, "b": 2}]}'))], "unreadable"),
    Row("not UTF-8", CLOUD, [(MYSELF, answer(200, b'{"accountId": "\xff"}'))], "unreadable"),
    Row("a list", CLOUD, [(MYSELF, answer(200, []))], "unreadable"),
    Row("nothing", CLOUD, [(MYSELF, answer(200))], "unreadable"),
    Row("204", CLOUD, [(MYSELF, answer(204))], "unreadable"),
    Row("an account that is no text", CLOUD, [(MYSELF, answer(200, {"accountId": 7}))], "unreadable"),
    Row("an empty account", CLOUD, [(MYSELF, answer(200, {"accountId": ""}))], "unreadable"),
    Row("very deep", CLOUD, [(MYSELF, answer(200, b'{"a":' * 200_000))], "unreadable"),
    Row("half an answer", CLOUD, [(MYSELF, GOOD_HEAD + b"Content-Length: 99\r\n\r\n{")], "cut-off"),
    Row("half a chunk", CLOUD, [(MYSELF, GOOD_HEAD + b"Transfer-Encoding: chunked\r\n\r\n99\r\n{")], "cut-off"),
    Row("half a head", CLOUD, [(MYSELF, b"HTTP/1.1 200 OK\r\nContent-")], "unreadable"),
    Row("no answer", CLOUD, [(MYSELF, b"")], "cut-off"),
    Row("a reset", CLOUD, [(MYSELF, rude_end)], "cut-off"),
    Row("silence", CLOUD, [(MYSELF, silence)], "timeout", timeout="1", json={"message": f"{SITE} did not answer within 1 s"}),
    Row("a head by drips", CLOUD, [(MYSELF, drip(GOOD_HEAD * 99, 0.1))], "timeout", timeout="1"),
    Row("a body by drips", CLOUD, [(MYSELF, drip(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 999, 0.05))], "timeout", timeout="2.5"),
    Row("silence after the site", CLOUD, [(MYSELF, BAD), (TENANT, silence)], "timeout", timeout="4", json={"host": SITE}),
    Row("a gateway that is silent", CLOUD, [(MYSELF, BAD), (TENANT, ID), (JIRA_GATEWAY, silence)], "timeout", timeout="4", json={"host": GATEWAY}),
    Row("control characters in a name", CLOUD, [(MYSELF, answer(200, {"accountId": "x", "displayName": "Jane\x1b[31m\r\nDoe\u202e"}))], "ok", json=named("Jane\x1b[31m Doe\u202e", id="x")),
    Row("cookies, of which none comes back", CLOUD, [(MYSELF, answer(401, {}, "Set-Cookie: a=b; Path=/", "Set-Cookie: c=d")), (TENANT, ID), (JIRA_GATEWAY, JANE)], "ok"),
    Row("the token in the error's words", CLOUD, [(MYSELF, give_back("secret"))], "forbidden", json={"serverMessage": None, "hint": "ask its admin"}),
    Row("the header in the error's words", CLOUD, [(MYSELF, give_back("header"))], "forbidden", json={"serverMessage": None}),
    Row("what was sent in the error's words", CLOUD, [(MYSELF, give_back("pair", 400))], "unreadable", json={"serverMessage": None}),
    Row("the token as a name", CLOUD, [(MYSELF, give_back("secret", 200))], "ok", json=named(None, id=None) | {"message": "verified"}),
    Row("the token in a redirect", CLOUD, [(MYSELF, give_back("Location"))], "moved", json={"hint": "check the instance of profile work"}),
    Row("a very long name", CLOUD, [(MYSELF, answer(200, {"accountId": "x", "displayName": "x" * 999}))], "ok", json=named("x" * 200, id="x")),
]  # fmt: skip

TLS_ROWS = [
    Row("an authority that nobody trusts", CLOUD, [], "tls-untrusted", 1, shows="untrusted", json={"httpStatus": None, "host": SITE}),
    Row("a certificate that vouches for itself", CLOUD, [], "tls-untrusted", 1, shows="self-signed"),
    Row("a certificate that has expired", CLOUD, [], "tls-expired", 1, shows="expired"),
    Row("a certificate of tomorrow", CLOUD, [], "tls-expired", 1, shows="too-early"),
    Row("a certificate for another host", CLOUD, [], "tls-host", 1, shows="other-host"),
    Row("another IP address", BEARER, [], "tls-host", 1, shows="other-host", instance="https://127.0.0.1:{port}"),
    Row("no TLS at all", BEARER, [], "tls", 1, shows="nothing", instance="https://127.0.0.1:{port}"),
    Row("silence instead of TLS", CLOUD, [], "timeout", 1, shows="silence", timeout="1"),
    Row("a reset instead of TLS", CLOUD, [], "tls", 1, shows="reset"),
    Row("a file of trust that is not there", CLOUD, [], "tls-settings", 0, variables={"REQUESTS_CA_BUNDLE": "{folder}/nothing"}, json={"message": "the certificates of REQUESTS_CA_BUNDLE cannot be used"}),
    Row("a file of trust without a certificate", CLOUD, [], "tls-settings", 0, variables={"CURL_CA_BUNDLE": "/dev/null"}, json={"message": "the certificates of CURL_CA_BUNDLE cannot be used"}),
    Row("a file of trust by a relative path", CLOUD, [], "tls-settings", 0, variables={"SSL_CERT_FILE": "authority.pem"}),
    Row("the first file of trust counts", CLOUD, [(MYSELF, JANE)], "ok", variables={"REQUESTS_CA_BUNDLE": "{folder}/authority.pem", "CURL_CA_BUNDLE": "{folder}/other.pem", "SSL_CERT_FILE": "{folder}/other.pem"}),
    Row("the first file of trust alone counts", CLOUD, [], "tls-untrusted", 1, variables={"REQUESTS_CA_BUNDLE": "{folder}/other.pem"}),
    Row("the second file of trust", CLOUD, [(MYSELF, JANE)], "ok", variables={"CURL_CA_BUNDLE": "{folder}/authority.pem", "SSL_CERT_FILE": "{folder}/other.pem"}),
    Row("an empty variable is unset", CLOUD, [(MYSELF, JANE)], "ok", variables={"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": ""}),
    Row("a folder of trust", CLOUD, [(MYSELF, JANE)], "ok", variables={"REQUESTS_CA_BUNDLE": "{folder}/hashed", "SSL_CERT_FILE": "{folder}/other.pem"}),
    Row("a broken file of trust", CLOUD, [], "tls-settings", 0, variables={"REQUESTS_CA_BUNDLE": "{folder}/broken.pem"}),
    Row("a folder without a certificate", CLOUD, [], "tls-settings", 0, variables={"SSL_CERT_FILE": "{folder}/empty"}),
    Row("the profile's own file of trust", Kind(f"https://{SITE}", helper="ca_file = '{folder}/authority.pem'\n"), [(MYSELF, JANE)], "ok", variables={"REQUESTS_CA_BUNDLE": "{folder}/other.pem"}),
    Row("the profile's own file is not there", Kind(f"https://{SITE}", helper="ca_file = '{folder}/nothing'\n"), [], "tls-settings", 0, json={"message": "the certificates of ca_file cannot be used"}),
    Row("the system's own store", CLOUD, [], "tls-untrusted", 1, variables={"SSL_CERT_FILE": ""}),
    Row("the system's own store, elsewhere", CLOUD, [(MYSELF, JANE)], "ok", variables={"SSL_CERT_FILE": "", "SSL_CERT_DIR": "{folder}/hashed"}),
]  # fmt: skip

PROXY_ROWS = [
    Row("a proxy with a password", CLOUD, [(MYSELF, JANE)], "ok", proxy="ask", variables={"HTTPS_PROXY": "http://jdoe:made%2Dup-proxy@127.0.0.1:{proxy}"}),
    Row("a proxy with another password", CLOUD, [], "proxy-auth", 1, proxy="ask", variables={"HTTPS_PROXY": "http://jdoe:another@made-up-proxy@127.0.0.1:{proxy}"}),
    Row("a proxy without the password", CLOUD, [], "proxy-auth", 1, proxy="ask"),
    Row("a proxy over TLS", CLOUD, [(MYSELF, JANE)], "ok", proxy="lead-tls", variables={"HTTPS_PROXY": "https://localhost:{proxy}"}),
    Row("a proxy over TLS that nobody trusts", CLOUD, [], "proxy", 1, proxy="lead-tls", variables={"HTTPS_PROXY": "https://localhost:{proxy}", "SSL_CERT_FILE": "{folder}/other.pem"}),
    Row("a proxy that refuses", CLOUD, [], "proxy-refused", 1, proxy="403"),
    Row("a proxy that reaches nobody", CLOUD, [], "proxy", 1, proxy="502"),
    Row("a proxy that hangs up", CLOUD, [], "proxy", 1, proxy="close"),
    Row("a proxy that is silent", CLOUD, [], "timeout", 1, proxy="wait", timeout="1"),
    Row("a reset instead of TLS, without a proxy", BEARER, [], "tls", 1, shows="reset", instance="https://127.0.0.1:{port}"),
    Row("a proxy that is not there", CLOUD, [], "proxy", 1, variables={"HTTPS_PROXY": "http://127.0.0.1:1"}),
    Row("a proxy whose address makes no sense", CLOUD, [], "proxy", 1, variables={"HTTPS_PROXY": "http://"}),
    Row("a proxy of an unknown kind", CLOUD, [], "proxy", 1, variables={"HTTPS_PROXY": "gopher://127.0.0.1:1"}),
    Row("a proxy that speaks SOCKS", CLOUD, [], "proxy", 1, variables={"HTTPS_PROXY": "socks5h://127.0.0.1:1"}, json={
        "hint": "it speaks SOCKS, for which a library is missing: install PySocks beside this program"}),
    Row("the variable in lower case comes first", CLOUD, [(MYSELF, JANE)], "ok", variables={"HTTPS_PROXY": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:{proxy}"}),
    Row("the variable for all", CLOUD, [(MYSELF, JANE)], "ok", variables={"HTTPS_PROXY": "", "ALL_PROXY": "http://127.0.0.1:{proxy}"}),
    Row("a site that needs no proxy", CLOUD, [], "dns", 1, variables={"NO_PROXY": ".atlassian.net"}, is_alone=True),
    Row("no network", CLOUD, [], "dns", 1, variables={"HTTPS_PROXY": ""}, is_alone=True),
    Row("nobody is there", BEARER, [], "connect", 1, instance="https://127.0.0.1:1"),
    Row("no way to an address", BEARER, [], "connect", 1, instance="https://192.0.2.1", is_alone=True, variables={"HTTPS_PROXY": ""}),
]  # fmt: skip

# By reason: the verdict, and the exit code.
EXPECTED = {
    **dict.fromkeys(("ok", "missing-scope"), ("verified", 0)),
    **dict.fromkeys(("bad-credentials", "anonymous", "wrong-scheme"), ("rejected", 3)),
    **dict.fromkeys(
        (
            "captcha", "login-page", "moved", "insecure-redirect", "redirect-loop", "blocked", "ip-not-allowed", "forbidden",
            "no-product-access", "not-judged", "no-user", "no-cloud-id", "no-site", "not-found", "unreadable",
            "tls-untrusted", "tls-expired", "tls-host", "tls", "tls-settings", "proxy-auth", "proxy-refused",
        ),
        ("unknown", 1),
    ),
    **dict.fromkeys(("proxy", "dns", "connect", "timeout", "cut-off", "rate-limited", "unavailable"), ("unknown", 5)),
}  # fmt: skip

# By reason: what a person sees, of profile "work" at {h}, asked for {n} s; the message, and the next step.
SAID = {
    "ok": ("verified", ""),
    "missing-scope": ("{h} knows the token, which lacks the scope to say whose it is", "for that, make one with the scope to read its user; everything else works without"),
    "bad-credentials": ("{h} does not take this token for this account", "check the e-mail or the user name; or make a new one, then run: atla-credential login --profile work"),
    "anonymous": ("{h} answers as to a stranger, so the token is of no use there", "make a new one, then run: atla-credential login --profile work"),
    "wrong-scheme": ("{h} does not take this way of signing in; the token was not looked at", "log in again with --bearer: atla-credential login --profile work --bearer"),
    "captcha": ("{h} wants a captcha solved before it looks at any token", "log in there with a browser once, then ask again"),
    "login-page": ("{h} answers with a page to sign in, not with an account", "ask whoever runs it to let tokens through to /rest"),
    "moved": ("{h} has moved", "check the instance of profile work"),
    "insecure-redirect": ("{h} wants to go on without encryption", "check the instance of profile work"),
    "redirect-loop": ("{h} leads back to the same address", "check the instance of profile work"),
    "blocked": ("something in front of {h} refuses the request; the token was not judged", "ask your network's admin, or the site's"),
    "ip-not-allowed": ("{h} does not take requests from this network", "use an allowed network, or ask the site's admin"),
    "forbidden": ("{h} refuses, and does not say that it is for the token", "ask its admin"),
    "no-product-access": ("{h} refuses the account or the token, and does not say which", "check with a browser whether the account may use Confluence"),
    "not-judged": ("{h} does not say whether the token is bad or has no user", "try it where it belongs: git ls-remote URL"),
    "no-user": ("{h} answers, and does not say whom", "try the token at something that is not public"),
    "no-cloud-id": ("{h} refuses the token, which may be one with scopes, and its cloud id cannot be found out", "give it: atla-credential login --profile work --cloud-id ID"),
    "no-site": ("there is no site at {h}, or it is switched off", "check the instance of profile work"),
    "not-found": ("neither Jira nor Confluence nor Bitbucket answers at this address", "check the context path, for example https://{h}/jira"),
    "unreadable": ("what {h} answers makes no sense", "check that the instance is an Atlassian one"),
    "tls-untrusted": ("nobody trusted on this machine vouches for {h}", "give your authority's certificate: atla-credential login --profile work --ca-file FILE"),
    "tls-expired": ("the certificate of {h} is not valid at this time", "check this machine's clock, then tell the site's admin"),
    "tls-host": ("the certificate is for another host than {h}", "check the instance of profile work"),
    "tls": ("no encrypted connection to {h} comes about", "check the address and its port"),
    "tls-settings": ("the certificates of  cannot be used", "correct or unset it"),
    "proxy-auth": ("the proxy wants a user and a password", "write them into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT"),
    "proxy-refused": ("the proxy lets nobody through to {h}", "ask your network's admin"),
    "proxy": ("the proxy cannot be reached, or cannot reach {h}", "check HTTPS_PROXY and NO_PROXY"),
    "dns": ("the name {h} is not known here", "check the address, and the network"),
    "connect": ("{h} cannot be reached", "check the address, and the network"),
    "timeout": ("{h} did not answer within {n} s", "try again, or give it longer: --timeout SECONDS"),
    "cut-off": ("the answer of {h} broke off", "try again"),
    "rate-limited": ("{h} has been asked too often", "try again later"),
    "unavailable": ("{h} is out of order at the moment", "try again later"),
}  # fmt: skip

ROWS = [*CLOUD_ROWS, *OWN_ROWS, *REDIRECT_ROWS, *BUSY_ROWS, *BODY_ROWS, *TLS_ROWS, *PROXY_ROWS]
