"""Interview questions, typed answers, the mock interview and its report."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from embedding_core.errors import InputError
from embedding_core.teaching import calibration
from embedding_core.teaching.coverage import MODEL, Coverage, Match, combined, cover
from embedding_core.teaching.glossary import glossary
from embedding_core.teaching.languages import other_language
from embedding_core.teaching.mock import Plan, begin
from embedding_core.teaching.polarity import is_denied
from embedding_core.teaching.questions import load_questions, question_bank
from embedding_core.teaching.report import to_html, to_markdown
from embedding_core.teaching.statements import MAX_CHARACTERS, statements

BANK = question_bank()
ROOT = Path(__file__).resolve().parents[2]
FIRST = BANK.questions["what-is-an-embedding"]
ANSWERS = [
    entry
    for path in sorted((ROOT / "tests" / "answers").glob("*.toml"))
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["answers"]
]

# --- the questions -------------------------------------------------------------------------------


def test_nothing_is_left_out_and_there_is_enough():
    assert BANK.notes == ()
    assert len(BANK.questions) >= 60
    assert {question.level for question in BANK.questions.values()} == {1, 2, 3}


@pytest.mark.parametrize("question", BANK.questions.values(), ids=lambda q: q.name)
def test_a_question_holds_together(question):
    assert question.broken_claims() == []
    assert question.filled("short")
    assert question.filled("long")
    assert (ROOT / "pages" / f"{question.page}.py").is_file()
    assert set(question.related) <= set(glossary().terms)


GOOD = (ROOT / "lessons" / "interview" / "meaning.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("level = 1", "level = 9", "level is 9"),
        ('id = "what-is-an-embedding"', 'id = "What is"', "its id is"),
        ('point = "against-one-hot"', 'point = "nowhere"', "'nowhere'"),
        ('of = "vocabulary_size"', 'of = "nonsense"', "'nonsense'"),
        ("{words:,}", "{wordz:,}", "'wordz'"),
        ('related = ["', 'relatd = ["', "relatd"),
        ('view = "', 'view = "/', "view is"),
        ("NIPS, 2013", "NIPS", "no year"),
    ],
)
def test_a_malformed_question_is_named_and_the_rest_kept(tmp_path, old, new, told):
    assert old in GOOD
    (tmp_path / "meaning.toml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    bank = load_questions(tmp_path)
    whole = len([q for q in BANK.questions.values() if q.topic == "meaning"])
    assert len(bank.questions) == whole - 1
    (note,) = bank.notes
    assert note.startswith("Question 1 (")
    assert "meaning.toml" in note
    assert told in note


def test_files_that_are_none_and_ids_that_are_taken(tmp_path):
    for name in ("meaning", "twice"):
        (tmp_path / f"{name}.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "broken.toml").write_text("title = ", encoding="utf-8")
    (tmp_path / "headless.toml").write_text("order = 1", encoding="utf-8")
    bank = load_questions(tmp_path)
    assert list(bank.topics) == ["meaning"]
    assert sum("one of that id" in note for note in bank.notes) == len(bank.questions)
    assert any(n.startswith("broken.toml") and "no TOML" in n for n in bank.notes)
    assert any(n.startswith("headless.toml") and "no title" in n for n in bank.notes)


def test_finding():
    assert FIRST in BANK.find("SIGNIFICANCE explain")
    assert BANK.find("zzzz") == ()
    assert {q.level for q in BANK.find(levels=[3])} == {3}
    assert {q.topic for q in BANK.find(topics=["words"])} == {"words"}


# --- typed answers -------------------------------------------------------------------------------


def test_answers_name_questions_and_points_that_are_there():
    for entry in ANSWERS:
        keys = {point.key for point in BANK.questions[entry["question"]].points}
        for truth in ("covered", "partly", "negated"):
            assert set(entry.get(truth, ())) <= keys, entry["question"]
    assert len({entry["question"] for entry in ANSWERS}) >= 20


def test_statements_are_sentences_and_clauses():
    said = "- It is dense.\n- it is learned from data\n\nIt works, because near things are alike."
    assert statements(said) == [
        "It is dense.", "it is learned from data", "It works, because near things are alike.",
        "near things are alike.",
    ]  # fmt: skip
    assert statements("A sentence that was\nwrapped here.") == ["A sentence that was wrapped here."]
    assert statements(" \n 12 ?! ") == []


@pytest.mark.parametrize(
    ("sentence", "form", "denied"),
    [
        ("Cosine is a metric.", "Cosine is not a metric.", True),
        ("It never keeps distances.", "It keeps distances.", True),
        ("It doesn't fail to keep them.", "It keeps them.", False),
        ("The vectors are learned, not written by hand.", "The vectors are learned.", False),
        ("They are near each other.", "They are far apart.", True),
        ("They are not far apart.", "They are near each other.", False),
    ],
)
def test_denial_on_the_surface(sentence, form, denied):
    assert is_denied(sentence, form) is denied
    assert is_denied(form, sentence) is denied


def test_languages_of_the_kept_answers():
    for entry in ANSWERS:
        foreign = entry["kind"] == "another language"
        assert bool(other_language(entry["text"])) is foreign, entry["text"]
    assert other_language("HNSW: layered proximity graph, greedy search") == ""
    assert other_language("Vektor") == "", "too short to tell"


def test_what_a_form_says_is_covered_and_its_denial_is_not():
    point = FIRST.points[0]
    right = cover(FIRST, point.said[0]).matches[0]
    assert (right.status, right.statement) == ("covered", point.said[0])
    wrong = cover(FIRST, point.must_not[0]).matches[0]
    assert wrong.status == "missing"
    assert wrong.is_opposite


def test_kept_answers_are_told_apart():
    """On a sample: all of them, with precision and recall, are in benchmarks/typed_answers.py."""
    rate = {"covered": [], "negated": [], "missing": []}
    for entry in ANSWERS[::3]:
        if entry["kind"] == "another language":
            continue
        for match in cover(BANK.questions[entry["question"]], entry["text"]).matches:
            truth = next((t for t in rate if match.point.key in entry.get(t, ())), "missing")
            if match.point.key not in entry.get("partly", ()):
                rate[truth].append(match.status == "covered")
    share = {truth: sum(told) / len(told) for truth, told in rate.items()}
    assert share["covered"] > 0.35
    assert share["negated"] < 0.3
    assert share["missing"] < 0.08


def test_empty_foreign_and_endless_answers_are_told():
    for answer in ("", "  \n", "42 ?"):
        found = cover(FIRST, answer)
        assert {match.status for match in found.matches} == {"missing"}
        assert "Nothing was said" in found.notes[0]
    german = next(e for e in ANSWERS if e["kind"] == "another language")
    assert "reads English only" in cover(FIRST, german["text"]).notes[0]
    book = "An embedding is a dense vector of real numbers. " * 2_000
    assert f"first {MAX_CHARACTERS:,} were read" in cover(FIRST, book).notes[0]


def test_scores_are_what_calibration_says():
    import numpy as np

    row = np.array([[0.5, 0.2, 0.3, 0.1, 0.0]], np.float32)
    by_hand = sum(w * x for w, x in zip(calibration.WEIGHTS, row[0], strict=True))
    assert calibration.scores(row)[0] == pytest.approx(by_hand + calibration.OFFSET, abs=1e-5)
    assert calibration.COVERED > calibration.PARTLY
    assert MODEL == "minilm-l6"


# --- the mock interview --------------------------------------------------------------------------


def made_up(question, *covered):
    return Coverage(
        question.name,
        tuple(
            Match(p, "covered" if p.key in covered else "missing", "said") for p in question.points
        ),
    )


def test_a_seed_draws_the_same_and_topics_take_turns():
    plan = Plan(count=6, seed=5)
    assert begin(BANK, plan) == begin(BANK, plan)
    assert begin(BANK, plan) != begin(BANK, Plan(count=6, seed=6))
    drawn = begin(BANK, plan).questions
    assert len({question.topic for question in drawn}) == 6
    assert [q.level for q in drawn] == sorted(q.level for q in drawn)
    assert len(begin(BANK, Plan(topics=("meaning",), count=99)).questions) == len(
        BANK.find(topics=["meaning"])
    )
    with pytest.raises(InputError, match="no question"):
        begin(BANK, Plan(topics=("nothing",)))


def test_it_asks_on_where_a_point_was_missing_and_then_goes_on():
    interview = begin(BANK, Plan(count=2, probes=2, seed=1))
    question = interview.question
    wanted = question.probes[:2]
    interview = interview.answered("first", 10, made_up(question))
    assert interview.probe == wanted[0]
    interview = interview.answered("second", 5, made_up(question, wanted[0].point))
    assert interview.probe == next(p for p in question.probes if p.point != wanted[0].point)
    interview = interview.answered("third", 5, made_up(question))
    assert interview.probe is None
    assert interview.question != question
    everything = made_up(interview.question, *(p.key for p in interview.question.points))
    interview = interview.answered("all", 5, everything)
    assert interview.is_over, "nothing was missing, so nothing is asked on"
    covered = interview.coverage_of(question).of("covered")
    assert [match.point.key for match in covered] == [wanted[0].point]


def test_the_better_of_two_answers_counts():
    a, b = FIRST.points[0].key, FIRST.points[1].key
    both = combined(made_up(FIRST, a), made_up(FIRST, b))
    assert [match.point.key for match in both.of("covered")] == [a, b]


def test_the_report_tells_all_and_grades_nothing():
    interview = begin(BANK, Plan(topics=("meaning",), levels=(1,), count=1, probes=0))
    question = interview.question
    typed = "<script>alert(1)</script> **bold** $x$ | pipe\nsecond line"
    interview = interview.answered(typed, 75, made_up(question, question.points[0].key))
    text = to_markdown(interview, BANK)
    for wanted in (question.question, question.points[1].text, "1 min 15 s", "second line",
                   "not whether they are true", *question.mistakes):  # fmt: skip
        assert wanted in text
    page = to_html(interview, BANK)
    for markup in ("<script>", "<strong>bold"):
        assert markup not in page
    for drawn in ("<table>", "<math"):
        assert drawn in page
    assert "\\mathbb" not in page, "every formula is drawn"
    assert "grade" not in text.lower()


def test_ending_early_keeps_what_was_answered():
    interview = begin(BANK, Plan(count=3, probes=1))
    first = interview.question
    ended = interview.answered("x", 1, made_up(first)).ended()
    assert ended.is_over
    assert ended.questions == (first,)
