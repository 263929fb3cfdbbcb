"""A training watched: the very vectors of the app, seen from one side, and what is told of them."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from embedding_core import skipgram, theatre
from embedding_core.embedders import word2vec
from embedding_core.errors import Cancelled
from embedding_core.factors import Factors, Rule, objective
from embedding_core.sentence_walks import SentenceWalks
from embedding_core.small_world import small_world
from embedding_core.theatre import Recorder
from embedding_core.watching import Moment

WORLD = small_world(300)
CORPUS = ec.Corpus(WORLD.text, "a small world")
WORDS = "\n".join(CORPUS.vocabulary(2))
SMALL = {"vector_size": 10, "min_count": 2, "epochs": 20, "rate": 0.1}
CASES = {
    "word2vec": (lambda: ec.words(WORDS), {"corpus": CORPUS, **SMALL}),
    "node2vec": (ec.SAMPLES["karate"].read, {"dim": 8, "epochs": 3}),
    "gcn": (ec.SAMPLES["karate"].read, {"dim": 8, "epochs": 30}),
    "matrix-factorization": (ec.SAMPLES["tastes"].read, {"dim": 4, "rounds": 3}),
    "contrastive": (
        lambda: ec.SAMPLES["emoji"].read().select(ec.SAMPLES["emoji"].read().ids[:24]),
        {"dim": 8, "epochs": 4, "batch": 12},
    ),
}


def fit(name, watcher, rows=None, **more):
    """Train anew, past what is kept, and return what the app would hand over."""
    collection, settings = CASES[name][0](), {**CASES[name][1], **more}
    corpus, seed = settings.pop("corpus", None), settings.pop("seed", 0)
    spec = ec.EMBEDDERS[name]
    params = {param.name: settings.get(param.name, param.default) for param in spec.params}
    fitted = spec.fit(collection, params, corpus=corpus, seed=seed, on_frame=watcher)
    return fitted.encoded.vectors


@pytest.mark.parametrize("name", CASES)
def test_the_last_moment_is_the_embedding_that_the_app_gives(name):
    recorder = Recorder(wanted=12)
    fitted = fit(name, recorder)
    play = recorder.play()
    np.testing.assert_array_equal(play.vectors[-1], fitted)
    assert not np.array_equal(play.vectors[0], play.vectors[-1])
    # To watch changes nothing.
    embedding = ec.embed(CASES[name][0](), name, **CASES[name][1])
    np.testing.assert_array_equal(embedding.vectors, fitted)
    losses = play.losses[np.isfinite(play.losses)]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("name", CASES)
def test_only_the_rows_on_stage_are_shown_and_they_are_the_same(name):
    rows = np.array([7, 2, 11])
    whole, some = Recorder(wanted=12), Recorder(rows, wanted=12)
    fit(name, whole)
    fit(name, some)
    all_, few = whole.play(), some.play()
    assert few.vectors.shape[1] == 3
    np.testing.assert_array_equal(few.vectors, all_.vectors[:, rows])
    assert few.steps == all_.steps


@pytest.mark.parametrize("name", ["word2vec", "contrastive"])
def test_a_plain_function_is_given_vectors(name):
    # Who does not watch is content with what was trained before.
    word2vec._TRAINED.clear()
    frames = []
    fitted = fit(name, frames.append)
    np.testing.assert_array_equal(frames[-1], fitted)
    assert len({frame.shape for frame in frames}) == 1


def test_an_unknown_word_has_no_row_and_disturbs_nobody():
    recorder, spec = Recorder(), ec.EMBEDDERS["word2vec"]
    params = {param.name: SMALL.get(param.name, param.default) for param in spec.params}
    fitted = spec.fit(ec.words("xqz, king, apple"), params, corpus=CORPUS, on_frame=recorder)
    assert list(fitted.encoded.missing) == [0]
    np.testing.assert_array_equal(recorder.play().vectors[-1], fitted.encoded.vectors[1:])


# --- one step ---------------------------------------------------------------------------------


def loss_of(vector, contexts):
    """Return the loss of a pair and its random ones, by the formula (Mikolov et al., 2013)."""
    scores = contexts @ vector
    return np.log1p(np.exp(-scores[0])) + np.log1p(np.exp(scores[1:])).sum()


def test_one_step_goes_down_the_numerical_gradient():
    rng = np.random.default_rng(0)
    vector, contexts, rate, e = rng.normal(size=6), rng.normal(size=(4, 6)), 0.05, 1e-6
    pull = skipgram.pull(vector.astype(np.float32), contexts.astype(np.float32), rate)
    slope = np.array([
        (loss_of(vector + e * d, contexts) - loss_of(vector - e * d, contexts)) / (2 * e)
        for d in np.eye(6)
    ])  # fmt: skip
    np.testing.assert_allclose(pull.vector.sum(axis=0), -rate * slope, atol=2e-6)
    for at in range(4):
        slope = []
        for d in range(6):
            moved = np.zeros((4, 6))
            moved[at, d] = e
            up, down = loss_of(vector, contexts + moved), loss_of(vector, contexts - moved)
            slope.append((up - down) / (2 * e))
        np.testing.assert_allclose(pull.contexts[at], -rate * np.array(slope), atol=2e-6)


def test_training_takes_the_very_steps_that_are_shown():
    # Two words that only ever meet each other, and no random ones: two steps, by hand.
    walk = [np.array([[0, 1]], np.int32)]
    frames = []
    skipgram.learn(
        lambda: iter(walk), np.array([1, 1]), dim=5, window=1, negative=0, epochs=1, seed=4,
        rate=0.5, shares=False, on_frame=frames.append,
    )  # fmt: skip
    vectors, contexts = frames[0].copy(), np.zeros((2, 5), np.float32)
    for node, other, pace in ((0, 1, 0.5), (1, 0, 0.5)):
        pull = skipgram.pull(vectors[node], contexts[[other]], pace)
        vectors[node] += pull.vector.sum(axis=0)
        contexts[other] += pull.contexts[0]
    np.testing.assert_allclose(frames[-1], vectors, rtol=1e-6)


@pytest.mark.parametrize("shares", [False, True])
def test_the_loss_heard_is_that_of_the_pairs(shares):
    recorder = Recorder()
    walk = [np.array([[0, 1, 2, 1]], np.int32)]
    skipgram.learn(
        lambda: iter(walk), np.array([1, 2, 1, 10_000]), dim=5, window=3, negative=2, epochs=1,
        seed=4, rate=1e-9, shares=shares, on_frame=recorder,
    )  # fmt: skip
    # Contexts begin at zero: a pair and its two random ones are three tosses of a coin.
    assert recorder.play().losses[-1] == pytest.approx(3 * np.log(2), rel=0.02)


def test_arrows_are_the_steps_seen_from_the_side_of_the_map():
    recorder = Recorder(wanted=6)
    fit("word2vec", recorder)
    play = recorder.play()
    axes = theatre.side(play.vectors[-1])
    others = np.array([3, 8, 9])
    found = theatre.arrows(play, axes, 5, others, 0.1)
    at, e = len(play) // 2, 1e-4
    share = at / (len(play) - 1)
    step = skipgram.pull(play.vectors[at, 5], play.contexts[at, others], 0.1 * (1 - share))
    drawn = (found.ends - found.starts)[at] / found.longer[at]
    # The parts add up to the whole.
    np.testing.assert_allclose(drawn[1:4].sum(axis=0), drawn[0], atol=1e-6)
    # A little of the step, seen on the map, by difference.
    for arrow, vector, change in (
        (0, play.vectors[at, 5], step.vector.sum(axis=0)),
        (2, play.vectors[at, 5], step.vector[1]),
        (5, play.contexts[at, 8], step.contexts[1]),
    ):
        before, after = (
            (v / np.linalg.norm(v)) @ axes
            for v in (vector.astype(float), vector.astype(float) + e * change)
        )
        np.testing.assert_allclose(found.starts[at, arrow], before, atol=1e-6)
        np.testing.assert_allclose(drawn[arrow], (after - before) / e, atol=1e-5)
    # The one met near pulls, the others push.
    u = play.contexts[at, others]
    assert step.vector[0] @ u[0] > 0 > step.vector[1] @ u[1]


def test_random_ones_are_drawn_as_training_draws_them():
    counts = np.array([1, 16, 0])
    drawn = skipgram.random_ones(counts, 20_000, 0)
    assert np.bincount(drawn, minlength=3)[2] == 0
    assert (drawn == 1).mean() == pytest.approx(8 / 9, abs=0.01)


def test_sentences_come_as_walks_and_rare_words_are_never_passed_over():
    # Every word so rare that none is thinned out: the text itself, in order.
    lines = [" ".join(f"w{7 * i + j}" for j in range(1 + i % 5)) for i in range(700)]
    corpus = ec.Corpus("\n".join(lines))
    words = corpus.vocabulary(1)
    text = SentenceWalks(corpus, words, seed=0, epochs=3)
    blocks = list(text.blocks())
    read = [[words[w] for w in row if w >= 0] for block in blocks for row in block.tolist()]
    assert read == corpus.sentences
    assert len(blocks) * 3 <= 220
    assert text.per_epoch == corpus.n_words
    with pytest.raises(Cancelled):
        next(text.blocks(lambda: True))


def test_frequent_words_are_passed_over_as_in_word2vec():
    corpus = ec.Corpus("\n".join(f"often w{i} w{i + 1}" for i in range(3_000)))
    words = corpus.vocabulary(1)
    text = SentenceWalks(corpus, words, seed=0, epochs=1)
    read = np.concatenate([block[block >= 0] for _ in range(60) for block in text.blocks()])
    share = 1 / 3 / 1e-3
    # word2vec.c: (sqrt(share / t) + 1) * (t / share).
    expected = (np.sqrt(share) + 1) / share
    often = int((read == words.index("often")).sum())
    assert often / 60 / 3_000 == pytest.approx(expected, rel=0.03)
    assert len(read) / 60 == pytest.approx(text.per_epoch, rel=0.01)


# --- collapse -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "without"),
    [("word2vec", {"negative": 0}), ("node2vec", {"negative": 0}), ("gcn", {"negative": 0}),
     ("contrastive", {"pushes": False})],
)  # fmt: skip
def test_without_negatives_vectors_collapse(name, without):
    longer = {"node2vec": {"epochs": 10}, "gcn": {"epochs": 100}}
    spreads = []
    for more in ({}, without):
        recorder = Recorder(wanted=8)
        fit(name, recorder, **longer.get(name, {}), **more)
        spreads.append(theatre.spread(recorder.play().vectors[-1:]))
    apart, collapsed = spreads
    assert collapsed.cosine[0] > 0.85
    assert apart.cosine[0] < collapsed.cosine[0] - 0.02
    assert collapsed.rank[0] < apart.rank[0]


def test_the_spread_agrees_with_brute_force():
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(3, 9, 4)).astype(np.float32)
    vectors[1, 3] = 0
    found = theatre.spread(vectors)
    for at, moment in enumerate(vectors.astype(np.float64)):
        unit = np.array([row / np.linalg.norm(row) for row in moment if row.any()])
        pairs = [a @ b for i, a in enumerate(unit) for b in unit[i + 1 :]]
        assert found.cosine[at] == pytest.approx(np.mean(pairs), abs=1e-6)
        shares = np.linalg.svd(unit, compute_uv=False)
        shares /= shares.sum()
        assert found.rank[at] == pytest.approx(np.exp(-(shares * np.log(shares)).sum()), rel=1e-5)
    same = theatre.spread(np.ones((1, 5, 3), np.float32))
    assert same.cosine[0] == pytest.approx(1)
    assert same.rank[0] == pytest.approx(1, abs=1e-3)


# --- the map ------------------------------------------------------------------------------------


def test_one_side_for_all_moments_so_that_only_change_moves():
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(4, 30, 6)).astype(np.float32)
    vectors[2] = vectors[1]
    axes = theatre.side(vectors[-1])
    np.testing.assert_allclose(axes.T @ axes, np.eye(2), atol=1e-12)
    places = theatre.seen(vectors, axes)
    np.testing.assert_array_equal(places[1], places[2])
    unit = theatre.directions(vectors).astype(np.float64)
    moved = np.linalg.norm(np.diff(unit, axis=0), axis=2)
    on_map = np.linalg.norm(np.diff(places, axis=0), axis=2)
    # What is seen from a side is never longer than it is.
    assert (on_map <= moved + 1e-6).all()
    assert np.linalg.norm(places, axis=2).max() <= 1 + 1e-6


def test_the_side_is_that_of_principal_components():
    from sklearn.decomposition import PCA

    vectors = np.random.default_rng(3).normal(size=(50, 5)) * [5, 3, 1, 1, 1]
    axes = theatre.side(vectors.astype(np.float32))
    pca = PCA(2).fit(theatre.directions(vectors.astype(np.float32)))
    shown = theatre.share_shown(vectors.astype(np.float32), axes)
    assert shown == pytest.approx(pca.explained_variance_ratio_.sum(), abs=0.01)


def test_a_side_that_still_shows_enough_stays_and_a_new_one_is_only_turned():
    rng = np.random.default_rng(4)
    vectors = (rng.normal(size=(60, 5)) * [4, 2, 0.3, 0.3, 0.3]).astype(np.float32)
    before = theatre.side(vectors)
    assert theatre.side(vectors * np.float32(1.5), before) is before
    mixed, _ = np.linalg.qr(rng.normal(size=(5, 5)))
    other = (vectors @ mixed).astype(np.float32)
    after = theatre.side(other, before)
    np.testing.assert_allclose(after.T @ after, np.eye(2), atol=1e-12)
    fresh = theatre.side(other)
    # The same plane, turned within itself.
    np.testing.assert_allclose(after @ after.T, fresh @ fresh.T, atol=1e-9)
    for turn in np.linspace(0, 2 * np.pi, 90):
        cos, sin = np.cos(turn), np.sin(turn)
        for way in (1, -1):
            turned = fresh @ np.array([[cos, -sin * way], [sin, cos * way]])
            assert np.linalg.norm(after - before) <= np.linalg.norm(turned - before) + 1e-9


@pytest.mark.parametrize("dim", [1, 2])
def test_vectors_of_one_or_two_numbers_are_seen_whole(dim):
    vectors = np.random.default_rng(5).normal(size=(12, dim)).astype(np.float32)
    places = theatre.seen(vectors, theatre.side(vectors))
    assert places.shape == (12, 2)
    np.testing.assert_allclose(np.linalg.norm(places, axis=1), 1, atol=1e-6)


def test_the_company_of_a_word_agrees_with_nearest():
    recorder = Recorder()
    fit("word2vec", recorder)
    embedding = ec.embed(CASES["word2vec"][0](), "word2vec", **CASES["word2vec"][1])
    item = embedding.position("king")
    found = theatre.company(recorder.play().vectors, item, 5)
    expected = ec.nearest(embedding, "king", 5)
    assert [embedding.ids[i] for i in found.items[-1]] == [near.id for near in expected]
    np.testing.assert_allclose(found.cosines[-1], [near.score for near in expected], atol=1e-5)
    assert item not in found.items


# --- memory -------------------------------------------------------------------------------------


def test_a_long_training_takes_no_more_than_it_may():
    most = 40 * 100 * 4 * 20
    recorder = Recorder(most_bytes=most)
    for at in range(1_003):
        recorder.watch(Moment(np.full((40, 100), at, np.float32), float(at), step=str(at)))
        assert recorder.nbytes <= most
    play = recorder.play()
    assert play.steps[0] == "0"
    assert play.steps[-1] == "1002"
    assert play.vectors[-1, 0, 0] == 1_002
    gaps = np.diff([int(step) for step in play.steps[:-1]])
    assert len(set(gaps.tolist())) == 1
    assert len(play) > 10


def test_watched_again_a_known_training_is_learned_anew():
    word2vec._TRAINED.clear()
    first, again = Recorder(), Recorder()
    fit("word2vec", first)
    fit("word2vec", again)
    assert len(again.play()) == len(first.play()) > 5


# --- parts --------------------------------------------------------------------------------------


def test_each_round_of_ratings_brings_its_objective_down():
    recorder = Recorder()
    fit("matrix-factorization", recorder, rounds=8)
    losses = recorder.play().losses
    assert (np.diff(losses) < 1e-6).all()


@pytest.mark.parametrize("implicit", [False, True])
def test_the_objective_agrees_with_brute_force(implicit):
    rng = np.random.default_rng(6)
    ratings = ec.SAMPLES["tastes"].read().context
    n, m = ratings.n_users, ratings.n_items
    rule = Rule(implicit, 0.3, 2.0)
    biases = (np.zeros(n), np.zeros(m)) if implicit else (rng.normal(size=n), rng.normal(size=m))
    factors = Factors(
        rng.normal(size=(n, 3)), rng.normal(size=(m, 3)), *biases, 0.0 if implicit else 3.0, rule
    )
    known = np.zeros((n, m), np.bool_)
    values = np.zeros((n, m))
    known[ratings.users, ratings.items] = True
    values[ratings.users, ratings.items] = ratings.values
    guessed = factors.users @ factors.items.T
    if implicit:
        sure = np.where(known, 1 + 2.0 * values, 1.0)
        whole = (sure * (known - guessed) ** 2).sum()
        whole += 0.3 * ((factors.users**2).sum() + (factors.items**2).sum())
    else:
        guessed = guessed + 3.0 + biases[0][:, None] + biases[1]
        whole = ((values - guessed)[known] ** 2).sum()
        squares = (
            (factors.users**2).sum(1) + biases[0] ** 2,
            (factors.items**2).sum(1) + biases[1] ** 2,
        )
        whole += 0.3 * (known.sum(1) @ squares[0] + known.sum(0) @ squares[1])
    assert objective(ratings, factors) == pytest.approx(whole / known.sum(), rel=1e-9)


def test_the_small_world_is_the_same_each_time_and_keeps_its_kinds():
    assert small_world(300).text == WORLD.text
    assert small_world(300, seed=1).text != WORLD.text
    lines = WORLD.text.splitlines()
    assert len(lines) == 300
    for line in lines:
        if " is the capital of " in line:
            city, country = line.split(" is the capital of ")
            assert (WORLD.kinds[city], WORLD.kinds[country]) == ("city", "country")
    assert "paris is the capital of france" in small_world(2_000).text
    assert "paris is the capital of italy" not in small_world(2_000).text


def test_words_of_one_kind_come_near_each_other():
    world = small_world(600)
    corpus = ec.Corpus(world.text)
    found = ec.embed(
        ec.words("\n".join(world.kinds)), "word2vec", corpus=corpus, vector_size=32, min_count=1,
        epochs=40, rate=0.05, window=3,
    )  # fmt: skip
    kinds = np.array([world.kinds[word] for word in found.ids])
    alike = ec.similarity(found).copy()
    np.fill_diagonal(alike, -2)
    assert (kinds[alike.argmax(axis=1)] == kinds).mean() > 0.9


def test_contrastive_agrees_with_its_formula_and_takes_pictures_it_never_saw():
    import torch

    from embedding_core.simclr import contrast

    sides = torch.randn(6, 4, generator=torch.Generator().manual_seed(0))
    unit = torch.nn.functional.normalize(sides, dim=1).numpy().astype(np.float64)
    alike = np.exp(unit @ unit.T / 0.5)
    np.fill_diagonal(alike, 0)
    expected = np.mean([-np.log(alike[i, (i + 3) % 6] / alike[i].sum()) for i in range(6)])
    assert float(contrast(sides, 0.5)) == pytest.approx(expected, rel=1e-5)
    emoji = ec.SAMPLES["emoji"].read()
    shown, newcomers = emoji.select(emoji.ids[:24]), emoji.select(emoji.ids[24:30])
    spec = ec.EMBEDDERS["contrastive"]
    params = {**{p.name: p.default for p in spec.params}, "epochs": 2, "dim": 8}
    fitted = spec.fit(shown, params)
    np.testing.assert_allclose(
        fitted.transform(shown.payloads).vectors, fitted.encoded.vectors, atol=1e-5
    )
    assert np.isfinite(fitted.transform(newcomers.payloads).vectors).all()
