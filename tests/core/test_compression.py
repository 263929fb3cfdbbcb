"""Vectors made smaller: bytes as they are, neighbours against brute force, nothing flattering."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.compression import Recipe, compress, ladder, measure_compression, raw_weights
from embedding_core.errors import Cancelled, InputError

RNG = np.random.default_rng(7)


def embedding_of(vectors):
    vectors = np.asarray(vectors, np.float32)
    ids = tuple(f"item {number}" for number in range(len(vectors)))
    return ec.Embedding(ids, vectors, "test", "vectors")


@pytest.fixture(scope="module")
def clusters():
    middles = RNG.standard_normal((12, 32)) * 3
    return (middles[np.arange(600) % 12] + RNG.standard_normal((600, 32))).astype(np.float32)


@pytest.mark.parametrize(
    "name",
    ["float32", "float16", "int8", "binary", "pq8", "pca16", "random4", "pca16+int8",
     "random16+binary", "pca12+pq3"],
)  # fmt: skip
def test_a_recipe_is_known_by_its_name(name):
    assert Recipe.of(name).name == name


@pytest.mark.parametrize(
    "name", ["", "int4", "pq", "pca", "pca0", "pq0", "+int8", "pca8+", "pca8int8", "x"]
)
def test_what_is_no_recipe_is_told(name):
    with pytest.raises(InputError):
        Recipe.of(name)


@pytest.mark.parametrize(
    ("name", "per_vector", "shared"),
    [
        ("float32", 128, 0),
        ("float16", 64, 0),
        ("int8", 32, 2 * 4 * 32),
        ("binary", 4, 4 * 32),
        ("pca8", 32, 4 * 32 * 8),
        ("random8", 32, 4 * 32 * 8),
        ("pca8+int8", 8, 4 * 32 * 8 + 2 * 4 * 8),
        ("pq4", 4, 4 * 32 * 256),
        ("pq5", 5, 4 * 35 * 256),
    ],
)
def test_bytes_are_counted_with_what_all_share(clusters, name, per_vector, shared):
    made = compress(clusters, Recipe.of(name), "cosine")
    assert (made.bytes_per_vector, made.overhead) == (per_vector, shared)


@pytest.mark.parametrize("metric", ["cosine", "euclidean", "dot"])
def test_whole_numbers_find_what_brute_force_finds(clusters, metric):
    found = compress(clusters, Recipe(), metric).search(clusters[:20], 5)
    wide = clusters.astype(np.float64)
    if metric == "cosine":
        wide /= np.linalg.norm(wide, axis=1, keepdims=True)
    scores = wide[:20] @ wide.T
    if metric == "euclidean":
        scores = -np.linalg.norm(wide[:20, None] - wide[None], axis=2)
    assert np.array_equal(found, np.argsort(-scores, axis=1)[:, :5])


def test_all_directions_lose_nothing(clusters):
    for metric in ("cosine", "euclidean", "dot"):
        report = measure_compression(embedding_of(clusters), ["pca32"], 5, metric)
        assert report.measured[0].recall > 0.999


def test_directions_are_those_of_the_singular_vectors(clusters):
    made = compress(clusters, Recipe.of("pca5"), "dot")
    _, _, right = np.linalg.svd(clusters.astype(np.float64), full_matrices=False)
    assert np.allclose(np.abs(right[:5] @ made._turn), np.eye(5), atol=1e-4)


def test_a_random_projection_keeps_lengths_on_average():
    vectors = RNG.standard_normal((400, 300)).astype(np.float32)
    made = compress(vectors, Recipe.of("random200"), "euclidean", seed=3)
    ratio = np.linalg.norm(vectors @ made._turn, axis=1) / np.linalg.norm(vectors, axis=1)
    assert abs(ratio.mean() - 1) < 0.02


def test_bits_are_compared_by_how_many_differ(clusters):
    made = compress(clusters, Recipe.of("binary"), "cosine")
    unit = clusters / np.linalg.norm(clusters, axis=1, keepdims=True)
    bits = unit > unit.mean(axis=0, dtype=np.float64).astype(np.float32)
    differ = (bits[:10, None] != bits[None]).sum(axis=2)
    found = made.search(clusters[:10], 8)
    nearest = np.sort(differ, axis=1)[:, :8]
    assert np.array_equal(np.take_along_axis(differ, found, axis=1), nearest)


def test_recall_is_counted_as_by_hand(clusters):
    report = measure_compression(embedding_of(clusters), ["pca3"], 7, "euclidean")
    (one,) = report.measured
    shared = [len(set(a) & set(b)) / 7 for a, b in zip(report.true, one.found, strict=True)]
    assert np.allclose(one.recalls, shared)
    assert one.recall == pytest.approx(np.mean(shared))
    assert one.interval[0] < one.recall < one.interval[1]
    assert report.chance == pytest.approx(7 / 599)
    assert not (one.found == report.asked[:, None]).any()


def test_fewer_numbers_lose_more(clusters):
    report = measure_compression(embedding_of(clusters), ["pca16", "pca8", "pca2"], 10)
    recalls = [each.recall for each in report.measured]
    assert recalls == sorted(recalls, reverse=True)
    assert recalls[0] > recalls[-1] + 0.2


def test_of_copies_any_is_right():
    # Thirty times the same twenty vectors: which copies are found is no matter.
    vectors = np.tile(RNG.standard_normal((20, 16)), (30, 1))
    report = measure_compression(embedding_of(vectors), ["float32", "float16", "int8"], 5)
    assert [each.recall for each in report.measured] == [1, 1, 1]


def test_the_same_seed_finds_the_same(clusters):
    recipes = ["random6", "pq4", "pca8+pq2"]
    first, again = (
        measure_compression(embedding_of(clusters), recipes, 5, seed=4, n_asked=100)
        for _ in range(2)
    )
    other = measure_compression(embedding_of(clusters), recipes, 5, seed=5, n_asked=100)
    for one, two, three in zip(first.measured, again.measured, other.measured, strict=True):
        assert np.array_equal(one.found, two.found)
        assert not np.array_equal(one.found, three.found)


def test_what_does_not_fit_is_left_out_with_its_reason(clusters):
    vectors = clusters[:30] * 1e6
    report = measure_compression(
        embedding_of(vectors), ["int8", "float16", "pca31", "pca33", "pq40", "pq4"], 5, "euclidean"
    )
    assert [each.recipe.name for each in report.measured] == ["int8", "pq4"]
    told = {recipe.name: why for recipe, why in report.left_out}
    assert "do not fit into float16" in told["float16"]
    assert "no 31 directions" in told["pca31"]
    assert "cannot be cut to 33" in told["pca33"]
    assert "at most 32" in told["pq40"]
    # Thirty vectors find sixteen examples a piece, no 256.
    assert report.measured[1].bytes_per_vector == 2


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_are_refused(n):
    with pytest.raises(InputError, match="bring more"):
        measure_compression(embedding_of(np.eye(3)[:n] if n else np.empty((0, 3))))


def test_what_is_no_inner_product_or_distance_is_refused(clusters):
    with pytest.raises(InputError, match="not by manhattan"):
        measure_compression(embedding_of(clusters), metric="manhattan")


def test_equal_and_zero_vectors_do_no_harm():
    for vectors in (np.ones((9, 4)), np.zeros((9, 4)), np.vstack([np.zeros((2, 4)), np.eye(4)])):
        report = measure_compression(embedding_of(vectors), k=3)
        assert all(0 <= each.recall <= 1 for each in report.measured)
        assert report.measured[0].recall == 1


@pytest.mark.parametrize(("dim", "n"), [(1, 5), (2, 40), (50, 60), (96, 900), (700, 60)])
def test_the_ladder_fits_what_it_is_made_for(dim, n):
    vectors = RNG.standard_normal((n, dim)).astype(np.float32)
    recipes = ladder(dim, n)
    assert recipes[0] == Recipe()
    report = measure_compression(embedding_of(vectors), n_asked=5)
    assert not report.left_out
    assert [each.recipe for each in report.measured] == list(recipes)


def test_it_can_be_stopped_and_says_how_far_it_is(clusters):
    with pytest.raises(Cancelled):
        measure_compression(embedding_of(clusters), cancel=lambda: True)
    told = []
    measure_compression(
        embedding_of(clusters), ["int8", "binary"], progress=lambda *step: told.append(step)
    )
    assert told == [(0, 2, "int8"), (1, 2, "binary")]


def test_what_items_weigh_is_what_their_files_do(tmp_path):
    from PIL import Image

    for name, size in (("a.png", (7, 5)), ("b.bmp", (3, 4))):
        Image.new("RGB", size, "red").save(tmp_path / name)
    pictures = ec.read(tmp_path, modality="image")
    files, pixels = raw_weights(pictures)
    assert (files.form, files.n_items) == ("file", 2)
    assert files.nbytes == sum(path.stat().st_size for path in tmp_path.iterdir())
    assert (pixels.form, pixels.nbytes) == ("pixels", 3 * (7 * 5 + 3 * 4))
    (text,) = raw_weights(ec.read("köln\na".encode(), modality="text", name="words.txt"))
    assert (text.form, text.nbytes) == ("text", 6)
    assert raw_weights(ec.SAMPLES["digits"].read()) == ()
    files, samples = raw_weights(ec.SAMPLES["tones"].read())
    assert samples.form == "samples"
    assert samples.nbytes > files.n_items * 1_000
