"""Figures of vectors as such: one-hot, turned, made longer, in many dimensions."""

from __future__ import annotations

from embedding_core.teaching.figures.base import Figure

FIGURES: tuple[Figure, ...] = ()
