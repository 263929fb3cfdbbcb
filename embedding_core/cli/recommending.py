"""What to recommend to whom, from a shell, with reasons; and whether it is any good."""

from __future__ import annotations

import json
import math
from argparse import Namespace
from dataclasses import asdict
from typing import Any

import embedding_core as ec
from embedding_core.cli.inputs import make_embedding, open_input, split_settings
from embedding_core.cli.terminal import ProgressLine, print_table, shown
from embedding_core.collection import Collection
from embedding_core.errors import InputError
from embedding_core.figures.markup import score
from embedding_core.offline import Measure, OfflineTest, judge
from embedding_core.recommend import Recommendation, place_user, recommend

_MODEL = "matrix-factorization"
_SURE = 2  # Standard errors from which on a difference is told as one.
_WORDS = {
    "precision": "of a list, liked",
    "recall": "of what was liked, in the list",
    "ndcg": "the same, the top counting more (NDCG)",
}


def advise(arguments: Namespace) -> None:
    """Print what a user should like most and why, or how good such lists are."""
    asked = [bool(arguments.user), bool(arguments.rate), arguments.judge]
    if sum(asked) != 1:
        raise InputError(
            f"recommend got {sum(asked)} of --user, --rate and --judge; say for whom with --user "
            "NAME or by --rate ITEM=NUMBER, or ask for the test with --judge."
        )
    arguments.model = arguments.model or _MODEL
    if arguments.model != _MODEL:
        raise InputError(
            f"Recommendations are made by {_MODEL}, and --model got {arguments.model}; leave it "
            "out."
        )
    collection = open_input(arguments).collection
    owners = {_MODEL: ec.EMBEDDERS[_MODEL].params}
    params = split_settings(arguments.set, owners).get(_MODEL, {})
    if arguments.judge:
        _judge(arguments, collection, params)
    else:
        _recommend(arguments, collection, params)


def _recommend(arguments: Namespace, collection: Collection, params: dict[str, Any]) -> None:
    typed = dict(_rating(text) for text in arguments.rate or ())
    with ProgressLine() as progress:
        embedding = make_embedding(arguments, collection, params, progress)
    who = place_user(collection, embedding, typed) if typed else arguments.user
    found = recommend(collection, embedding, who, arguments.k, reasons=arguments.reasons)
    if arguments.json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    name = shown(arguments.user) if arguments.user else "A user with these ratings"
    if not found:
        print(f"{name} has rated all there is.")
        return
    print(f"{name} should like most of what they have not rated:")
    rows = [(score(one.score, 2), one.id, _because(one)) for one in found]
    print_table(("expected", "item", "because of"), rows, right="r")


def _because(one: Recommendation) -> str:
    """Return the ratings that speak for it, and how much each adds."""
    told = [
        f"{shown(reason.id)} rated {reason.value:.3g} ({reason.adds:+.2f})"
        for reason in one.because
    ]
    return ", ".join(told) or f"what it usually gets ({score(one.base, 2)})"


def _rating(text: str) -> tuple[str, float]:
    item, _, value = text.rpartition("=")
    try:
        return item.strip() or text, float(value)
    except ValueError:
        raise InputError(
            f"--rate got {text!r}; it takes an item and a number, such as “Some film”=4."
        ) from None


def _judge(arguments: Namespace, collection: Collection, params: dict[str, Any]) -> None:
    with ProgressLine() as progress:
        found = judge(
            collection,
            k=arguments.k,
            share=arguments.share,
            seed=arguments.seed or 0,
            progress=progress,
            **params,
        )
    if arguments.json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    print(_told(found))
    rows = [
        (_WORDS[one.name], score(one.value, 3), score(one.popular, 3), _difference(one))
        for one in found.measures
    ]
    heads = (f"lists of {found.k}", "model", "popular", "difference")
    print_table(heads, rows, right=" rr")


def _told(found: OfflineTest) -> str:
    which = "the latest of all" if found.by_time else "some of each user's, at random"
    users = "1 user" if found.n_users == 1 else f"{found.n_users:,} users"
    left = f"; {found.n_left_out:,} more could not be judged" if found.n_left_out else ""
    liked = f" Liked is what got {found.liked:.3g} or more." if found.liked else ""
    return (
        f"{found.n_hidden:,} ratings hidden ({which}); {users} judged by what they then liked"
        f"{left}.{liked}"
    )


def _difference(one: Measure) -> str:
    gap = one.value - one.popular
    told = f"{gap:+.3f}"
    if math.isnan(one.error):
        return f"{told}, by one user only"
    sure = "" if abs(gap) >= _SURE * one.error else ": may be chance"
    return f"{told} ± {_SURE * one.error:.3f}{sure}"
