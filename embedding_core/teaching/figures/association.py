"""Figures of associations: WEAT and words on an axis."""

from __future__ import annotations

from embedding_core.teaching.figures.base import Figure

FIGURES: tuple[Figure, ...] = ()
