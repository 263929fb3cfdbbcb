"""Commands about groups of items: clusters, copies, what is there of a label, who shares one."""

from __future__ import annotations

import json
from argparse import Namespace

import embedding_core as ec
from embedding_core.cli.inputs import open_embedding
from embedding_core.cli.terminal import ProgressLine, print_table, say_notes, shown
from embedding_core.clusters import Agreement, Clusters
from embedding_core.columns import column
from embedding_core.duplicates import Duplicates
from embedding_core.embedding import Embedding
from embedding_core.errors import InputError
from embedding_core.figures.markup import score
from embedding_core.probe import Probe, Score
from embedding_core.same_label import SameLabel
from embedding_core.similarity import DISTANCES

_PAIRS = 5


def find_clusters(arguments: Namespace) -> None:
    """Print the clusters of the vectors, or of a map of them, with their names."""
    collection, embedding = open_embedding(arguments)
    metric = arguments.metric or "cosine"
    on_map = arguments.projector
    with ProgressLine() as progress:
        points = embedding.vectors
        if on_map:
            seed = arguments.seed or 0
            points = ec.project(
                embedding, on_map, metric=metric, seed=seed, progress=progress
            ).coords
        found = ec.cluster(
            points,
            min_cluster_size=arguments.min_size,
            metric="euclidean" if on_map else metric,
            progress=progress,
        )
        progress(0, 0, "naming clusters")
        names = ec.cluster_names(collection, embedding, found.codes, metric=metric)
    say_notes(found.notes)
    agreement = None
    if arguments.against:
        agreement = found.agreement(column(collection, arguments.against, embedding.ids).labels)
    if arguments.json:
        answer = _clusters_answer(found, names, embedding, agreement)
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    many = "1 cluster" if found.n_clusters == 1 else f"{found.n_clusters:,} clusters"
    apart = "" if found.silhouette is None else f"; silhouette {score(found.silhouette, 2)}"
    print(f"{many} of {len(found):,} items; {found.noise:.0%} belong to none{apart}.")
    rows = [
        (size, f"{size / len(found):.0%}", _figure(value), name)
        for name, size, value in zip(names, found.sizes, found.silhouettes, strict=True)
    ]
    if rows:
        print_table(("items", "share", "silhouette", "cluster"), rows, right="rrr")
    if agreement is not None:
        print(
            f"Agreement with {shown(arguments.against)}: adjusted Rand index "
            f"{score(agreement.ari, 2)}, mutual information {score(agreement.nmi, 2)} "
            "(normalised)."
        )


def probe_label(arguments: Namespace) -> None:
    """Print how much of a column can be read off the vectors, beside guessing."""
    collection, embedding = open_embedding(arguments)
    label = column(collection, arguments.target, embedding.ids)
    group = column(collection, arguments.group, embedding.ids) if arguments.group else None
    with ProgressLine() as progress:
        found = ec.probe(
            embedding,
            label.labels,
            groups=group.labels if group else None,
            task="number" if label.is_numeric else "classes",
            metric=arguments.metric or "cosine",
            k=arguments.k,
            folds=arguments.folds,
            seed=arguments.seed or 0,
            progress=progress,
        )
    say_notes(found.notes)
    if arguments.json:
        print(json.dumps(_probe_answer(found, arguments.target), ensure_ascii=False, indent=2))
        return
    what = "accuracy" if found.task == "classes" else "R2"
    print(f"{shown(arguments.target)}, from the vectors of {len(found.positions):,} items:")
    rows = [
        ("linear probe", _figure(found.linear.value), _between(found.linear)),
        (f"{found.k} nearest", _figure(found.neighbors.value), _between(found.neighbors)),
        ("guessing", _figure(found.baseline), ""),
    ]
    print_table(("probe", what, "95% interval"), rows, right=" r")
    if not found.tells:
        print("No better than guessing.")
    for true, taken, items in found.confused(_PAIRS):
        print(f"{shown(true)} was taken for {shown(taken)}: {len(items):,} items.")


def compare_labels(arguments: Namespace) -> None:
    """Print how often the nearest item has the same label, of all items and of each label's."""
    collection, embedding = open_embedding(arguments)
    label = column(collection, arguments.target, embedding.ids)
    if label.is_numeric:
        raise InputError(
            f"The column {arguments.target} holds numbers, which are seldom the same; choose one "
            "of categories, or use probe."
        )
    with ProgressLine() as progress:
        found = ec.same_label(
            embedding,
            label.labels,
            metric=arguments.metric or "cosine",
            seed=arguments.seed or 0,
            progress=progress,
        )
    if arguments.json:
        print(json.dumps(_same_label_answer(found, arguments.target), ensure_ascii=False, indent=2))
        return
    low, high = found.chance_range
    print(
        f"The nearest of {len(found):,} items has the same {shown(arguments.target)} for "
        f"{found.value:.0%} of them (95% interval {found.interval[0]:.0%} to "
        f"{found.interval[1]:.0%}); labels dealt out anew agree for {low:.0%} to {high:.0%}."
    )
    if found.copies and found.value_beyond_copies is not None:
        print(
            f"{found.copies:,} of them have a copy as their nearest; without those it is "
            f"{found.value_beyond_copies:.0%}."
        )
    rows = [
        (size, f"{share:.0%}", f"{chance:.0%}", name)
        for name, size, share, chance in zip(
            found.classes, found.sizes, found.shares, found.chances, strict=True
        )
    ]
    print_table(("items", "same", "by chance", "label"), rows, right="rrr")
    for own, other, items in found.confused(_PAIRS):
        many = "1 item" if len(items) == 1 else f"{len(items):,} items"
        print(f"{shown(own)} is nearest to {shown(other)}: {many}.")


def find_duplicates(arguments: Namespace) -> None:
    """Print the groups of items that are the same or nearly the same."""
    collection, embedding = open_embedding(arguments)
    with ProgressLine() as progress:
        found = ec.duplicates(
            embedding,
            arguments.threshold,
            arguments.metric or "cosine",
            collection=collection,
            progress=progress,
        )
    if arguments.json:
        answer = _duplicates_answer(found, embedding)
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    least = "at most" if found.metric in DISTANCES else "at least"
    measure = "distance" if found.metric in DISTANCES else "similarity"
    many = "1 group" if len(found) == 1 else f"{len(found):,} groups"
    items = "1 item" if len(embedding) == 1 else f"{len(embedding):,} items"
    print(
        f"{many} of copies among {items}, {measure} {least} "
        f"{score(found.threshold, 4)}. {found.reason}"
    )
    rows = [
        (
            group.kind,
            score(group.nearest, 4),
            score(group.farthest, 4),
            ", ".join(shown(embedding.ids[at]) for at in group.positions),
        )
        for group in found.groups
    ]
    if rows:
        print_table(("kind", "nearest", "farthest", "items"), rows, right=" rr")
    elif found.closest is not None:
        one, other, value = found.closest
        print(
            f"The nearest two are {shown(embedding.ids[one])} and {shown(embedding.ids[other])}, "
            f"with a {measure} of {score(value, 4)}."
        )


def _duplicates_answer(found: Duplicates, embedding: Embedding) -> dict[str, object]:
    return {
        "metric": found.metric,
        "threshold": found.threshold,
        "reason": found.reason,
        "groups": [
            {
                "kind": group.kind,
                "nearest": group.nearest,
                "farthest": group.farthest,
                "items": [embedding.ids[at] for at in group.positions],
                "exact": [[embedding.ids[at] for at in same] for same in group.exact],
            }
            for group in found.groups
        ],
        "closest": None
        if found.closest is None
        else {
            "items": [embedding.ids[at] for at in found.closest[:2]],
            "score": found.closest[2],
        },
    }


def _figure(value: float) -> str:
    return score(value, 2) if value == value else "-"


def _between(found: Score) -> str:
    low, high = found.interval
    return f"{score(low, 2)} to {score(high, 2)}"


def _clusters_answer(
    found: Clusters, names: tuple[str, ...], embedding: Embedding, agreement: Agreement | None
) -> dict[str, object]:
    answer: dict[str, object] = {
        "clusters": [
            {
                "name": name,
                "size": int(size),
                "silhouette": None if value != value else round(float(value), 6),
            }
            for name, size, value in zip(names, found.sizes, found.silhouettes, strict=True)
        ],
        "noise": found.noise,
        "silhouette": found.silhouette,
        "min_cluster_size": found.min_cluster_size,
        "metric": found.metric,
        "items": {
            id_: None if code < 0 else names[code]
            for id_, code in zip(embedding.ids, found.codes.tolist(), strict=True)
        },
    }
    if agreement is not None:
        answer["agreement"] = {
            "ari": agreement.ari,
            "nmi": agreement.nmi,
            "items": agreement.items,
        }
    return answer


def _probe_answer(found: Probe, label: str) -> dict[str, object]:
    def figure(each: Score) -> dict[str, object]:
        return {"value": each.value, "interval": list(each.interval)}

    return {
        "label": label,
        "task": found.task,
        "linear": figure(found.linear),
        "neighbors": figure(found.neighbors),
        "baseline": found.baseline,
        "k": found.k,
        "folds": found.folds,
        "items": len(found.positions),
        "groups": found.groups,
        "classes": [
            {"name": name, "recall": float(recall)}
            for name, recall in zip(found.classes, found.recalls, strict=True)
        ],
    }


def _same_label_answer(found: SameLabel, label: str) -> dict[str, object]:
    return {
        "label": label,
        "value": found.value,
        "interval": list(found.interval),
        "chance": found.chance,
        "chance_range": list(found.chance_range),
        "p_value": found.p_value,
        "items": len(found),
        "copies": found.copies,
        "value_beyond_copies": found.value_beyond_copies,
        "metric": found.metric,
        "classes": [
            {"name": name, "size": int(size), "share": float(share), "chance": float(chance)}
            for name, size, share, chance in zip(
                found.classes, found.sizes, found.shares, found.chances, strict=True
            )
        ],
    }
