"""The selection beside the map: what it is, what is near it, and what the map did to that."""

from __future__ import annotations

import numpy as np
import streamlit as st

import embedding_core as ec
from embedding_core.clusters import has_label
from embedding_core.exact import exact_neighbors
from embedding_core.projection import Projection
from embedding_core.quality import false_and_true_neighbors
from embedding_core.similarity import DISTANCES, prepare
from ui.differences import show_differences
from ui.finding import NEAREST, Query
from ui.gallery import LARGE, SMALL, Tile, draw_gallery
from ui.media import are_pictures, are_sounds, facts_of, show_item
from ui.neighbor_table import show_neighbors
from ui.panels.base import Panel, Shown
from ui.plain import count, plain, score, shortened, word
from ui.playlist import draw_playlist
from ui.sidebar import METRIC_LABELS
from ui.view import K, View, neighbors_at_hand

_PAIRS, _LISTED = 12, 500
# Sounds that can be heard: each is decoded.
_HEARD = 50
# Of so many selected pictures all are shown, and of a few they are large.
_PICTURED, _FEW = 150, 12
# What is seen or heard before it is read about.
_SHOWN = ("image", "audio")
# Letters of a name that is a heading, and of a text that is read beside the map.
_HEADING, _WHOLE = 80, 400


def show(shown: Shown) -> None:
    """Draw what is selected or asked for; where nothing is, the nearest pairs of all."""
    view, selection = shown.view, shown.selection
    if shown.query is not None:
        if len(selection.ids) != 1:
            _asked(shown, shown.query)
            return
        st.button(
            f"Back to what is nearest to “{plain(shortened(shown.query.text))}”",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=selection.select,
            args=(tuple(neighbor.id for neighbor in _nearest_to(view, shown.query)),),
        )
    if not len(selection.ids):
        _pairs(shown)
    elif len(selection.ids) == 1:
        _one(shown)
    else:
        _many(shown)


def _asked(shown: Shown, query: Query) -> None:
    """Draw the items nearest to what is asked for by meaning."""
    view, selection = shown.view, shown.selection
    near = _nearest_to(view, query)
    st.markdown(f"#### {plain(shortened(query.text, 80))}")
    placement = shown.projection.placement
    if placement is not None:
        st.caption(
            f"The hollow diamond is what you asked for, {placement.label}. The map itself stays "
            "as it was."
        )
    else:
        label = ec.PROJECTORS[shown.projection.method].label
        st.caption(f"What you asked for is not on the map: {label} places no new items.")
    _show_near(shown, near, "asked", f"{len(near)} nearest")

    def clear() -> None:
        view.choices.set("find", "")
        selection.select(())

    st.button("Clear the question", icon=":material/close:", type="tertiary", on_click=clear)


def _nearest_to(view: View, query: Query) -> list[ec.Neighbor]:
    """Return the items most like a query, with their scores as the metric has them."""
    sign = -1 if view.metric in DISTANCES else 1
    best = np.argsort(-query.likeness, kind="stable")[:NEAREST]
    return [ec.Neighbor(view.embedding.ids[at], sign * float(query.likeness[at])) for at in best]


def _show_near(
    shown: Shown,
    near: list[ec.Neighbor],
    name: str,
    title: str,
    columns: dict[str, list[str]] | None = None,
) -> None:
    """Draw items with their scores: to be seen, to be heard, or as a table."""
    view, selection = shown.view, shown.selection
    if are_sounds(view.collection):
        st.caption(f"{title}, by {METRIC_LABELS[view.metric].lower()}")
        kept = next(iter((columns or {}).values()), [])
        draw_playlist(
            view.collection,
            near,
            view.metric,
            key=f"{shown.page}-{name}",
            summary=title,
            notes=["" if how == "yes" else how for how in kept],
            on_pick=lambda picked: selection.select((picked,)),
        )
        return
    if shown.pictures is None:
        show_neighbors(
            near,
            view.metric,
            key=f"{shown.page}-{name}",
            title=title,
            columns=columns,
            on_pick=lambda picked: selection.select((picked,)),
        )
        return
    st.caption(f"{title}, by {METRIC_LABELS[view.metric].lower()}")
    cells = view.collection.positions
    draw_gallery(
        [Tile((cells[one.id],), score(one.score), title=one.id) for one in near],
        shown.pictures,
        key=f"{shown.page}-{name}",
        on_pick=lambda at: selection.select((near[at].id,)),
        describes=title,
        are_sent=True,
    )


def _pairs(shown: Shown) -> None:
    """Draw the pairs nearest to each other: something to see before anything is selected."""
    view, selection = shown.view, shown.selection
    embedding = view.embedding
    graph = neighbors_at_hand(view)
    told = "Select a point, or draw around some, to see what is near."
    if graph is None or not graph.k:
        st.caption(told)
        return
    st.caption(f"{told} The nearest pairs:")
    first = graph.distances[:, 0]
    found: dict[frozenset[int], float] = {}
    for i in np.argsort(first, kind="stable"):
        found.setdefault(frozenset((int(i), int(graph.indices[i, 0]))), float(first[i]))
        if len(found) == _PAIRS:
            break
    pairs = [tuple(embedding.ids[i] for i in sorted(pair)) for pair in found]
    scores = [_score(distance, view.metric) for distance in found.values()]
    if shown.pictures is not None:
        cells = view.collection.positions
        draw_gallery(
            [
                Tile(tuple(cells[id_] for id_ in pair), score(value), title=" – ".join(pair))
                for pair, value in zip(pairs, scores, strict=True)
            ],
            shown.pictures,
            key=f"{shown.page}-pairs",
            on_pick=lambda at: selection.select(pairs[at]),
            size=SMALL,
            describes="The nearest pairs",
            are_sent=True,
        )
        return
    named = [
        ec.Neighbor(" – ".join(shortened(id_, 20) for id_ in pair), value)
        for pair, value in zip(pairs, scores, strict=True)
    ]
    by_name = {neighbor.id: pair for neighbor, pair in zip(named, pairs, strict=True)}
    show_neighbors(
        named,
        view.metric,
        key=f"{view.choices.page}-pairs",
        title="Pair",
        on_pick=lambda name: selection.select(by_name[name]),
    )


def _score(distance: float, metric: str) -> float:
    return 1 - distance if metric == "cosine" else distance


def _one(shown: Shown) -> None:
    """Draw one item: its columns, its neighbours, and which of them the map tore away."""
    view, projection, selection = shown.view, shown.projection, shown.selection
    embedding, id_ = view.embedding, selection.ids[0]
    at = int(selection.positions[0])
    facts = view.collection.table.iloc[view.collection.positions[id_]]
    _name(view, id_)
    if view.collection.modality in _SHOWN:
        show_item(view.collection, id_)
    # A picture's size is among its facts.
    known = ("width", "height") if are_pictures(view.collection) else ()
    told = [plain(shortened(fact, 60)) for fact in facts_of(view.collection, id_)]
    told += [
        f"{plain(name)}: {plain(shortened(value, 60))}"
        for name, value in facts.items()
        if has_label(value) and str(value) != _text_of(view, id_) and name not in known
    ]
    if told:
        st.caption(" · ".join(told[:6]))
    if len(embedding) < 2:
        return
    k = min(K, max(1, (len(embedding) - 1) // 2))
    near = ec.nearest(embedding, id_, k, view.metric)
    _, false = false_and_true_neighbors(embedding, projection, at, k)
    on_map = _shown_near(projection, at, k)
    kept = ["yes" if embedding.positions[one.id] in on_map else "torn away" for one in near]
    if shown.pictures is not None:
        _neighbor_pictures(shown, near, kept, [embedding.ids[i] for i in false])
        return
    _show_near(shown, near, "near", f"{k} nearest", {"On the map": kept})
    if false:
        names = ", ".join(plain(shortened(embedding.ids[i], 20)) for i in false[:8])
        more = f" and {len(false) - 8} more" if len(false) > 8 else ""
        st.caption(f"Near on the map and not among the {k} nearest (dashed): {names}{more}.")


def _neighbor_pictures(
    shown: Shown, near: list[ec.Neighbor], kept: list[str], false: list[str]
) -> None:
    """Draw an item's true neighbours as pictures, and those that the map made up."""
    view, selection, k = shown.view, shown.selection, len(near)
    assert shown.pictures is not None
    cells = view.collection.positions
    st.caption(f"{k} nearest, by {METRIC_LABELS[view.metric].lower()}")
    draw_gallery(
        [
            Tile((cells[one.id],), score(one.score), "" if how == "yes" else how, one.id)
            for one, how in zip(near, kept, strict=True)
        ],
        shown.pictures,
        key=f"{shown.page}-near",
        on_pick=lambda at: selection.select((near[at].id,)),
        describes=f"{k} nearest",
        are_sent=True,
    )
    if not false:
        return
    st.caption(f"Near on the map and not among the {k} nearest:")
    draw_gallery(
        [Tile((cells[id_],), title=id_, dashed=True) for id_ in false],
        shown.pictures,
        key=f"{shown.page}-false",
        on_pick=lambda at: selection.select((false[at],)),
        size=SMALL,
        describes="False neighbours",
        are_sent=True,
    )


def _name(view: View, id_: str) -> None:
    """Draw what an item is called; of sentences and documents their text."""
    text = _text_of(view, id_)
    if len(text) <= _HEADING:
        st.markdown(f"#### {plain(text or shortened(id_, _HEADING))}")
    else:
        st.markdown(f"**{plain(shortened(text, _WHOLE))}**")


def _text_of(view: View, id_: str) -> str:
    """Return the text that an item is, "" where it is something else."""
    collection = view.collection
    if collection.unit not in ("sentence", "document"):
        return ""
    return str(collection.payloads[collection.positions[id_]].load())


def _shown_near(projection: Projection, at: int, k: int) -> set[int]:
    """Return the k nearest on the map, of equally near ones those that all figures count."""
    rows = np.array([at], dtype=np.intp)
    return set(exact_neighbors(projection.coords, k, "euclidean", rows=rows)[0][0].tolist())


def _many(shown: Shown) -> None:
    """Draw several items: how alike they are, and each one's likeness to all of them."""
    view, selection = shown.view, shown.selection
    part = view.embedding.take(selection.positions)
    st.markdown(f"#### {count(len(part), 'item')}")
    if len(part) == 2:
        st.caption(f"{word(part.ids[0])} and {word(part.ids[1])}")
    near = ec.nearest(part, _middle(part, view.metric), len(part), view.metric)
    mean = sum(neighbor.score for neighbor in near) / len(near)
    st.caption(
        f"{METRIC_LABELS[view.metric]} to the middle of the selection; on average {score(mean)}."
    )
    if shown.pictures is not None:
        _chosen_pictures(shown, near)
    elif are_sounds(view.collection):
        _show_near(shown, near[:_HEARD], "chosen", "Most typical first")
    else:
        show_neighbors(
            near[:_LISTED],
            view.metric,
            key=f"{view.choices.page}-chosen",
            title="Most typical first",
            on_pick=lambda picked: selection.select((picked,)),
            height=300 if len(near) > 9 else "content",
        )
    show_differences(view, selection)
    st.button(
        "Clear the selection",
        icon=":material/close:",
        type="tertiary",
        on_click=selection.select,
        args=((),),
    )


def _chosen_pictures(shown: Shown, near: list[ec.Neighbor]) -> None:
    """Draw what is selected as pictures, the most typical first."""
    assert shown.pictures is not None
    first = near[:_PICTURED]
    more = f" The first {len(first)} of {len(near):,}." if len(near) > len(first) else ""
    st.caption(f"The most typical first.{more}")
    cells = shown.view.collection.positions
    draw_gallery(
        [Tile((cells[one.id],), score(one.score), title=one.id) for one in first],
        shown.pictures,
        key=f"{shown.page}-chosen",
        on_pick=lambda at: shown.selection.select((first[at].id,)),
        size=LARGE if len(first) <= _FEW else SMALL,
        describes="What is selected",
        are_sent=True,
    )


def _middle(part: ec.Embedding, metric: str) -> np.ndarray:
    """Return the mean of some items, under cosine that of their directions."""
    return np.asarray(prepare(part.vectors, metric).mean(axis=0), dtype=np.float32)


PANEL = Panel("selected", "Selection", show)
