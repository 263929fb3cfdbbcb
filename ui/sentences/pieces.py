"""How a model reads texts: word pieces, what it adds, and the padding of a batch."""

from __future__ import annotations

from html import escape

import streamlit as st

from embedding_core.contexts import Contexts, Segments, pieces_of
from embedding_core.teaching.glossary import more_on
from embedding_core.transformer import Tokens
from ui.plain import count, plain
from ui.view import View

_ROWS = 6
_MOST_PIECES = 200
# What vocabularies write before a piece, and what it says.
_MARKS = {
    "##": "“##” goes on with the word before it.",
    "▁": "“▁” begins a word.",
    "Ġ": "“Ġ” begins a word.",
}
_STYLE = """
<style>
.ex-pieces { overflow-x: auto; }
.ex-pieces table { border-collapse: separate; border-spacing: .14rem .3rem; }
.ex-pieces td { border-radius: .25rem; padding: .1rem .26rem; white-space: nowrap;
  font-size: .8rem; background: color-mix(in srgb, currentColor 8%, transparent); }
.ex-pieces td small { display: block; opacity: .65; font-size: .62rem; }
.ex-pieces td.ex-added { background: transparent;
  box-shadow: inset 0 0 0 1px color-mix(in srgb, currentColor 35%, transparent); }
.ex-pieces td.ex-word { box-shadow: inset 0 0 0 2px var(--st-primary-color, #4a4bc4); }
.ex-pieces td.ex-pad { opacity: .4; background: transparent; }
</style>
"""


def show_pieces(model: Segments, contexts: Contexts, view: View) -> None:
    """Draw the first sentences, or a typed text, as the batch that the model gets."""
    typed = view.choices.text(
        "tokenize",
        "Any text",
        placeholder="Type a text to see its pieces",
        label_visibility="collapsed",
    ).strip()
    if typed:
        rows = [(model.tokenize(typed), (0, 0))]
    else:
        # A sentence that has the word twice is read once.
        first = dict(reversed(list(zip(contexts.sentences, contexts.spans, strict=True))))
        sentences = list(dict.fromkeys(contexts.sentences))[:_ROWS]
        rows = [(model.tokenize(sentence), first[sentence]) for sentence in sentences]
    longest = max(len(tokens.pieces) for tokens, _ in rows)
    lines = [_line(tokens, span, longest) for tokens, span in rows]
    st.html(f'{_STYLE}<div class="ex-pieces"><table>{"".join(lines)}</table></div>')
    legend = plain(_legend([tokens for tokens, _ in rows], longest))
    st.caption(legend + more_on("Token"))


def _line(tokens: Tokens, span: tuple[int, int], longest: int) -> str:
    """Return a text's pieces as a row of cells, filled up to the longest of the batch."""
    marked = set(pieces_of(tokens, span))
    cells = []
    for at, (piece, id_) in enumerate(zip(tokens.pieces, tokens.ids, strict=True)):
        if at == _MOST_PIECES:
            break
        kind = "ex-added" if tokens.is_added[at] else "ex-word" if at in marked else ""
        cells.append(f'<td class="{kind}">{escape(piece)}<small>{id_}</small></td>')
    padding = min(longest, _MOST_PIECES) - len(cells)
    cells += ['<td class="ex-pad">pad<small>masked</small></td>'] * padding
    return f"<tr>{''.join(cells)}</tr>"


def _legend(rows: list[Tokens], longest: int) -> str:
    """Say what the cells are, and how much of the batch is padding."""
    pieces = [piece for tokens in rows for piece in tokens.pieces]
    told = [f"{count(len(pieces), 'piece')}, each with its number in the model's vocabulary."]
    told += [
        what for mark, what in _MARKS.items() if any(piece.startswith(mark) for piece in pieces)
    ]
    if any(any(tokens.is_added) for tokens in rows):
        told.append("Thin frame: what the model adds.")
    padding = longest * len(rows) - len(pieces)
    if padding:
        told.append(
            f"Faint: {count(padding, 'place')} of padding, so that all rows are as long as the "
            "longest; a mask tells the model to look past them."
        )
    elif len(rows) == 1:
        told.append("A text alone needs no padding.")
    if longest > _MOST_PIECES:
        told.append(f"The first {_MOST_PIECES} pieces of a row are shown.")
    cut = sum(tokens.n_cut for tokens in rows)
    if cut:
        told.append(f"{count(cut, 'piece')} beyond the model's limit were cut off.")
    return " ".join(told)
