"""Files of graphs: one module a family of formats."""

from collections.abc import Callable

from embedding_core.modalities.graphfiles import edgelist, exchange, matrix, records
from embedding_core.modalities.graphfiles.base import Asked, Found

READERS: dict[str, Callable[[bytes, str, Asked], Found]] = {
    ".graphml": exchange.read_graphml,
    ".gexf": exchange.read_gexf,
    ".gml": exchange.read_gml,
    ".json": records.read,
    ".npz": matrix.read_npz,
    ".edges": edgelist.read,
    ".edgelist": edgelist.read,
    ".csv": edgelist.read,
    ".tsv": edgelist.read,
    ".txt": edgelist.read,
}
