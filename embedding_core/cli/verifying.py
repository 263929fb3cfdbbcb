"""Who is speaking, from a shell: how often a threshold errs, and whom new clips pass for."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

import embedding_core as ec
from embedding_core.cli.inputs import make_embedding, open_input, split_settings
from embedding_core.cli.terminal import ProgressLine, print_table, say_dropped, say_notes, shown
from embedding_core.columns import column
from embedding_core.errors import InputError
from embedding_core.figures.markup import score
from embedding_core.verification import ErrorRates, Errors, Trials, Verification


def verify(arguments: Namespace) -> None:
    """Print how often a threshold errs among labelled clips, and whom new clips pass for."""
    collection = open_input(arguments).collection
    model = arguments.model
    owners = {model: ec.EMBEDDERS[model].params} if model else {}
    params = split_settings(arguments.set, owners).get(model, {})
    with ProgressLine() as progress:
        embedding = make_embedding(arguments, collection, params, progress)
    labels = column(collection, arguments.by, embedding.ids).labels
    tried = ec.trials(embedding, labels)
    rates = ec.error_rates(tried)
    errors = rates.at(_threshold(arguments, rates))
    found = None
    if arguments.clip:
        new = ec.read({name: _content(name) for name in arguments.clip}, collection.modality)
        say_notes(new.notes)
        compared = ec.embed_more(embedding, new)
        say_dropped(compared.dropped)
        say_dropped(compared.notes, "changed to fit")
        found = ec.verify(ec.enroll(embedding, labels), compared)
    if arguments.json:
        print(json.dumps(_answer(tried, rates, errors, found), ensure_ascii=False, indent=2))
        return
    _print(arguments.by, tried, rates, errors)
    if found is not None:
        _print_clips(found, errors.threshold)


def _threshold(arguments: Namespace, rates: ErrorRates) -> float:
    if arguments.threshold is not None:
        return float(arguments.threshold)
    if arguments.false_accept is not None:
        return rates.threshold_for(float(arguments.false_accept))
    return rates.equal_threshold


def _content(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as problem:
        raise InputError(
            f"{name} cannot be opened ({problem.strerror or problem}); check the path."
        ) from problem


def _print(by: str, tried: Trials, rates: ErrorRates, errors: Errors) -> None:
    print(
        f"{len(tried.names):,} voices by {shown(by)}, {tried.n_clips:,} clips. Each clip was "
        "compared with every voice, its own made without it."
    )
    print(
        f"Equal error rate {rates.equal_error:.1%}, from {rates.n_same:,} comparisons with the own "
        f"voice and {rates.n_other:,} with others."
    )
    if tried.n_asked:
        print(f"The own voice is the most alike for {tried.n_right:,} of {tried.n_asked:,} clips.")
    print(f"At the threshold {score(errors.threshold)}:")
    rows = [
        (
            "others pass",
            f"{errors.false_accept:.1%}",
            f"{errors.n_accepted:,} of {rates.n_other:,}",
            "{:.1%} to {:.1%}".format(*errors.accept_interval),
        ),
        (
            "own voice turned away",
            f"{errors.false_reject:.1%}",
            f"{errors.n_rejected:,} of {rates.n_same:,}",
            "{:.1%} to {:.1%}".format(*errors.reject_interval),
        ),
    ]
    print_table(("error", "share", "comparisons", "95% interval"), rows, right=" rr")


def _print_clips(found: Verification, threshold: float) -> None:
    rows = []
    for at, id_ in enumerate(found.ids):
        name, best = found.ranked(at)[0]
        passes = ", ".join(found.accepted(threshold, at)) or "nobody"
        rows.append((id_, name, score(best), passes))
    print_table(("clip", "most alike", "cosine", "passes for"), rows, right="  r")


def _answer(
    tried: Trials, rates: ErrorRates, errors: Errors, found: Verification | None
) -> dict[str, object]:
    answer: dict[str, object] = {
        "voices": list(tried.names),
        "clips": tried.n_clips,
        "right": tried.n_right,
        "asked": tried.n_asked,
        "same": rates.n_same,
        "other": rates.n_other,
        "equal_error": rates.equal_error,
        "equal_threshold": rates.equal_threshold,
        "threshold": errors.threshold,
        "false_accept": errors.false_accept,
        "false_reject": errors.false_reject,
        "false_accept_interval": list(errors.accept_interval),
        "false_reject_interval": list(errors.reject_interval),
    }
    if found is not None:
        answer["verified"] = [
            {
                "id": id_,
                "scores": {name: round(value, 6) for name, value in found.ranked(at)},
                "accepted": found.accepted(errors.threshold, at),
            }
            for at, id_ in enumerate(found.ids)
        ]
    return answer
