"""How a model reads texts: word pieces, what it adds, and the padding of a batch."""

from __future__ import annotations

from html import escape

import streamlit as st

from embedding_core.contexts import Contexts, Segments, pieces_of
from embedding_core.transformer import Tokens
from ui.plain import count, plain
from ui.view import View

_ROWS = 6
_STYLE = """
<style>
.ex-pieces { overflow-x: auto; }
.ex-pieces table { border-collapse: separate; border-spacing: .2rem; }
.ex-pieces td { border-radius: .25rem; padding: .1rem .35rem; white-space: nowrap;
  font-size: .85rem; background: color-mix(in srgb, currentColor 8%, transparent); }
.ex-pieces td small { display: block; opacity: .65; font-size: .7rem; }
.ex-pieces td.ex-added { background: transparent;
  box-shadow: inset 0 0 0 1px color-mix(in srgb, currentColor 35%, transparent); }
.ex-pieces td.ex-word { outline: 2px solid var(--st-primary-color, #4a4bc4); }
.ex-pieces td.ex-pad { opacity: .35; background: transparent; }
</style>
"""


def show_pieces(model: Segments, contexts: Contexts, view: View) -> None:
    """Draw the first sentences as the batch that the model gets."""
    typed = view.choices.text(
        "tokenize", "Any text", placeholder="Type a text to see its pieces"
    ).strip()
    if typed:
        rows = [(model.tokenize(typed), (0, 0))]
    else:
        pairs = list(zip(contexts.sentences, contexts.spans, strict=True))[:_ROWS]
        rows = [(model.tokenize(sentence), span) for sentence, span in pairs]
    longest = max(len(tokens.pieces) for tokens, _ in rows)
    lines = [_line(tokens, span, longest) for tokens, span in rows]
    st.html(f'{_STYLE}<div class="ex-pieces"><table>{"".join(lines)}</table></div>')
    known = sum(len(tokens.pieces) for tokens, _ in rows)
    padding = longest * len(rows) - known
    st.caption(
        plain(
            f"{count(known, 'piece')}, each with its number in the model's vocabulary; ## goes on "
            "with the word before it. Framed: what the model adds. "
        )
        + (
            f"Faint: {count(padding, 'place')} of padding, so that all rows are as long as the "
            "longest; a mask tells the model to look past them."
            if padding
            else "A text alone needs no padding."
        )
    )
    cut = rows[0][0].n_cut
    if typed and cut:
        st.caption(f"{count(cut, 'piece')} beyond the model's limit were cut off.")


def _line(tokens: Tokens, span: tuple[int, int], longest: int) -> str:
    marked = set(pieces_of(tokens, span))
    cells = []
    for at, (piece, id_) in enumerate(zip(tokens.pieces, tokens.ids, strict=True)):
        kind = "ex-added" if tokens.is_added[at] else "ex-word" if at in marked else ""
        cells.append(f'<td class="{kind}">{escape(piece)}<small>{id_}</small></td>')
    pad = '<td class="ex-pad">[PAD]<small>masked</small></td>' * (longest - len(cells))
    return f"<tr>{''.join(cells)}{pad}</tr>"
