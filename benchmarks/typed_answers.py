"""How well typed answers are compared with key points: calibrate on one half, report on the other.

``python benchmarks/typed_answers.py`` reports; ``--write`` also puts new weights and thresholds
into ``embedding_core/teaching/calibration.py``. The answers are those of ``tests/answers``: each
says which key points it covers, covers partly, or says the wrong way round; the others are missing.

Questions with answers, in the order of their names, go in turn to calibration and to the report, so
that no key point is in both. Calibration also uses the questions' own forms: of every key point
each form in turn plays an answer, compared with the rest (a right one is to be covered, a wrong one
is not). Weights are a logistic regression's, a key point's statement being the one that scores best
(fitted in turns, as in multiple-instance learning); the threshold of "covered" is the lowest with
the wanted precision on the calibration half, that of "partly" the one below which lie nine tenths
of what is missing.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from embedding_core.teaching import calibration
from embedding_core.teaching.coverage import embedded, features
from embedding_core.teaching.languages import other_language
from embedding_core.teaching.questions import KeyPoint, Question, question_bank
from embedding_core.teaching.statements import statements

ANSWERS = Path(__file__).resolve().parent.parent / "tests" / "answers"
PRECISION = 0.8
ROUNDS = 4


@dataclass(frozen=True)
class Case:
    """A key point and the statements of one answer: (n, 5) features and what is true of it."""

    question: str
    kind: str
    truth: str
    features: np.ndarray


def answers() -> list[dict]:
    """Return all kept answers."""
    return [
        entry
        for path in sorted(ANSWERS.glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["answers"]
    ]


def truth_of(answer: dict, key: str) -> str:
    """Return what an answer does about a key point."""
    for truth in ("covered", "partly", "negated"):
        if key in answer.get(truth, ()):
            return truth
    return "missing"


class Vectors:
    """Vectors of texts, all embedded in one go."""

    def __init__(self, texts: list[str]) -> None:
        unique = list(dict.fromkeys(texts))
        self._at = {text: place for place, text in enumerate(unique)}
        self._vectors = embedded(unique)

    def of(self, texts) -> np.ndarray:
        return self._vectors[[self._at[text] for text in texts]]


def case(vectors: Vectors, question: Question, point: KeyPoint, said, kind, truth) -> Case:
    """Compare statements with a point."""
    mine = vectors.of(said)
    asked = mine @ vectors.of([question.question])[0]
    compared = vectors.of([*point.forms, *point.must_not])
    found = features(said, mine, asked, point.forms, point.must_not, compared)
    return Case(question.name, kind, truth, found)


def cases_of_answers(vectors: Vectors, entries: list[dict]) -> list[Case]:
    """Return a case for each kept answer and each point of its question."""
    bank = question_bank().questions
    return [
        case(vectors, bank[e["question"]], p, statements(e["text"]), e["kind"], truth_of(e, p.key))
        for e in entries
        if e["kind"] != "another language"
        for p in bank[e["question"]].points
    ]


def cases_of_forms(vectors: Vectors, questions: list[Question]) -> list[Case]:
    """Return a case for each form of a point, compared with its others."""
    found = []
    for question in questions:
        for point in question.points:
            for at, form in enumerate(point.said):
                rest = replace(point, said=point.said[:at] + point.said[at + 1 :])
                found.append(case(vectors, question, rest, [form], "form", "covered"))
            for at, form in enumerate(point.must_not):
                rest = replace(point, must_not=point.must_not[:at] + point.must_not[at + 1 :])
                if rest.must_not:
                    found.append(case(vectors, question, rest, [form], "form", "negated"))
            found += [
                case(vectors, question, point, [other.text], "form", "missing")
                for other in question.points
                if other is not point
            ]
    return found


def fitted(cases: list[Case]) -> tuple[np.ndarray, float]:
    """Return weights and offset, the statement of a case being the one that scores best."""
    cases = [each for each in cases if each.truth != "partly"]
    y = np.array([each.truth == "covered" for each in cases])
    # An answer weighs as much as all the forms of its kind of truth together.
    kinds = np.array([(each.truth, each.kind == "form") for each in cases])
    weight = np.ones(len(cases))
    for truth in set(kinds[:, 0]):
        for is_form in set(kinds[:, 1]):
            at = (kinds[:, 0] == truth) & (kinds[:, 1] == is_form)
            weight[at] = 1.0 / max(at.sum(), 1)
    w, b = np.array([10.0, -3, -3, 1, -1]), 0.0
    for _ in range(ROUNDS):
        x = np.stack([each.features[(each.features @ w + b).argmax()] for each in cases])
        scale = x.std(axis=0)
        model = LogisticRegression(C=1.0 * len(cases)).fit(x / scale, y, weight)
        w, b = model.coef_[0] / scale, float(model.intercept_[0])
    return w, b


def best_scores(cases: list[Case], w: np.ndarray, b: float) -> np.ndarray:
    """Return the score of the best statement of each case."""
    return np.array([float((each.features @ w + b).max()) for each in cases])


def thresholds(cases: list[Case], scores: np.ndarray) -> tuple[float, float]:
    """Return where "covered" and "partly" begin."""
    truths = np.array([each.truth for each in cases])
    known = truths != "partly"
    order = np.sort(scores[known])
    right = truths[known] == "covered"
    for cut in order:
        chosen = scores[known] >= cut
        if right[chosen].mean() >= PRECISION:
            break
    partly = float(np.quantile(scores[truths == "missing"], 0.8))
    return float(cut), min(partly, float(cut) - 0.25)


def report(cases: list[Case], scores: np.ndarray, covered: float, partly: float, what: str) -> str:
    """Return precision, recall and what happened to each kind of truth."""
    truths = np.array([each.truth for each in cases])
    chosen = scores >= covered
    known = truths != "partly"
    precision = (truths[chosen & known] == "covered").mean()
    honest = truths != "negated"
    without = (truths[chosen & known & honest] == "covered").mean()
    recall = chosen[truths == "covered"].mean()
    lines = [f'{what}: precision of "covered" {precision:.2f} ({without:.2f} where nothing is said '
             f"the wrong way round), recall {recall:.2f}"]  # fmt: skip
    for truth in ("covered", "partly", "negated", "missing"):
        mine = scores[truths == truth]
        lines.append(
            f"  {truth:8} {len(mine):4}: covered {(mine >= covered).mean():.2f}, partly "
            f"{((mine < covered) & (mine >= partly)).mean():.2f}, missing "
            f"{(mine < partly).mean():.2f}"
        )
    return "\n".join(lines)


def main() -> None:
    """Calibrate, report, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    bank = question_bank().questions
    entries = answers()
    names = sorted({entry["question"] for entry in entries})
    calibrating, reporting = set(names[::2]), set(names[1::2])
    texts = [s for e in entries for s in statements(e["text"])]
    for name in names:
        question = bank[name]
        texts.append(question.question)
        texts += [form for p in question.points for form in (*p.forms, *p.must_not)]
    vectors = Vectors(texts)
    mine = cases_of_answers(vectors, [e for e in entries if e["question"] in calibrating])
    forms = cases_of_forms(vectors, [bank[name] for name in sorted(calibrating)])
    theirs = cases_of_answers(vectors, [e for e in entries if e["question"] in reporting])
    w, b = fitted([*mine, *forms])
    scores = best_scores(mine, w, b)
    covered, partly = thresholds(mine, scores)
    print(f"{len(entries)} answers to {len(names)} questions")
    print(dict(zip(calibration.FEATURES, w.round(2).tolist(), strict=True)), round(b, 2))
    print(report(mine, scores, covered, partly, "calibration half"))
    print(report(theirs, best_scores(theirs, w, b), covered, partly, "report half"))
    opposites(theirs, w, b)
    languages(entries)
    if write:
        _write(w, b, covered, partly)


def opposites(cases: list[Case], w: np.ndarray, b: float) -> None:
    """Report how often a statement is told to be the opposite, by what is true."""
    for truth in ("covered", "negated", "missing"):
        told = [
            calibration.is_opposite(c.features[[(c.features @ w + b).argmax()]])[0]
            for c in cases
            if c.truth == truth
        ]
        print(f"  reads like the opposite, of {truth}: {np.mean(told):.2f}")


def languages(entries: list[dict]) -> None:
    """Report how often an answer is told to be in another language."""
    for foreign in (True, False):
        told = [
            bool(other_language(e["text"]))
            for e in entries
            if (e["kind"] == "another language") == foreign
        ]
        print(f"{'in another language' if foreign else 'in English'}: {sum(told)} of {len(told)} "
              "told to be in another")  # fmt: skip


def _write(w: np.ndarray, b: float, covered: float, partly: float) -> None:
    path = Path(calibration.__file__)
    text = path.read_text(encoding="utf-8")
    numbers = ", ".join(f"{value:.2f}" for value in w)
    for name, value in (
        ("WEIGHTS", f"({numbers})"), ("OFFSET", f"{b:.2f}"),
        ("COVERED, PARTLY", f"{covered:.2f}, {partly:.2f}"),
    ):  # fmt: skip
        text = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
