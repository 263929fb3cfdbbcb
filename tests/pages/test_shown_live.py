"""Where glossary and interview lead: every link opens a page that follows it in full."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from embedding_core.teaching.glossary import glossary
from embedding_core.teaching.questions import load_questions

QUESTIONS = load_questions().questions
LEADING = [*glossary().terms.values(), *QUESTIONS.values()]
VIEWS = sorted({each.view for each in LEADING if "?" in each.view})
PLAIN = {each.view for each in LEADING if each.view and "?" not in each.view}


@pytest.mark.parametrize("view", VIEWS)
def test_a_live_view_opens_as_its_link_says(page, view):
    name, _, query = view.partition("?")
    found = page(f"pages/{name}.py", **{key: told[-1] for key, told in parse_qs(query).items()})
    assert not found.errors
    assert "could not be followed" not in found.text
    # A choice that the page does not know is left waiting.
    assert not found.test.session_state[f"{name}:?pending"]


def test_pages_that_are_named_alone_are_there():
    from ui.frame import GROUPS

    pages = {path for group in GROUPS.values() for path, _, _ in group}
    assert {f"pages/{name}.py" for name in PLAIN} <= pages
