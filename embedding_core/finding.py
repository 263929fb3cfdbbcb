"""Finding items: by letters, by a pattern, by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embedding_core.collection import writable
from embedding_core.errors import ExplorerError, InputError
from embedding_core.models import EncoderSpec, TextQuery, Vocabulary
from embedding_core.similarity import unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from embedding_core.collection import Collection
    from embedding_core.embedding import Embedding


def find(
    collection: Collection, text: str, *, ids: Sequence[str] | None = None, pattern: bool = False
) -> NDArray[np.intp]:
    """Return where a text stands: in the ids, else in any column. Upper and lower case are alike.

    Parameters
    ----------
    collection : Collection
    text : str
        An item that is called just this is found alone. Empty finds nothing.
    ids : sequence of str, optional
        Those to look at, all items where left out.
    pattern : bool
        Take the text for a regular expression (RE2: no look-around and no back-references, and no
        pattern that takes for ever).

    Returns
    -------
    ndarray of shape (m,), intp
        Positions in `ids`, ascending.

    Raises
    ------
    InputError
        If the pattern is not valid.
    """
    ids = collection.ids if ids is None else ids
    if not text:
        return np.empty(0, dtype=np.intp)
    if not pattern:
        folded = text.casefold()
        exact = [at for at, id_ in enumerate(ids) if id_.casefold() == folded]
        if exact:
            return np.array(exact, dtype=np.intp)
    found = _matches(ids, text, pattern)
    if found.any():
        return np.flatnonzero(found)
    rows = [collection.positions[id_] for id_ in ids]
    for name in collection.table.columns:
        column = collection.table[name].iloc[rows]
        cells = column.astype(object).where(column.notna(), "")
        found |= _matches([writable(str(cell)) for cell in cells], text, pattern)
    return np.flatnonzero(found)


def _matches(texts: Sequence[str], wanted: str, pattern: bool) -> NDArray[np.bool_]:
    import pyarrow as pa
    import pyarrow.compute as pc

    match: Any = pc.match_substring_regex if pattern else pc.match_substring
    try:
        found = match(pa.array(texts, pa.string()), wanted, ignore_case=True)
    except pa.ArrowInvalid as problem:
        why = str(problem).split(":")[-1].strip()
        raise InputError(
            f"The pattern {wanted!r} cannot be read ({why}); write a regular expression such as "
            "^a.*e$, or search for plain text."
        ) from problem
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def text_model(embedding: Embedding) -> TextQuery | None:
    """Return what embeds a typed text into the space of some vectors.

    The model that made them; for vectors that came from a file, the pretrained model the file
    names, where that is on this machine.

    Returns
    -------
    TextQuery or None
        None where the space knows no text.
    """
    from embedding_core.embedders import EMBEDDERS
    from embedding_core.embedding import load

    if isinstance(embedding.model, TextQuery):
        return embedding.model
    spec = EMBEDDERS.get(embedding.spec_name)
    if embedding.model is not None or not isinstance(spec, EncoderSpec):
        return None
    try:
        if spec.space(embedding.params) != embedding.space:
            return None
        model = load(embedding.spec_name, **embedding.params)
    except (ExplorerError, KeyError):
        # Weights that are not here, or settings of another version: then there is no text search.
        return None
    return model if isinstance(model, TextQuery) else None


def query_vector(embedding: Embedding, text: str) -> NDArray[np.float32]:
    """Return the vector of a typed text in the space of some vectors, (dim,) float32.

    Where the model knows single words only, several stand for the mean of their directions.

    Raises
    ------
    InputError
        If the space knows no text, or none of its words.
    """
    model = text_model(embedding)
    if model is None:
        raise InputError(
            f"Vectors of {embedding.spec_name} cannot be searched by meaning: no model that embeds "
            "text into their space is here; search for letters instead."
        )
    words = text.split()
    if not isinstance(model, Vocabulary) or len(words) < 2:
        return model.embed_text(text)
    known = [word for word in words if model.positions([word])[0] >= 0]
    if not known:
        return model.embed_text(words[0])
    directions = unit(np.stack([model.embed_text(word) for word in known]))
    return np.asarray(directions.mean(axis=0), dtype=np.float32)
