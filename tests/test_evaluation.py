"""How good a word model is: our figures against gensim's, brute force and SciPy."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from scipy import stats

import embedding_core as ec
from embedding_core.errors import Cancelled, InputError, MissingDependencyError, UnknownNameError
from embedding_core.evaluation import AnalogyScore, PairTest
from embedding_core.evaluation.analogies import read_questions
from embedding_core.evaluation.pairs import spearman
from embedding_core.evaluation.search import best_words
from embedding_core.quality import bootstrap
from embedding_core.weights import Available, Missing
from embedding_core.wordvectors import WordVectors

PAIR_TESTS = ["wordsim-353", "simlex-999"]


@pytest.fixture(scope="module")
def glove():
    return ec.load("glove-6b-50d")


@pytest.fixture(scope="module")
def frequent(glove):
    """The 30,000 most frequent words as gensim's KeyedVectors."""
    return keyed_vectors(glove.words[:30_000], glove.matrix[:30_000])


@pytest.fixture(scope="module")
def cased(glove):
    """A model that tells cases apart; a word may stand in it in several."""
    random = np.random.default_rng(0)
    words, rows = [], []
    for word, row in zip(glove.words[:6_000], glove.matrix[:6_000], strict=True):
        forms = dict.fromkeys(random.permutation([word, word.title(), word.upper()])[:2])
        for form in forms:
            words.append(str(form))
            rows.append(row + random.normal(scale=0.3, size=50))
    assert len(set(words)) == len(words)
    return WordVectors("a cased model", words, np.array(rows, dtype=np.float32))


def keyed_vectors(words, matrix):
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(matrix.shape[1])
    keyed.add_vectors(list(words), np.array(matrix, dtype=np.float32))
    return keyed


def sampled_questions(path, every):
    """A questions file of every so manyth question, its sections kept."""
    lines = ec.TESTS["google-analogies"].path().read_text().splitlines()
    kept = [line for at, line in enumerate(lines) if line.startswith(":") or at % every == 0]
    path.write_text("\n".join(kept) + "\n")
    return path


def assert_questions_agree(score, keyed, path, restrict):
    """Compare known and right questions, section by section, with gensim's."""
    _, sections = keyed.evaluate_word_analogies(str(path), restrict_vocab=restrict)
    # Some questions stand in two sections.
    asked = {
        (q.section, *(word.upper() for word in (q.a, q.b, q.c, q.expected)))
        for q in read_questions(path)
    }
    known = right = 0
    for section in sections[:-1]:
        ours = [
            (tuple(word.upper() for word in (q.a, q.b, q.c, q.expected)), q.right)
            for q in score.questions
            if q.section == section["section"] and q.answered is not None
        ]
        ours = [(words, good) for words, good in ours if (section["section"], *words) in asked]
        assert [words for words, good in ours if good] == section["correct"]
        assert [words for words, good in ours if not good] == section["incorrect"]
        known, right = known + len(ours), right + len(section["correct"])
    assert known > 100
    assert 0 < right < known


@pytest.mark.parametrize("restrict", [4_000, 30_000])
@pytest.mark.parametrize("name", PAIR_TESTS)
def test_pairs_agree_with_gensim(glove, frequent, name, restrict):
    score = ec.evaluate(glove, name, restrict=restrict)
    path = str(ec.TESTS[name].path())
    _, expected, unknown = frequent.evaluate_word_pairs(path, restrict_vocab=restrict)
    assert score.figure == pytest.approx(expected.statistic, abs=1e-5)
    assert 100 * (1 - score.coverage) == pytest.approx(unknown)
    assert score.searched == restrict
    low, high = score.interval
    assert low < score.figure < high


@pytest.mark.parametrize("name", PAIR_TESTS)
def test_pairs_of_a_cased_model_agree_with_gensim(cased, name):
    score = ec.evaluate(cased, name)
    keyed = keyed_vectors(cased.words, cased.matrix)
    _, expected, unknown = keyed.evaluate_word_pairs(str(ec.TESTS[name].path()))
    assert score.figure == pytest.approx(expected.statistic, abs=1e-5)
    assert 100 * (1 - score.coverage) == pytest.approx(unknown)


def test_analogies_agree_with_gensim(glove, frequent, tmp_path):
    score = ec.evaluate(glove, "google-analogies", restrict=10_000)
    assert_questions_agree(score, frequent, sampled_questions(tmp_path / "q.txt", 12), 10_000)


def test_analogies_of_a_cased_model_agree_with_gensim(cased, tmp_path):
    keyed = keyed_vectors(cased.words, cased.matrix)
    score = ec.evaluate(cased, "google-analogies")
    assert score.searched == len(cased.words)
    assert_questions_agree(
        score, keyed, sampled_questions(tmp_path / "q.txt", 10), len(cased.words)
    )


def test_sections_halves_and_total_add_up(glove):
    score = ec.evaluate(glove, "google-analogies", restrict=20_000)
    assert isinstance(score, AnalogyScore)
    assert score.n == len(score.questions) == 19_544
    for parts in (score.sections, score.halves):
        assert sum(part.n for part in parts) == score.n
        assert sum(part.known for part in parts) == score.known
        right = sum(round(part.accuracy * part.known) for part in parts)
        assert right == sum(q.right for q in score.questions)
        assert score.figure == pytest.approx(right / score.known)
    assert [half.n for half in score.halves] == [8_869, 10_675]
    assert len(score.sections) == 14
    assert len({section.label for section in score.sections}) == 14
    for section in score.sections:
        assert section.label != section.name
        low, high = section.interval
        assert low <= section.accuracy <= high
    unknown = {word.upper() for word in score.unknown_words}
    for q in score.questions:
        words = {word.upper() for word in (q.a, q.b, q.c, q.expected)}
        assert (q.answered is None) == bool(words & unknown)
        assert q.answered is None or q.answered.upper() not in {
            word.upper() for word in (q.a, q.b, q.c)
        }


def test_one_answer_is_the_one_of_analogy(glove):
    score = ec.evaluate(glove, "google-analogies", restrict=20_000)
    q = next(q for q in score.questions if (q.a, q.b, q.c) == ("man", "woman", "king"))
    found = ec.analogy(glove, q.a, q.b, q.c, k=50)
    within = [n.id for n in found if glove.positions([n.id])[0] < 20_000]
    assert q.answered == within[0] == "queen"
    assert q.right
    family = score.mistakes("family")
    assert family
    assert all(q.section == "family" and not q.right for q in family)
    assert len(score.mistakes()) == score.known - sum(q.right for q in score.questions)


def test_pairs_carry_ratings_cosines_and_places(glove):
    score = ec.evaluate(glove, "simlex-999", restrict=30_000)
    known = [pair for pair in score.pairs if pair.cosine is not None]
    assert (len(score.pairs), len(known)) == (999, score.known)
    pair = next(pair for pair in known if (pair.left, pair.right) == ("old", "new"))
    a, b = ec.vectors_of(glove, ["old", "new"])
    assert pair.human == 1.58
    assert pair.cosine == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-5)
    assert pair.human_rank == 1 + sum(p.human > 1.58 for p in known) + 0.5 * (
        sum(p.human == 1.58 for p in known) - 1
    )
    worst = score.disagreements(5)
    assert [p.disagreement for p in worst] == sorted(
        (p.disagreement for p in score.pairs), reverse=True
    )[:5]
    lost = next(pair for pair in score.pairs if pair.cosine is None)
    assert {lost.left, lost.right} & set(score.unknown_words)
    assert lost.disagreement == 0


@pytest.fixture(scope="module")
def corpus():
    return ec.Corpus("\n".join(ec.sample_corpus("wordnet-glosses").text.splitlines()[:15_000]))


def trained(name, corpus, **params):
    settings = {"vector_size": 20, "epochs": 1, "min_count": 3, **params}
    return ec.embed(ec.words("animal"), name, corpus=corpus, **settings).model


def test_words_in_no_vocabulary_are_built_by_fasttext_and_unknown_to_word2vec(corpus):
    word2vec = ec.evaluate(trained("word2vec", corpus), "wordsim-353")
    model = trained("fasttext", corpus, bucket=5_000)
    fasttext = ec.evaluate(model, "wordsim-353")
    assert word2vec.vocabulary == fasttext.vocabulary
    assert 0 < word2vec.known < word2vec.n
    assert word2vec.built == 0
    assert fasttext.known == fasttext.n == word2vec.known + fasttext.built
    assert fasttext.unknown_words == ()
    word = next(w for w in word2vec.unknown_words if w != w.lower())
    pair = next(p for p in fasttext.pairs if word in (p.left, p.right))
    # Learned from lower case, so built from the parts of the lower-case word.
    a, b = (model.embed_text(w.lower()) for w in (pair.left, pair.right))
    assert pair.cosine == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b), abs=1e-5)


def test_what_is_expected_cannot_be_built(corpus):
    model = trained("fasttext", corpus, bucket=5_000)
    score = ec.evaluate(model, "google-analogies")
    assert 0 < score.built < score.known < score.n
    vocabulary = {word.upper() for word in model.words}
    for q in score.questions:
        assert (q.answered is not None) == (q.expected.upper() in vocabulary)


def test_too_little_known_gives_a_reason_and_no_figure():
    random = np.random.default_rng(0)
    strangers = WordVectors("it", ["qwx", "zzy"], random.normal(size=(2, 3)).astype("f"))
    for name in ec.TESTS:
        score = ec.evaluate(strangers, name)
        assert (score.figure, score.interval, score.known, score.coverage) == (None, None, 0, 0)
        assert score.reason.endswith(".")
    words = sorted(
        {w for p in ec.evaluate(strangers, "wordsim-353").pairs for w in (p.left, p.right)}
    )
    same = WordVectors("it", words, np.ones((len(words), 4), dtype=np.float32))
    score = ec.evaluate(same, "wordsim-353")
    assert score.known == score.n
    assert score.figure is None
    assert "same cosine" in score.reason
    few = ["love", "sex", "tiger", "cat", "train", "car"]
    matrix = random.normal(size=(6, 4)).astype(np.float32)
    score = ec.evaluate(WordVectors("it", few, matrix), "wordsim-353")
    assert score.known == 4  # tiger and tiger is the fourth
    assert -1 <= score.figure <= 1
    assert score.interval is None


def test_zero_vectors_are_near_to_nothing(glove):
    words = glove.words[:8_000]
    matrix = np.array(glove.matrix[:8_000])
    matrix[::3] = 0
    for name in ec.TESTS:
        score = ec.evaluate(WordVectors("it", words, matrix), name)
        assert np.isfinite([score.figure, *score.interval]).all()


def test_the_same_seed_gives_the_same_interval(glove):
    first, again, other = (
        ec.evaluate(glove, "wordsim-353", restrict=9_000, seed=seed) for seed in (1, 1, 2)
    )
    assert first == again
    assert (first.figure, first.pairs) == (other.figure, other.pairs)
    assert first.interval != other.interval


def test_what_cannot_be_tested_is_said(glove):
    with pytest.raises(InputError, match="no vocabulary; choose a word model"):
        ec.evaluate(object(), "wordsim-353")
    with pytest.raises(UnknownNameError, match="wordsim-353"):
        ec.evaluate(glove, "wordsim")
    with pytest.raises(InputError, match="0 for all"):
        ec.evaluate(glove, "wordsim-353", restrict=-1)
    lost = PairTest("lost", "Lost pairs", "", "", file="test/test_data/lost.tsv")
    assert isinstance(lost.availability(), Missing)
    assert isinstance(ec.TESTS["simlex-999"].availability(), Available)
    with pytest.raises(MissingDependencyError, match="pip install gensim"):
        lost.run(glove, restrict=0, seed=0)


def test_progress_is_told_and_cancel_obeyed(glove):
    steps = []
    ec.evaluate(
        glove,
        "google-analogies",
        restrict=20_000,
        progress=lambda done, total, what="": steps.append((done, total)),
    )
    assert steps == sorted(steps)
    assert len({total for _, total in steps}) == 1
    assert steps[-1][0] == steps[-1][1]
    for name in ec.TESTS:
        with pytest.raises(Cancelled):
            ec.evaluate(glove, name, cancel=lambda: True)
    asked = iter(range(100))
    with pytest.raises(Cancelled):
        ec.evaluate(glove, "google-analogies", restrict=20_000, cancel=lambda: next(asked) == 5)


def test_gensim_is_not_imported_for_its_files():
    code = (
        "import sys, embedding_core as ec; ec.evaluate(ec.load('glove-6b-50d'), 'wordsim-353');"
        "sys.exit('gensim' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_best_words_is_brute_force_over_blocks():
    random = np.random.default_rng(0)
    matrix = random.normal(size=(40_000, 6)).astype(np.float32)
    matrix[39_000] = matrix[10]
    targets = random.normal(size=(2_500, 6)).astype(np.float32)
    targets[0] = matrix[10]
    cosines = targets @ (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).T
    left_out = [np.argsort(-row)[: at % 3].tolist() for at, row in enumerate(cosines)]
    for at, rows in enumerate(left_out):
        cosines[at, rows] = -np.inf
    found = best_words(matrix, targets, left_out)
    assert found[0] == 10  # not its twin farther down
    best = cosines.max(axis=1)
    np.testing.assert_allclose(cosines[np.arange(2_500), found], best, rtol=1e-6)
    assert best_words(matrix[:2], targets[:1], [[0, 1]]).tolist() == [-1]


def test_best_words_takes_bounded_memory():
    matrix = np.ones((300_000, 50), dtype=np.float32)
    targets = np.ones((3_000, 50), dtype=np.float32)
    tracemalloc.start()
    best_words(matrix, targets, [[]] * len(targets))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


def test_spearman_is_scipys():
    random = np.random.default_rng(0)
    values = random.integers(0, 8, size=(20, 30, 2)).astype(float)
    expected = [stats.spearmanr(sample[:, 0], sample[:, 1]).statistic for sample in values]
    np.testing.assert_allclose(spearman(values), expected, atol=1e-12)
    values[3, :, 1] = 5
    assert np.isnan(spearman(values)[3])
    assert np.isfinite(np.delete(spearman(values), 3)).all()


def test_bootstrap_is_scipys_percentile_interval():
    random = np.random.default_rng(0)
    values = random.normal(size=(300, 2))
    values[:, 1] += values[:, 0]
    rng = np.random.default_rng(1)
    ours = bootstrap(values, rng, 4_000, spearman)
    theirs = stats.bootstrap(
        (values[:, 0], values[:, 1]),
        lambda x, y: stats.spearmanr(x, y).statistic,
        paired=True,
        vectorized=False,
        n_resamples=1_000,
        method="percentile",
        rng=np.random.default_rng(2),
    ).confidence_interval
    np.testing.assert_allclose(ours, theirs, atol=0.015)
    right = (random.random(5_000) < 0.3).astype(np.float32)
    low, high = bootstrap(right, rng)
    error = 1.96 * np.sqrt(right.mean() * (1 - right.mean()) / 5_000)
    np.testing.assert_allclose([low, high], right.mean() + np.array([-error, error]), atol=0.002)
