"""Drives the map and the heatmap: ``?n=100000&d=2&colour=codes``; see ``test_map.py`` beside."""

from __future__ import annotations

import io

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw

from embedding_core.palette import VIRIDIS, category_colours
from embedding_core.thumbnails import Sprite
from ui.gallery import Tile, draw_gallery
from ui.heatmap import draw_heatmap
from ui.map import Frames, Geometry, Hull, Pictures, Style, draw_map

LABELS = [
    "<b>bold</b>",
    "<img src=x onerror=alert(1)>",
    "**not bold**",
    "naïve café",
    "京都",
    "שלום",
    "👩‍🔬 science",
    "a & b <br> c",
    "a very long label that goes on and on and on for much longer than fits",
    *["king", "queen", "prince", "throne", "palace", "apple", "pear", "plum", "cherry", "grape"],
]
FAR = [(1 - place, colour) for place, colour in reversed(VIRIDIS)]  # bright is near
NONE = np.array([], dtype=int)


@st.cache_resource
def make_items(n: int, d: int, clusters: int, seed: int) -> tuple[Geometry, np.ndarray]:
    """Return a map of blobs; another seed puts the same items elsewhere."""
    codes = np.random.default_rng(1).integers(0, clusters, n)
    random = np.random.default_rng(seed)
    centres = random.normal(size=(clusters, d)) * 4
    coords = centres[codes] + random.normal(size=(n, d))
    labels = [*LABELS, *(f"item {i}" for i in range(n))][:n]
    details = [("Source", [f"row {i} of <i>it</i>" for i in range(n)])]
    return Geometry(coords.astype(np.float32), labels, details), codes


def controls() -> None:
    state = st.session_state
    state.runs = state.get("runs", 0) + 1
    st.write(f"runs {state.runs}")
    if st.button("Move"):
        state.seed = state.get("seed", 3) + 1
    if st.button("Recolour"):
        state.turn = state.get("turn", 0) + 1
    if st.button("Select three"):
        state.chosen = np.array([10, 11, 12])
    if st.button("Clear"):
        state.chosen = NONE
    if st.button("Points only"):
        state.plain = not state.get("plain", False)
    if st.button("Fewer"):
        state.part = state.get("part", 1) * 2
        state.chosen = NONE


def remember(indices: np.ndarray) -> None:
    st.session_state.chosen = indices


def make_style(geometry: Geometry, codes: np.ndarray, clusters: int) -> Style:
    ask, d = st.query_params, geometry.coords.shape[1]
    chosen = st.session_state.get("chosen", NONE)
    colour = {}
    if ask.get("colour", "codes") == "codes":
        names = [f"Group <u>{i}</u>" if i == 1 else f"Group {i}" for i in range(clusters)]
        colour = {
            "codes": (codes + st.session_state.get("turn", 0)) % clusters,
            "categories": list(zip(names, category_colours(clusters), strict=True)),
        }
    elif ask["colour"] == "values":
        values = np.where(codes == 0, np.nan, geometry.coords[:, 0])
        colour = {"values": values, "value_title": "first coordinate"}
    near = NONE
    if len(chosen) == 1:
        distances = ((geometry.coords - geometry.coords[chosen[0]]) ** 2).sum(1)
        near = np.argsort(distances)[1:7]
    return Style(
        selected=chosen,
        emphasised=near,
        lines=[(int(chosen[0]), int(j), k % 3 != 0) for k, j in enumerate(near)],
        extra=[("<new> point", geometry.coords.mean(0))] if "extra" in ask else (),
        axis_titles=tuple(f"<b>Axis {i}</b>" for i in range(d)) if "axes" in ask else None,
        badge=("keeps 26% of <b>true</b> neighbours", "Of the 15 nearest, 26% are near here too."),
        by_density="density" in ask,
        **ground(geometry, codes, clusters),
        **colour,
    )


def ground(geometry: Geometry, codes: np.ndarray, clusters: int) -> dict:
    """Return what lies around the points: ``?hulls=1&titles=1&halos=1&sizes=1&neighbors=1``."""
    ask, coords = st.query_params, geometry.coords
    n = len(coords)
    members = [coords[codes == code] for code in range(clusters)]
    more = {}
    if "hulls" in ask:
        colours = category_colours(clusters)
        more["hulls"] = [
            Hull(part.mean(0)[:2] + circle(2.2), colour)
            for part, colour in zip(members, colours, strict=True)
        ]
    if "titles" in ask:
        more["titles"] = [(f"Title <b>{i}</b>", part.mean(0)) for i, part in enumerate(members)]
    if "halos" in ask:
        more["halos"] = np.linspace(0.1, 1, n, dtype=np.float32)
    if "sizes" in ask:
        more |= {
            "sizes": np.linspace(0, 1, n),
            "size_title": "Weight <i>kg</i>",
            "size_range": (0, 12),
        }
    if "neighbors" in ask:
        # The true neighbours of an item: the next in the list, wherever they lie on the map.
        more["neighbors"] = (np.arange(n)[:, None] + np.arange(1, 7)) % n
    if "pictures" in ask:
        more["pictures"] = make_pictures(int(ask.get("n", 60)))
        more["are_marks"] = not st.session_state.get("plain", False)
        if n < len(more["pictures"]):
            more["cells"] = np.arange(n)[::-1]
    return more


@st.cache_resource
def make_pictures(n: int) -> Pictures:
    """Return pictures that tell themselves apart: of one colour each, upright, lying or square."""
    edge, columns = 48, int(np.ceil(np.sqrt(n)))
    whole = Image.new("RGBA", (columns * edge, -(-n // columns) * edge))
    for i in range(n):
        width, height = ((48, 48), (48, 32), (30, 48))[i % 3]
        part = Image.new("RGB", (width, height), colour_of(i))
        ImageDraw.Draw(part).ellipse((4, 4, width - 5, height - 5), fill="white")
        x, y = i % columns * edge, i // columns * edge
        whole.paste(part, (x + (edge - width) // 2, y + (edge - height) // 2))
    file = io.BytesIO()
    whole.save(file, "WEBP", lossless=True)
    return Pictures(Sprite(file.getvalue(), columns, edge, n))


def colour_of(i: int) -> tuple[int, int, int]:
    """Return a colour that no other picture, point or line has."""
    return 255, i % 250, 100


def circle(radius: float) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


@st.cache_resource
def make_frames(n: int, d: int, clusters: int, seed: int) -> Frames:
    """Return how the items came to their places: straight on, from one point."""
    geometry, _ = make_items(n, d, clusters, seed)
    shares = np.linspace(0.02, 1, 60, dtype=np.float32)[:, None, None]
    return Frames(shares * geometry.coords, [f"epoch <b>{10 * i}</b>" for i in range(60)])


def drawings() -> None:
    ask = st.query_params
    n, d, clusters = (int(ask.get(k, v)) for k, v in {"n": 60, "d": 2, "clusters": 5}.items())
    left, right = st.columns([1, 1] if "narrow" in ask else [5, 1])
    with right:
        controls()
    n //= st.session_state.get("part", 1)
    if "tabs" in ask:
        _, left = left.tabs(["Other", "Drawings"])
    seed = st.session_state.get("seed", 3)
    geometry, codes = make_items(n, d, clusters, seed)
    if "mixed" in ask:
        codes = np.arange(n) % clusters
    handler = None if "manual" in ask else remember
    with left:
        style = make_style(geometry, codes, clusters)
        frames = make_frames(n, d, clusters, seed) if "frames" in ask else None
        events = draw_map(geometry, style, key="map", frames=frames, link="main", on_select=handler)
        if "manual" in ask and events.selected is not None:
            remember(events.selected)
            st.rerun()
        if "two" in ask:
            draw_map(geometry, Style(), key="second", link="main", height=300)
        if "heat" in ask:
            heatmap(geometry, int(ask["heat"]))
        if "gallery" in ask:
            gallery(n)
    chosen = st.session_state.get("chosen", NONE)
    st.write(f"chosen {len(chosen)}: {' '.join(map(str, chosen[:8]))}")


def heatmap(geometry: Geometry, k: int) -> None:
    k = min(k, len(geometry.coords))
    unit = geometry.coords[:k] / np.linalg.norm(geometry.coords[:k], axis=1, keepdims=True)
    matrix, scale = unit @ unit.T, {"title": "cosine similarity"}
    if "distances" in st.query_params:
        matrix = np.linalg.norm(geometry.coords[:k, None] - geometry.coords[:k], axis=2)
        scale = {"zmin": 0, "zmax": matrix.max(), "title": "distance", "scale": FAR}
    chosen = st.session_state.get("chosen", NONE)
    pictured = {}
    if "pictures" in st.query_params:
        pictures = make_pictures(int(st.query_params.get("n", 60)))
        pictured = {"pictures": pictures, "row_cells": range(k), "col_cells": range(k)}
    events = draw_heatmap(
        matrix,
        geometry.labels[:k],
        geometry.labels[:k],
        key="heat",
        link="main",
        values_in_cells=k < 25,
        selected=chosen[chosen < k],
        marked=[(1, 4, "torn"), (6, 2, "pushed")] if "marked" in st.query_params else (),
        on_select=remember,
        **pictured,
        **scale,
    )
    st.write(f"cell {events.cell}")


def gallery(n: int) -> None:
    """Draw every item, and a pair, below a map that has sent the pictures."""
    tiles = [Tile((i,), f"<b>{i}</b>", "more", title=f"tile {i}") for i in range(n)]
    draw_gallery(
        [*tiles, Tile((0, 1), "pair", title="both", dashed=True)],
        make_pictures(n),
        key="gallery",
        on_pick=lambda at: remember(np.array([at] if at < n else [0, 1])),
        are_sent=True,
    )


def empty() -> None:
    st.write("nothing here")


st.set_page_config(layout="wide")
PAGES = [st.Page(drawings, default=True), st.Page(empty)]
page = st.navigation(PAGES, position="hidden")
with st.sidebar:
    for each in PAGES:
        st.page_link(each, query_params=st.query_params.to_dict())
page.run()
