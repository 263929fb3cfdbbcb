"""stability() and null_test(): whether they tell groups from noise, and what they cost."""

from __future__ import annotations

import numpy as np
from _timing import Row, seconds, show, show_machine

import embedding_core as ec
from embedding_core.collection import Collection, VectorRows
from embedding_core.embedding import Embedding
from embedding_core.stability import PATTERN, VALID

ITEMS, DIM, GROUPS, ROUNDS = 300, 20, 6, 3


def main() -> None:
    show_machine("numpy", "scikit-learn", "umap-learn", "openTSNE")
    ec.PROJECTORS["umap"].warm_up()
    show([*_of_known_truth("umap"), *_of_known_truth("pca"), *_costs()])


def _embedded(vectors: np.ndarray) -> Embedding:
    ids = [str(i) for i in range(len(vectors))]
    rows = VectorRows(vectors.astype(np.float32))
    return ec.embed(Collection.of(ids, rows, modality="vectors"))


def _groups(seed: int) -> Embedding:
    """Make six groups, four standard deviations apart in each dimension on average."""
    rng = np.random.default_rng(seed)
    centers = np.repeat(rng.normal(scale=3, size=(GROUPS, DIM)), ITEMS // GROUPS, axis=0)
    return _embedded(centers + rng.normal(size=(ITEMS, DIM)))


def _noise(seed: int) -> Embedding:
    return _embedded(np.random.default_rng(seed).normal(size=(ITEMS, DIM)))


def _of_known_truth(name: str) -> list[Row]:
    """Compare the survival of groups that are there with that of what noise shows."""
    found = {"groups": [], "noise": []}
    for seed in range(ROUNDS):
        for what, make in (("groups", _groups), ("noise", _noise)):
            embedding = make(seed)
            drawn = ec.project(embedding, name, metric="euclidean")
            found[what].append(ec.stability(embedding, drawn).cluster_survival)
    real, noise = (np.concatenate(found[what]) for what in ("groups", "noise"))
    label = ec.PROJECTORS[name].label
    # On a flat view groups lie upon each other: what is no group of the picture may go.
    apart = name == "umap"
    return [
        Row(
            f"{label}, {len(real)} groups that are there: share that survives",
            f"{(real >= VALID).mean():.0%} (lowest {real.min():.2f})",
            "all" if apart else "",
            bool((real >= VALID).all()) if apart else None,
        ),
        Row(
            f"{label}, {len(noise)} clusters of noise: share that does",
            f"{(noise >= VALID).mean():.0%} (median {np.median(noise):.2f})",
            "5% or less",
            bool((noise >= VALID).mean() <= 0.05),
        ),
        Row(f"{label}, of them at {PATTERN:g} or more", f"{(noise >= PATTERN).mean():.0%}"),
    ]


def _costs() -> list[Row]:
    """Say how many times a map's own time it all takes."""
    digits = ec.embed(ec.SAMPLES["digits"].read())
    rows = []
    for name in ("pca", "umap"):
        drawn = ec.project(digits, name)
        one = sorted(seconds(ec.project, digits, name) for _ in range(3))[1]
        again = seconds(ec.stability, digits, drawn)
        twin = seconds(ec.null_test, digits, drawn)
        label = ec.PROJECTORS[name].label
        rows += [
            Row(f"{label} of {len(digits):,} digits: one map", f"{one:.2f} s"),
            Row("  stability()", f"{again:.1f} s"),
            Row("  null_test()", f"{twin:.1f} s"),
        ]
    return rows


if __name__ == "__main__":
    main()
