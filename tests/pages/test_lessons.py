"""The Lessons page: the list, the player step by step, questions, and bad links and files."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

import pytest

from embedding_core.teaching.lessons import load_lessons
from embedding_core.teaching.progress import Progress, to_json
from ui.lessons.progress import _take, _take_kept, change, progress

LESSONS, _ = load_lessons()
PAGE = "pages/lessons.py"
SLUGS = [lesson.slug for lesson in LESSONS]


def button(page, label):
    return next(each for each in page.button if each.label == label)


def press(page, label):
    button(page, label).click()
    return page.run()


@pytest.mark.parametrize("lesson", LESSONS, ids=SLUGS)
def test_every_step_can_be_walked_through(page, lesson):
    """By the buttons, each question looked up, as a person would who is in a hurry."""
    shown = page(PAGE, lesson=lesson.slug)
    for number, step in enumerate(lesson.steps, start=1):
        assert shown.headline == step.title
        assert shown.link.get("step", "1") == str(number)
        assert not shown.errors
        if step.predict:
            assert "Computed here" not in shown.text
            shown = press(shown, "Show it")
            assert "Computed here" in shown.text
            assert not shown.errors
        assert ("Try it." in shown.text) == bool(step.free and step.free.prompt)
        if number < len(lesson.steps):
            shown = press(shown, "Next")
    assert "Sources of this lesson" in shown.text


def test_the_list_says_what_there_is_and_goes_on_where_one_left(page):
    shown = page(PAGE)
    assert shown.headline.startswith(f"{len(LESSONS)} lessons in ")
    assert not shown.errors
    shown.button(key=f"open-{SLUGS[0]}").click()
    shown.run()
    assert shown.headline == LESSONS[0].steps[0].title
    press(shown, "Next")
    press(shown, "Show it")
    press(shown, "All lessons")
    assert f"2 of {len(LESSONS[0].steps)} steps seen" in shown.text
    press(shown, "Go on")
    assert shown.headline == LESSONS[0].steps[2].title


def test_a_lesson_that_was_seen_asks_anew(page):
    lesson = LESSONS[0]
    shown = page(PAGE, lesson=lesson.slug, step=str(len(lesson.steps)))
    for at in range(len(lesson.steps) - 1):
        press(shown, "Previous")
        if lesson.steps[-at - 2].predict:
            press(shown, "Show it")
    press(shown, "All lessons")
    press(shown, "Again")
    press(shown, "Next")
    assert lesson.steps[1].predict
    assert "Computed here" not in shown.text


def test_a_question_comes_before_its_answer(page):
    """Neither the picture nor the number is there before; wrong answers are told as such."""
    shown = page(PAGE, lesson="analogies", step="2")
    assert "the three themselves left out: queen" in shown.text
    assert "let in" not in shown.text
    press(shown, "queen")
    assert ":material/close: You said queen. Computed here: king." in shown.text
    assert "let in: king" in shown.text
    press(shown, "Ask me again")
    assert "Computed here" not in shown.text
    assert "let in: king" not in shown.text
    press(shown, "king")
    assert ":material/check: You said king." in shown.text


def test_a_number_is_guessed_on_a_scale(page):
    shown = page(PAGE, lesson="one-hot-to-dense", step="5")
    assert "Computed here" not in shown.text
    shown.slider[0].set_value(0.9)
    press(shown, "Answer")
    assert ":material/check: You said 0.9. Computed here: 0.922." in shown.text


def test_free_controls_redraw_the_picture_and_stand_in_the_link(page):
    shown = page(PAGE, lesson="analogies")
    shown.text_input[2].set_value("prince")
    shown.run()
    assert "Nearest to prince − man + woman" in shown.text
    again = page(PAGE, **shown.link)
    assert "Nearest to prince − man + woman" in again.text
    again.text_input[2].set_value("qzxvqq")
    again.run()
    assert "qzxvqq" in again.errors[0]
    assert again.headline == LESSONS[SLUGS.index("analogies")].steps[0].title


def test_arrows_lead_on_and_the_last_step_to_the_next_lesson(page):
    last = str(len(LESSONS[0].steps))
    shown = page(PAGE, lesson=SLUGS[0], step=last)
    following = button(shown, "Next lesson")
    assert following.proto.shortcut.lower() == "right"
    assert button(shown, "Previous").proto.shortcut.lower() == "left"
    following.click()
    shown.run()
    assert shown.headline == LESSONS[1].steps[0].title


def test_presenting_is_part_of_the_link(page):
    shown = press(page(PAGE, lesson=SLUGS[0]), "Present")
    assert shown.link["present"] == "1"
    assert [each.label for each in page(PAGE, **shown.link).button].count("Leave") == 1


@pytest.mark.parametrize("step", ["99", "0", "-1", "x", "1.5"])
def test_a_step_that_is_not_there(page, step):
    shown = page(PAGE, lesson=SLUGS[0], step=step)
    assert shown.headline == LESSONS[0].steps[0].title
    assert f"steps 1 to {len(LESSONS[0].steps)}" in shown.text


def test_a_lesson_that_is_not_there(page):
    shown = page(PAGE, lesson="alchemy")
    assert "There is no lesson called 'alchemy'" in shown.text
    assert shown.headline.startswith(f"{len(LESSONS)} lessons")


def test_a_malformed_lesson_is_told_and_the_rest_is_there(page, tmp_path, monkeypatch):
    good = (
        'title = "T"\nminutes = 5\nafter = "You can."\nsources = []\n'
        '[[steps]]\ntitle = "Good"\nnarration = "Words."\n'
        'view = { of = "similarities", words = "king queen" }\n'
    )
    bad = '[[steps]]\ntitle = "Bad"\nnarration = "Words."\nview = { of = "hologram" }\n'
    (tmp_path / "01-good.toml").write_text(good + bad, encoding="utf-8")
    (tmp_path / "02-bad.toml").write_text("title = ", encoding="utf-8")
    monkeypatch.setenv("EMBEDDING_LESSONS", str(tmp_path))
    shown = page(PAGE)
    assert shown.headline.startswith("1 lesson in 1 step")
    assert "Step 2 of 01-good.toml is left out" in shown.text
    assert "02-bad.toml is left out" in shown.text
    opened = page(PAGE, lesson="good")
    assert opened.headline == "Good"
    assert "Step 2 of 01-good.toml is left out" in opened.text
    assert "02-bad.toml" not in opened.text


def test_what_a_browser_kept_is_taken_up_and_nonsense_passed_over(monkeypatch):
    """The message of the browser may be anything; what was kept joins what there is."""
    session = {}
    monkeypatch.setattr("ui.lessons.progress.keep", session.__setitem__)
    monkeypatch.setattr("ui.lessons.progress.kept", session.get)
    change(Progress(frozenset({("a", "One")})))
    for text in (None, 7, "", "nonsense", "[" * 9, '{"format": "other"}'):
        _take_kept({"text": text})
        assert progress() == Progress(frozenset({("a", "One")}))
    before = Progress(frozenset({("b", "Two")}), {("b", "Two"): "queen"})
    _take_kept({"text": to_json(before).decode()})
    assert progress().seen == {("a", "One"), ("b", "Two")}
    assert progress().answers == {("b", "Two"): "queen"}


def test_progress_that_is_brought_back(page, monkeypatch):
    """The file is read as the page reads it; what is wrong with one is a sentence."""
    kept = []
    monkeypatch.setattr("ui.lessons.progress.change", kept.append)
    content = {
        "format": "embedding-explorer-lessons",
        "version": 1,
        "seen": [[SLUGS[0], LESSONS[0].steps[0].title], "?"],
        "answers": [],
    }
    assert "1 entry could not be read" in _take("p.json", json.dumps(content).encode())
    assert len(kept[0].seen) == 1
    content["version"] = 9
    assert "newer" in _take("p.json", json.dumps(content).encode())
    assert len(kept) == 1


PAGES = sorted({step.page for lesson in LESSONS for step in lesson.steps if step.page})


@pytest.mark.parametrize("link", PAGES)
def test_the_page_a_step_leads_to_follows_its_link(page, link):
    name, _, query = link.partition("?")
    shown = page(f"pages/{name}.py", **dict(parse_qsl(query)))
    assert "could not be followed" not in shown.text
    assert not shown.errors
