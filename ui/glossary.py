"""Terms of the field: a card for one of them beside the list of all, and links to it from pages."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import parse_qs

import pandas as pd
import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from embedding_core.errors import UnknownNameError
from embedding_core.teaching.glossary import Term, glossary
from ui.errors import show_notes
from ui.state import Choices, picked_rows

_FIRST = "embedding"
_ROW, _HEIGHT = 29, 620


def show_glossary(choices: Choices) -> None:
    """Draw the chosen term, and all of them to choose from."""
    chosen = _chosen(choices)
    with st.container(key="side-by-side"):
        left, right = st.columns([5, 4], gap="large")
        with left:
            _card(choices, chosen)
        with right:
            _list(choices)
    show_notes([*choices.notes, *glossary().notes])


def _chosen(choices: Choices) -> Term:
    terms = glossary().terms

    def read(texts: list[str]) -> str:
        if texts[-1] not in terms:
            raise UnknownNameError("term", texts[-1], terms)
        return texts[-1]

    name = choices.value("term", _FIRST, read)
    choices.link("term", [name] if name != _FIRST else [])
    return terms[name]


def _card(choices: Choices, term: Term) -> None:
    """Draw what a term means: two sentences, its formula, and where to see it."""
    st.markdown(f"## {term.title}")
    if term.also:
        st.caption(f"Also: {', '.join(term.also)}")
    st.markdown(term.says)
    st.latex(_stacked(term.formula))
    st.caption(term.symbols)
    if term.source:
        st.caption(f"Source: {term.source}")
    if term.view:
        open_view(term.view, "See it live")
    terms = glossary().terms
    with st.container(horizontal=True, vertical_alignment="center"):
        if term.related:
            st.caption("See also", width="content")
        for name in term.related:
            st.button(
                terms[name].title,
                key=f"glossary-related-{name}",
                type="tertiary",
                on_click=choices.set,
                args=("term", name),
            )


def _stacked(formula: str) -> str:
    """Return a formula of several parts with one a line: side by side they need a wide screen."""
    lines = r" \\[0.6em] ".join(formula.split(r"\qquad"))
    return rf"\begin{{gathered}}{lines}\end{{gathered}}"


def _list(choices: Choices) -> None:
    """Draw all terms, or those that are searched for; a click opens one."""
    typed = choices.text(
        "find", "Find a term", placeholder="such as cosine", label_visibility="collapsed"
    )
    found = glossary().find(typed)
    if not found:
        st.info("No term is called so, and none is explained with it.")
        return
    key = f"glossary-list-{typed}"

    def clicked() -> None:
        rows = picked_rows(key)
        if rows:
            choices.set("term", found[rows[0]].name)

    st.dataframe(
        pd.DataFrame(
            {"Term": [term.title for term in found], "What it is": [term.says for term in found]}
        ),
        key=key,
        hide_index=True,
        row_height=_ROW,
        height=min((len(found) + 1) * _ROW + 8, _HEIGHT),
        on_select=clicked,
        selection_mode="single-cell",
        column_config={
            "Term": st.column_config.TextColumn(width=215, help="A click opens it."),
            "What it is": st.column_config.TextColumn(width=260),
        },
    )


def open_view(view: str, label: str) -> None:
    """Draw a link to a page of this app with its choices.

    Parameters
    ----------
    view
        Such as ``"words?ask=analogy"``.
    label
        What the link is called.
    """
    page, _, query = view.partition("?")
    # A page started on its own (streamlit run pages/glossary.py) has no others.
    with suppress(StreamlitPageNotFoundError):
        st.page_link(
            f"pages/{page}.py",
            label=label,
            icon=":material/arrow_forward:",
            query_params={name: texts[-1] for name, texts in parse_qs(query).items()},
        )
