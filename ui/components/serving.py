"""Files that the browser fetches when they are wanted: sound that may never be played."""

from __future__ import annotations

from streamlit import runtime


def serve(data: bytes, kind: str, *, key: str) -> str:
    """Keep bytes for as long as the page shows them, and return where the browser finds them.

    Parameters
    ----------
    data
        The file.
    kind
        Its MIME type.
    key
        Unique on the page.

    Returns
    -------
    str
        A path on this server; "" where no server is running, as in tests.
    """
    if not runtime.exists():
        return ""
    return str(runtime.get_instance().media_file_mgr.add(data, kind, key))
