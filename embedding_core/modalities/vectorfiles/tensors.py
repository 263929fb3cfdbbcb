"""Safetensors: a matrix under a name, such as a model's table of token vectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedding_core.errors import UnreadableItemError
from embedding_core.modalities.base import check_size
from embedding_core.modalities.vectorfiles.base import (
    Asked,
    Blob,
    Found,
    Reader,
    check_bytes,
    choose,
    head_of,
    on_disk,
    others_note,
    preferred,
)
from embedding_core.modalities.vectorfiles.signatures import by_content

_PLAIN = frozenset(["F64", "F32", "F16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8",
                    "BOOL"])  # fmt: skip
_BRAIN = "BF16"
_LIKELY = ("wte.weight", "embed_tokens.weight", "word_embeddings.weight", "token_embedding.weight")


def _read(source: Blob, name: str, asked: Asked) -> Found:
    with _opened(source, name) as (file, path):
        shapes = _shapes(file)
        matrices = _matrices(shapes)
        if not matrices:
            held = ", ".join(f"{key} {shape}" for key, shape in list(shapes.items())[:8])
            raise UnreadableItemError(
                name,
                f"it holds no matrix of vectors, (n, dim), but {held or 'nothing'}; save one with "
                "two dimensions.",
            )
        chosen = choose(matrices, asked.column, name, "tensor") if asked.column else ""
        chosen = chosen or _likeliest(matrices, shapes)
        n, dim = shapes[chosen]
        check_size(n, name)
        check_bytes(4 * n * dim, name)
        matrix = _tensor(file, path, chosen, name)
        columns = {
            key: _tensor(file, path, key, name)
            for key, shape in shapes.items()
            if shape == (n,) and file.get_slice(key).get_dtype() in _PLAIN
        }
    return Found(matrix, _table(columns), others_note(chosen, matrices, name, "tensor"))


def _candidates(source: Blob, name: str) -> tuple[str, ...]:
    with _opened(source, name) as (file, _):
        return tuple(_matrices(_shapes(file)))


@contextmanager
def _opened(source: Blob, name: str) -> Iterator[tuple[Any, Path]]:
    from safetensors import SafetensorError, safe_open

    try:
        with on_disk(source, name) as path, safe_open(path, "np") as file:
            yield file, path
    except (SafetensorError, OSError) as problem:
        raise UnreadableItemError(
            name,
            f"it is no safetensors file, or damaged or cut short{by_content(head_of(source, 16))}; "
            "save it again.",
        ) from problem


def _shapes(file: Any) -> dict[str, tuple[int, ...]]:
    return {str(key): tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118


def _matrices(shapes: dict[str, tuple[int, ...]]) -> list[str]:
    return [key for key, shape in shapes.items() if len(shape) == 2 and 0 not in shape]


def _likeliest(matrices: list[str], shapes: dict[str, tuple[int, ...]]) -> str:
    """Return the tensor called most like vectors, else the one with most rows."""
    for ending in _LIKELY:
        for key in matrices:
            if key.endswith(ending):
                return key
    return preferred(matrices) or max(matrices, key=lambda key: shapes[key][0])


def _tensor(file: Any, path: Path, key: str, name: str) -> NDArray[Any]:
    """Return one tensor; bfloat16, which NumPy does not know, as float32."""
    kind = file.get_slice(key).get_dtype()
    if kind in _PLAIN:
        return np.asarray(file.get_tensor(key))
    if kind != _BRAIN:
        raise UnreadableItemError(
            name,
            f"its tensor “{key}” holds values of type {kind}; save it as F32, F16 or BF16.",
        )
    from safetensors import safe_open

    with safe_open(path, "pt") as with_torch:
        return np.asarray(with_torch.get_tensor(key).float().numpy())


def _table(columns: dict[str, NDArray[Any]]) -> Any:
    import pandas as pd

    return pd.DataFrame(columns)


READERS = (Reader((".safetensors",), _read, _candidates),)
