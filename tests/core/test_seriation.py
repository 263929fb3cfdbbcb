import numpy as np
import pytest

import embedding_core as ec
from embedding_core.similarity import METRICS

rng = np.random.default_rng(0)


@pytest.mark.parametrize("metric", METRICS)
def test_seriation_puts_blocks_together(metric, vectors_embedding):
    group = np.tile(np.arange(4), 15)
    corners = 5 * np.eye(4, 8)[group]
    embedding = vectors_embedding(corners + rng.normal(scale=0.3, size=(60, 8)))
    order = ec.seriate(ec.similarity(embedding, metric), metric)
    assert sorted(order) == list(range(60))
    assert np.count_nonzero(np.diff(group[order])) == 3


@pytest.mark.parametrize("n", [0, 1, 2, 3, 501])
def test_seriation_of_few_many_and_equal_items(n):
    assert sorted(ec.seriate(np.ones((n, n), np.float32))) == list(range(n))
