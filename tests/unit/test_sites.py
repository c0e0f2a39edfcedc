"""The table of sites: every row, and what it must not match."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import answer, profile, resolution, token
from atla_credential.model import Query
from atla_credential.places.address import canonical_origin, split_path
from atla_credential.places.instance import texts_of

Files = Callable[..., Path]

CLOUD = "https://work.atlassian.net"
ID = "11111111-2222-3333-4444-555555555555"
GATEWAY = "https://api.atlassian.com/ex"
YOU = "you@example.com"
GOVERNMENT = "https://work.atlassian-us-gov-mod.net"
GOVERNMENT_GATEWAY = "https://api.atlassian-us-gov-mod.com/ex"
BITBUCKET, API = "https://bitbucket.org", "https://api.bitbucket.org"
CONTAINERS, NPM, MCP = "https://crg.apkg.io", "https://npm.apkg.io", "https://mcp.atlassian.com"
API_USER = "x-bitbucket-api-token-auth"
ANY_USER = "x-token-auth"

Row = tuple[str, dict[str, str], str, str, str | None, tuple[str, str, str] | None]
Site = tuple[str, dict[str, str], str, str | None, str | None]


def cloud(**more: str) -> dict[str, str]:
    return {"instance": CLOUD, "email": YOU, **more}


def government(**more: str) -> dict[str, str]:
    return {"instance": GOVERNMENT, "email": YOU, **more}


def bitbucket(path: str = "", **more: str) -> dict[str, str]:
    return {"instance": f"{BITBUCKET}/{path}".rstrip("/"), "email": YOU, **more}


def data_center(instance: str = "https://dc.example.com", **more: str) -> dict[str, str]:
    return {"instance": instance, "email": "", **more}


BASIC = (YOU, "secret", "basic")
ACCESS, ACCESS_BEARER = (ANY_USER, "ATCTTsecret", "basic"), (ANY_USER, "ATCTTsecret", "bearer")

# name, profile (auth, username and product go to helper.toml), token, address asked for, user asked for, answer
ROWS: list[Row] = [
    ("cloud site", cloud(), "secret", CLOUD, None, BASIC),
    ("cloud site, any path", cloud(), "secret", f"{CLOUD}/rest/api/3/myself", None, BASIC),
    ("cloud site, its e-mail asked for", cloud(), "secret", CLOUD, YOU, BASIC),
    ("cloud site, another e-mail asked for", cloud(), "secret", CLOUD, "other@example.com", None),
    ("cloud site, its user name asked for", cloud(username="jdoe"), "secret", CLOUD, "jdoe", BASIC),
    ("cloud site, gateway without a cloud id", cloud(), "secret", f"{GATEWAY}/jira/{ID}/rest", None, None),
    ("cloud site with id, site", cloud(cloud_id=ID), "secret", CLOUD, None, BASIC),
    ("cloud site with id, jira gateway", cloud(cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}/rest", None, BASIC),
    ("cloud site with id, bare jira gateway", cloud(cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}", None, BASIC),
    ("cloud site with id, confluence gateway", cloud(cloud_id=ID), "secret", f"{GATEWAY}/confluence/{ID}", None, BASIC),
    ("cloud site with id, gateway of another id", cloud(cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}0/x", None, None),
    ("cloud site with id, gateway of another product", cloud(cloud_id=ID), "secret", f"{GATEWAY}/x/{ID}", None, None),
    ("cloud site with id, gateway without a path", cloud(cloud_id=ID), "secret", "https://api.atlassian.com", None, None),
    ("cloud site with id, climbing path", cloud(cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}/../x", None, None),
    ("cloud site with id, hidden climbing path", cloud(cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}/%2e%2E/x", None, None),
    ("cloud site with id, encoded slashes", cloud(cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}/..%2Fx", None, None),
    ("cloud site with id, backslashes", cloud(cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}\\..\\x", None, None),
    ("cloud site, encoded slash", cloud(), "secret", f"{CLOUD}/rest/a%2Fb", None, BASIC),
    ("cloud site, encoded slash at the end", cloud(), "secret", f"{CLOUD}/rest/a%2f", None, BASIC),
    ("cloud site, encoded hash", cloud(), "secret", f"{CLOUD}/rest/a%23b", None, BASIC),
    ("cloud site, encoded percent sign", cloud(), "secret", f"{CLOUD}/rest/100%25", None, BASIC),
    ("cloud site, dots encoded twice", cloud(), "secret", f"{CLOUD}/rest/%252e%252e/x", None, BASIC),
    ("cloud site, encoded slash in the first segment", cloud(), "secret", f"{CLOUD}/a%2Fb/rest", None, None),
    ("cloud site, encoded hash in the first segment", cloud(), "secret", f"{CLOUD}/a%23", None, None),
    ("cloud site, encoded percent sign in the first segment", cloud(), "secret", f"{CLOUD}/%2577iki", None, None),
    ("cloud site, encoded slash and dots", cloud(), "secret", f"{CLOUD}/rest/a%2F..%2Fb", None, None),
    ("cloud site, encoded slash and encoded dots", cloud(), "secret", f"{CLOUD}/rest/a%2F%2e%2e", None, None),
    ("cloud site, encoded slash and one dot", cloud(), "secret", f"{CLOUD}/rest/.%2Fa", None, None),
    ("cloud site, encoded backslash", cloud(), "secret", f"{CLOUD}/rest/a%5Cb", None, None),
    ("cloud site, encoded backslash and dots", cloud(), "secret", f"{CLOUD}/rest/..%5Cb", None, None),
    ("cloud site, dots", cloud(), "secret", f"{CLOUD}/rest/../wiki", None, None),
    ("cloud site, three dots", cloud(), "secret", f"{CLOUD}/rest/...", None, BASIC),
    ("cloud site, stray percent sign", cloud(), "secret", f"{CLOUD}/50%", None, BASIC),
    ("product jira, encoded slash behind its path", cloud(product="jira"), "secret", f"{CLOUD}/rest/wiki%2Fx", None, BASIC),
    ("product jira, wiki with an encoded slash", cloud(product="jira"), "secret", f"{CLOUD}/wiki%2Fx", None, None),
    ("product confluence, wiki with an encoded slash behind it", cloud(product="confluence"), "secret", f"{CLOUD}/wiki/a%2Fb", None, BASIC),
    ("cloud site with id, gateway and an encoded slash", cloud(cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}/rest/a%2Fb", None, None),
    ("cloud site with id, gateway and an encoded hash", cloud(cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}/rest/a%23b", None, None),
    ("cloud site with id, gateway and an encoded percent sign", cloud(cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}/rest/a%25b", None, None),
    ("government site", government(), "secret", f"{GOVERNMENT}/rest", None, BASIC),
    ("government site, gateway of its cloud", government(cloud_id=ID), "secret", f"{GOVERNMENT_GATEWAY}/jira/{ID}/rest", None, BASIC),
    ("government site, confluence gateway of its cloud", government(cloud_id=ID), "secret", f"{GOVERNMENT_GATEWAY}/confluence/{ID}", None, BASIC),
    ("government site, the other cloud's gateway", government(cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}/rest", None, None),
    ("government site, gateway of another id", government(cloud_id=ID), "secret", f"{GOVERNMENT_GATEWAY}/jira/{ID}0", None, None),
    ("government site, gateway without a path", government(cloud_id=ID), "secret", "https://api.atlassian-us-gov-mod.com", None, None),
    ("government site, site of the same name in the other cloud", government(), "secret", CLOUD, None, None),
    ("government site, service account at its gateway", government(email="", auth="bearer", cloud_id=ID), "secret", f"{GOVERNMENT_GATEWAY}/jira/{ID}", None, (ANY_USER, "secret", "bearer")),
    ("government site, service account at the site", government(email="", auth="bearer", cloud_id=ID), "secret", GOVERNMENT, None, None),
    ("government site, product and wiki", government(product="jira"), "secret", f"{GOVERNMENT}/wiki", None, None),
    ("cloud site with id, the government's gateway", cloud(cloud_id=ID), "secret", f"{GOVERNMENT_GATEWAY}/jira/{ID}/rest", None, None),
    ("cloud site, site of the same name in the government's cloud", cloud(), "secret", GOVERNMENT, None, None),
    ("gateway of the government's cloud as instance", {"instance": f"{GOVERNMENT_GATEWAY}/jira/{ID}", "email": YOU}, "secret", f"{GOVERNMENT_GATEWAY}/jira/{ID}/x", None, BASIC),
    ("gateway of the government's cloud as instance, the other one", {"instance": f"{GOVERNMENT_GATEWAY}/jira/{ID}", "email": YOU}, "secret", f"{GATEWAY}/jira/{ID}/x", None, None),
    ("bare gateway of the government's cloud as instance", {"instance": "https://api.atlassian-us-gov-mod.com", "email": YOU}, "secret", f"{GOVERNMENT_GATEWAY}/jira/{ID}/x", None, None),
    ("service account, gateway", cloud(email="", auth="bearer", cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}/x", None, (ANY_USER, "secret", "bearer")),
    ("service account with an e-mail, gateway", cloud(auth="bearer", cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}/x", None, (YOU, "secret", "bearer")),
    ("service account, confluence gateway", cloud(email="", auth="bearer", cloud_id=ID), "secret", f"{GATEWAY}/confluence/{ID}/x", None, (ANY_USER, "secret", "bearer")),
    ("service account, gateway, its name asked for", cloud(email="", auth="bearer", cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}/x", ANY_USER, (ANY_USER, "secret", "bearer")),
    ("cloud site, the word of its scheme asked for", cloud(), "secret", CLOUD, "basic", None),
    ("service account, site", cloud(email="", auth="bearer", cloud_id=ID), "secret", CLOUD, None, None),
    ("bitbucket git", bitbucket(), "ATATTsecret", "https://bitbucket.org/team/repo.git", None, (API_USER, "ATATTsecret", "basic")),
    ("bitbucket git, no path", bitbucket(), "ATATTsecret", "https://bitbucket.org", None, (API_USER, "ATATTsecret", "basic")),
    ("bitbucket git, access token", bitbucket(), "ATCTTsecret", "https://bitbucket.org", None, (ANY_USER, "ATCTTsecret", "basic")),
    ("bitbucket git, its user name asked for", bitbucket(username="jdoe"), "ATATTsecret", "https://bitbucket.org", "jdoe", ("jdoe", "ATATTsecret", "basic")),
    ("bitbucket git, another user name asked for", bitbucket(username="jdoe"), "ATATTsecret", "https://bitbucket.org", "other", None),
    ("bitbucket git, user name not on record", bitbucket(), "ATATTsecret", "https://bitbucket.org", "jdoe", (API_USER, "ATATTsecret", "basic")),
    ("bitbucket git, its e-mail asked for", bitbucket(), "ATATTsecret", "https://bitbucket.org", YOU, (API_USER, "ATATTsecret", "basic")),
    ("bitbucket git, the fixed name asked for", bitbucket(username="jdoe"), "ATATTsecret", "https://bitbucket.org", API_USER, (API_USER, "ATATTsecret", "basic")),
    ("bitbucket git, the other kind of token asked for", bitbucket(username="jdoe"), "ATATTsecret", "https://bitbucket.org", ANY_USER, None),
    ("bitbucket api", bitbucket(), "ATATTsecret", "https://api.bitbucket.org/2.0/user", None, (YOU, "ATATTsecret", "basic")),
    ("bitbucket api, access token", bitbucket(), "ATCTTsecret", "https://api.bitbucket.org/2.0/user", None, (ANY_USER, "ATCTTsecret", "bearer")),
    ("bitbucket api, unknown user name asked for", bitbucket(), "ATATTsecret", "https://api.bitbucket.org", "jdoe", None),
    ("workspace, git", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/team/repo.git", None, ACCESS),
    ("workspace, git below a repository", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/team/repo.git/info/lfs", None, ACCESS),
    ("workspace, itself", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/team", None, ACCESS),
    ("workspace, git, API token", bitbucket("team"), "ATATTsecret", f"{BITBUCKET}/team/repo.git", None, (API_USER, "ATATTsecret", "basic")),
    ("workspace, git, user name", bitbucket("team", username="jdoe"), "ATATTsecret", f"{BITBUCKET}/team/repo.git", "jdoe", ("jdoe", "ATATTsecret", "basic")),
    ("workspace, another one", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/other/repo.git", None, None),
    ("workspace, one that begins alike", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/team1/repo.git", None, None),
    ("workspace, in capitals", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/Team/repo.git", None, None),
    ("workspace, its name as a repository's", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/other/team", None, None),
    ("workspace, its name with .git", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/team.git", None, None),
    ("workspace, empty path", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/", None, ACCESS),
    ("workspace, no path, the only profile", bitbucket("team"), "ATCTTsecret", BITBUCKET, None, ACCESS),
    ("workspace, climbing out", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/team/../other/repo.git", None, None),
    ("workspace, climbing out behind an encoded slash", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/team/..%2F..%2Fother", None, None),
    ("workspace, encoded slash", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/team%2Frepo.git", None, None),
    ("workspace, encoded slash behind it", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/team/a%2Fb", None, None),
    ("workspace, encoded hash behind it", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/team/a%23b", None, None),
    ("workspace, encoded letters", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/te%61m/repo.git", None, ACCESS),
    ("workspace, other host", bitbucket("team"), "ATCTTsecret", "https://www.bitbucket.org/team/repo.git", None, None),
    ("workspace, rest of its repositories", bitbucket("team"), "ATCTTsecret", f"{API}/2.0/repositories/team", None, ACCESS_BEARER),
    ("workspace, rest of a repository", bitbucket("team"), "ATCTTsecret", f"{API}/2.0/repositories/team/repo/pullrequests", None, ACCESS_BEARER),
    ("workspace, rest of itself", bitbucket("team"), "ATCTTsecret", f"{API}/2.0/workspaces/team/members", None, ACCESS_BEARER),
    ("workspace, rest, API token", bitbucket("team"), "ATATTsecret", f"{API}/2.0/workspaces/team", None, (YOU, "ATATTsecret", "basic")),
    ("workspace, rest of another one's repositories", bitbucket("team"), "ATCTTsecret", f"{API}/2.0/repositories/other/repo", None, None),
    ("workspace, rest of another one", bitbucket("team"), "ATCTTsecret", f"{API}/2.0/workspaces/other", None, None),
    ("workspace, rest of all", bitbucket("team"), "ATCTTsecret", f"{API}/2.0/repositories", None, None),
    ("workspace, rest of the user", bitbucket("team"), "ATCTTsecret", f"{API}/2.0/user", None, None),
    ("workspace, rest of another version", bitbucket("team"), "ATCTTsecret", f"{API}/1.0/repositories/team", None, None),
    ("workspace, rest of another kind", bitbucket("team"), "ATCTTsecret", f"{API}/2.0/snippets/team", None, None),
    ("workspace, git's path at the rest's host", bitbucket("team"), "ATCTTsecret", f"{API}/team/repo", None, None),
    ("workspace, rest's path at git's host", bitbucket("team"), "ATCTTsecret", f"{BITBUCKET}/2.0/repositories/team", None, None),
    ("workspace, rest without a path", bitbucket("team"), "ATCTTsecret", API, None, None),
    ("workspace, rest with an encoded slash", bitbucket("team"), "ATCTTsecret", f"{API}/2.0/repositories/team/repo/src/a%2Fb", None, None),
    ("workspace, rest of another one behind encoded slashes", bitbucket("team"), "ATCTTsecret", f"{API}/2.0/repositories/team%2F..%2Fother", None, None),
    ("repository, git", bitbucket("team/repo"), "ATCTTsecret", f"{BITBUCKET}/team/repo.git", None, ACCESS),
    ("repository, git without .git", bitbucket("team/repo"), "ATCTTsecret", f"{BITBUCKET}/team/repo", None, ACCESS),
    ("repository, written with .git", bitbucket("team/repo.git"), "ATCTTsecret", f"{BITBUCKET}/team/repo/info/refs", None, ACCESS),
    ("repository, git below it", bitbucket("team/repo"), "ATCTTsecret", f"{BITBUCKET}/team/repo.git/info/lfs/objects", None, ACCESS),
    ("repository, .git twice", bitbucket("team/repo"), "ATCTTsecret", f"{BITBUCKET}/team/repo.git.git", None, None),
    ("repository, .git in capitals", bitbucket("team/repo"), "ATCTTsecret", f"{BITBUCKET}/team/repo.GIT", None, None),
    ("repository, one that begins alike", bitbucket("team/repo"), "ATCTTsecret", f"{BITBUCKET}/team/repo2.git", None, None),
    ("repository, another one", bitbucket("team/repo"), "ATCTTsecret", f"{BITBUCKET}/team/other.git", None, None),
    ("repository, its workspace", bitbucket("team/repo"), "ATCTTsecret", f"{BITBUCKET}/team", None, None),
    ("repository, one of this name elsewhere", bitbucket("team/repo"), "ATCTTsecret", f"{BITBUCKET}/other/repo.git", None, None),
    ("repository, rest", bitbucket("team/repo"), "ATCTTsecret", f"{API}/2.0/repositories/team/repo/commits", None, ACCESS_BEARER),
    ("repository, rest with .git", bitbucket("team/repo"), "ATCTTsecret", f"{API}/2.0/repositories/team/repo.git", None, ACCESS_BEARER),
    ("repository, rest of another one", bitbucket("team/repo"), "ATCTTsecret", f"{API}/2.0/repositories/team/other", None, None),
    ("repository, rest of its workspace", bitbucket("team/repo"), "ATCTTsecret", f"{API}/2.0/repositories/team", None, None),
    ("repository, rest of its workspace itself", bitbucket("team/repo"), "ATCTTsecret", f"{API}/2.0/workspaces/team", None, None),
    ("deeper than a repository, git", bitbucket("team/repo/src"), "ATCTTsecret", f"{BITBUCKET}/team/repo.git/src/x", None, ACCESS),
    ("deeper than a repository, above it", bitbucket("team/repo/src"), "ATCTTsecret", f"{BITBUCKET}/team/repo.git", None, None),
    ("deeper than a repository, rest", bitbucket("team/repo/src"), "ATCTTsecret", f"{API}/2.0/repositories/team/repo/src", None, None),
    ("bitbucket api, encoded slash", bitbucket(), "ATATTsecret", f"{API}/2.0/repositories/team/repo/src/a%2Fb", None, (YOU, "ATATTsecret", "basic")),
    ("data center, encoded slash", data_center(), "secret", "https://dc.example.com/rest/a%2Fb", None, (ANY_USER, "secret", "bearer")),
    ("data center, .git is compared", data_center("https://dc.example.com/a/b"), "secret", "https://dc.example.com/a/b.git", None, None),
    ("context path, encoded slash below it", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/jira/rest/a%2Fb", None, None),
    ("context path, encoded hash below it", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/jira/rest/a%23b", None, None),
    ("context path, stray percent sign below it", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/jira/50%", None, (ANY_USER, "secret", "bearer")),
    ("data center", data_center(auth="bearer"), "secret", "https://dc.example.com/x", None, (ANY_USER, "secret", "bearer")),
    ("data center with a user name", data_center(auth="bearer", username="jdoe"), "secret", "https://dc.example.com", None, ("jdoe", "secret", "bearer")),
    ("data center, its user name asked for", data_center(auth="bearer", username="jdoe"), "secret", "https://dc.example.com", "jdoe", ("jdoe", "secret", "bearer")),
    ("data center, another user asked for", data_center(auth="bearer", username="jdoe"), "secret", "https://dc.example.com", "other", None),
    ("data center, no auth on record", data_center(), "secret", "https://dc.example.com", None, (ANY_USER, "secret", "bearer")),
    ("data center, basic", data_center(auth="basic", username="jdoe"), "secret", "https://dc.example.com", None, ("jdoe", "secret", "basic")),
    ("context path, below it", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/jira/rest", None, (ANY_USER, "secret", "bearer")),
    ("context path, itself", data_center("https://dc.example.com/jira/"), "secret", "https://dc.example.com/jira", None, (ANY_USER, "secret", "bearer")),
    ("context path, request without a path", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com", None, (ANY_USER, "secret", "bearer")),
    ("context path, another beginning alike", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/jirax", None, None),
    ("context path, beside it", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/wiki", None, None),
    ("context path, query at its end", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/jira?x=1", None, (ANY_USER, "secret", "bearer")),
    ("context path, dots with a parameter", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/jira/..;/wiki", None, None),
    ("context path, encoded dots with a parameter", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/jira/%2e%2e;x/wiki", None, None),
    ("context path, dots behind an encoded question mark", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/jira%3f/../wiki", None, None),
    ("context path, dots behind an encoded hash", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/jira%23/../wiki", None, None),
    ("context path, dots encoded twice", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/jira/%252e%252e/wiki", None, None),
    ("context path, its own letters encoded", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/%6aira/x", None, (ANY_USER, "secret", "bearer")),
    ("context path, parameter", data_center("https://dc.example.com/jira"), "secret", "https://dc.example.com/jira;x=1/rest", None, (ANY_USER, "secret", "bearer")),
    ("cloud id on a data center", data_center("https://dc.example.com", cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}/x", None, None),
    ("cloud id on bitbucket", bitbucket(cloud_id=ID), "ATCTTsecret", f"{GATEWAY}/jira/{ID}/x", None, None),
    ("cloud id on an http instance", {"instance": "http://x.atlassian.net", "email": YOU, "cloud_id": ID}, "secret", f"{GATEWAY}/jira/{ID}/x", None, None),
    ("cloud id on an http instance at the port of https", {"instance": "http://x.atlassian.net:443", "email": YOU, "cloud_id": ID}, "secret", f"{GATEWAY}/jira/{ID}/x", None, None),
    ("product jira, wiki with encoded letters", cloud(product="jira"), "secret", f"{CLOUD}/%77iki", None, None),
    ("product jira, wiki with a parameter", cloud(product="jira"), "secret", f"{CLOUD}/wiki;x", None, None),
    ("instance with a percent sign", {"instance": f"{CLOUD}/%77iki", "email": YOU}, "secret", f"{CLOUD}/wiki", None, None),
    ("port of its own", data_center("https://dc.example.com:8443"), "secret", "https://dc.example.com:8443", None, (ANY_USER, "secret", "bearer")),
    ("port missing in the request", data_center("https://dc.example.com:8443"), "secret", "https://dc.example.com", None, None),
    ("port only in the request", data_center(), "secret", "https://dc.example.com:8443", None, None),
    ("https port said", data_center(), "secret", "https://dc.example.com:443", None, (ANY_USER, "secret", "bearer")),
    ("http asked of an https instance", data_center(), "secret", "http://dc.example.com", None, None),
    ("https asked of an http instance", data_center("http://dc.example.com"), "secret", "https://dc.example.com", None, None),
    ("http instance", data_center("http://dc.example.com:80"), "secret", "http://dc.example.com", None, (ANY_USER, "secret", "bearer")),
    ("ipv6 instance", data_center("https://[::1]:8443"), "secret", "https://[::1]:8443", None, (ANY_USER, "secret", "bearer")),
    ("gateway address as instance", {"instance": f"{GATEWAY}/jira/{ID}", "email": YOU}, "secret", f"{GATEWAY}/jira/{ID}/x", None, BASIC),
    ("gateway address as instance, no path", {"instance": f"{GATEWAY}/jira/{ID}", "email": YOU}, "secret", "https://api.atlassian.com", None, None),
    ("bare gateway as instance", {"instance": "https://api.atlassian.com", "email": YOU}, "secret", f"{GATEWAY}/jira/{ID}/x", None, None),
    ("gateway address as instance, without encryption", {"instance": f"http://api.atlassian.com/ex/jira/{ID}", "email": YOU}, "secret", f"http://api.atlassian.com/ex/jira/{ID}", None, None),
    ("gateway address as instance, another folder", {"instance": f"https://api.atlassian.com/xx/jira/{ID}", "email": YOU}, "secret", f"https://api.atlassian.com/xx/jira/{ID}", None, None),
    ("gateway address as instance, another product", {"instance": f"{GATEWAY}/x/{ID}", "email": YOU}, "secret", f"{GATEWAY}/x/{ID}", None, None),
    ("gateway address as instance, confluence", {"instance": f"{GATEWAY}/confluence/{ID}", "email": YOU}, "secret", f"{GATEWAY}/confluence/{ID}", None, BASIC),
    ("gateway address as instance, its product", {"instance": f"{GATEWAY}/jira/{ID}", "email": YOU, "product": "jira"}, "secret", f"{GATEWAY}/jira/{ID}", None, BASIC),
    ("gateway address as instance, not its product", {"instance": f"{GATEWAY}/jira/{ID}", "email": YOU, "product": "confluence"}, "secret", f"{GATEWAY}/jira/{ID}", None, None),
    ("product confluence, site without a path", cloud(product="confluence"), "secret", CLOUD, None, BASIC),
    ("product jira, site without a path", cloud(product="jira"), "secret", CLOUD, None, BASIC),
    ("product jira, jira path", cloud(product="jira"), "secret", f"{CLOUD}/rest", None, BASIC),
    ("product jira, wiki path", cloud(product="jira"), "secret", f"{CLOUD}/wiki/x", None, None),
    ("product jira, path that begins like wiki", cloud(product="jira"), "secret", f"{CLOUD}/wikix", None, BASIC),
    ("product jira, confluence gateway", cloud(product="jira", cloud_id=ID), "secret", f"{GATEWAY}/confluence/{ID}", None, None),
    ("product confluence, wiki path", cloud(product="confluence"), "secret", f"{CLOUD}/wiki", None, BASIC),
    ("product confluence, jira path", cloud(product="confluence"), "secret", f"{CLOUD}/rest", None, None),
    ("product confluence, its gateway", cloud(product="confluence", cloud_id=ID), "secret", f"{GATEWAY}/confluence/{ID}", None, BASIC),
    ("product confluence, jira gateway", cloud(product="confluence", cloud_id=ID), "secret", f"{GATEWAY}/jira/{ID}", None, None),
    ("product bitbucket, cloud site", cloud(product="bitbucket"), "secret", CLOUD, None, None),
    ("product bitbucket, bitbucket", bitbucket(product="bitbucket"), "ATATTsecret", "https://bitbucket.org", None, (API_USER, "ATATTsecret", "basic")),
    ("product bitbucket, bitbucket api", bitbucket(product="bitbucket"), "ATATTsecret", "https://api.bitbucket.org", None, (YOU, "ATATTsecret", "basic")),
    ("bitbucket git, token that begins like an access token", bitbucket(), "ATCTsecret", "https://bitbucket.org", None, (API_USER, "ATCTsecret", "basic")),
    ("product jira, bitbucket", bitbucket(product="jira"), "ATATTsecret", "https://bitbucket.org", None, None),
    ("product confluence, data center", data_center(product="confluence"), "secret", "https://dc.example.com/x", None, (ANY_USER, "secret", "bearer")),
    ("instance with a user name", {"instance": "https://you@work.atlassian.net", "email": YOU}, "secret", CLOUD, None, None),
    ("instance with a query", {"instance": f"{CLOUD}/?x", "email": YOU}, "secret", CLOUD, None, None),
    ("instance without a scheme", {"instance": "work.atlassian.net", "email": YOU}, "secret", CLOUD, None, None),
    ("container registry", bitbucket(), "ATATTsecret", CONTAINERS, None, (YOU, "ATATTsecret", "basic")),
    ("container registry, any path", bitbucket(), "ATATTsecret", f"{CONTAINERS}/v2/team/image/manifests/1", None, (YOU, "ATATTsecret", "basic")),
    ("container registry, upper case", bitbucket(), "ATATTsecret", "HTTPS://CRG.Apkg.IO:443", None, (YOU, "ATATTsecret", "basic")),
    ("container registry, its e-mail asked for", bitbucket(), "ATATTsecret", CONTAINERS, YOU, (YOU, "ATATTsecret", "basic")),
    ("container registry, its user name asked for", bitbucket(username="jdoe"), "ATATTsecret", CONTAINERS, "jdoe", (YOU, "ATATTsecret", "basic")),
    ("container registry, another user asked for", bitbucket(), "ATATTsecret", CONTAINERS, "other@example.com", None),
    ("container registry, git's name for it asked for", bitbucket(), "ATATTsecret", CONTAINERS, API_USER, None),
    ("container registry, access token", bitbucket(), "ATCTTsecret", CONTAINERS, None, None),
    ("container registry, access token under its name", bitbucket(), "ATCTTsecret", CONTAINERS, ANY_USER, None),
    ("container registry, access token of a Bearer profile", bitbucket(auth="bearer"), "ATCTTsecret", CONTAINERS, None, None),
    ("container registry, token that begins like an access token", bitbucket(), "ATCTsecret", CONTAINERS, None, (YOU, "ATCTsecret", "basic")),
    ("container registry, without encryption", bitbucket(), "ATATTsecret", "http://crg.apkg.io", None, None),
    ("container registry, another port", bitbucket(), "ATATTsecret", f"{CONTAINERS}:8443", None, None),
    ("container registry, the port of http", bitbucket(), "ATATTsecret", f"{CONTAINERS}:80", None, None),
    ("container registry, sub-domain", bitbucket(), "ATATTsecret", "https://team.crg.apkg.io", None, None),
    ("container registry, trailing dot", bitbucket(), "ATATTsecret", f"{CONTAINERS}.", None, None),
    ("container registry, its domain", bitbucket(), "ATATTsecret", "https://apkg.io", None, None),
    ("container registry, one that begins alike", bitbucket(), "ATATTsecret", f"{CONTAINERS}.evil.example", None, None),
    ("container registry, one that ends alike", bitbucket(), "ATATTsecret", "https://xcrg.apkg.io", None, None),
    ("container registry, climbing path", bitbucket(), "ATATTsecret", f"{CONTAINERS}/v2/../x", None, None),
    ("container registry, product bitbucket", bitbucket(product="bitbucket"), "ATATTsecret", CONTAINERS, None, None),
    ("container registry, workspace", bitbucket("team"), "ATATTsecret", CONTAINERS, None, None),
    ("container registry, below the workspace's name", bitbucket("team"), "ATATTsecret", f"{CONTAINERS}/team/image", None, None),
    ("container registry, cloud site", cloud(), "ATATTsecret", CONTAINERS, None, None),
    ("container registry, data center", data_center(), "secret", CONTAINERS, None, None),
    ("container registry as instance", {"instance": CONTAINERS, "email": YOU}, "secret", CONTAINERS, None, None),
    ("npm registry", bitbucket(), "ATATTsecret", NPM, None, (YOU, "ATATTsecret", "basic")),
    ("npm registry, workspace's path", bitbucket(), "ATATTsecret", f"{NPM}/team/", None, (YOU, "ATATTsecret", "basic")),
    ("npm registry, scoped package", bitbucket(), "ATATTsecret", f"{NPM}/team/@scope%2Fpackage", None, (YOU, "ATATTsecret", "basic")),
    ("npm registry, upper case", bitbucket(), "ATATTsecret", "https://NPM.APKG.IO", None, (YOU, "ATATTsecret", "basic")),
    ("npm registry, access token", bitbucket(), "ATCTTsecret", NPM, None, None),
    ("npm registry, without encryption", bitbucket(), "ATATTsecret", "http://npm.apkg.io", None, None),
    ("npm registry, another port", bitbucket(), "ATATTsecret", f"{NPM}:8443", None, None),
    ("npm registry, sub-domain", bitbucket(), "ATATTsecret", "https://x.npm.apkg.io", None, None),
    ("npm registry, trailing dot", bitbucket(), "ATATTsecret", f"{NPM}.", None, None),
    ("npm registry, product bitbucket", bitbucket(product="bitbucket"), "ATATTsecret", NPM, None, None),
    ("npm registry, workspace", bitbucket("team"), "ATATTsecret", f"{NPM}/team/", None, None),
    ("npm registry as instance", {"instance": NPM, "email": YOU}, "secret", NPM, None, None),
    ("a registry that no page names", bitbucket(), "ATATTsecret", "https://maven.apkg.io", None, None),
    ("rovo mcp", cloud(), "secret", MCP, None, BASIC),
    ("rovo mcp, any path", cloud(), "secret", f"{MCP}/v1/mcp", None, BASIC),
    ("rovo mcp, upper case", cloud(), "secret", "https://MCP.Atlassian.com:443/v1/mcp", None, BASIC),
    ("rovo mcp, token with scopes", cloud(cloud_id=ID), "secret", MCP, None, BASIC),
    ("rovo mcp, service account", cloud(email="", auth="bearer", cloud_id=ID), "secret", MCP, None, (ANY_USER, "secret", "bearer")),
    ("rovo mcp, Bearer without a cloud id", cloud(auth="bearer"), "secret", MCP, None, (YOU, "secret", "bearer")),
    ("rovo mcp, its e-mail asked for", cloud(), "secret", MCP, YOU, BASIC),
    ("rovo mcp, another user asked for", cloud(), "secret", MCP, "other@example.com", None),
    ("rovo mcp, without encryption", cloud(), "secret", "http://mcp.atlassian.com/v1/mcp", None, None),
    ("rovo mcp, another port", cloud(), "secret", f"{MCP}:8443/v1/mcp", None, None),
    ("rovo mcp, sub-domain", cloud(), "secret", "https://x.mcp.atlassian.com", None, None),
    ("rovo mcp, trailing dot", cloud(), "secret", f"{MCP}./v1/mcp", None, None),
    ("rovo mcp, its domain", cloud(), "secret", "https://atlassian.com", None, None),
    ("rovo mcp, a site of that name", cloud(), "secret", "https://mcp.atlassian.net", None, None),
    ("rovo mcp, climbing path", cloud(), "secret", f"{MCP}/v1/../x", None, None),
    ("rovo mcp, product jira", cloud(product="jira"), "secret", MCP, None, None),
    ("rovo mcp, product confluence", cloud(product="confluence"), "secret", f"{MCP}/wiki", None, None),
    ("rovo mcp, product bitbucket", cloud(product="bitbucket"), "secret", MCP, None, None),
    ("rovo mcp, instance with a path", cloud(instance=f"{CLOUD}/wiki"), "secret", MCP, None, None),
    ("rovo mcp, instance without encryption", cloud(instance="http://work.atlassian.net"), "secret", MCP, None, None),
    ("rovo mcp, government's site", government(), "secret", MCP, None, None),
    ("rovo mcp, data center", data_center(), "secret", MCP, None, None),
    ("rovo mcp, bitbucket", bitbucket(), "ATATTsecret", MCP, None, None),
    ("rovo mcp, gateway address as instance", {"instance": f"{GATEWAY}/jira/{ID}", "email": YOU}, "secret", MCP, None, None),
    ("rovo mcp, bare gateway as instance", {"instance": "https://api.atlassian.com", "email": YOU}, "secret", MCP, None, None),
    ("rovo mcp as instance", {"instance": MCP, "email": YOU}, "secret", MCP, None, None),
    ("instance in capitals", {"instance": "HTTPS://Work.Atlassian.NET:443/", "email": YOU}, "secret", CLOUD, None, BASIC),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_table(row: Row, files: Files, home: Path) -> None:
    _, fields, secret, url, username, expected = row
    write(files, fields, secret)
    assert answer(home, url, username) == expected
    assert answer(home, url, username, profile_name="p") == expected  # to be named gives it no other place


def write(files: Files, fields: dict[str, str], secret: str) -> None:
    own = {key: value for key, value in fields.items() if key in ("auth", "username", "product")}
    shared = {key: value for key, value in fields.items() if key not in own}
    files(
        config=profile("p", **shared),
        credentials=token("p", fields["instance"], secret, fields["email"]),
        helper="[profiles.p]\n" + "".join(f'{key} = "{value}"\n' for key, value in own.items()),
    )


@pytest.mark.parametrize(
    ("fields", "url", "base"),
    [
        (cloud(), CLOUD, CLOUD),
        (cloud(cloud_id=ID), CLOUD, f"{GATEWAY}/jira/{ID}"),
        (cloud(cloud_id=ID, product="confluence"), CLOUD, f"{GATEWAY}/confluence/{ID}"),
        (cloud(cloud_id=ID), f"{CLOUD}/wiki/rest/api", f"{GATEWAY}/confluence/{ID}"),
        (cloud(cloud_id=ID), f"{CLOUD}/rest/wiki", f"{GATEWAY}/jira/{ID}"),
        (cloud(cloud_id=ID), f"{GATEWAY}/jira/{ID}/x", f"{GATEWAY}/jira/{ID}"),
        (cloud(), f"{CLOUD}/wiki", CLOUD),
        (cloud(cloud_id=ID), f"{GATEWAY}/confluence/{ID}/x", f"{GATEWAY}/confluence/{ID}"),
        ({"instance": f"{GATEWAY}/jira/{ID}/", "email": YOU}, f"{GATEWAY}/jira/{ID}/x", f"{GATEWAY}/jira/{ID}"),
        (bitbucket(), "https://bitbucket.org/team/repo.git", "https://api.bitbucket.org"),
        (bitbucket(), "https://api.bitbucket.org/2.0", "https://api.bitbucket.org"),
        (bitbucket("team"), f"{BITBUCKET}/team/repo.git", API),
        (bitbucket("team"), f"{API}/2.0/repositories/team", API),
        (bitbucket(), f"{NPM}/team/", NPM),
        (bitbucket(), CONTAINERS, CONTAINERS),
        (cloud(cloud_id=ID), f"{MCP}/v1/mcp", MCP),
        (government(cloud_id=ID), GOVERNMENT, f"{GOVERNMENT_GATEWAY}/jira/{ID}"),
        (government(cloud_id=ID), f"{GOVERNMENT_GATEWAY}/confluence/{ID}", f"{GOVERNMENT_GATEWAY}/confluence/{ID}"),
        (data_center("https://dc.example.com/jira/"), "https://dc.example.com/jira/x", "https://dc.example.com/jira"),
        (data_center("https://dc.example.com/wiki"), "https://dc.example.com/wiki/x", "https://dc.example.com/wiki"),
    ],
)
def test_base_of_rest_addresses(fields: dict[str, str], url: str, base: str, files: Files, home: Path) -> None:
    write(files, fields, "secret")
    found = resolution(home, url)
    assert found is not None
    assert found.api_base_url == base


def robot(**more: str) -> dict[str, str]:
    return {"instance": CLOUD, "email": "", "auth": "bearer", "cloud_id": ID, **more}


JIRA, CONFLUENCE = f"{GATEWAY}/jira/{ID}", f"{GATEWAY}/confluence/{ID}"

# A service account at its site, for a caller that is told where REST calls go: profile, address, user asked for, where they go.
SITE_ROWS: list[Site] = [
    ("no path", robot(), CLOUD, None, JIRA),
    ("jira", robot(), f"{CLOUD}/rest/api/3/myself", None, JIRA),
    ("wiki", robot(), f"{CLOUD}/wiki", None, CONFLUENCE),
    ("below wiki", robot(), f"{CLOUD}/wiki/rest/api", None, CONFLUENCE),
    ("wiki in encoded letters", robot(), f"{CLOUD}/%77iki/x", None, CONFLUENCE),
    ("path that begins like wiki", robot(), f"{CLOUD}/wikis", None, JIRA),
    ("wiki further down", robot(), f"{CLOUD}/rest/wiki", None, JIRA),
    ("encoded slash", robot(), f"{CLOUD}/rest/a%2Fb", None, JIRA),
    ("encoded slash behind wiki", robot(), f"{CLOUD}/wiki%2Fx", None, None),
    ("out of wiki", robot(), f"{CLOUD}/wiki/../rest", None, None),
    ("port said", robot(), f"{CLOUD}:443", None, JIRA),
    ("another port", robot(), f"{CLOUD}:8443", None, None),
    ("without encryption", robot(), CLOUD.replace("https", "http"), None, None),
    ("another site", robot(), "https://other.atlassian.net", None, None),
    ("site of the same name in the other cloud", robot(), GOVERNMENT, None, None),
    ("gateway without a path", robot(), "https://api.atlassian.com", None, None),
    ("its own name asked for", robot(), CLOUD, ANY_USER, JIRA),
    ("its e-mail asked for", robot(email=YOU), CLOUD, YOU, JIRA),
    ("an e-mail asked for that it has not", robot(), CLOUD, YOU, None),
    ("product jira, no path", robot(product="jira"), CLOUD, None, JIRA),
    ("product jira, wiki", robot(product="jira"), f"{CLOUD}/wiki", None, None),
    ("product confluence, no path", robot(product="confluence"), CLOUD, None, CONFLUENCE),
    ("product confluence, wiki", robot(product="confluence"), f"{CLOUD}/wiki/x", None, CONFLUENCE),
    ("product confluence, jira", robot(product="confluence"), f"{CLOUD}/rest", None, None),
    ("product bitbucket", robot(product="bitbucket"), CLOUD, None, None),
    ("government", robot(instance=GOVERNMENT), f"{GOVERNMENT}/wiki", None, f"{GOVERNMENT_GATEWAY}/confluence/{ID}"),
    ("government, jira", robot(instance=GOVERNMENT), GOVERNMENT, None, f"{GOVERNMENT_GATEWAY}/jira/{ID}"),
    ("government, site of the same name", robot(instance=GOVERNMENT), CLOUD, None, None),
    ("instance with a path", robot(instance=f"{CLOUD}/wiki"), f"{CLOUD}/wiki/x", None, CONFLUENCE),
    ("instance with a path, beside it", robot(instance=f"{CLOUD}/wiki"), f"{CLOUD}/rest", None, None),
    ("the gateway itself", robot(), f"{CONFLUENCE}/wiki", None, CONFLUENCE),
    ("another site's gateway", robot(), f"{GATEWAY}/jira/{ID}0", None, None),
]  # fmt: skip


@pytest.mark.parametrize("row", SITE_ROWS, ids=lambda row: row[0])
@pytest.mark.parametrize("name", [None, "p"])
def test_site_of_a_service_account(name: str | None, row: Site, files: Files, home: Path) -> None:
    _, fields, url, username, base = row
    write(files, fields, "secret")
    found = resolution(home, url, username, name, learns_base=True)
    given = found.credential if found else None
    expected = (fields["email"] or ANY_USER, "secret", "bearer", base)
    assert (found and given and (given.username, given.secret, given.auth, found.api_base_url)) == (base and expected)
    if "/ex/" not in url:
        assert resolution(home, url, username, name) is None  # who is not told would send it to the site


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_no_other_profile_is_for_more_where_the_base_is_told(row: Row, files: Files, home: Path) -> None:
    _, fields, secret, url, username, expected = row
    write(files, fields, secret)
    is_robot = fields.get("auth") == "bearer" and "cloud_id" in fields and "/ex/" not in url
    found = answer(home, url, username, learns_base=True)
    assert found == ((ANY_USER, "secret", "bearer") if is_robot else expected)


@pytest.mark.parametrize(
    ("default", "variable", "username", "with_base", "without"),
    [
        pytest.param(None, "", None, "a", "b", id="the first by name"),
        pytest.param("b", "", None, "b", "b", id="default.profile"),
        pytest.param("a", "", None, "a", "b", id="default.profile, the service account"),
        pytest.param("a", "b", None, "b", "b", id="ATLA_PROFILE"),
        pytest.param("b", "a", None, "a", "b", id="ATLA_PROFILE, the service account"),
        pytest.param("a", "", YOU, "b", "b", id="the other one's e-mail"),
        pytest.param("b", "", ANY_USER, "a", None, id="the name beside a Bearer token"),
    ],
)
def test_service_account_and_a_person_at_one_site(
    default: str | None, variable: str, username: str | None, with_base: str, without: str | None,
    files: Files, home: Path,
) -> None:  # fmt: skip
    """Both match, and the order is the usual one: a path makes neither the one with the longer path."""
    chosen = f'[default]\nprofile = "{default}"\n' if default else ""
    files(
        config=chosen + profile("a", CLOUD, "", cloud_id=ID) + profile("b", CLOUD),
        credentials=token("a", CLOUD, "secret a", "") + token("b", CLOUD, "secret b"),
        helper='[profiles.a]\nauth = "bearer"\n',
    )
    for url in (CLOUD, f"{CLOUD}/wiki/x"):
        found = resolution(home, url, username, learns_base=True, ATLA_PROFILE=variable)
        assert found is not None
        assert found.profile.name == with_base
        found = resolution(home, url, username, ATLA_PROFILE=variable)
        assert (found.profile.name if found else None) == without


def test_adopted_profile_is_not_for_the_site_of_a_service_account(files: Files, home: Path) -> None:
    files(
        config=profile("p", CLOUD, "", cloud_id=ID),
        credentials=token("p", CLOUD, "secret", ""),
        helper='[profiles.p]\nauth = "bearer"\nadopted = true\n',
    )
    assert resolution(home, CLOUD, learns_base=True) is None
    assert resolution(home, CLOUD, learns_base=True, profile_name="p") is None
    assert answer(home, JIRA, learns_base=True) == (ANY_USER, "secret", "bearer")


@pytest.mark.parametrize(("product", "base"), [(None, JIRA), ("jira", JIRA), ("confluence", CONFLUENCE)])
def test_service_account_without_a_host(product: str | None, base: str, files: Files, home: Path) -> None:
    write(files, robot(**({"product": product} if product else {})), "secret")
    found = resolution(home, None, profile_name="p")
    assert found is not None
    assert found.api_base_url == base


@pytest.mark.parametrize(
    ("origin", "path", "texts"),
    [
        (None, None, ()),
        (("https", "work.atlassian.net", 443), ("ex", "jira", "id"), (b"work.atlassian.net",)),
        (("https", "api.atlassian.com", 443), None, (b"api.atlassian.com",)),
        (("https", "api.atlassian.com", 443), ("ex", "jira", "Id-1", "rest"), (b"api.atlassian.com", b"id-1")),
        (("https", "api.atlassian.com", 443), ("ex", "jira", "", "rest"), (b"api.atlassian.com",)),
        (("https", "api.atlassian.com", 443), ("ex", "jira", "\udcff"), (b"api.atlassian.com", b"?")),
        (("https", "api.bitbucket.org", 443), ("2.0",), (b"bitbucket.org",)),
        (("https", "crg.apkg.io", 443), None, (b"bitbucket.org",)),
        (("https", "npm.apkg.io", 443), ("team",), (b"bitbucket.org",)),
        (("https", "mcp.atlassian.com", 443), ("v1", "mcp"), (b".atlassian.net", b"api.atlassian.com")),
        (("https", "crg.apkg.io", 8443), None, (b"crg.apkg.io",)),
        (
            ("https", "api.atlassian-us-gov-mod.com", 443),
            ("ex", "jira", "Id-1"),
            (b"api.atlassian-us-gov-mod.com", b"id-1"),
        ),
    ],
)
def test_texts_that_the_profiles_of_an_address_have(
    origin: tuple[str, str, int] | None, path: tuple[str, ...] | None, texts: tuple[bytes, ...]
) -> None:
    """No more of them than there are: each is looked for in the whole file."""
    assert texts_of(Query(origin, path)) == texts


@pytest.mark.parametrize(
    ("path", "segments"),
    [
        ("", ()), ("/", ()), ("a", ("a",)), ("/a/b/", ("a", "b")), ("a//b", ("a", "", "b")), ("a?b/c#d", ("a",)), ("?x", ()),
        ("a/?x", ("a",)), ("a;p/b;q", ("a", "b")), ("%61/b%20c", ("a", "b c")), ("a/..", None), ("a/.", None), ("..", None),
        ("a/%2e%2e", None), ("a/%2E.", None), ("a/..;x", None), ("a\\b", None), ("a%5cb", None), ("a%2fb", ("/",)),
        ("a%3fb", None), ("a%23b", ("/",)), ("a%25b", ("/",)), ("a%3bb", None), ("x/a%2Fb/c", ("x", "/", "c")), ("x/%2F", ("x", "/")),
        ("x/a%2F..", None), ("x/..%2Fa", None), ("x/a%2F%2e%2E%2fb", None), ("x/a%2F.", None), ("x/a%2F..;p", None), ("x/a%2F ..", None),
        ("x/a;p%2F..", None), ("x/a;p%2Fb", ("x", "/")), ("x/a%5c..", None), ("x/%5C%2F", None), ("x/a%2F\\b", None), ("x/a%2F%09", None),
        ("x/..%23", ("x", "/")), ("x/%252e%252e", ("x", "/")), ("x/..%25", ("x", "/")), ("x/a%2Fb%3B", None), ("x/a%2Fb%3F", None),
        ("x/a%2Fb?c", None), ("x/a%2Fb#c", None), ("x/y?a/b%2Fc", None), ("50%", ("50%",)), ("x/5%20%", ("x", "5 %")), ("a;b%20c", ("a",)), ("a?b/../c", None), ("a/..?x", None), ("a/.#x", None), ("a?b=c/d", ("a",)), ("a?b/c/d", ("a",)), ("a#b/c", ("a",)), ("a#b?c/d", ("a",)), ("a;p?x/y", ("a",)), ("a/%ff", None),
    ],
)  # fmt: skip
def test_path(path: str, segments: tuple[str, ...] | None) -> None:
    """What a `path=` line holds is what git has decoded once."""
    assert split_path(path) == segments


HOSTILE_HOSTS = [
    "work.atlassian.net.", ".work.atlassian.net", "work..atlassian.net", "evilwork.atlassian.net",
    "work.atlassian.net.evil.example", "work.atlassian.ne", "ork.atlassian.net", "*.atlassian.net",
    "wor\u212a.atlassian.net", "WORK\u0307.atlassian.net", "work\u3002atlassian.net", "work%2eatlassian.net",
    "work.atlassian.net%00", "work_atlassian.net", "work.atlassian.net:0443", "work.atlassian.net:4_43",
    "work.atlassian.net:\u0664\u0664\u0663", "work.atlassian.net:", "work.atlassian.net:65979", "work.atlassian.net:+443",
    "work.atlassian.net :443", " work.atlassian.net", "work.atlassian.net\t", "-work.atlassian.net",
    "you@work.atlassian.net", "work.atlassian.net@evil.example", "work.atlassian.net\\.evil.example", "[work.atlassian.net]",
    "work.atlassian.net/x", "a" * 64 + ".atlassian.net", "",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTILE_HOSTS, ids=ascii)
def test_hostile_host_matches_nothing(host: str) -> None:
    assert canonical_origin("https", host) != ("https", "work.atlassian.net", 443)


@pytest.mark.parametrize("protocol", ["http", "ftp", "ssh", "file", "https ", "httpſ", ""], ids=ascii)
def test_other_scheme_matches_nothing(protocol: str) -> None:
    assert canonical_origin(protocol, "work.atlassian.net") != ("https", "work.atlassian.net", 443)


def test_instance_that_would_mix_up_two_keys_matches_nothing(files: Files, home: Path) -> None:
    instance = "https://dc.example.com/a|oauth_refresh_token"
    files(config=profile("dc", instance, ""), credentials=token("dc", instance, "secret", ""))
    assert answer(home, instance) is None
