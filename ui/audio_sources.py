"""Where recordings come from: a built-in set, files, a microphone."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath

import streamlit as st

import embedding_core as ec
from embedding_core.modalities.audio import SUFFIXES
from embedding_core.modalities.contents import max_archive_files, max_archive_mb
from embedding_core.samples import Sample
from embedding_core.snippets import Source
from embedding_core.sound import max_seconds
from ui.errors import told
from ui.plain import count, span
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

TYPES = [*(suffix[1:] for suffix in SUFFIXES), "zip"]
_OWN = {UPLOADED: "Upload or record"}
_RATE = 44_100


def choose_audio(choices: Choices, default: str) -> Data:
    """Draw the choice of recordings and return them."""
    samples = [sample for sample in ec.SAMPLES.values() if sample.modality == "audio"]
    chosen = choose_source(choices, samples, _OWN, default)
    return built_in(chosen) if isinstance(chosen, Sample) else _own(choices)


def _own(choices: Choices) -> Data:
    """Draw the upload and the microphone; the page ends where there is no recording yet."""
    hint = (
        "Recordings, several at once, or a ZIP of them, whose folders become labels. A recording "
        f"may last up to {span(max_seconds())}; a ZIP may have {max_archive_files():,} files and "
        f"{max_archive_mb():,} MB unpacked."
    )
    uploads = choices.uploads("file", "Files", Upload.of, type=TYPES, help=hint)
    path = typed_path(
        choices, "a folder, a ZIP", "For many recordings: they are read where they lie."
    )
    recorded = _recorded(choices)
    brought = apart([*uploads, *recorded])
    if not brought and path is None:
        wait_for_a_file(choices, f"{hint} Each file")
    with told():
        if brought or path is None:
            collection = read_uploads(brought, "audio")
            # Of several files, and of one with a label, a folder, as code reads them.
            alone = len(brought) == 1 and "/" not in brought[0].name
            place = brought[0].name if alone else "your-recordings"
        else:
            collection, place = read_path(str(path), stamp_of(path), "audio"), str(path)
    has_labels = "label" in collection.table.columns
    return Data(collection, Source(path=place, modality="audio"), "label" if has_labels else "")


def _recorded(choices: Choices) -> tuple[Upload, ...]:
    """Draw the microphone where it is wanted, and return everything that was recorded."""
    if choices.flag("microphone", "Use the microphone"):
        choices.text(
            "recorded-label",
            "Label of the next recording",
            in_link=False,
            placeholder="such as who speaks",
            help="Recordings with the same label are one group. Leave it empty for none.",
        )
        record(choices, "recorded", "Record")
    return keep_or_remove(choices, "recorded")


def record(choices: Choices, name: str, label: str) -> tuple[Upload, ...]:
    """Draw a microphone and return all that was recorded with it.

    The choice ``NAME-label`` is the folder, and so the label, of what is recorded next.
    """
    take = partial(_taken, choices, name)
    return choices.microphone(name, label, take, sample_rate=_RATE)


def keep_or_remove(choices: Choices, name: str) -> tuple[Upload, ...]:
    """Return what was recorded, and draw the button that removes it."""
    nothing: tuple[Upload, ...] = ()
    taken = choices.value(name, nothing)
    if taken:
        st.button(
            f"Remove {count(len(taken), 'recording')}",
            key=f"{choices.page}-{name}-remove",
            icon=":material/delete:",
            type="tertiary",
            on_click=choices.set,
            args=(name, nothing),
        )
    return taken


def _taken(choices: Choices, name: str, file_name: str, data: bytes) -> Upload:
    """Take in a recording; its label is the folder that it lies in."""
    nothing: tuple[Upload, ...] = ()
    # As it is now: a label may have been typed since the page was drawn.
    label = choices.value(f"{name}-label", "").replace("/", " ").replace("\\", " ")
    folder = " ".join(label.split())
    number = len(choices.value(name, nothing)) + 1
    file = f"recording {number}{PurePosixPath(file_name).suffix or '.wav'}"
    return Upload.of(f"{folder}/{file}" if folder.strip(".") else file, data)
