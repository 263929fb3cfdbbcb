"""The front page: its sentence is read off the vectors."""

from __future__ import annotations

import pytest

import embedding_core as ec


def test_sentence_reads_the_numbers_off_the_data(page):
    words = ec.embed(ec.words("king, queen, apple"), "glove-6b-50d")
    near, far = ec.similarity(words)[0, 1:]
    front = page("app.py")
    assert front.headline == (
        f"king is closer to queen ({near:.3f}) than to apple ({far:.3f})".replace("0.", ".")
    )
    assert (round(float(near), 3), round(float(far), 3)) == (0.784, 0.305)


def test_a_link_reopens_a_selected_pair(page):
    front = page("app.py", sel=["pear", "banana"])
    assert front.headline.startswith("pear and banana have a similarity of .")
    assert front.link == {"sel": "banana"}


def test_every_page_has_a_door_and_a_place_in_the_navigation():
    from pathlib import Path

    from ui.frame import DOORS, GROUPS

    root = Path(__file__).resolve().parent.parent.parent
    pages = {f"pages/{path.name}" for path in (root / "pages").glob("*.py")}
    assert {path for path, _, _ in DOORS} == pages
    assert {path for group in GROUPS.values() for path, _, _ in group} == pages | {"app.py"}


@pytest.mark.parametrize("target", ["pages/words.py", "pages/vectors.py"])
def test_pages_open_from_the_front_page(page, target):
    front = page("app.py")
    front.test.switch_page(target)
    assert front.run().headline
