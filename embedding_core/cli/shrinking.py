"""The command that makes vectors smaller."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

import numpy as np

import embedding_core as ec
from embedding_core.cli.inputs import open_embedding
from embedding_core.cli.terminal import ProgressLine, print_table, shown
from embedding_core.compression import CompressionReport, Measured
from embedding_core.embedding import Embedding

_NAMED = 4


def measure(arguments: Namespace) -> None:
    """Print for each way its bytes, the neighbours it keeps and its time, and who loses most."""
    _, embedding = open_embedding(arguments)
    recipes = arguments.recipes.split(",") if arguments.recipes else None
    with ProgressLine() as progress:
        report = ec.measure_compression(
            embedding,
            recipes,
            arguments.k,
            arguments.metric,
            seed=arguments.seed or 0,
            progress=progress,
        )
    if arguments.json:
        print(json.dumps(_answer(report, embedding), ensure_ascii=False, indent=2))
        return
    rows = [
        (
            each.recipe.name,
            f"{each.bytes_per_vector:,}",
            f"{each.overhead:,}",
            f"{each.recall:.1%}",
            f"{each.interval[0]:.1%} to {each.interval[1]:.1%}",
            f"{1e6 * each.seconds:.0f}",
        )
        for each in report.measured
    ]
    print_table(
        ("kept as", "bytes", "shared", f"of {report.k} nearest", "95% interval", "µs a search"),
        rows,
        right=" rrr r",
    )
    print(f"By chance {report.chance:.1%} of the nearest would be kept.")
    for recipe, why in report.left_out:
        print(f"{recipe.name} was left out: {why}")
    for each in report.measured:
        for line in _losers(report, each, embedding, max(0, arguments.losers)):
            print(line)


def _losers(report: CompressionReport, each: Measured, embedding: Embedding, most: int) -> Any:
    order = np.argsort(each.recalls, kind="stable")[:most]
    for at in order[each.recalls[order] < 1]:
        lost = [shown(embedding.ids[place]) for place in _lost(report, each, int(at))]
        more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
        item = shown(embedding.ids[report.asked[at]])
        yield f"As {each.recipe.name} {item} no longer finds {', '.join(lost[:_NAMED])}{more}."


def _lost(report: CompressionReport, each: Measured, at: int) -> list[int]:
    true: list[int] = report.true[at][~np.isin(report.true[at], each.found[at])].tolist()
    return true


def _answer(report: CompressionReport, embedding: Embedding) -> dict[str, object]:
    return {
        "metric": report.metric,
        "k": report.k,
        "items": len(embedding),
        "asked": len(report.asked),
        "chance": report.chance,
        "ways": [
            {
                "name": each.recipe.name,
                "bytes_per_vector": each.bytes_per_vector,
                "shared_bytes": each.overhead,
                "recall": each.recall,
                "interval": list(each.interval),
                "seconds": each.seconds,
                "loses_most": [
                    {
                        "item": embedding.ids[report.asked[at]],
                        "keeps": float(each.recalls[at]),
                        "lost": [embedding.ids[place] for place in _lost(report, each, int(at))],
                    }
                    for at in np.argsort(each.recalls, kind="stable")[:_NAMED]
                    if each.recalls[at] < 1
                ],
            }
            for each in report.measured
        ],
        "left_out": [{"name": recipe.name, "why": why} for recipe, why in report.left_out],
    }
