"""The one Streamlit component of this app, and the files its browser half loads.

Streamlit serves a component's files from the asset directory of its manifest. Two manifests are
registered here, from code: ours (``browser/``) and plotly's own package directory, so plotly.js
is the file that came with the Python package: no copy, no network, right content type, and it
works under any base path.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from ui.components.payload import Payload

if TYPE_CHECKING:
    from streamlit.components.v2.bidi_component import ComponentResult
    from streamlit.components.v2.component_manager import BidiComponentManager
    from streamlit.components.v2.types import ComponentRenderer

_PROJECT = "embedding_explorer"
_VIEW = f"{_PROJECT}.view"
_registering = threading.Lock()
_mount: ComponentRenderer | None = None


def mount_view(
    kind: str,
    data: dict[str, Any],
    *,
    key: str,
    height: int | Literal["content"],
    on_selection: Callable[[], None],
) -> ComponentResult:
    """Mount a drawing.

    Parameters
    ----------
    kind
        Which browser module draws it: "map", "heatmap", "gallery", "sheet", "overlay" or "bars".
    data
        Small JSON: what to draw from the payloads already sent.
    key
        Widget key; the drawing keeps its view and selection under it.
    height
        Pixels, final from the first moment; a gallery is as high as its content.
    on_selection
        Called before the rerun that a selection in the browser causes.
    """
    return _renderer()(
        key=key,
        data={"kind": kind, "key": key, "height": height, **data},
        height=height,
        on_selection_change=on_selection,
    )


def mount_payload(payload: Payload, *, key: str) -> None:
    """Send bytes to the browser, where drawings find them by their id.

    An unchanged payload is its own unchanged message, which Streamlit replaces by a reference of a
    few bytes: this is why coordinates, colours and style are mounts of their own.
    """
    _renderer()(key=key, data=payload.data)


def preload() -> None:
    """Let the browser fetch and read what drawings need, while the server is still at work.

    plotly.js is 4.8 MB: in a browser that has not seen it, that takes about as long as the imports
    of a server's first page.
    """
    _renderer()(key="preload", data={"kind": "nothing"})


def _renderer() -> ComponentRenderer:
    """Return the mounting command, registered with the runtime that is running."""
    global _mount  # noqa: PLW0603
    from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager

    manager = get_bidi_component_manager()
    with _registering:
        if _mount is None or manager.get_component_asset_root(_VIEW) is None:
            _register_files(manager)
            _mount = st.components.v2.component(
                _VIEW, js="view.js", css="view.css", isolate_styles=False
            )
    return _mount


def _register_files(manager: BidiComponentManager) -> None:
    import plotly
    from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

    places = {
        "view": (Path(__file__).parent, "browser"),
        "plotly": (Path(plotly.__file__).parent, "package_data"),
    }
    for name, (root, folder) in places.items():
        config = ComponentConfig(name=name, asset_dir=folder)
        manifest = ComponentManifest(name=_PROJECT, version="1", components=[config])
        manager.register_from_manifest(manifest, package_root=root)
