"""Commands that look into pictures: what is in them, and where something is found again."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence

import embedding_core as ec
from embedding_core.cli.inputs import make_embedding, open_input, split_settings
from embedding_core.cli.terminal import ProgressLine, print_table, say_dropped, shown
from embedding_core.collection import Collection
from embedding_core.columns import column
from embedding_core.errors import InputError
from embedding_core.figures.markup import score
from embedding_core.models import Encoder
from embedding_core.regions import Box
from embedding_core.zero_shot import Judged, ZeroShot

_CLASSIFIER = "efficientnet-lite0"
_SIDES = 4


def classify(arguments: Namespace) -> None:
    """Print what is in every picture: classes a model learned, or labels that are given."""
    if arguments.labels:
        _by_labels(arguments)
        return
    for option in ("template", "against"):
        if getattr(arguments, option):
            raise InputError(f"--{option} goes with --labels, which names the pictures' labels.")
    collection, model = _opened(arguments)
    with ProgressLine() as progress:
        found = ec.classify(collection, model, arguments.top, progress=progress)
    say_dropped(found.dropped)
    if arguments.json:
        answer = {
            id_: [{"name": guess.name, "probability": guess.probability} for guess in guesses]
            for id_, guesses in zip(found.ids, found.guesses, strict=True)
        }
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    print(f"The likeliest of {found.n_classes:,} classes; what is not among them cannot be named.")
    print_table(
        ("item", "classes"),
        [
            (id_, ", ".join(f"{guess.name} {guess.probability:.0%}" for guess in guesses))
            for id_, guesses in zip(found.ids, found.guesses, strict=True)
        ],
    )


def _by_labels(arguments: Namespace) -> None:
    """Print which of some labels fits each picture best, by a model that knows text."""
    if not arguments.model:
        raise InputError(
            "--labels needs a model that puts pictures and texts into one space; name one with "
            "--model, such as clip-vit-b32."
        )
    collection = open_input(arguments).collection
    params = _settings(arguments)
    with ProgressLine() as progress:
        embedding = make_embedding(arguments, collection, params, progress)
        progress(0, 0, "reading labels")
        template = {"template": arguments.template} if arguments.template else {}
        found = ec.zero_shot(embedding, arguments.labels.split(","), **template)
    judged = None
    if arguments.against:
        own = column(collection, arguments.against, embedding.ids).labels
        judged = found.judged([None if label is None else str(label) for label in own])
    if arguments.json:
        print(json.dumps(_named(found, judged), ensure_ascii=False, indent=2))
        return
    sure = found.confidence
    rows = [
        (
            id_,
            found.labels[at],
            score(float(found.similarities[row, at]), 3),
            "" if sure is None else f"{sure[row]:.0%}",
        )
        for row, (id_, at) in enumerate(zip(found.ids, found.predicted.tolist(), strict=True))
    ]
    print_table(("item", "label", "cosine", "probability"), rows, right="  rr")
    if judged is not None and judged.n:
        print(
            f"{judged.accuracy:.0%} of {judged.n:,} items are called by their own "
            f"{shown(arguments.against)}; one name for all would be right for {judged.chance:.0%}."
        )
    elif judged is not None:
        print(f"No item's {shown(arguments.against)} is among the labels.")


def _named(found: ZeroShot, judged: Judged | None) -> dict[str, object]:
    sure = found.confidence
    answer: dict[str, object] = {
        "prompts": dict(zip(found.labels, found.prompts, strict=True)),
        "items": {
            id_: {
                "label": found.labels[at],
                "cosine": float(found.similarities[row, at]),
                "probability": None if sure is None else float(sure[row]),
            }
            for row, (id_, at) in enumerate(zip(found.ids, found.predicted.tolist(), strict=True))
        },
    }
    if judged is not None:
        answer["judged"] = {
            "items": judged.n,
            "accuracy": judged.accuracy if judged.n else None,
            "chance": judged.chance if judged.n else None,
            "confusion": judged.confusion.tolist(),
        }
    return answer


def spot(arguments: Namespace) -> None:
    """Print where in all pictures there is what a box of one of them holds."""
    box = _box(arguments.box)
    collection, model = _opened(arguments)
    row = collection.positions.get(arguments.inside)
    if row is None:
        raise InputError(
            f"{arguments.inside!r} is not among the {len(collection):,} pictures; --in takes the "
            "name of one of them."
        )
    with ProgressLine() as progress:
        regions = ec.picture_regions(
            model, collection.payloads, edge=arguments.edge, progress=progress
        )
    say_dropped([(collection.ids[at], why) for at, why in sorted(regions.missing.items())])
    found = ec.sightings(regions, row, box, limit=arguments.k)
    if arguments.json:
        answer = [
            {"id": collection.ids[each.row], "box": list(each.box), "score": each.score}
            for each in found
        ]
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    rows = [
        (collection.ids[each.row], score(each.score, 3), *(f"{side:.2f}" for side in each.box))
        for each in found
    ]
    print_table(("item", "score", "left", "top", "right", "bottom"), rows, right=" rrrrr")


def _box(text: str) -> Box:
    try:
        sides: Sequence[float] = [float(part) for part in text.split(",")]
    except ValueError:
        sides = ()
    if (
        len(sides) != _SIDES
        or not all(0 <= side <= 1 for side in sides)
        or sides[0] >= sides[2]
        or sides[1] >= sides[3]
    ):
        raise InputError(
            f"--box got {text!r}; it takes left,top,right,bottom as parts of the picture from 0 to "
            "1, such as 0.2,0.1,0.6,0.7."
        )
    left, top, right, bottom = sides
    return left, top, right, bottom


def _opened(arguments: Namespace) -> tuple[Collection, Encoder]:
    """Return the pictures of INPUT and the model that looks at them."""
    arguments.model = arguments.model or _CLASSIFIER
    collection = open_input(arguments).collection
    spec = ec.EMBEDDERS[arguments.model]
    if spec.modality != collection.modality:
        raise InputError(
            f"{spec.label} takes {spec.modality}, and {arguments.input} holds "
            f"{collection.modality}; bring pictures."
        )
    return collection, ec.load(arguments.model, **_settings(arguments))


def _settings(arguments: Namespace) -> dict[str, object]:
    owners = {arguments.model: ec.EMBEDDERS[arguments.model].params}
    return dict(split_settings(arguments.set, owners).get(arguments.model, {}))
