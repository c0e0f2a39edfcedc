"""Profiles of a workspace or a repository at Bitbucket Cloud: which of them answers, and whose token changes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import answer, profile, resolution, token
from atla_credential.errors import CredentialError
from updating import erase, secrets, store

Files = Callable[..., Path]

BITBUCKET, API = "https://bitbucket.org", "https://api.bitbucket.org"
INSTANCES = {
    "site": BITBUCKET,
    "team": f"{BITBUCKET}/team",
    "repo": f"{BITBUCKET}/team/repo",
    "other": f"{BITBUCKET}/other",
}
EMAIL = "you@example.com"
AT_BITBUCKET = "protocol=https\nhost=bitbucket.org\n"
ANY_USER = "username=x-token-auth\n"


def default(name: str) -> str:
    return f'[default]\nprofile = "{name}"\n'


def have(files: Files, *names: str, before: str = "", helper: str = "", without: tuple[str, ...] = ()) -> None:
    """Write some of the profiles, each with a token, but for those without: API tokens of the site, access tokens else."""
    files(
        config=before + "".join(profile(name, INSTANCES[name], EMAIL if name == "site" else "") for name in names),
        credentials="".join(
            token(name, INSTANCES[name], secret_of(name), EMAIL if name == "site" else "")
            for name in names
            if name not in without
        ),
        helper=helper,
    )


def secret_of(name: str) -> str:
    return f"{'ATATT' if name == 'site' else 'ATCTT'}{name}"


def who(home: Path, url: str, username: str | None = None, **more: str) -> str | None:
    """Return whose token is the answer: the name of the profile, or None."""
    found = answer(home, url, username, **more)
    return None if found is None else found[1].removeprefix("ATATT").removeprefix("ATCTT")


ALL = ("site", "team", "repo", "other")
REPO, TEAM, ELSEWHERE = "/team/repo.git", "/team/another.git", "/elsewhere/x.git"


@pytest.mark.parametrize(
    ("names", "path", "more", "name"),
    [
        pytest.param(ALL, REPO, {}, "repo", id="repository before workspace before site"),
        pytest.param(ALL, TEAM, {}, "team", id="workspace before site"),
        pytest.param(ALL, "/other/x.git", {}, "other", id="another workspace"),
        pytest.param(ALL, ELSEWHERE, {}, "site", id="site for all others"),
        pytest.param(ALL[1:], ELSEWHERE, {}, None, id="no workspace for another one"),
        pytest.param(ALL, "", {}, "site", id="no path: the site"),
        pytest.param(ALL[1:], "", {}, None, id="no path: none of several"),
        pytest.param(("team",), "", {}, "team", id="no path: the only one"),
        pytest.param(("team",), ELSEWHERE, {}, None, id="the only one is not for another workspace"),
        pytest.param(ALL, "", {"ATLA_PROFILE": "team"}, "team", id="no path: the one that ATLA_PROFILE names"),
        pytest.param(ALL, "", {"ATLCLI_PROFILE": "repo"}, "repo", id="no path: the one that ATLCLI_PROFILE names"),
        pytest.param(ALL, "", {"profile_name": "other"}, "other", id="no path: the one that --profile names"),
        pytest.param(ALL, "", {"profile_name": "site", "ATLA_PROFILE": "team"}, "site", id="no path: --profile first"),
        pytest.param(ALL[1:], "", {"ATLA_PROFILE": "site"}, None, id="no path: a name that is nobody's"),
        pytest.param(ALL, REPO, {"ATLA_PROFILE": "site"}, "site", id="ATLA_PROFILE before the longest path"),
        pytest.param(ALL, REPO, {"ATLA_PROFILE": "team"}, "team", id="ATLA_PROFILE before a longer path"),
        pytest.param(ALL, REPO, {"profile_name": "site"}, "site", id="--profile before the longest path"),
        pytest.param(ALL, REPO, {"ATLA_PROFILE": "other"}, "repo", id="ATLA_PROFILE where it matches only"),
        pytest.param(ALL, REPO, {"profile_name": "other"}, None, id="--profile is not for another workspace"),
        pytest.param(ALL, TEAM, {"profile_name": "repo"}, None, id="--profile is not for another repository"),
    ],
)
def test_whose_token_goes_to_git(
    names: tuple[str, ...], path: str, more: dict[str, str], name: str | None, files: Files, home: Path
) -> None:
    have(files, *names)
    assert who(home, BITBUCKET + path, **more) == name


@pytest.mark.parametrize(
    ("names", "path", "more", "name"),
    [
        pytest.param(ALL, "/2.0/repositories/team/repo/pullrequests", {}, "repo", id="repository first"),
        pytest.param(ALL, "/2.0/repositories/team/another", {}, "team", id="then the workspace"),
        pytest.param(ALL, "/2.0/workspaces/team", {}, "team", id="the workspace itself"),
        pytest.param(ALL, "/2.0/repositories/elsewhere/x", {}, "site", id="then the site"),
        pytest.param(ALL, "/2.0/user", {}, "site", id="the user"),
        pytest.param(ALL[1:], "/2.0/repositories/elsewhere/x", {}, None, id="no workspace for another one"),
        pytest.param(ALL, "", {}, "site", id="no path: the site"),
        pytest.param(("team",), "", {}, None, id="no path: not the only one"),
        pytest.param(("team",), "", {"profile_name": "team"}, None, id="no path: not the one that --profile names"),
        pytest.param(("team",), "", {"ATLA_PROFILE": "team"}, None, id="no path: not the one that ATLA_PROFILE names"),
        pytest.param(ALL, "/2.0/repositories/team/repo", {"ATLA_PROFILE": "site"}, "site", id="ATLA_PROFILE first"),
    ],
)
def test_whose_token_goes_to_rest(
    names: tuple[str, ...], path: str, more: dict[str, str], name: str | None, files: Files, home: Path
) -> None:
    have(files, *names)
    assert who(home, API + path, **more) == name


def test_active_profile_is_no_choice_of_a_workspace(files: Files, home: Path) -> None:
    have(files, *ALL, before=default("team"))
    assert who(home, BITBUCKET) == "site"
    assert who(home, BITBUCKET + REPO) == "repo"
    have(files, *ALL[1:], before=default("team"))
    assert who(home, BITBUCKET) is None


@pytest.mark.parametrize(
    ("names", "path", "more", "name"),
    [
        pytest.param((), TEAM, {}, "variable", id="below its path"),
        pytest.param((), ELSEWHERE, {}, None, id="not at another one"),
        pytest.param((), "", {}, "variable", id="no path: the only one"),
        pytest.param(("site",), "", {}, "site", id="no path: not the only one"),
        pytest.param(("other",), "", {}, None, id="no path: none of two"),
        pytest.param(("team",), "", {}, "variable", id="no path: the one that is stored, too"),
        pytest.param(("site",), "", {"ATLA_PROFILE": "ci"}, "variable", id="no path: it is named"),
    ],
)
def test_profile_of_variables_with_a_workspace(
    names: tuple[str, ...], path: str, more: dict[str, str], name: str | None, files: Files, home: Path
) -> None:
    have(files, *names)
    variables = {"ATLA_INSTANCE": "bitbucket.org/team", "ATLA_TOKEN": "ATCTTvariable", "ATLA_AUTH": "bearer"}
    assert who(home, BITBUCKET + path, **variables, **more) == name


def test_adopted_profile_with_a_path_answers_only_there(files: Files, home: Path) -> None:
    """It is nobody's choice, and knows nothing of REST."""
    have(files, "team", helper="[profiles.team]\nadopted = true\n")
    assert who(home, BITBUCKET + TEAM) == "team"
    assert who(home, BITBUCKET) is None
    assert who(home, BITBUCKET, ATLA_PROFILE="team") == "team"
    assert who(home, f"{API}/2.0/repositories/team/another") is None
    for active in ("", default("team")):
        have(files, "team", "other", before=active, helper="[profiles.team]\nadopted = true\n")
        assert who(home, BITBUCKET) == "other"


def test_user_of_a_clone_that_nobody_knows(files: Files, home: Path) -> None:
    """Where one profile alone is for its workspace, the name in the address is no other account's."""
    have(files, "team", "other")
    assert who(home, BITBUCKET + TEAM, "jdoe") == "team"
    assert who(home, BITBUCKET, "jdoe") is None
    have(files, "site", "team")
    assert who(home, BITBUCKET + TEAM, "jdoe") is None


def key(name: str) -> str:
    return f"{name}|{EMAIL if name == 'site' else ''}|{INSTANCES[name]}"


def tokens(home: Path) -> dict[str, str]:
    """Return what is stored: the profile's name, with `|rejected` where it is set aside, and the token."""
    stored = secrets(home)
    names = {key(name): name for name in INSTANCES}
    return {
        names[each.removesuffix("|rejected")] + each[len(each.removesuffix("|rejected")) :]: stored[each]
        for each in stored
    }


@pytest.mark.parametrize(
    ("names", "request_text", "more", "changed"),
    [
        pytest.param(ALL, "username=x-bitbucket-api-token-auth\n", {}, "site", id="without a path it is the site's"),
        pytest.param(ALL[1:], ANY_USER, {}, None, id="without a path it is none of several"),
        pytest.param(("team",), ANY_USER, {}, None, id="without a path it is not the only one's"),
        pytest.param(("team",), "", {}, None, id="without a path and a user it is not the only one's"),
        pytest.param(("site", "team"), ANY_USER, {}, None, id="another kind of token is not the site's"),
        pytest.param(ALL[1:], ANY_USER, {"ATLA_PROFILE": "team"}, "team", id="without a path it is the named one's"),
        pytest.param(ALL, f"path=team/repo.git\n{ANY_USER}", {}, "repo", id="below a repository it is that one's"),
        pytest.param(ALL, f"path=team/x.git\n{ANY_USER}", {}, "team", id="below a workspace it is that one's"),
        pytest.param(ALL[1:], f"path=elsewhere/x.git\n{ANY_USER}", {}, None, id="below another workspace it is nobody's"),
        pytest.param(ALL[1:], f"path=team%2Frepo\n{ANY_USER}", {}, None, id="an encoded slash leads nowhere"),
        pytest.param(ALL[1:], f"path=team/../other\n{ANY_USER}", {}, None, id="dots lead nowhere"),
    ],
)  # fmt: skip
def test_whose_token_a_store_replaces(
    names: tuple[str, ...], request_text: str, more: dict[str, str], changed: str | None, files: Files, home: Path
) -> None:
    have(files, *names)
    before = tokens(home)
    new = "ATATTnew" if changed == "site" else "ATCTTnew"
    store(home, f"{AT_BITBUCKET}{request_text}password={new}\n", **more)
    assert tokens(home) == {**before, **({changed: new} if changed else {})}


def test_store_without_a_path_gives_a_workspace_no_first_token(files: Files, home: Path) -> None:
    """Nor another one in the place of one that is set aside, which it would end: both may be another workspace's."""
    have(files, "team", without=("team",))
    store(home, f"{AT_BITBUCKET}{ANY_USER}password=ATCTTnew\n")
    assert tokens(home) == {}
    have(files, "team")
    erase(home, f"{AT_BITBUCKET}{ANY_USER}password=ATCTTteam\n")
    store(home, f"{AT_BITBUCKET}{ANY_USER}password=ATCTTnew\n")
    assert tokens(home) == {"team|rejected": "ATCTTteam"}
    store(home, f"{AT_BITBUCKET}{ANY_USER}password=ATCTTteam\n")
    assert tokens(home) == {"team": "ATCTTteam"}


@pytest.mark.parametrize(
    ("names", "path", "secret", "more", "gone"),
    [
        pytest.param(ALL, "", "team", {}, None, id="without a path no workspace's"),
        pytest.param(ALL, "", "site", {}, "site", id="without a path the site's"),
        pytest.param(("team",), "", "team", {}, "team", id="without a path the only one's"),
        pytest.param(("team",), "", "other", {}, None, id="without a path not another one than it has"),
        pytest.param(ALL, "", "team", {"ATLA_PROFILE": "team"}, "team", id="without a path the named one's"),
        pytest.param(ALL, "path=team/x.git\n", "team", {}, "team", id="below the workspace"),
        pytest.param(ALL, "path=other/x.git\n", "team", {}, None, id="below another workspace"),
        pytest.param(("team",), "path=other/x.git\n", "team", {}, None, id="below another workspace than the only one's"),
        pytest.param(ALL, "path=team/repo.git/info/lfs\n", "repo", {}, "repo", id="below the repository"),
        pytest.param(ALL, "path=team/repo.git\n", "site", {}, None, id="the site's where another one answers"),
        pytest.param(ALL, "path=team/repo.git\n", "site", {"ATLA_PROFILE": "site"}, "site", id="the site's where it is named"),
    ],
)  # fmt: skip
def test_whose_token_an_erase_sets_aside(
    names: tuple[str, ...], path: str, secret: str, more: dict[str, str], gone: str | None, files: Files, home: Path
) -> None:
    have(files, *names)
    before = tokens(home)
    user = "x-bitbucket-api-token-auth" if secret == "site" else "x-token-auth"
    erase(home, f"{AT_BITBUCKET}{path}username={user}\npassword={secret_of(secret)}\n", **more)
    after = {name + ("|rejected" if name == gone else ""): value for name, value in before.items()}
    assert tokens(home) == after


def test_adopted_repository_keeps_its_token_up_to_date(files: Files, home: Path) -> None:
    files(helper='[helper]\nstorage = "file"\nadopt = "atlassian"\n')
    for secret in ("ATCTTold", "ATCTTnew"):
        store(home, f"{AT_BITBUCKET}path=team/repo.git\n{ANY_USER}password={secret}\n")
    assert secrets(home) == {"bitbucket-team-repo||https://bitbucket.org/team/repo.git": "ATCTTnew"}
    store(home, f"{AT_BITBUCKET}path=team/repo.git/info\n{ANY_USER}password=ATCTTother\n")
    assert secrets(home)["bitbucket-team-repo||https://bitbucket.org/team/repo.git"] == "ATCTTnew"


def test_named_profile_that_lacks_its_token_says_so(files: Files, home: Path) -> None:
    have(files, *ALL, without=("site",))
    found = resolution(home, BITBUCKET + REPO, ATLA_PROFILE="site")
    assert found is not None
    assert (found.profile.name, found.credential) == ("site", None)


def test_rejection_without_a_token_could_be_that_of_several(files: Files, home: Path) -> None:
    have(files, "team", "repo")
    with pytest.raises(CredentialError, match="several profiles match"):
        erase(home, f"{AT_BITBUCKET}path=team/repo.git\n{ANY_USER}", ATLA_PROFILE="team")
    erase(home, f"{AT_BITBUCKET}path=team/repo.git\n{ANY_USER}")
    assert tokens(home) == {"team": "ATCTTteam", "repo|rejected": "ATCTTrepo"}


@pytest.mark.parametrize("is_rejected", [False, True])
def test_access_token_in_a_clone_s_address_ends_no_api_token(is_rejected: bool, files: Files, home: Path) -> None:
    """git stores what works, also of `https://x-token-auth:...@bitbucket.org/...`: that is nobody's account here."""
    have(files, "site")
    if is_rejected:
        erase(home, f"{AT_BITBUCKET}username=x-bitbucket-api-token-auth\npassword=ATATTsite\n")
    before = secrets(home)
    store(home, f"{AT_BITBUCKET}path=elsewhere/x.git\n{ANY_USER}password=ATCTTother\n")
    assert secrets(home) == before
    store(home, f"{AT_BITBUCKET}username=x-bitbucket-api-token-auth\npassword=ATATTnew\n")
    assert list(secrets(home).values()) == ["ATATTnew"]
