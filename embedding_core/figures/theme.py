"""The colours around the data, light and dark, and what all figures have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from embedding_core.errors import UnknownNameError

FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'
_AXES = ("xaxis", "yaxis", "scene.xaxis", "scene.yaxis", "scene.zaxis")


@dataclass(frozen=True)
class Theme:
    """Colours of everything but the data; text on background has a contrast of 4.5 and more."""

    background: str
    text: str
    muted: str
    line: str

    def layout(self) -> dict[str, str]:
        """Return the colours by their places in a Plotly layout, as ``relayout`` takes them."""
        colours = {
            "paper_bgcolor": self.background,
            "plot_bgcolor": self.background,
            "font.color": self.text,
            "hoverlabel.bgcolor": self.background,
            "hoverlabel.bordercolor": self.muted,
            "hoverlabel.font.color": self.text,
        }
        for axis in _AXES:
            colours[f"{axis}.gridcolor"] = self.line
            colours[f"{axis}.title.font.color"] = self.muted
            colours[f"{axis}.tickfont.color"] = self.muted
        return colours


THEMES: Mapping[str, Theme] = {
    "light": Theme(background="#ffffff", text="#1c1e2b", muted="#5d6072", line="#e4e6ee"),
    "dark": Theme(background="#0e1016", text="#e7e9f1", muted="#9fa3b5", line="#272b36"),
}


def named(name: str) -> Theme:
    """Return a theme. Raises UnknownNameError where there is none of that name."""
    if name not in THEMES:
        raise UnknownNameError("theme", name, THEMES)
    return THEMES[name]


def base_layout(theme: Theme, axes: tuple[str, ...], title: str = "") -> dict[str, Any]:
    """Return what every figure's layout begins with.

    Parameters
    ----------
    theme : Theme
    axes : tuple of str
        The axes the figure has, such as ``("xaxis", "yaxis")``: only these are given colours.
    title : str
        Already safe for Plotly.
    """
    layout: dict[str, Any] = {
        "template": None,
        "font": {"family": FONT, "size": 13},
        "legend": {"title": {"font": {"size": 13}}},
        "hoverlabel": {"align": "left", "namelength": -1},
        "margin": {"l": 16, "r": 16, "t": 48 if title else 16, "b": 16},
        "title": {"text": title, "x": 0, "xref": "paper", "xanchor": "left"},
    }
    for axis in axes:
        put(layout, f"{axis}.title.font.size", 13)
    for place, colour in theme.layout().items():
        if not place.startswith(_AXES) or place.startswith(tuple(f"{axis}." for axis in axes)):
            put(layout, place, colour)
    return layout


def put(layout: dict[str, Any], place: str, value: object) -> None:
    """Set a value at a dotted place of a layout."""
    *path, last = place.split(".")
    for step in path:
        layout = layout.setdefault(step, {})
    layout[last] = value
