"""A new user: ratings set by hand, the place they give on the map, and what they lead to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

import embedding_core as ec
from embedding_core.errors import InputError
from embedding_core.jobs import Job
from embedding_core.modalities.tables import is_number
from embedding_core.projection import Projection
from embedding_core.quality import Quality
from embedding_core.recommend import PlacedUser, Recommendation, place_user, recommend
from ui import cached, colouring
from ui.errors import told
from ui.jobs import show_progress
from ui.map import Style, draw_map
from ui.plain import count, listed, plain, shortened, word
from ui.questions.base import Question, notes
from ui.recommend.offering import REASONS, show_reasons, show_recommended
from ui.recommend.reading import (
    is_implicit,
    levels_of,
    names_of,
    only,
    ratings_in,
)
from ui.sentences.following import follow
from ui.state import component_state
from ui.view import View, map_badge, projected, trust

YOU = "You"
_BEGUN_WITH, _OFFERED, _RECOMMENDED = 6, 1_000, 8
_BUTTONS = 6
_NEAR = 5
_NOT_RATED = "–"
_HEIGHT = 520
_MOST_ROWS, _ROWS = 8, 380

Given = dict[str, float]


def _ask(view: View) -> None:
    projection, drawing = projected(view.embedding, view.map)
    quality, measuring = trust(view.embedding, projection)
    _newcomer(view, projection, quality, drawing or measuring)


@st.fragment
def _newcomer(
    view: View, projection: Projection, quality: Quality | None, waiting: Job | None
) -> None:
    sentence = st.container()
    with st.container(key="side-by-side"):
        left, right = st.columns([2, 3], gap="medium")
        below = st.columns(2, gap="large")
    with left:
        given = _choose_ratings(view)
    with right, told():
        who = place_user(view.collection, view.embedding, given) if given else None
        found = _best(view, who)
        _map(view, projection, quality, who, found)
        if waiting is not None:
            show_progress(waiting, "Map")
    if who is not None and found:
        with below[0]:
            _recommended(view, who, found)
        with below[1]:
            _why(view, who, found)
    with sentence:
        st.markdown(f"##### {_sentence(view, given, who, found)}")
        notes(view)
    view.choices.publish()


# --- ratings by hand ------------------------------------------------------------------------------


def _choose_ratings(view: View) -> Given:
    """Draw the list of items to rate, and return what was rated."""
    given = _given(view)
    rows = tuple(dict.fromkeys([*_listed(view), *given]))
    implicit = is_implicit(view)
    st.markdown("**What do you like?**" if implicit else "**Rate what you know**")
    _add(view, rows)
    height: Any = _ROWS if len(rows) > _MOST_ROWS else "content"
    with st.container(height=height, border=False, gap="xsmall", key="recommend-rows"):
        for id_ in rows:
            _row(view, id_, given.get(id_), implicit)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Clear",
            icon=":material/delete:",
            type="tertiary",
            disabled=not given,
            on_click=_clear,
            args=(view,),
        )
    st.caption(
        plain(
            "The list begins with what most users rated. Nothing is trained again: items stay "
            "where they are, and you are placed by the equation that placed every other user."
        )
    )
    return dict.fromkeys(given, _usual(view)) if implicit else given


def _given(view: View) -> Given:
    """Return the ratings set so far, from the link at first; those of other data are gone."""
    choices, known = view.choices, frozenset(names_of(view, "item"))
    made_for = (view.collection.fingerprint, is_implicit(view))
    follow(choices, "rated-of", made_for, {"rated": {}, "listed": _most_rated(view)})

    def read(texts: list[str]) -> Given:
        found = {}
        for text in texts:
            number, _, id_ = text.partition(" ")
            if not (is_number(number) and math.isfinite(float(number))):
                raise InputError(
                    f"It rates with “{shortened(text)}”; that takes a number, a blank and an item."
                )
            found[id_] = float(number)
        unknown = [id_ for id_ in found if id_ not in known]
        if unknown:
            choices.tell_of_link(f"It rates {listed(unknown)}, and there is no such item here.")
        return {id_: value for id_, value in found.items() if id_ in known}

    nothing: Given = {}
    given = choices.value("rated", nothing, read)
    choices.link("rated", [f"{value:g} {id_}" for id_, value in given.items()])
    return dict(given)


def _listed(view: View) -> tuple[str, ...]:
    return view.choices.value("listed", _most_rated(view))


def _most_rated(view: View) -> tuple[str, ...]:
    ratings = ratings_in(view)
    counts = np.bincount(ratings.items, minlength=ratings.n_items)
    most = np.argsort(-counts, kind="stable")[:_BEGUN_WITH]
    names = names_of(view, "item")
    return tuple(names[at] for at in most.tolist())


def _add(view: View, there: Sequence[str]) -> None:
    """Draw the search: what is chosen joins the list."""
    names, key = names_of(view, "item"), f"{view.choices.page}-add-{len(there)}"
    taken = set(there)
    offered = [id_ for id_ in names[:_OFFERED] if id_ not in taken]

    def added() -> None:
        id_ = component_state(key)
        if isinstance(id_, str) and id_ in view.collection.positions and id_ in set(names):
            view.choices.set("listed", (id_, *_listed(view)))
        elif id_:
            view.choices.set("add-problem", f"There is no item called “{shortened(id_)}”.")

    st.selectbox(
        "Add an item",
        offered,
        index=None,
        key=key,
        placeholder=f"Search {len(names):,} items",
        label_visibility="collapsed",
        accept_new_options=len(names) > _OFFERED,
        on_change=added,
    )
    problem: str = view.choices.value("add-problem", "")
    if problem:
        view.choices.set("add-problem", "")
        st.caption(plain(problem))


def _row(view: View, id_: str, value: float | None, implicit: bool) -> None:
    """Draw one item with what it is rated."""
    key = f"{view.choices.page}-rate-{view.choices.value('cleared', 0)}-{id_}"

    def changed() -> None:
        said = component_state(key)
        given = dict(_given(view))
        given.pop(id_, None)
        if implicit and said:
            given[id_] = 1.0
        elif not implicit and said is not None and said != _NOT_RATED:
            given[id_] = float(str(said))
        view.choices.set("rated", given)

    def removed() -> None:
        given = {other: rated for other, rated in _given(view).items() if other != id_}
        view.choices.set("rated", given)
        view.choices.set("listed", tuple(other for other in _listed(view) if other != id_))

    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        with st.container(width="stretch"):
            st.markdown(plain(shortened(id_)))
        with st.container(width="content" if implicit else 210):
            _rate(view, id_, value, implicit, key, changed)
        st.button(
            "",
            icon=":material/close:",
            key=f"{key}-remove",
            type="tertiary",
            help=f"Take {plain(shortened(id_))} out of the list",
            on_click=removed,
        )


def _rate(
    view: View, id_: str, value: float | None, implicit: bool, key: str, changed: Any
) -> None:
    """Draw the widget for one rating: buttons for a few levels, else a slider."""
    fixed: dict[str, Any] = {"key": key, "on_change": changed, "label_visibility": "collapsed"}
    label = f"Rating of {shortened(id_)}"
    if implicit:
        st.toggle(label, value=value is not None, **fixed)
        return
    levels = levels_of(ratings_in(view))
    if value is not None and value not in levels:
        # What a link brought stays as it is.
        levels = tuple(sorted({*levels, value}))
    if len(levels) <= _BUTTONS:
        st.segmented_control(
            label, levels, default=value, format_func=lambda level: f"{level:g}", **fixed
        )
        return
    st.select_slider(
        label,
        [_NOT_RATED, *levels],
        value=_NOT_RATED if value is None else value,
        format_func=lambda level: level if isinstance(level, str) else f"{level:g}",
        **fixed,
    )


def _clear(view: View) -> None:
    nothing: Given = {}
    view.choices.set("rated", nothing)
    # Widgets of other names, which know nothing of what was set before.
    view.choices.set("cleared", view.choices.value("cleared", 0) + 1)


def _usual(view: View) -> float:
    """Return what a use weighs: as much as in the middle of the data."""
    return float(np.median(ratings_in(view).values))


# --- what comes of them ---------------------------------------------------------------------------


def _best(view: View, who: PlacedUser | None) -> tuple[Recommendation, ...]:
    if who is None:
        return ()
    return recommend(view.collection, view.embedding, who, _RECOMMENDED, reasons=REASONS)


def _map(
    view: View,
    projection: Projection,
    quality: Quality | None,
    who: PlacedUser | None,
    found: Sequence[Recommendation],
) -> None:
    """Draw the map that stays as it is, with the new user on it."""
    known = view.embedding.positions
    before = ratings_in(view).n_users
    draw_map(
        cached.geometry(projection, view.collection),
        Style(
            selected=[] if who is None else (who.rated + before).tolist(),
            emphasised=[known[one.id] for one in found],
            extra=_place(view, projection, who),
            axis_titles=projection.axis_titles or None,
            badge=map_badge(quality, len(projection.ids)),
            **_colours(view, projection, quality, who),
        ),
        key=f"{view.choices.page}-newcomer",
        height=_HEIGHT,
        summary=f"Map of {count(len(projection.ids), 'user and item', 'users and items')}.",
        file_name="new-user",
    )
    if projection.placement is None:
        label = ec.PROJECTORS[projection.method].label
        st.caption(plain(f"A map by {label} takes in nobody new; choose PCA or UMAP to see you."))
    elif who is not None:
        st.caption(
            plain(
                f"“{YOU}” is {projection.placement.label}. Rings mark what you rated; items are "
                f"coloured by {_named(view)}, users are grey."
            )
        )


def _place(
    view: View, projection: Projection, who: PlacedUser | None
) -> list[tuple[str, list[float]]]:
    if who is None or projection.placement is None:
        return []
    place = projection.transform(view.prepared(who.vector[None]))[0]
    return [(YOU, [float(part) for part in place])]


def _colours(
    view: View, projection: Projection, quality: Quality | None, who: PlacedUser | None
) -> Mapping[str, Any]:
    """Return colours by what the new user is expected to think of each item; users are grey."""
    if who is None:
        column = colouring.default_column(view.collection, view.data.color)
        return colouring.colour_by(column, view.collection, projection.ids, quality)
    scores = view.embedding.model.scores(who.vector.astype(np.float64), who.bias)  # type: ignore[attr-defined]
    values = np.full(len(projection.ids), np.nan, dtype=np.float32)
    values[ratings_in(view).n_users :] = scores
    return {"values": values, "value_title": _named(view)}


def _named(view: View) -> str:
    return "fit" if is_implicit(view) else "expected rating"


def _recommended(view: View, who: PlacedUser, found: Sequence[Recommendation]) -> None:
    """Draw what is recommended, and who is near."""
    st.markdown("**Recommended to you**")
    show_recommended(view, found, "for-you", lambda id_: view.choices.set("why", id_))
    users = only(view, "user")
    near = ec.nearest(users, who.vector, min(_NEAR, len(users)), view.metric)
    names = ", ".join(shortened(one.id) for one in near)
    st.caption(plain(f"Nearest users: {names}. Click an item to see why."))


def _why(view: View, who: PlacedUser, found: Sequence[Recommendation]) -> None:
    """Draw what adds up to the score of the item that was clicked, else of the first."""
    names = [one.id for one in found]
    asked = view.choices.value("why", "")
    item = asked if asked in names else names[0]
    st.markdown(f"**Why {plain(shortened(item))}**")
    show_reasons(view, who, item)


def _sentence(
    view: View, given: Given, who: PlacedUser | None, found: Sequence[Recommendation]
) -> str:
    """Read what was rated and what it leads to."""
    if who is None:
        one = "Like one item" if is_implicit(view) else "Rate one item"
        return f"{one}, and you appear among {count(ratings_in(view).n_users, 'user')}"
    rated = f"After {count(len(given), 'like' if is_implicit(view) else 'rating')}"
    if not found:
        return f"{rated} nothing is left to recommend"
    return f"{rated}, {word(found[0].id)} is what you should like most"


QUESTION = Question("new", "A new user", _ask, has_map=True, has_metric=True)
