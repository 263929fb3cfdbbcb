"""Graphs: who is linked with whom, the next step of a walk, and where walks come to."""

from __future__ import annotations

import numpy as np

from embedding_core.params import Param, Params
from embedding_core.teaching.graphs import (
    DRAWN,
    graph_of,
    labels_of,
    layout,
    nodes_of,
    place_of,
    visit_shares,
)
from embedding_core.teaching.pictures import Bars, Curves, Drawn, Map
from embedding_core.teaching.views.base import ViewSpec

_LABELS = ("Karate club", "Les Misérables", "Ring of cliques", "Florentine families")
_GRAPH = Param("graph", "Graph", "choice", DRAWN[0], "A built-in one.",
               choices=DRAWN, labels=_LABELS)  # fmt: skip
_P = Param("p", "Return (p)", "number", 1.0, "Large: a walk seldom goes straight back.",
           minimum=0.05, maximum=20.0, step=0.25)  # fmt: skip
_Q = Param("q", "In-out (q)", "number", 1.0, "Small: walks go outward. Large: they stay near.",
           minimum=0.05, maximum=20.0, step=0.25)  # fmt: skip
_KINDS = {"back": "back (1/p)", "near": "near where it was (1)", "out": "further out (1/q)"}


def _draw_graph(params: Params) -> Drawn:
    name = str(params["graph"])
    graph = graph_of(name)
    degrees = graph.degrees
    most = int(degrees.argmax())
    lines = tuple((a, b, True) for a, b in graph.edges().tolist())
    return Drawn(
        (Map(nodes_of(name).ids, layout(name), tuple(labels_of(name)), lines,
             emphasised=(most,)),),
        f"{graph.n_nodes} nodes and {graph.n_edges} links; {nodes_of(name).ids[most]} has the most "
        f"of them, {degrees[most]}.",
    )  # fmt: skip


def _draw_step(params: Params) -> Drawn:
    from embedding_core.walks import next_step

    name, p, q = str(params["graph"]), float(params["p"]), float(params["q"])
    at, before = (place_of(name, str(params[part]).strip()) for part in ("at", "before"))
    graph, ids = graph_of(name), nodes_of(name).ids
    is_first = before not in graph.neighbors(at)
    step = next_step(graph, at, None if is_first else before, p=p, q=q)
    targets, chances = step.targets.tolist(), step.chances.tolist()
    # By kind, so that colours stay when p and q change.
    order = ("first", *_KINDS)
    shown = sorted(
        range(len(targets)), key=lambda i: (order.index(step.kinds[i]), -chances[i], targets[i])
    )
    ways = tuple((at, to, to != before) for to in targets)
    picture = Map(ids, layout(name), (), ways, ("ways on", "where it came from"),
                  emphasised=(at, before, *targets))  # fmt: skip
    bars = Bars(
        tuple(ids[targets[i]] for i in shown),
        tuple(chances[i] for i in shown),
        "chance of the next step",
        tuple(_KINDS.get(step.kinds[i], "a first step") for i in shown),
    )
    likeliest = int(step.chances.argmax())
    whence = "at its first step" if is_first else f"come from {ids[before]}"
    return Drawn(
        (picture, bars),
        f"A walk at {ids[at]}, {whence}: the likeliest single node is {ids[targets[likeliest]]}, "
        f"with a chance of {chances[likeliest]:.2f}.",
    )


def _draw_visits(params: Params) -> Drawn:
    name, p, q = str(params["graph"]), float(params["p"]), float(params["q"])
    graph, ids = graph_of(name), nodes_of(name).ids
    shares = visit_shares(name, p, q)
    strength = np.asarray(graph.undirected().matrix().sum(axis=1)).ravel()
    expected = strength / strength.sum()
    named = set(np.argsort(-shares)[:6].tolist())
    points = "a node"
    return Drawn(
        (
            Curves(
                {points: (expected.tolist(), shares.tolist())},
                "share of all links",
                "share of visits",
                "points",
                labels={points: [id_ if at in named else "" for at, id_ in enumerate(ids)]},
                hover={points: list(ids)},
            ),
        ),
        f"{ids[int(shares.argmax())]} is visited most, {shares.max():.1%} of all steps; the "
        f"largest gap between visits and links is {np.abs(shares - expected).max():.1%}.",
    )  # fmt: skip


GRAPH = ViewSpec("graph", "A built-in graph, drawn with its links.", (_GRAPH,), _draw_graph)
STEP = ViewSpec(
    "walk-step",
    "Where a walk goes next, as p and q say.",
    (
        _GRAPH,
        Param("before", "Came from", "text", "1", "A node; where it is no neighbour, no matter."),
        Param("at", "Is at", "text", "3", "A node."),
        _P,
        _Q,
    ),
    _draw_step,
)
VISITS = ViewSpec("visits", "How often walks come to each node.", (_GRAPH, _P, _Q), _draw_visits)
