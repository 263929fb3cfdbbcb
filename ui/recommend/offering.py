"""What to recommend: the items expected highest, what each rating adds, who and what is alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import streamlit as st

import embedding_core as ec
from embedding_core.corated import Overlap, overlaps
from embedding_core.neighbors import Neighbor
from embedding_core.ratings import Role
from embedding_core.recommend import PlacedUser, Recommendation, explain, known_user, recommend
from ui.errors import told
from ui.neighbor_table import show_neighbors
from ui.plain import count, plain, shortened, word
from ui.questions.base import Question, notes
from ui.recommend.bars import Step, draw_sum
from ui.recommend.picking import choose_one
from ui.recommend.reading import (
    ROLES,
    change,
    is_implicit,
    names_of,
    only,
    rated,
    ratings_in,
    written,
)
from ui.state import picked_rows
from ui.view import View

RECOMMENDED = 10
REASONS = 2
_ALIKE = 8
_BARS = 8
_ROW, _SHORT = 29, 14


@st.fragment
def _ask(view: View) -> None:
    sentence = st.container()
    with told(stop=False):
        with st.container(horizontal=True, vertical_alignment="bottom", key="recommend-who"):
            with st.container(width=260):
                user = choose_one(view, "user", "user", "User", names_of(view, "user")[0])
            who = known_user(view.collection, view.embedding, user)
            found = recommend(view.collection, view.embedding, who, RECOMMENDED, reasons=REASONS)
            first = found[0].id if found else names_of(view, "item")[0]
            with st.container(width=320):
                item = choose_one(view, "item", "item", "Item", first, made_for=user)
        with sentence:
            st.markdown(f"##### {sentence_of(word(user), found, is_implicit(view))}")
            notes(view)
        with st.container(key="side-by-side"):
            best, why = st.columns(2, gap="large")
            users, items = st.columns(2, gap="large")
        with best:
            st.markdown(f"**Recommended to {plain(shortened(user))}**")
            show_recommended(view, found, "recommended", lambda id_: view.choices.set("item", id_))
            st.caption("Click an item to see why, and what is like it.")
        with why:
            st.markdown(f"**Why {plain(shortened(item))}**")
            show_reasons(view, who, item)
        with users:
            st.markdown(f"**Users like {plain(shortened(user))}**")
            _alike(view, "user", user, "user")
        with items:
            st.markdown(f"**Items like {plain(shortened(item))}**")
            _alike(view, "item", item, "item")
    view.choices.publish()


def sentence_of(user: str, found: Sequence[Recommendation], implicit: bool) -> str:
    """Read the recommendations: the first of them, and what speaks for it most."""
    if not found:
        return f"{user} has rated all there is: nothing is left to recommend"
    best = found[0]
    text = f"To {user}, {word(best.id)} is recommended first"
    if not best.because:
        return f"{text}, as it is liked in general: nothing they rated speaks for it"
    reason = best.because[0]
    if implicit:
        return f"{text}, mostly for {word(reason.id)}"
    return (
        f"{text}: a rating of {written(best.score)} is expected, mostly for {word(reason.id)}, "
        f"which they rated {reason.value:g}"
    )


def show_recommended(
    view: View,
    found: Sequence[Recommendation],
    name: str,
    on_pick: Callable[[str], None],
) -> None:
    """Draw recommendations, the best first; a click on one chooses it.

    Parameters
    ----------
    view
        Its collection is one of ratings.
    found
        As ``embedding_core.recommend.recommend`` returns them.
    name
        Unique among such tables on the page.
    on_pick
        Called with the item of the row that is clicked.
    """
    implicit, key = is_implicit(view), f"{view.choices.page}-{name}"
    columns: dict[str, list[object]] = {
        "Item": [one.id for one in found],
        "Fit" if implicit else "Expected": [one.score for one in found],
    }
    if not implicit:
        columns["Usual"] = [one.base for one in found]
    columns["Because of"] = [
        ", ".join(rated(reason.id, reason.value, implicit, 26) for reason in one.because) or "–"
        for one in found
    ]

    is_long = max((len(one.id) for one in found), default=0) > _SHORT

    def picked() -> None:
        rows = picked_rows(key)
        if rows:
            on_pick(found[rows[0]].id)

    st.dataframe(
        pd.DataFrame(columns),
        key=key,
        hide_index=True,
        row_height=_ROW,
        on_select=picked,
        selection_mode="single-cell",
        column_config={
            "Item": st.column_config.TextColumn(width=170 if is_long else 110),
            "Expected": st.column_config.NumberColumn(
                format="%.2f",
                width=70,
                help="The rating expected of this user. It may lie beyond the scale: nothing holds "
                "it there, and only the order counts.",
            ),
            "Fit": st.column_config.NumberColumn(
                format="%.2f", width=60, help="Near 1 for what fits this user, near 0 for the rest."
            ),
            "Usual": st.column_config.NumberColumn(
                format="%.2f", width=60, help="What the item gets whoever rates it."
            ),
            "Because of": st.column_config.TextColumn(
                help="What the user rated that speaks most for it; in brackets, how they rated it."
            ),
        },
    )


def show_reasons(view: View, who: PlacedUser, item: str) -> None:
    """Draw what adds up to the score of an item: what it usually gets, and each of the ratings."""
    implicit = is_implicit(view)
    found = explain(view.collection, view.embedding, who, item)
    shown, rest = found.because[:_BARS], found.because[_BARS:]
    steps = [Step(rated(one.id, one.value, implicit), one.adds, change(one.adds)) for one in shown]
    if rest:
        left = sum(one.adds for one in rest)
        steps.append(Step(f"{count(len(rest), 'other rating')}, together", left, change(left)))
    first = None if implicit else Step("What it usually gets", found.base, written(found.base))
    named = "Fit" if implicit else "Expected rating"
    draw_sum(first, steps, Step(named, found.score, written(found.score)))
    st.caption(plain(_explained(view, who, item, implicit)))


def _explained(view: View, who: PlacedUser, item: str, implicit: bool) -> str:
    text = (
        "Each bar is what one rating adds, and all of them sum to the score: a user's vector is a "
        "weighted sum over what they rated, so the score is one too (Hu, Koren and Volinsky, 2008)."
    )
    if not implicit:
        text += (
            " A low rating of something unlike it adds as well, and how high they rate in general "
            "is part of the bars."
        )
    place = view.collection.positions[item] - ratings_in(view).n_users
    already = np.flatnonzero(who.rated == place)
    if len(already):
        said = "used" if implicit else f"rated {who.values[already[0]]:g}"
        text += f" They have {said} it already, and that is among the bars."
    return text


def _alike(view: View, role: Role, one: str, choice: str) -> None:
    """Draw the nearest of the same kind, with what they share; a click looks at one."""
    among = only(view, role)
    if len(among) < 2:
        st.caption(f"There is no other {role}.")
        return
    near = ec.nearest(among, one, min(_ALIKE, len(among) - 1), view.metric)
    found = _shared(view, role, one, near)
    what = ROLES["item" if role == "user" else "user"]
    columns: dict[str, list[str]] = {
        f"Shared {what}": [f"{len(each):,}" for each in found],
        "By chance": [_number(each.by_chance) for each in found],
    }
    if not is_implicit(view):
        columns["Apart by"] = [f"{each.difference:.2f}" if len(each) else "–" for each in found]
    show_neighbors(
        near,
        view.metric,
        key=f"{view.choices.page}-alike-{role}",
        title=role.capitalize(),
        columns=columns,
        on_pick=lambda id_: view.choices.set(choice, id_),
    )
    st.caption(plain(_evidence(view, role, one, near, found)))


def _shared(view: View, role: Role, one: str, near: Sequence[Neighbor]) -> tuple[Overlap, ...]:
    ratings, places = ratings_in(view), view.collection.positions
    before = 0 if role == "user" else ratings.n_users
    others = [places[each.id] - before for each in near]
    return overlaps(ratings, role, places[one] - before, others)


def _evidence(
    view: View, role: Role, one: str, near: Sequence[Neighbor], found: Sequence[Overlap]
) -> str:
    """Return what stands behind the nearest: what both rated by name, and what chance is."""
    what = "items both rated" if role == "user" else "users who rated both"
    text = f"Shared: {what}. By chance: how many there would be if tastes had no part in it."
    if not is_implicit(view):
        text += " Apart by: how far the two ratings lie apart on average."
    if len(found[0]) and role == "user":
        items = names_of(view, "item")
        shown = ", ".join(
            rated(items[at], value, is_implicit(view), 30)
            for at, value in list(zip(found[0].shared.tolist(), found[0].second, strict=True))[:4]
        )
        text += f" {shortened(near[0].id)} rated {shown} as well."
    elif not len(found[0]):
        text += (
            f" {shortened(near[0].id)} shares nothing with {shortened(one)}: the two are near by "
            "what others rated."
        )
    return text


def _number(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


QUESTION = Question("offer", "What to recommend", _ask, has_metric=True)
