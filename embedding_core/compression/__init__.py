"""Vectors made smaller, and what is lost by it.

::

    report = ec.measure_compression(embedding, ["float32", "int8", "pca64+int8", "pq16", "binary"])
    for each in report.measured:
        print(each.recipe.label, each.bytes_per_vector, each.recall)
"""

from embedding_core.compression.codes import Compressed, compress
from embedding_core.compression.measures import CompressionReport, Measured, measure_compression
from embedding_core.compression.recipes import Recipe, ladder
from embedding_core.compression.weight import Weight, raw_weights

__all__ = [
    "Compressed",
    "CompressionReport",
    "Measured",
    "Recipe",
    "Weight",
    "compress",
    "ladder",
    "measure_compression",
    "raw_weights",
]
