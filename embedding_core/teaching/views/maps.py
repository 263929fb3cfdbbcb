"""Maps and how they mislead: digits, their null twins, made-up heaps, another seed."""

from __future__ import annotations

from embedding_core.comparison import compare_maps
from embedding_core.params import Param, Params
from embedding_core.teaching.maps import (
    METHODS,
    TWINS,
    K,
    digit_names,
    drawn,
    groups_in_vectors,
    groups_on_map,
    heap_ratio,
    heaps,
    heaps_drawn,
    kept,
)
from embedding_core.teaching.pictures import Bars, Drawn, Map
from embedding_core.teaching.views.base import ViewSpec

_METHOD = Param("method", "Map by", "choice", "umap", "Ways to draw many dimensions in two.",
                choices=tuple(METHODS), labels=tuple(METHODS.values()))  # fmt: skip
_SEED = Param("seed", "Seed", "number", 0, "Another draw of what is random in the method.",
              minimum=0, maximum=99, step=1)  # fmt: skip


def _draw_digits(params: Params) -> Drawn:
    method, twin, seed = str(params["method"]), str(params["twin"]), int(params["seed"])
    how = (method, twin, seed, int(params["neighbors"]), float(params["min_dist"]))
    flat, quality, found = drawn(*how), kept(*how), groups_on_map(*how)
    inside = groups_in_vectors(twin).n_clusters
    share = f"keeps {quality.neighbor_recall:.0%} of true neighbours"
    return Drawn(
        (
            Map(
                flat.ids,
                flat.coords,
                () if twin else digit_names(),
                badge=(share, f"Trustworthiness {quality.trustworthiness:.2f}, {K} neighbours."),
            ),
        ),
        f"{METHODS[method]} of {TWINS[twin]}: {found.n_clusters} dense groups on the map, {inside} "
        f"among the vectors (HDBSCAN); trustworthiness {quality.trustworthiness:.2f}.",
    )


def _draw_kept(params: Params) -> Drawn:
    names, values, groups = [], [], []
    for what in ("trustworthiness", "neighbours kept", "distances in order"):
        for method, label in METHODS.items():
            found = kept(method)
            names.append(what if method == "pca" else "")
            values.append(
                {
                    "trustworthiness": found.trustworthiness,
                    "neighbours kept": found.neighbor_recall,
                }.get(what, found.rank_correlation)
            )
            groups.append(label)
    first = ", ".join(
        f"{label} {kept(name).neighbor_recall:.0%}" for name, label in METHODS.items()
    )
    return Drawn(
        (Bars(tuple(names), tuple(values), "1 is best", tuple(groups)),),
        f"Share of the {K} true neighbours that each map keeps: {first}.",
    )


def _draw_heaps(params: Params) -> Drawn:
    kind, times = str(params["kind"]), float(params["times"])
    method = str(params["method"])
    made, heap = heaps(kind, times)
    flat = heaps_drawn(kind, times, method, int(params["seed"]))
    true, shown = heap_ratio(made.vectors, heap), heap_ratio(flat.coords, heap)
    what = "The first heap is" if kind == "sizes" else "The second gap is"
    than = "as wide as the second" if kind == "sizes" else "as wide as the first"
    names = tuple(f"heap {'ABC'[at]}" for at in heap.tolist())
    return Drawn(
        (Map(tuple(made.ids), flat.coords, names),),
        f"{what} {true:.1f} times {than} among the vectors, and {shown:.1f} times on this map by "
        f"{METHODS[method]}.",
    )


def _draw_seeds(params: Params) -> Drawn:
    from embedding_core.alignment import aligned

    method, seed = str(params["method"]), int(params["seed"])
    first = drawn(method)
    second = aligned(drawn(method, seed=seed), first)
    shared = compare_maps(first, second, k=K).neighbor_overlap
    return Drawn(
        tuple(Map(each.ids, each.coords, digit_names()) for each in (first, second)),
        f"{METHODS[method]} with seed 0 above and seed {seed} below, turned to match: {shared:.0%} "
        f"of the {K} nearest on the one map are among the {K} nearest on the other.",
    )


DIGITS = ViewSpec(
    "digit-map",
    "Pictures of digits, or their null twin, on a map.",
    (
        _METHOD,
        Param("twin", "Show", "choice", "", "Data with its structure destroyed, for comparison.",
              choices=tuple(TWINS), labels=tuple(each.capitalize() for each in TWINS.values())),
        Param("neighbors", "Neighbours", "number", 15,
              "How many each item tries to keep; for t-SNE the perplexity.",
              minimum=2, maximum=90, step=1),
        Param("min_dist", "Least distance", "number", 0.1, "How closely UMAP may pack points.",
              minimum=0.0, maximum=0.99, step=0.05),
        _SEED,
    ),
    _draw_digits,
)  # fmt: skip
KEPT = ViewSpec("kept", "What maps of the digits by three methods keep.", (), _draw_kept)
HEAPS = ViewSpec(
    "heaps",
    "Made-up heaps of different width or at different distances, on a map.",
    (
        Param("kind", "Heaps", "choice", "sizes", "What differs.", choices=("sizes", "gaps"),
              labels=("One wide, one narrow", "A narrow and a wide gap")),
        Param("times", "Times as wide", "number", 10, "Among the vectors.",
              minimum=1, maximum=20, step=1),
        _METHOD,
        _SEED,
    ),
    _draw_heaps,
)  # fmt: skip
SEEDS = ViewSpec("two-seeds", "The same map drawn with two seeds.", (_METHOD, _SEED), _draw_seeds)
