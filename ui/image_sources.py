"""Where pictures come from: a built-in set, files, a camera."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath

import streamlit as st

import embedding_core as ec
from embedding_core.modalities.contents import max_archive_files, max_archive_mb
from embedding_core.modalities.image import SUFFIXES
from embedding_core.pictures import max_megapixels
from embedding_core.samples import Sample
from embedding_core.snippets import Source
from ui.errors import told
from ui.plain import count
from ui.sources import (
    UPLOADED,
    Data,
    built_in,
    choose_source,
    read_path,
    read_uploads,
    stamp_of,
    typed_path,
    wait_for_a_file,
)
from ui.state import Choices
from ui.uploads import Upload, apart

_OWN = {UPLOADED: "Upload or take pictures"}
_TYPES = [*(suffix[1:] for suffix in SUFFIXES), "zip"]


def choose_images(choices: Choices, default: str) -> Data:
    """Draw the choice of pictures and return them."""
    samples = [sample for sample in ec.SAMPLES.values() if sample.modality == "image"]
    chosen = choose_source(choices, samples, _OWN, default)
    return built_in(chosen) if isinstance(chosen, Sample) else _own(choices)


def _own(choices: Choices) -> Data:
    """Draw the upload and the camera; the page ends where there is no picture yet."""
    hint = (
        f"Pictures, several at once, or a ZIP of them, whose folders become labels. A picture may "
        f"have up to {max_megapixels():,.0f} megapixels, a ZIP {max_archive_files():,} files and "
        f"{max_archive_mb():,} MB unpacked."
    )
    uploads = choices.uploads("file", "Files", Upload.of, type=_TYPES, help=hint)
    path = typed_path(
        choices, "a folder, a ZIP", "For many pictures: they are read where they lie."
    )
    taken = _camera(choices)
    brought = apart([*uploads, *taken])
    if not brought and path is None:
        wait_for_a_file(choices, f"{hint} Each file")
    with told():
        if brought or path is None:
            collection = read_uploads(brought, "image")
            # Of several files a folder, as code reads them.
            place = brought[0].name if len(brought) == 1 else "your-pictures"
        else:
            collection, place = read_path(str(path), stamp_of(path), "image"), str(path)
    has_labels = "label" in collection.table.columns
    return Data(collection, Source(path=place, modality="image"), "label" if has_labels else "")


def _camera(choices: Choices) -> tuple[Upload, ...]:
    """Draw the camera where it is wanted, and return every picture that was taken."""
    nothing: tuple[Upload, ...] = ()
    if choices.flag("camera", "Use the camera"):
        choices.text(
            "taken-label",
            "Label of the next picture",
            in_link=False,
            placeholder="such as mug",
            help="Pictures with the same label are one group. Leave it empty for none.",
        )
        choices.camera("taken", "Take a picture", partial(_taken, choices))
    taken = choices.value("taken", nothing)
    if taken:
        st.button(
            f"Remove {count(len(taken), 'picture')} taken",
            icon=":material/delete:",
            type="tertiary",
            on_click=choices.set,
            args=("taken", nothing),
        )
    return taken


def _taken(choices: Choices, name: str, data: bytes) -> Upload:
    """Take in a picture from the camera; its label is the folder that it lies in."""
    nothing: tuple[Upload, ...] = ()
    # As it is now: a label may have been typed since the page was drawn.
    label = choices.value("taken-label", "").replace("/", " ").replace("\\", " ")
    folder = " ".join(label.split())
    number = len(choices.value("taken", nothing)) + 1
    file = f"photo {number}{PurePosixPath(name).suffix or '.jpg'}"
    return Upload.of(f"{folder}/{file}" if folder.strip(".") else file, data)
