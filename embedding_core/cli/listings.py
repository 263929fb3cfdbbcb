"""Commands that tell: models, samples, neighbors."""

from __future__ import annotations

import json
from argparse import Namespace

import embedding_core as ec
from embedding_core.cli.inputs import (
    SAMPLE,
    availability_of,
    make_embedding,
    open_input,
    split_settings,
)
from embedding_core.cli.terminal import ProgressLine, print_table, shown
from embedding_core.figures.markup import score
from embedding_core.models import TrainerSpec
from embedding_core.project_file import kept_projection


def list_models(arguments: Namespace) -> None:
    """Print what can embed items, and what each needs."""
    if arguments.json:
        print(json.dumps([_model(name) for name in ec.EMBEDDERS], ensure_ascii=False, indent=2))
        return
    rows = []
    for name, spec in ec.EMBEDDERS.items():
        ready, reason, remedy = availability_of(name)
        if ready:
            state = f"with {remedy}" if remedy else "yes"
        else:
            state = f"no, {reason.rstrip('.')}: {remedy}"
        rows.append((name, spec.unit or spec.modality, state, spec.size or "-", spec.licence,
                     spec.source))  # fmt: skip
    print_table(("name", "embeds", "available", "size", "licence", "source"), rows)


def _model(name: str) -> dict[str, object]:
    spec = ec.EMBEDDERS[name]
    ready, reason, remedy = availability_of(name)
    return {
        "name": name,
        "label": spec.label,
        "modality": spec.modality,
        "unit": spec.unit,
        "about": spec.about,
        "trained": isinstance(spec, TrainerSpec),
        "available": ready,
        "reason": reason,
        "remedy": remedy,
        "size": spec.size,
        "licence": spec.licence,
        "source": spec.source,
        "settings": {param.name: param.default for param in spec.params},
    }


def list_samples(arguments: Namespace) -> None:
    """Print the built-in data."""
    entries = [
        *((f"{SAMPLE}{name}", sample) for name, sample in ec.SAMPLES.items()),
        *ec.CORPORA.items(),
    ]
    if arguments.json:
        found = [
            {
                "name": sample.name,
                "input": name if sample.name in ec.SAMPLES else None,
                "corpus": sample.name if sample.name in ec.CORPORA else None,
                "title": sample.title,
                "modality": sample.modality,
                "unit": sample.unit,
                "about": sample.about,
                "licence": sample.licence,
                "source": sample.source,
            }
            for name, sample in entries
        ]
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    rows = [
        (name, sample.unit or sample.modality, sample.title, sample.licence, sample.source)
        for name, sample in entries
    ]
    print_table(("name", "holds", "title", "licence", "source"), rows)


def list_neighbors(arguments: Namespace) -> None:
    """Print the items nearest to one."""
    collection = open_input(arguments).collection
    model = arguments.model
    owners = {model: ec.EMBEDDERS[model].params} if model else {}
    params = split_settings(arguments.set, owners).get(model, {})
    with ProgressLine() as progress:
        embedding = make_embedding(arguments, collection, params, progress)
    # A map in the file says what near means there; one metric runs through all its answers.
    kept = kept_projection(collection)
    metric = arguments.metric or (kept.metric if kept else "cosine")
    found = ec.nearest(embedding, arguments.id, arguments.k, metric)
    if arguments.json:
        answer = {
            "id": arguments.id,
            "metric": metric,
            "neighbors": [
                {"rank": rank, "id": near.id, "score": round(near.score, 6)}
                for rank, near in enumerate(found, 1)
            ],
        }
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    head = {"cosine": "cosine", "dot": "dot product"}.get(metric, "distance")
    print(f"Nearest to {shown(arguments.id)} of {len(embedding):,} items:")
    rows = [(rank, near.id, score(near.score)) for rank, near in enumerate(found, 1)]
    print_table(("rank", "item", head), rows, right="r r")
