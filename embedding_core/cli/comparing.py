"""The command that compares: the same items under two models, two metrics or two files."""

from __future__ import annotations

import json
from argparse import Namespace

import embedding_core as ec
from embedding_core.cli.inputs import make_embedding, open_input, split_settings
from embedding_core.cli.terminal import ProgressLine, print_table, say, shown
from embedding_core.collection import VectorRows
from embedding_core.comparison import Comparison
from embedding_core.embedding import Embedding
from embedding_core.errors import InputError
from embedding_core.figures.markup import score
from embedding_core.models import TrainerSpec

_LISTED = 10


def compare(arguments: Namespace) -> None:
    """Print how far two embeddings of the same items agree, and about what least."""
    metric = arguments.metric or "cosine"
    other_metric = arguments.other_metric or metric
    left, right = _sides(arguments)
    with ProgressLine() as progress:
        found = ec.compare(
            ec.preprocess(left, arguments.prep),
            ec.preprocess(right, arguments.other_prep or arguments.prep),
            metric_left=metric,
            metric_right=other_metric,
            k=arguments.k,
            progress=progress,
        )
    for names, which in ((found.only_left, "first"), (found.only_right, "other")):
        if names:
            items = "1 item" if len(names) == 1 else f"{len(names):,} items"
            say(f"{items} of the {which} alone left out, such as {shown(names[0])}.")
    if arguments.json:
        print(json.dumps(_answer(found), ensure_ascii=False, indent=2))
    else:
        _print(found)


def _sides(arguments: Namespace) -> tuple[Embedding, Embedding]:
    """Return the vectors of both sides; what is not said of the other is as on the first."""
    other = Namespace(**{**vars(arguments), "input": arguments.other or arguments.input})
    first, second = open_input(arguments), open_input(other)
    has_vectors = isinstance(second.collection.payloads, VectorRows)
    other.model = arguments.other_model or (None if has_vectors else arguments.model)
    if arguments.corpus and not any(map(_learns, (arguments.model, other.model))):
        raise InputError("--corpus is for models that learn; name one, or leave it out.")
    models = [name for name in (arguments.model, other.model) if name]
    settings = split_settings(arguments.set, {name: ec.EMBEDDERS[name].params for name in models})
    found = []
    with ProgressLine() as progress:
        for side, opened in ((arguments, first), (other, second)):
            alone = Namespace(**{**vars(side), "corpus": _corpus_of(side)})
            params = settings.get(side.model, {})
            found.append(make_embedding(alone, opened.collection, params, progress))
    return found[0], found[1]


def _learns(model: str | None) -> bool:
    spec = ec.EMBEDDERS[model] if model else None
    return isinstance(spec, TrainerSpec) and spec.needs_corpus


def _corpus_of(side: Namespace) -> str | None:
    return side.corpus if _learns(side.model) else None


def _answer(found: Comparison) -> dict[str, object]:
    worst = found.most_different(_LISTED)
    return {
        "items": len(found.ids),
        "k": found.k,
        "neighbor_overlap": round(found.neighbor_overlap, 6),
        "chance_overlap": round(found.chance_overlap, 6),
        "cka": round(found.cka, 6),
        "chance_cka": round(found.chance_cka, 6),
        "rank_correlation": round(found.rank_correlation, 6),
        "rank_interval": [round(end, 6) for end in found.rank_interval],
        "most_different": worst,
    }


def _print(found: Comparison) -> None:
    low, high = found.rank_interval
    print(f"{len(found.ids):,} items in common, {found.k} nearest neighbours of each:")
    rows = [
        ("neighbours shared", f"{found.neighbor_overlap:.1%}", f"{found.chance_overlap:.1%}", ""),
        ("shape (linear CKA)", score(found.cka), score(found.chance_cka), ""),
        (
            "order of pairs (Spearman)",
            score(found.rank_correlation),
            "0",
            f"{score(low)} to {score(high)}",
        ),
    ]
    print_table(("figure", "value", "by chance", "95% interval"), rows)
    print("They disagree most on: " + ", ".join(map(shown, found.most_different(_LISTED))))
