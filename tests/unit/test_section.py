"""The sections of setup-git: whatever the file is, taking them out leaves it as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atla_credential.git.section import CLEAR, Sections, helper_in, helper_line, put_in, take_out

HOST, OTHER = "https://bitbucket.org", "https://git.corp.example:8443"
LINES = [CLEAR, "helper = atla"]
NOTE = '[credential "https://bitbucket.org"]\n\t# atla-credential setup-git: 2 lines below\n'
OURS = NOTE + "\thelper =\n\thelper = atla\n"

pieces = st.sampled_from(
    ["\\", "\n", "\r\n", "\t", "[user]\n", "\tname = x", "# y", '"', "é", "\0", " ", "[a", "=", OURS[:40]]
)
texts = st.none() | st.lists(pieces, max_size=8).map("".join)
programs = st.sampled_from(
    ["atla", "/opt/bin/git-credential-atla", "!'/opt/it'\\''s \\ x/git-credential-atla'", "!'/a#;/git-credential-atla'"]
)
helpers = programs.map(helper_line)
all_sections = st.dictionaries(
    st.sampled_from([HOST, OTHER, "http://[::1]:8080"]),
    st.builds(
        lambda clear, helper, by_path: [*clear, helper, *by_path],
        st.sampled_from([[], [CLEAR]]),
        helpers,
        st.sampled_from([[], ["useHttpPath = true"]]),
    ),
    min_size=1,
)  # fmt: skip


@given(texts, all_sections)
def test_every_byte_comes_back(text: str | None, sections: Sections) -> None:
    written = put_in(text, sections)
    assert written is not None
    assert take_out(written) == (text, sections)
    assert put_in(text, sections) == put_in(*take_out(written))


@given(texts, all_sections, st.sampled_from(["[user]\n\tname = x\n", "\n", "# end"]))
def test_what_is_added_behind_stays(text: str | None, sections: Sections, added: str) -> None:
    kept, found = take_out((put_in(text, sections) or "") + added)
    assert found == sections
    assert kept is not None
    assert kept.startswith(text or "")
    assert kept.endswith(added)
    assert kept[len(text or "") : -len(added)] in ("", "\n", "\n\n")


@pytest.mark.parametrize(
    ("text", "edited", "kept"),
    [
        ("[a]\n\tz = 1\n\tx = y", "[a]\n\tz = 1\n", "[a]\n\tz = 1"),
        ("[a]\n\tz = 1\n\tx = y\\", "[a]\n\tz = 1\n", "[a]\n\tz = 1"),
        ("[a]\n\tx = y", "[a]\n\tx = 12\n", "[a]\n\tx = 12"),
        ("[a]\n\tx = y", "[a]\r\n\tx = y\r\n", "[a]\r\n\tx = y"),
        ("[a]\n\tx = y", "", ""),
    ],
)
def test_what_stands_before_may_change(text: str, edited: str, kept: str) -> None:
    """Only line ends are ever taken away again."""
    ours = (put_in(text, {HOST: LINES}) or "")[len(text) :].lstrip("\n")
    ours = ours.replace("\n", "\r\n") if "\r" in edited else ours
    assert take_out(edited + ours)[0] == kept


@pytest.mark.parametrize("helper", ["atla", "/opt/bin/git-credential-atla", "!'/a \"b\"\\c'/git-credential-atla"])
def test_a_helper_is_read_as_it_was_written(helper: str) -> None:
    assert helper_in([CLEAR, helper_line(helper)]) == helper


@pytest.mark.parametrize(
    ("text", "kept", "lines"),
    [
        pytest.param(OURS + "\tusername = jdoe\n", f'[credential "{HOST}"]\n\tusername = jdoe\n', LINES, id="a key"),
        pytest.param(OURS + "\thelper = atla\n", f'[credential "{HOST}"]\n\thelper = atla\n', LINES, id="once more"),
        pytest.param(OURS + "\t# why\n\n[a]\n", "\t# why\n\n[a]\n", LINES, id="a comment"),
        pytest.param(NOTE + "\thelper = atla --profile old\n", f'[credential "{HOST}"]\n\thelper = atla --profile old\n', [], id="a profile"),
        pytest.param(NOTE + "\thelper = store\n\thelper = atla\n", f'[credential "{HOST}"]\n\thelper = store\n', ["helper = atla"], id="replaced"),
        pytest.param(OURS.expandtabs(4), "", LINES, id="blanks for tabs"),
        pytest.param(OURS.replace("\n", "  \n"), "", LINES, id="blanks behind"),
        pytest.param(OURS.replace(f'credential "{HOST}"', "credential") + "\tusername = x\n", "[credential]\n\tusername = x\n", None, id="renamed"),
        pytest.param(NOTE + "\thelper = atla\n[a]\n", "[a]\n", ["helper = atla"], id="one is gone"),
        pytest.param(NOTE + "[a]\n", "[a]\n", [], id="all are gone"),
        pytest.param(OURS.replace("\n", "\r\n") + "[a]\r\n", "[a]\r\n", LINES, id="CRLF"),
        pytest.param(OURS.removesuffix("\n"), "", LINES, id="no line end"),
        pytest.param(OURS + OURS, "", LINES, id="twice"),
        pytest.param(f'[credential "{HOST}"]\n\thelper = atla\n', f'[credential "{HOST}"]\n\thelper = atla\n', None, id="by hand"),
    ],
)  # fmt: skip
def test_what_others_have_changed(text: str, kept: str, lines: list[str] | None) -> None:
    assert take_out(text) == (kept, {} if lines is None else {HOST: lines})
