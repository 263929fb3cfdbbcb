"""node2vec and DeepWalk: nodes as words, random walks as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from embedding_core.graph_training import GraphTrainer, Learned, Task
from embedding_core.params import Param

if TYPE_CHECKING:
    from embedding_core.walks import Walker


@dataclass(frozen=True)
class WalkTrainer(GraphTrainer):
    """Skip-gram over random walks, along directions. Without `p` and `q` they are plain walks."""

    def _learn(self, task: Task) -> Learned:
        from embedding_core import skipgram
        from embedding_core.walks import Walker

        bias = {name: task.number(name) for name in ("p", "q") if name in task.params}
        walker = Walker(task.graph, seed=task.seed, **bias)
        lengths = task.whole("length"), task.whole("walks")
        model = skipgram.learn(
            partial(walker.blocks, *lengths, task.cancel),
            _visits(walker, *lengths, task),
            dim=task.whole("dim"),
            window=task.whole("window"),
            negative=task.whole("negative"),
            epochs=task.whole("epochs"),
            seed=task.seed,
            rate=task.number("rate"),
            on_frame=task.frame,
            progress=task.progress,
        )
        return Learned(model.vectors, model)


def _visits(walker: Walker, length: int, per_node: int, task: Task) -> np.ndarray:
    """Count how often each node is visited: walks are made twice, which costs less than room."""
    from embedding_core.walks import visits

    n = walker.graph.n_nodes
    counts = np.zeros(n, dtype=np.int64)
    for block in walker.blocks(length, per_node, task.cancel):
        counts += visits(block, n)
    return counts


_WALKS = (
    Param(
        "walks",
        "Walks from each node",
        "number",
        10,
        "More walks see more of the graph and take longer.",
        minimum=1,
        maximum=200,
        step=1,
    ),
    Param(
        "length",
        "Length of a walk",
        "number",
        40,
        "How many nodes a walk visits, the first included.",
        minimum=2,
        maximum=200,
        step=5,
    ),
    Param(
        "window",
        "Window",
        "number",
        5,
        "How far apart on a walk two nodes may be and still count as met.",
        minimum=1,
        maximum=30,
        step=1,
    ),
    Param(
        "dim",
        "Dimensions",
        "number",
        64,
        "Length of each vector: more can tell more apart and need more walks.",
        minimum=2,
        maximum=512,
        step=8,
    ),
    Param(
        "negative",
        "Negatives",
        "number",
        5,
        "Random nodes that each place on a walk is told apart from. With none, nothing keeps "
        "vectors apart.",
        minimum=0,
        maximum=30,
        step=1,
    ),
    Param(
        "epochs",
        "Rounds",
        "number",
        1,
        "How often the walks are gone through; small graphs need more.",
        minimum=1,
        maximum=100,
        step=1,
    ),
    Param(
        "rate",
        "Learning rate",
        "number",
        0.025,
        "How far the first steps go; later ones go less and less far.",
        minimum=0.0001,
        maximum=1.0,
        step=0.005,
    ),
)
_BIAS = (
    Param(
        "p",
        "Return (p)",
        "number",
        1.0,
        "Large: a walk seldom goes straight back. Small: it stays around where it began.",
        minimum=0.05,
        maximum=20.0,
        step=0.25,
    ),
    Param(
        "q",
        "In-out (q)",
        "number",
        1.0,
        "Small: walks go outward, as in depth-first search. Large: they stay near, as in breadth-"
        "first search.",
        minimum=0.05,
        maximum=20.0,
        step=0.25,
    ),
)
_ENGINE = "walks and skip-gram of this project"

SPECS = (
    WalkTrainer(
        name="node2vec",
        label="node2vec",
        modality="graph",
        unit="",
        about=(
            "Walks through the graph at random, going back or outward as p and q say, and learns "
            "to tell who is met on the same walks from random nodes. Walks go along the directions "
            "of edges, where they have any."
        ),
        source=f"Grover and Leskovec, 2016; {_ENGINE}",
        licence="MIT",
        params=(*_BIAS, *_WALKS),
    ),
    WalkTrainer(
        name="deepwalk",
        label="DeepWalk",
        modality="graph",
        unit="",
        about=(
            "The same with plain random walks: every neighbour is as likely as its edge is strong, "
            "along the directions of edges where they have any."
        ),
        source=f"Perozzi, Al-Rfou and Skiena, 2014; with negative sampling; {_ENGINE}",
        licence="MIT",
        params=_WALKS,
    ),
)
