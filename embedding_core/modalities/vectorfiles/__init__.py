"""Files of ready-made vectors: one reader a kind of file, listed here.

A reader tells what it found as a :class:`Found`; ``assembly.py`` checks it and makes a collection.
"""

from embedding_core.modalities.vectorfiles import (
    arrays,
    columns,
    lance,
    records,
    tables,
    tensors,
    word2vec,
)
from embedding_core.modalities.vectorfiles.base import Reader

READERS: tuple[Reader, ...] = (
    *arrays.READERS,
    *tables.READERS,
    *columns.READERS,
    *records.READERS,
    *word2vec.READERS,
    *tensors.READERS,
    *lance.READERS,
)
