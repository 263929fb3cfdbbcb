"""What a file is by its first bytes, whatever it is called."""

from __future__ import annotations

_KINDS = {
    b"\x93NUMPY": "a NumPy array (.npy)",
    b"PAR1": "a Parquet file (.parquet)",
    b"ARROW1": "an Arrow file (.arrow)",
    b"\xff\xff\xff\xff": "an Arrow stream (.arrow)",
    b"FEA1": "a Feather file of the first version; write it again with a newer library",
    b"\x80\x02": "a Python pickle, which could run code and is never opened",
    b"\x80\x03": "a Python pickle, which could run code and is never opened",
    b"\x80\x04": "a Python pickle, which could run code and is never opened",
    b"\x80\x05": "a Python pickle, which could run code and is never opened",
    b"PK\x03\x04": "a ZIP archive (.zip, .npz) or an Office document",
    b"\x1f\x8b": "a gzip archive; unpack it first",
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x89HDF": "an HDF5 file; save its array with numpy.save",
    b"SQLite": "an SQLite database; export its table",
}


def by_content(head: bytes, own: str = "") -> str:
    """Return the part of a sentence that names what a file is instead.

    Parameters
    ----------
    head : bytes
        The file's first bytes.
    own : str
        The ending of the kind it was taken for: that is nothing to tell.

    Returns
    -------
    str
        "" where the content does not tell, or tells what was known.
    """
    kind = next((kind for start, kind in _KINDS.items() if head.startswith(start)), "")
    return f"; by its content it is {kind}" if kind and not (own and own in kind) else ""
