"""Make the built-in vectors from packages that are installed anyway.

    python samples/vectors/build_vectors.py

Writes digits.parquet (from scikit-learn) and frequent-words.parquet (from GloVe) beside this file.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.datasets import load_digits

import embedding_core as ec

HERE = Path(__file__).resolve().parent
WORDS = 3_000


def save(name: str, columns: dict[str, pa.Array], vectors: np.ndarray) -> None:
    """Write one row an item, its vector last."""
    flat = pa.array(np.ascontiguousarray(vectors, dtype=np.float32).ravel())
    columns["vector"] = pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])
    pq.write_table(pa.table(columns), HERE / name, compression="zstd", compression_level=19)


def digits() -> None:
    """The 8 x 8 pictures of handwritten digits, each a vector of its 64 grey values."""
    data = load_digits()
    seen: Counter[int] = Counter()
    ids = []
    for digit in data.target.tolist():
        seen[digit] += 1
        ids.append(f"{digit} #{seen[digit]}")
    labels = pa.array([str(digit) for digit in data.target])
    save("digits.parquet", {"id": pa.array(ids), "digit": labels}, data.data)


def frequent_words() -> None:
    """The most frequent words of GloVe that have three letters or more and nothing else."""
    model = ec.load("glove-6b-50d")
    words = [word for word in model.words[: WORDS * 3] if word.isalpha() and len(word) > 2][:WORDS]
    places = model.positions(words)
    columns = {
        "id": pa.array(words),
        "frequency rank": pa.array((places + 1).astype(np.int32)),
        "letters": pa.array(np.array([len(word) for word in words], dtype=np.int32)),
    }
    save("frequent-words.parquet", columns, np.asarray(model.matrix[places]))


if __name__ == "__main__":
    digits()
    frequent_words()
