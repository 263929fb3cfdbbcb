"""The ratings in view: how they are taken, their scale, users apart from items."""

from __future__ import annotations

import numpy as np
import streamlit as st

from embedding_core.collection import Collection
from embedding_core.embedders.factorization import rule_of
from embedding_core.embedding import Embedding
from embedding_core.ratings import Ratings, Role, ratings_of
from ui.plain import plain, shortened
from ui.sidebar import ModelChoice
from ui.sources import Data
from ui.view import View

ROLES: dict[Role, str] = {"user": "users", "item": "items"}


def ratings_in(view: View) -> Ratings:
    """Return the ratings of the collection in view."""
    return ratings_of(view.collection)


def names_of(view: View, role: Role) -> tuple[str, ...]:
    """Return what the users are called, or the items."""
    n = ratings_in(view).n_users
    return view.collection.ids[:n] if role == "user" else view.collection.ids[n:]


def only(view: View, role: Role) -> Embedding:
    """Return the vectors of the users alone, or of the items alone."""
    return _part(view.embedding, ratings_in(view).n_users, role)


def is_implicit(view: View) -> bool:
    """Tell whether ratings are taken to say only that something was used or liked."""
    assert view.model is not None
    return rule_of(ratings_in(view), view.model.params).implicit


def explain_reading(collection: Collection, model: ModelChoice) -> str:
    """Return how ratings are taken, and what that means."""
    ratings = ratings_of(collection)
    if rule_of(ratings, model.params).implicit:
        return (
            "Each rating is taken to say only that something was used or liked, and what is not "
            "rated speaks weakly against it (implicit feedback). “Ratings say”, in the settings, "
            "changes that."
        )
    low, high = ratings.values.min(), ratings.values.max()
    return (
        f"Each rating, from {low:g} to {high:g}, is taken to say how much something was liked, and "
        "what is not rated says nothing (explicit feedback). “Ratings say”, in the settings, "
        "changes that."
    )


def explain(data: Data, model: ModelChoice) -> None:
    """Draw how ratings are taken; where there are none, the model says so."""
    if isinstance(data.collection.context, Ratings):
        st.caption(plain(explain_reading(data.collection, model)))


def levels_of(ratings: Ratings, most: int = 21) -> tuple[float, ...]:
    """Return the ratings there are, rising; of more than `most`, so many that span them evenly."""
    found = np.unique(ratings.values).astype(float)
    if len(found) > most:
        found = np.unique(
            [float(f"{level:.3g}") for level in np.linspace(found[0], found[-1], most)]
        )
    return tuple(found.tolist())


def written(value: float) -> str:
    """Return an expected rating as people read it: 3.93, −.12, 1,240."""
    return change(value).removeprefix("+")


def change(value: float) -> str:
    """Return what something adds, with its sign: +.27, −.04."""
    text = f"{value:+,.0f}" if abs(value) >= 100 else f"{value:+.2f}"
    return (
        text.replace("-", "−").replace("0.", ".", 1) if abs(value) < 1 else text.replace("-", "−")
    )


def rated(name: str, value: float, implicit: bool, length: int = 40) -> str:
    """Return an item with the rating it got; that it was rated says all of what was only used."""
    short = shortened(name, length)
    return short if implicit else f"{short} ({value:g})"


@st.cache_resource(
    max_entries=8, show_spinner=False, hash_funcs={Embedding: lambda e: e.fingerprint}
)
def _part(embedding: Embedding, n_users: int, role: Role) -> Embedding:
    n = len(embedding)
    return embedding.take(range(n_users) if role == "user" else range(n_users, n))
