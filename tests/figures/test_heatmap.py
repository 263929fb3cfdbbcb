"""The heatmap as data."""

from __future__ import annotations

import numpy as np
import pytest

import embedding_core as ec
from embedding_core.errors import TooLargeError
from embedding_core.palette import VIRIDIS
from embedding_core.similarity import DISTANCES, METRICS


def test_heatmap_is_the_matrix_in_seriated_order(royalty):
    _, embedding, _ = royalty
    (trace,) = ec.figures.heatmap(embedding).data
    matrix = ec.similarity(embedding)
    order = [embedding.positions[name] for name in trace.x]
    assert sorted(order) == list(range(len(embedding)))
    assert tuple(trace.x) == tuple(trace.y)
    np.testing.assert_array_equal(np.asarray(trace.z), matrix[np.ix_(order, order)])
    near = np.diag(np.asarray(trace.z), 1).mean()
    assert near > np.diag(matrix, 1).mean() - 0.05
    assert near > matrix.mean() + 0.2
    assert trace.text is None
    plain = ec.figures.heatmap(embedding, seriated=False).data[0]
    assert tuple(plain.x) == embedding.ids


@pytest.mark.parametrize("metric", METRICS)
def test_scale_is_centred_on_zero_and_distances_begin_there(royalty, metric):
    (trace,) = ec.figures.heatmap(royalty[1], metric).data
    largest = float(np.abs(ec.similarity(royalty[1], metric)).max())
    expected = {"cosine": (-1, 1), "dot": (-largest, largest), "euclidean": (0, largest),
                "manhattan": (0, largest)}  # fmt: skip
    assert (trace.zmin, trace.zmax) == pytest.approx(expected[metric])
    assert trace.colorbar.title.text
    if metric in DISTANCES:
        assert trace.colorscale[-1][1] == VIRIDIS[0][1], "far is dark"
    else:
        assert dict(trace.colorscale)[0.5] == "#f7f7f7"


def test_small_heatmaps_carry_their_values():
    embedding = ec.embed(ec.words("king, queen, apple"), "glove-6b-50d")
    figure = ec.figures.heatmap(embedding)
    (trace,) = figure.data
    at = {name: i for i, name in enumerate(trace.x)}
    assert trace.text[at["king"]][at["queen"]] == ".78"
    assert trace.text[at["king"]][at["apple"]] == ".30"
    assert trace.texttemplate == "%{text}"


def test_heatmap_escapes_names_and_keeps_them_apart(embedding_of):
    long = "x" * 30
    embedding = embedding_of([f"{long}1", f"{long}2", "<b>b</b>", "a b", "a  b"])
    (trace,) = ec.figures.heatmap(embedding).data
    assert len(set(trace.x)) == 5
    assert any("&lt;b&gt;b&lt;/b&gt;" in name for name in trace.x)
    assert not any("<" in name for name in trace.x)


def test_heatmap_has_a_limit(embedding_of):
    with pytest.raises(TooLargeError):
        ec.figures.heatmap(embedding_of([str(i) for i in range(5_001)], dim=2))
