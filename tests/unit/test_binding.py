"""Whose the token in a variable is: which profile is active, and what each row and each name says of it alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from asking import answer, profile, token
from atla_credential.answer.binding import active_profile, active_without_variables, holder_for, token_for
from atla_credential.answer.world import World
from atla_credential.environment import Environment

Files = Callable[..., Path]

SITE, OTHER, DC = "https://work.atlassian.net", "https://other.atlassian.net", "https://dc.example.com"
YOU, BOT = "you@example.com", "bot@example.com"
TWO = profile("a", SITE) + profile("b", OTHER)
DEFAULT = '[default]\nprofile = "a"\n'
ADOPTED = "[profiles.b]\nadopted = true\n"


def world(home: Path, variables: dict[str, str]) -> World:
    return World(Environment({"HOME": str(home), **variables}))


@pytest.mark.parametrize(
    ("config", "helper", "variables", "name"),
    [
        pytest.param("", "", {}, None, id="no profile"),
        pytest.param(profile("b", OTHER), "", {}, "b", id="the only one"),
        pytest.param(profile("b", OTHER), ADOPTED, {}, None, id="the only one was adopted"),
        pytest.param(TWO, "", {}, None, id="two"),
        pytest.param(TWO, ADOPTED, {}, "a", id="the only one that was not adopted"),
        pytest.param(DEFAULT + TWO, "", {}, "a", id="the default"),
        pytest.param(DEFAULT + TWO, "", {"ATLA_PROFILE": "b"}, "b", id="ATLA_PROFILE before the default"),
        pytest.param(TWO, ADOPTED, {"ATLA_PROFILE": "b"}, "b", id="ATLA_PROFILE names an adopted one"),
        pytest.param(TWO, "", {"ATLA_PROFILE": "gone"}, None, id="ATLA_PROFILE names none"),
        pytest.param(DEFAULT + profile("b", OTHER), "", {}, None, id="the default is gone"),
    ],
)
def test_active_profile(
    config: str, helper: str, variables: dict[str, str], name: str | None, files: Files, home: Path
) -> None:
    """A token without an instance is bound to it, and to no other."""
    files(config=config, helper=helper)
    here = world(home, variables)
    active = active_profile(here)
    assert (active and active.name) == name
    for each in here.config.profiles.values():
        # that one which is alone was adopted is for another row to say
        assert active_without_variables(here, each, None) == (each.name == name or config == profile("b", OTHER))


@pytest.mark.parametrize("config", [DEFAULT + TWO, profile("a", SITE)], ids=["chosen", "the only one"])
def test_not_all_profiles_are_read_where_one_is_chosen_or_alone(
    config: str, files: Files, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(config=config)
    monkeypatch.setattr(World, "config", property(lambda _: pytest.fail("all profiles were read")))
    assert answer(home, SITE, ATLA_TOKEN="v") == (YOU, "v", "basic")


def variables_for(instance: str, email: str, **more: str) -> dict[str, str]:
    return {"ATLA_INSTANCE": instance, "ATLA_EMAIL": email, "ATLA_TOKEN__WORK": "v", **more}


@pytest.mark.parametrize(
    ("stored", "helper", "variables", "takers"),
    [
        pytest.param(profile("b", OTHER), "", {"ATLA_TOKEN__B": "v"}, ["b"], id="alone"),
        pytest.param(profile("b", OTHER), ADOPTED, {"ATLA_TOKEN__B": "v"}, ["b"], id="alone and adopted"),
        pytest.param(profile("b", OTHER), ADOPTED, {"ATLA_TOKEN__A": "v"}, [], id="another one's"),
        pytest.param(profile("b", OTHER) + profile("B", SITE), ADOPTED, {"ATLA_TOKEN__B": "v"}, ["B"], id="beside an adopted one"),
        pytest.param(profile("b", OTHER), ADOPTED, variables_for(SITE, YOU, ATLA_TOKEN__B="w"), ["b", "work of variables"], id="adopted, beside variables of another name"),
        pytest.param(profile("b", OTHER), ADOPTED, {**variables_for(SITE, YOU, ATLA_TOKEN__B="w"), "ATLA_PROFILE": "B"}, ["B of variables"], id="adopted, beside variables of its name"),
        pytest.param(profile("work", SITE), "", variables_for(SITE, YOU), ["work", "work of variables"], id="the variables are of the same account"),
        pytest.param(profile("work", SITE), "", variables_for(SITE, BOT), ["work"], id="the variables are of another account"),
        pytest.param(profile("work", DC), "", variables_for(SITE, YOU), ["work"], id="the variables are of another instance"),
    ],
)  # fmt: skip
def test_who_takes_the_variable_of_a_name(
    stored: str, helper: str, variables: dict[str, str], takers: list[str], files: Files, home: Path
) -> None:
    files(config=stored, helper=helper)
    here = world(home, variables)
    of_variables = here.profile_of_variables
    everyone = [*here.config.profiles.values(), *([of_variables] if of_variables else [])]
    set_for = [(each, here.environment.own_token_variable(each.name)) for each in everyone]
    taking = [each for each, variable in set_for if variable and token_for(here, each, variable)[0] is not None]
    assert [each.name if each.store else f"{each.name} of variables" for each in taking] == takers
    for each in everyone:
        assert bool(holder_for(here, each)) == (each in taking)


@pytest.mark.parametrize(
    ("variables", "held"),
    [
        ({}, None),
        ({"ATLA_API_TOKEN": "v"}, ("ATLA_API_TOKEN", "v")),
        ({"ATLA_API_TOKEN": "v", "ATLA_TOKEN__A": "w"}, ("ATLA_TOKEN__A", "w")),
        ({"ATLA_TOKEN": "v", "ATLA_PROFILE": "b"}, None),
        ({"ATLA_TOKEN": "v", "ATLA_INSTANCE": OTHER}, None),
    ],
)
def test_variable_that_holds_the_token_of_a_profile(
    variables: dict[str, str], held: tuple[str, str] | None, files: Files, home: Path
) -> None:
    files(config=DEFAULT + TWO, credentials=token("a", SITE, "stored"))
    here = world(home, variables)
    assert holder_for(here, here.config.profiles["a"]) == held
