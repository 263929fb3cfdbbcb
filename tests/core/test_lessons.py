"""Every step of every lesson: what its prose says is what is computed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from embedding_core.errors import ExplorerError, InputError
from embedding_core.teaching.claims import holds, names_of
from embedding_core.teaching.figures import FIGURES
from embedding_core.teaching.glossary import glossary
from embedding_core.teaching.lessons import lessons_dir, load_lessons, read_lesson
from embedding_core.teaching.progress import Progress, from_json, to_json
from embedding_core.teaching.prose import fill, placeholders, stray_digits
from embedding_core.teaching.views import VIEWS, draw

LESSONS, PROBLEMS = load_lessons()
STEPS = [
    pytest.param(step, id=f"{lesson.slug}-{at}")
    for lesson in LESSONS
    for at, step in enumerate(lesson.steps, start=1)
]
every_step = pytest.mark.parametrize("step", STEPS)


def test_no_lesson_and_no_step_is_left_out():
    assert not PROBLEMS
    assert len(LESSONS) == len(list(lessons_dir().glob("[0-9][0-9]-*.toml"))) >= 3


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_a_lesson_is_whole(lesson):
    assert len(lesson.steps) >= 5
    assert 3 <= lesson.minutes <= 40
    assert lesson.sources
    for source in lesson.sources:
        assert source.endswith("."), source
        assert any(year in source for year in map(str, range(1890, 2027))), source
    assert any(step.predict for step in lesson.steps)
    assert any(step.free for step in lesson.steps)


@every_step
def test_every_number_in_prose_is_computed(step):
    for part, text in {**step.prose, "title": step.title}.items():
        assert stray_digits(text) == [], f"{part}: type it as a figure, or as a word"


@every_step
def test_claims_hold(step):
    assert step.broken_claims() == [], step.values()


@every_step
def test_figures_are_used_and_prose_can_be_filled(step):
    used = {name for text in step.prose.values() for name, _ in placeholders(text)}
    used |= {name for claim in step.claims for name in names_of(claim)}
    used |= {step.predict.answer} if step.predict else set()
    assert set(step.figures) == used, "a figure that nothing uses"
    for part in step.prose:
        assert "nan" not in step.filled(part).split()


@every_step
def test_views_can_be_drawn(step):
    states = [step.view] + ([step.predict.before] if step.predict and step.predict.before else [])
    for state in states:
        drawn = draw(state.of, state.params)
        assert drawn.pictures
        assert drawn.sentence.endswith(".")


@every_step
def test_the_answer_can_be_given(step):
    if step.predict is None:
        return
    computed = step.figures[step.predict.answer].compute()
    assert step.predict.is_right(computed, computed)
    if step.predict.choices:
        assert sum(step.predict.is_right(each, computed) for each in step.predict.choices) == 1
    if step.predict.scale is not None:
        assert step.predict.scale.minimum <= computed <= step.predict.scale.maximum
        assert step.predict.within >= step.predict.scale.step / 2


@every_step
def test_terms_are_in_the_glossary(step):
    for text in step.prose.values():
        for term in re.findall(r"\(glossary\?term=([^)]*)\)", text):
            assert term in glossary().terms


@every_step
def test_the_page_it_names_is_there(step):
    if step.page:
        page = Path(__file__).resolve().parents[2] / "pages" / f"{step.page.partition('?')[0]}.py"
        assert page.is_file()


@pytest.mark.parametrize("name", FIGURES)
def test_figures_say_what_they_are(name):
    assert FIGURES[name].about.startswith("Return ")
    assert name.isidentifier()


@pytest.mark.parametrize("name", VIEWS)
def test_views_draw_their_defaults(name):
    assert draw(name, {}) is draw(name, {}), "the same settings are computed once"


# --- bad files --------------------------------------------------------------------------------

HEAD = 'title = "T"\nminutes = 5\nafter = "You can."\nsources = ["A. B. C, 2020."]\n'
GOOD = (
    '[[steps]]\ntitle = "Good"\nnarration = "It is {a:.2f}."\n'
    'view = { of = "similarities", words = "king queen" }\n'
    'figures.a = { of = "cosine", a = "king", b = "queen" }\n'
)


def written(folder, *steps, head=HEAD, name="01-t.toml"):
    (folder / name).write_text(head + "".join(steps), encoding="utf-8")
    return load_lessons(folder)


def step(**changes):
    """A step as TOML, good but for what is changed; None leaves a line out."""
    lines = {
        "title": '"Bad"',
        "narration": '"Words."',
        "view": '{ of = "similarities", words = "king queen" }',
        **changes,
    }
    return "[[steps]]\n" + "".join(f"{k} = {v}\n" for k, v in lines.items() if v is not None)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (step(view=None), "no view"),
        (step(title=None), "no title"),
        (step(title='"Good"'), "two steps"),
        (step(view='{ of = "hologram" }'), "no view called 'hologram'"),
        (step(view='{ of = "neighbors", colour = "red" }'), "colour"),
        (step(view='{ of = "neighbors", k = 9000 }'), "from 1 to 30"),
        (step(narration='"It is {b}."'), "figure in the narration"),
        (step(figures='{ b = { of = "magic" } }'), "no figure called 'magic'"),
        (step(figures='{ b = { of = "cosine", a = "king" } }'), "cosine takes"),
        (step(claims='["b > 1"]'), "figure in a claim"),
        (step(claims='["b >"]'), "cannot be read"),
        (step(extra='"?"'), "extra"),
        (step(minutes="3"), "minutes"),
        (step(title="7"), "another kind"),
        (
            step(**{"try": '{ controls = ["colour"] }'}),
            "control of the view",
        ),
        (
            step(predict='{ question = "Q?", answer = "no", explanation = "E" }'),
            "figure for the answer",
        ),
        (
            step(
                narration='"It is {a}."',
                figures='{ a = { of = "length", word = "king" } }',
                predict='{ question = "Q?", answer = "a", explanation = "E" }',
            ),
            "gives away the answer",
        ),
        (
            step(
                figures='{ a = { of = "length", word = "king" } }',
                predict='{ question = "Q?", answer = "a", explanation = "E", choices = ["x"] }',
            ),
            "several choices",
        ),
        (
            step(
                figures='{ a = { of = "length", word = "king" } }',
                predict='{ question = "Q?", answer = "a", explanation = "E", '
                "number = { minimum = 0 } }",
            ),
            "minimum, maximum and step",
        ),
    ],
)
def test_a_malformed_step_is_left_out_and_named(tmp_path, bad, said):
    lessons, problems = written(tmp_path, GOOD, bad)
    assert [each.title for each in lessons[0].steps] == ["Good"]
    assert len(problems) == 1
    assert problems[0].startswith("Step 2 of 01-t.toml is left out: ")
    assert said in problems[0]


@pytest.mark.parametrize(
    ("head", "steps", "said"),
    [
        ("title = ", GOOD, "no TOML"),
        (HEAD.replace("minutes = 5\n", ""), GOOD, "no minutes"),
        (HEAD + "colour = 1\n", GOOD, "colour"),
        (HEAD, step(view=None), "no step"),
        (HEAD + "steps = 3\n", "", "steps"),
    ],
)
def test_a_malformed_file_is_left_out_and_named(tmp_path, head, steps, said):
    (tmp_path / "02-good.toml").write_text(HEAD + GOOD, encoding="utf-8")
    lessons, problems = written(tmp_path, steps, head=head)
    assert [each.slug for each in lessons] == ["good"]
    assert len(problems) == 1
    assert problems[0].startswith("01-t.toml is left out: ")
    assert said in problems[0]


def test_a_file_that_is_no_text_and_a_second_of_one_name(tmp_path):
    (tmp_path / "01-t.toml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "02-t.toml").write_text(HEAD + GOOD, encoding="utf-8")
    (tmp_path / "03-t.toml").write_text(HEAD + GOOD, encoding="utf-8")
    lessons, problems = load_lessons(tmp_path)
    assert len(lessons) == 1
    assert "no TOML" in problems[0]
    assert "another lesson is called t" in problems[1]
    with pytest.raises(InputError, match="no TOML"):
        read_lesson(tmp_path / "01-t.toml")


def test_a_wrong_claim_is_found(tmp_path):
    lessons, _ = written(tmp_path, GOOD + 'claims = ["a > 0.5", "a > 0.99"]\n')
    assert lessons[0].steps[0].broken_claims() == ["a > 0.99"]


# --- prose and claims -------------------------------------------------------------------------


def test_placeholders_keep_out_of_formulas():
    text = r"$x_{d}$ is {d:.2f}, in $$d = {d:.1f}$$ and **{w}**."
    assert placeholders(text) == [("d", ".2f"), ("d", ".1f"), ("w", "")]
    filled = fill(text, {"d": -0.25, "w": "a*b"}, lambda word: word.replace("*", r"\*"))
    assert filled == r"$x_{d}$ is −0.25, in $$d = -0.2$$ and **a\*b**."
    with pytest.raises(InputError, match="no figure"):
        fill("{e}", {"d": 1})
    with pytest.raises(InputError, match="does not fit"):
        fill("{w:.2f}", {"w": "word"})


def test_stray_digits_are_found():
    assert stray_digits("In 2013 Word2Vec and MiniLM-L6, $x^2 = 4$, {a:.2f}.") == []
    assert stray_digits("It keeps 93% of 400,000 words.") == ["93%", "400,000"]
    assert stray_digits("About .85") == [".85"]


@pytest.mark.parametrize(
    ("claim", "is_true"),
    [
        ("a > b", True),
        ("a < b", False),
        ("b < a <= 2", True),
        ("w == 'queen' and not a < b", True),
        ("w in ['king', 'queen']", True),
        ("abs(b - a) > 1", False),
        ("a == 2 * b or a ** 2 == 1", True),
        ("w != 'queen' or a > 9", False),
    ],
)
def test_claims(claim, is_true):
    assert holds(claim, {"a": 1.0, "b": 0.5, "w": "queen"}) is is_true


@pytest.mark.parametrize(
    "claim",
    [
        "a",
        "a + 1",
        "a % b > 1",
        "__import__('os') > 1",
        "a.real > 0",
        "c > 1",
        "a is b",
        "[x for x in a]",
    ],
)
def test_what_is_no_claim(claim):
    def judged():
        names_of(claim)
        return holds(claim, {"a": 1.0, "b": 1.0})

    with pytest.raises(InputError):
        judged()


# --- progress ---------------------------------------------------------------------------------


def test_progress_comes_back():
    was = Progress(frozenset({("t", "Good")}), {("t", "Bad"): "queen", ("t", "Worse"): None})
    assert from_json(to_json(was)) == (was, 0)
    other = Progress(frozenset({("u", "One")}), {("t", "Bad"): "king", ("u", "One"): 0.5})
    both = was.joined(other)
    assert both.seen == {("t", "Good"), ("u", "One")}
    assert both.answers == {("t", "Bad"): "queen", ("t", "Worse"): None, ("u", "One"): 0.5}
    assert both.without_answers("t").answers == {("u", "One"): 0.5}
    assert both.without_answers("t").seen == both.seen
    assert both.without_answer(("t", "Bad")).answers.keys() == {("t", "Worse"), ("u", "One")}


def test_progress_edited_by_hand_loses_only_what_is_wrong():
    content = json.loads(to_json(Progress(frozenset({("t", "Good")}), {("t", "Bad"): 1})))
    content["seen"] += [["t"], 7, ["t", 3]]
    content["answers"] += [["t", "x"], ["t", "y", {"z": 1}], "?"]
    found, skipped = from_json(json.dumps(content).encode())
    assert found == Progress(frozenset({("t", "Good")}), {("t", "Bad"): 1})
    assert skipped == 6
    content["seen"] = "all"
    assert from_json(json.dumps(content).encode())[0].answers == {("t", "Bad"): 1}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no file of lesson progress"),
        (b"\xff\xfe", "no file of lesson progress"),
        (b"[1]", "no file of lesson progress"),
        (b'{"format": "other"}', "no file of lesson progress"),
        (b'{"format": "embedding-explorer-lessons", "version": 99}', "newer Embedding Explorer"),
        (b'{"format": "embedding-explorer-lessons"}', "no file of lesson progress"),
        (b"[" * 100_000, "no file of lesson progress"),
    ],
)
def test_a_file_that_is_no_progress(data, said):
    with pytest.raises(ExplorerError, match=said):
        from_json(data)


def test_very_small_numbers_are_read_as_powers():
    assert fill("p is {p:.1e}, $p = {p:.1e}$.", {"p": 7.8e-5}) == (
        r"p is $7.8 \times 10^{-5}$, $p = 7.8 \times 10^{-5}$."
    )
