"""Images: one picture an item, read when it is needed and never kept decoded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedding_core import pictures
from embedding_core.collection import Collection, Payload, digest_of
from embedding_core.errors import UnreadableItemError
from embedding_core.modalities import items
from embedding_core.modalities.base import Files, ModalitySpec
from embedding_core.modalities.contents import Content, GivenBytes, StoredFile
from embedding_core.thumbnails import thumbnail

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif",
    ".heic", ".heif", ".jp2", ".ppm", ".pgm", ".ico",
)  # fmt: skip
_PREVIEW = 512
"""Pixels of the longer side of a picture that is shown on its own."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A payload that knows where its file lies, and decodes it anew each time.

    Attributes
    ----------
    name : str
        The file's name.
    width, height : int
        Pixels as shown: turned as the camera was held.
    format : str
        Such as ``"JPEG"``.
    content : Content
        Gives the file's bytes.
    key : bytes
        Their digest, made when the file was first read.
    """

    name: str
    width: int
    height: int
    format: str
    content: Content = field(repr=False, compare=False)
    key: bytes = field(repr=False)

    def digest(self) -> bytes:
        """Return 16 bytes that stand for the file's content."""
        return self.key

    def encoded(self) -> bytes:
        """Return the file as it came. Raises UnreadableItemError where it is not as it was."""
        data = self.content()
        if digest_of(data) != self.key:
            raise UnreadableItemError(self.name, "it changed since it was opened; open it again.")
        return data

    def load(self, edge: int | None = None) -> Image:
        """Decode the picture.

        Parameters
        ----------
        edge : int, optional
            The shorter side that is needed, in pixels; a JPEG is then decoded at the smallest size
            it offers that is enough.

        Returns
        -------
        PIL.Image.Image
            Upright RGB; transparency on white, of an animation the first frame.

        Raises
        ------
        UnreadableItemError
            If it cannot be decoded.
        """
        return pictures.decode(self.encoded(), self.name, edge)


def open_picture(content: Content, name: str) -> Picture:
    """Look at a picture's file: is it one, how large, and the digest of its bytes.

    Parameters
    ----------
    content : Content
        Where the file lies.
    name : str
        The file's name, for messages.

    Raises
    ------
    UnreadableItemError
        If it is no picture, or over a limit.
    """
    pictures.check_bytes(content.nbytes, name)
    data = content()
    header = pictures.read_header(data, name)
    key = digest_of(data)
    return Picture(name, header.width, header.height, header.format, content, key)


def decode(source: bytes | Path, name: str, *, unit: str = "") -> Collection:
    """Read the file of one picture.

    Parameters
    ----------
    source : bytes or Path
        A file on the disk stays there.
    name : str
        The file.
    unit : str
        Not used; pictures have none.
    """
    content = GivenBytes(source) if isinstance(source, bytes) else StoredFile(source)
    picture = open_picture(content, name)
    return Collection.of([Path(name).stem], [picture], modality="image", name=name)


def _columns(pictures: Sequence[Picture]) -> Mapping[str, Sequence[Any]]:
    """Return what tells pictures apart before any model: size and kind, where they differ."""
    every: dict[str, list[Any]] = {
        "width": [picture.width for picture in pictures],
        "height": [picture.height for picture in pictures],
        "format": [picture.format for picture in pictures],
    }
    return {name: cells for name, cells in every.items() if len(set(cells)) > 1}


_KIND = items.ItemKind("image", "picture", SUFFIXES, open_picture, _columns)


def gather(files: Files, name: str, *, unit: str = "") -> Collection:
    """Read many pictures as one collection; the folder of each becomes its ``label``.

    Parameters
    ----------
    files : sequence of (str, Content)
    name : str
        What the whole is called.
    unit : str
        Not used; pictures have none.
    """
    return items.gather(_KIND, files, name)


def _preview(payload: Payload) -> bytes:
    assert isinstance(payload, Picture)
    return thumbnail(payload, _PREVIEW, "PNG")


SPEC = ModalitySpec(
    name="image",
    label="Image",
    suffixes=SUFFIXES,
    decode=decode,
    preview=_preview,
    opens_paths=True,
    gather=gather,
)
