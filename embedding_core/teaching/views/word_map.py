"""A built-in list of words on a map, with how far it can be trusted."""

from __future__ import annotations

from embedding_core.embedding import embed
from embedding_core.params import Param, Params
from embedding_core.projection import project
from embedding_core.projectors import PROJECTORS
from embedding_core.quality import quality
from embedding_core.samples import SAMPLES
from embedding_core.teaching.pictures import Drawn, Map
from embedding_core.teaching.views.base import WORDS_MODEL, ViewSpec

_K = 5
_LISTS = ("king-queen-apple", "animals", "food", "occupations", "capitals", "emotions")


def _draw(params: Params) -> Drawn:
    sample = SAMPLES[str(params["list"])]
    words = sample.read()
    embedding = embed(words, str(params["model"]))
    flat = project(embedding, str(params["method"]), seed=int(params["seed"]))
    kept = quality(embedding, flat, _K)
    rows = words.table.iloc[[words.positions[id_] for id_ in flat.ids]]
    groups = tuple(map(str, rows[sample.color])) if sample.color in rows.columns else ()
    badge, sentence = None, f"{len(flat.ids)} words."
    if kept is not None:
        share = f"keeps {kept.neighbor_recall:.0%} of true neighbours"
        badge = (share, f"Of each item's {kept.k} nearest neighbours among the vectors.")
        sentence = (
            f"{len(flat.ids)} words by {PROJECTORS[flat.method].label}: of the {kept.k} nearest "
            f"neighbours each word has among the vectors, {kept.neighbor_recall:.0%} are among its "
            "nearest here."
        )
    return Drawn((Map(flat.ids, flat.coords, groups, badge=badge),), sentence)


VIEW = ViewSpec(
    "word-map",
    "A built-in list of words on a map.",
    (
        Param("list", "Words", "choice", _LISTS[0], "A built-in list.", choices=_LISTS),
        Param(
            "method",
            "Map by",
            "choice",
            "pca",
            "Ways to draw many dimensions in two.",
            choices=("pca", "umap", "tsne"),
            labels=("PCA", "UMAP", "t-SNE"),
        ),
        Param(
            "seed", "Seed", "number", 0, "Another draw of what is random in the method.",
            minimum=0, maximum=99, step=1,
        ),
        WORDS_MODEL,
    ),
    _draw,
)  # fmt: skip
