"""What is learned of graphs: neighbours by node2vec, layers that mix, links that are found."""

from __future__ import annotations

from embedding_core.params import Param, Params
from embedding_core.samples import SAMPLES
from embedding_core.teaching.figures.graphs import WAYS
from embedding_core.teaching.graphs import (
    labels_of,
    mean_auc,
    nodes_of,
    pair_means,
    same_among_nearest,
    walked,
)
from embedding_core.teaching.pictures import Bars, Curves, Drawn, Map
from embedding_core.teaching.views.base import ViewSpec

_KNOWN = ("blocks", "les-miserables", "karate", "cliques")
_GRAPH = Param("graph", "Graph", "choice", "blocks", "A built-in one, with known groups.",
               choices=_KNOWN,
               labels=("Made-up communities", "Les Misérables", "Karate club", "Ring of cliques"),
               )  # fmt: skip
_MOST_LAYERS = 40


def _draw_map(params: Params) -> Drawn:
    from embedding_core.projection import project

    name, column = str(params["graph"]), str(params["color"])
    embedding = walked(name, float(params["p"]), float(params["q"]))
    table = nodes_of(name).table
    column = column if column in table.columns else SAMPLES[name].color
    labels = table[column].to_numpy().astype(str)
    flat = project(embedding, "pca")
    share = same_among_nearest(embedding.vectors, labels, 1)
    return Drawn(
        (Map(flat.ids, flat.coords, tuple(labels)),),
        f"{share:.0%} of nodes have a nearest one of the same {column} among the vectors. The map "
        "is their plane of widest spread (PCA).",
    )


def _draw_layers(params: Params) -> Drawn:
    name, layers = str(params["graph"]), int(params["layers"])
    numbers = sorted({*range(11), *range(12, _MOST_LAYERS + 1, 4), layers})
    within, between = zip(*(pair_means(name, each) for each in numbers), strict=True)
    now = pair_means(name, layers)
    return Drawn(
        (
            Curves(
                {"two of one group": (numbers, within), "two of different groups":
                 (numbers, between)},
                "layers of mixing",
                "mean cosine",
                x_marks={"": float(layers)},
                y_range=(-0.1, 1.05),
            ),
        ),
        f"After {layers} layers two nodes of one group have a mean cosine of {now[0]:.3f}, two of "
        f"different groups {now[1]:.3f}; {len(labels_of(name))} nodes.",
    )  # fmt: skip


def _draw_links(params: Params) -> Drawn:
    name = str(params["graph"])
    scores = {way: mean_auc(name, method) for way, method in WAYS.items()}
    best = max(scores, key=lambda way: scores[way])
    return Drawn(
        (Bars((*scores, "guessing"), (*scores.values(), 0.5), "area under the ROC curve"),),
        f"A tenth of the links of {SAMPLES[name].title} hidden, three times over: {best} finds "
        f"them best, {scores[best]:.2f}.",
    )


MAP = ViewSpec(
    "node-map",
    "Nodes by node2vec on a map.",
    (
        _GRAPH,
        Param("color", "Coloured by", "text", "", "A column, such as clique or role."),
        Param("p", "Return (p)", "number", 1.0, "Large: a walk seldom goes straight back.",
              minimum=0.05, maximum=20.0, step=0.25),
        Param("q", "In-out (q)", "number", 1.0, "Small: walks go outward. Large: they stay near.",
              minimum=0.05, maximum=20.0, step=0.25),
    ),
    _draw_map,
)  # fmt: skip
LAYERS = ViewSpec(
    "layers",
    "How alike nodes become, layer by layer of mixing with their neighbours.",
    (
        _GRAPH,
        Param("layers", "Layers", "number", 2, "How often every node mixes with its neighbours.",
              minimum=0, maximum=_MOST_LAYERS, step=1),
    ),
    _draw_layers,
)  # fmt: skip
LINKS = ViewSpec("links-found", "Which way finds hidden links best.", (_GRAPH,), _draw_links)
