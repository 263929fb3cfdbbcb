"""Which links of a graph may be missing, from a shell, and how far a model can be trusted there."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence

import embedding_core as ec
from embedding_core.cli.inputs import open_input, split_settings
from embedding_core.cli.terminal import ProgressLine, print_table
from embedding_core.collection import Collection
from embedding_core.figures.markup import score
from embedding_core.link_trial import Predicted, Trial, predict_links, try_links

_MODEL = "node2vec"


def find_links(arguments: Namespace) -> None:
    """Hide some links, and print how well a model that learned without them tells where they were.

    Then print the pairs without a link that it holds likeliest, and which of those were hidden.
    """
    arguments.model = arguments.model or _MODEL
    collection = open_input(arguments).collection
    owners = {arguments.model: ec.EMBEDDERS[arguments.model].params}
    params = split_settings(arguments.set, owners).get(arguments.model, {})
    metric = arguments.metric
    with ProgressLine() as progress:
        trials = try_links(
            collection,
            arguments.model,
            params,
            share=arguments.share,
            repeats=arguments.repeats,
            seed=arguments.seed or 0,
            metric=metric,
            progress=progress,
        )
        progress(0, 0, "looking at pairs without a link")
        last = trials[-1]
        found = predict_links(last.hidden, last.vectors, metric, most=arguments.k, seed=last.seed)
    if arguments.json:
        print(json.dumps(_answer(trials, found, collection), ensure_ascii=False, indent=2))
        return
    _print(arguments.model, trials, found, collection)


def _print(model: str, trials: Sequence[Trial], found: Predicted, collection: Collection) -> None:
    hidden = trials[-1].hidden
    n, graph = len(hidden.edges), hidden.graph
    times = "" if len(trials) == 1 else f", {len(trials)} times with others"
    links = "1 link" if n == 1 else f"{n:,} links"
    print(
        f"{links} of {graph.n_edges + n:,} hidden ({hidden.share:.0%}){times}. A hidden link and a "
        "pair without one: how often does the link score higher (AUC; by chance .50)? And how many "
        "of the pairs scored highest are links (average precision; by chance "
        f"{score(n / (n + len(hidden.others)), 2)})?"
    )
    rows = []
    for name in trials[0].scores:
        every = [trial.scores[name] for trial in trials]
        told = (
            [one.auc for one in every],
            [one.average_precision for one in every],
        )
        rows.append((model if name == "model" else name, *map(_mean, told)))
    print_table(("scored by", "AUC", "average precision"), rows, right=" rr")
    if not len(found.pairs):
        print("There is no pair without a link to look at.")
        return
    many = "pair" if len(found.pairs) == 1 else f"{len(found.pairs):,} pairs"
    some = "" if found.n_nodes == graph.n_nodes else f" of {found.n_nodes:,} nodes drawn at random"
    print(
        f"The likeliest {many} of {found.n_pairs:,} without a link{some}, {found.n_hidden:,} of "
        "them hidden ones:"
    )
    ids = collection.ids
    pairs = [
        (score(value, 3), common, "yes" if was else "", ids[one], ids[other])
        for (one, other), value, common, was in zip(
            _named(found, collection),
            found.scores.tolist(),
            found.common.tolist(),
            found.hidden.tolist(),
            strict=True,
        )
    ]
    print_table(("score", "common neighbours", "hidden", "node", "node"), pairs, right="rr")


def _mean(values: Sequence[float]) -> str:
    mean = sum(values) / len(values)
    if len(values) == 1:
        return score(mean, 3)
    return f"{score(mean, 3)} ({score(min(values), 3)} to {score(max(values), 3)})"


def _named(found: Predicted, collection: Collection) -> list[tuple[int, int]]:
    """Return pairs of nodes as places in the collection, which may list them otherwise."""
    place = {payload.load(): at for at, payload in enumerate(collection.payloads)}
    return [(place[one], place[other]) for one, other in found.pairs.tolist()]


def _answer(trials: Sequence[Trial], found: Predicted, collection: Collection) -> dict[str, object]:
    hidden, ids = trials[-1].hidden, collection.ids
    return {
        "hidden": len(hidden.edges),
        "share": hidden.share,
        "scores": {
            name: [
                {"auc": one.auc, "average_precision": one.average_precision}
                for one in (trial.scores[name] for trial in trials)
            ]
            for name in trials[0].scores
        },
        "predicted": [
            {"nodes": [ids[one], ids[other]], "score": value, "common": common, "hidden": was}
            for (one, other), value, common, was in zip(
                _named(found, collection),
                found.scores.tolist(),
                found.common.tolist(),
                found.hidden.tolist(),
                strict=True,
            )
        ],
    }
