"""Figures: maps and heatmaps as Plotly figures, and a map as one page that needs no network.

::

    figure = ec.figures.map(embedding, projection, collection=words, color="group")
    ec.figures.write_html("map.html", embedding, projection, collection=words, color="group")
"""

from embedding_core.figures.colours import default_color
from embedding_core.figures.matrix import heatmap
from embedding_core.figures.page import map_html, write_html
from embedding_core.figures.scatter import map

__all__ = ["default_color", "heatmap", "map", "map_html", "write_html"]
