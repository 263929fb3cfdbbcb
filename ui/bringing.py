"""What a person brings: files, a path of this machine, what a camera or a microphone took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import streamlit as st

from embedding_core.collection import Collection
from embedding_core.snippets import Source
from ui.errors import told
from ui.plain import count
from ui.sources import Data, read_path, read_uploads, stamp_of, wait_for_a_file
from ui.state import Choices
from ui.uploads import Upload, apart


@dataclass(frozen=True)
class BroughtFiles:
    """What a person brought: files that are read together, or a path of this machine.

    Attributes
    ----------
    modality
        What they hold.
    uploads, path
        The files; without them the path.
    """

    modality: str
    uploads: tuple[Upload, ...]
    path: Path | None

    def read(self, **options: str) -> Collection:
        """Return the items; read once for each way of reading."""
        if self.path is None:
            return read_uploads(self.uploads, self.modality, **options)
        return read_path(str(self.path), stamp_of(self.path), self.modality, **options)

    def source(self, options: dict[str, str]) -> Source:
        """Return how code gets them again."""
        if self.path is not None:
            return Source(path=str(self.path), modality=self.modality, options=options)
        # Of several files a folder, as code reads them.
        place = self.uploads[0].name if len(self.uploads) == 1 else "your-files"
        return Source(path=place, modality=self.modality, options=options)


def read_brought(
    choices: Choices,
    modality: str,
    uploads: Sequence[Upload],
    path: Path | None,
    *,
    hint: str,
    folder: str,
) -> Data:
    """Read what was brought; the page ends where there is nothing yet.

    Parameters
    ----------
    choices
        The page's choices.
    modality
        What it is.
    uploads
        Files and what devices took; they go before `path`.
    path
        A place on this machine, where one was named.
    hint
        What can be brought, said where there is nothing.
    folder
        What several files are called together in a program.
    """
    brought = apart(uploads)
    if not brought and path is None:
        wait_for_a_file(choices, f"{hint} Each file")
    with told():
        if brought or path is None:
            collection = read_uploads(brought, modality)
            # Of several files, and of one with a label, a folder, as code reads them.
            alone = len(brought) == 1 and "/" not in brought[0].name
            place = brought[0].name if alone else folder
        else:
            collection, place = read_path(str(path), stamp_of(path), modality), str(path)
    has_labels = "label" in collection.table.columns
    return Data(collection, Source(path=place, modality=modality), "label" if has_labels else "")


def keep_or_remove(choices: Choices, name: str, what: str) -> tuple[Upload, ...]:
    """Return what a device took under `name`, and draw the button that removes it."""
    nothing: tuple[Upload, ...] = ()
    taken = choices.value(name, nothing)
    if taken:
        st.button(
            f"Remove {count(len(taken), what)}",
            key=f"{choices.page}-{name}-remove",
            icon=":material/delete:",
            type="tertiary",
            on_click=choices.set,
            args=(name, nothing),
        )
    return taken


def take_in(
    choices: Choices, name: str, what: str, suffix: str, file_name: str, data: bytes
) -> Upload:
    """Take in what a device gave; the choice ``NAME-label`` is the folder that it lies in."""
    nothing: tuple[Upload, ...] = ()
    # As it is now: a label may have been typed since the page was drawn.
    label = choices.value(f"{name}-label", "").replace("/", " ").replace("\\", " ")
    folder = " ".join(label.split())
    number = len(choices.value(name, nothing)) + 1
    file = f"{what} {number}{PurePosixPath(file_name).suffix or suffix}"
    return Upload.of(f"{folder}/{file}" if folder.strip(".") else file, data)
