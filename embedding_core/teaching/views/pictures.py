"""Pictures as numbers, changed, beside their nearest, by layers, and where two are alike."""

from __future__ import annotations

import numpy as np

from embedding_core.neighbors import nearest
from embedding_core.params import Param, Params
from embedding_core.teaching.pictures import Bars, Drawn, Heat, Images
from embedding_core.teaching.seeing import (
    CHANGES,
    NETWORK,
    SEERS,
    after_change,
    alike_regions,
    changed,
    group_shares,
    groups,
    lit,
    picture,
    seen_by,
    shown,
)
from embedding_core.teaching.views.base import ViewSpec

_EDGE = 128
_ITEM = Param("item", "Picture", "text", "violin", "Such as cat, bus, tomato, guitar or airplane.")
_MODEL = Param(
    "model", "Seen by", "choice", NETWORK, "What makes a vector of a picture.",
    choices=tuple(SEERS), labels=("Raw pixels", "Colour histogram", "Network"),
)  # fmt: skip


def _small(payload: object, edge: int = _EDGE) -> bytes:
    from embedding_core.thumbnails import thumbnail

    return thumbnail(payload, edge, "PNG")  # type: ignore[arg-type]


def _draw_numbers(params: Params) -> Drawn:
    from PIL import Image

    item, side = str(params["item"]), int(params["side"])
    own = picture(item)
    grey = own.load().convert("L").resize((side, side), Image.Resampling.BOX)
    values = np.asarray(grey, dtype=np.float32) / np.float32(255)
    names = tuple(str(at) for at in range(1, side + 1))
    return Drawn(
        (
            Heat(values, names, names, "value", "brightness, from 0 (black) to 1 (white)"),
            Images((_small(own),), (item,), _EDGE),
        ),
        f"{item}, {own.width} by {own.height} pixels, here as {side} by {side} numbers from "
        f"{values.min():.2f} to {values.max():.2f}.",
    )


def _draw_changed(params: Params) -> Drawn:
    item, change, amount = str(params["item"]), str(params["change"]), float(params["amount"])
    rows, told = [], []
    for model, label in SEERS.items():
        own, other, which = after_change(item, change, amount, model)
        rows += [(label, own, f"to itself, {change}"), ("", other, "to the nearest other picture")]
        told.append(f"by {label} {'nearer to itself' if own > other else f'nearer to {which}'}")
    names, values, kinds = zip(*rows, strict=True)
    return Drawn(
        (
            Bars(names, values, "cosine", kinds, form=".3f"),
            Images((_small(picture(item)), _small(changed(item, change, amount))),
                   ("as it is", change), _EDGE),
        ),
        f"{item} {change}: {'; '.join(told)}.",
    )  # fmt: skip


def _draw_nearest(params: Params) -> Drawn:
    item, model = str(params["item"]).strip().lower(), str(params["model"])
    picture(item)
    found = nearest(seen_by(model), item, int(params["k"]))
    names = [item, *(str(each.id) for each in found)]
    captions = (item, *(f"{each.id} ({each.score:.2f})" for each in found))
    return Drawn(
        (Images(tuple(_small(picture(name)) for name in names), captions, _EDGE),),
        f"By {SEERS[model]} the nearest of {len(shown()) - 1} pictures to {item} is "
        f"{found[0].id} ({found[0].score:.2f}).",
    )


def _draw_layers(params: Params) -> Drawn:
    shares = group_shares()
    best = max(shares, key=lambda name: shares[name])
    kinds = tuple("no network" if name in SEERS.values() else "layer of the network"
                  for name in shares)  # fmt: skip
    return Drawn(
        (
            Bars(
                tuple(shares), tuple(shares.values()), "nearest is of the same group", kinds, ".0%"
            ),
        ),
        f"{len(shown())} pictures of {len(set(groups()))} groups: the nearest is of the same group "
        f"most often by {best}, {shares[best]:.0%}.",
    )


def _draw_regions(params: Params) -> Drawn:
    a, b = (str(params[name]).strip().lower() for name in "ab")
    found = alike_regions(a, b)
    most = float(max(found.left.values.max(), found.right.values.max()))
    files = tuple(
        lit(name, heat.values, heat.box, most)
        for name, heat in ((a, found.left), (b, found.right))
    )  # fmt: skip
    rows, columns = found.left.values.shape
    return Drawn(
        (Images(files, (a, b), 2 * _EDGE),),
        f"{a} and {b} have a cosine of {found.similarity:.2f}; bright regions, of {rows} by "
        f"{columns}, add most to it.",
    )


NUMBERS = ViewSpec(
    "picture-numbers",
    "A picture as a grid of numbers.",
    (
        _ITEM,
        Param("side", "Numbers a side", "number", 16, "How coarse the grid is.",
              minimum=4, maximum=32, step=4),
    ),
    _draw_numbers,
)  # fmt: skip
CHANGED = ViewSpec(
    "picture-changed",
    "A picture moved or shuffled: is it nearer to itself than others are?",
    (
        _ITEM,
        Param("change", "Change", "choice", "moved", "What is done to it.",
              choices=CHANGES, labels=("Move it aside", "Shuffle its pixels")),
        Param("amount", "How much", "number", 0.25,
              "A share of its width that it moves by, or of its pixels that change places.",
              minimum=0.0, maximum=1.0, step=0.05),
    ),
    _draw_changed,
)  # fmt: skip
NEAREST = ViewSpec(
    "picture-neighbors",
    "A picture and those nearest to it.",
    (_ITEM, _MODEL, Param("k", "How many", "number", 7, "Neighbours shown.",
                          minimum=1, maximum=15, step=1)),
    _draw_nearest,
)  # fmt: skip
LAYERS = ViewSpec("picture-layers", "How often the nearest picture is of the same group.", (),
                  _draw_layers)  # fmt: skip
REGIONS = ViewSpec(
    "picture-regions",
    "Which regions make two pictures alike to the network.",
    (
        Param("a", "Picture", "text", "violin", "One of the built-in pictures."),
        Param("b", "And", "text", "guitar", "Another."),
    ),
    _draw_regions,
)
