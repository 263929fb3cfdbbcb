"""Make digits.zip from scikit-learn's copy of the handwritten digits.

    python samples/images/build_digits.py

One PNG a digit in the folder of its label, named as in samples/vectors/digits.parquet.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

WHITEST = 16
"""The grey values go from 0 to this."""


def main() -> None:
    """Write the archive beside this file."""
    data = load_digits()
    seen: Counter[int] = Counter()
    with zipfile.ZipFile(Path(__file__).with_name("digits.zip"), "w") as archive:
        for grey, digit in zip(data.images, data.target.tolist(), strict=True):
            seen[digit] += 1
            file = io.BytesIO()
            Image.fromarray(np.round(grey * (255 / WHITEST)).astype(np.uint8)).save(
                file, "PNG", optimize=True
            )
            # Of one date, so that the same digits make the same file.
            entry = zipfile.ZipInfo(f"{digit}/{digit} #{seen[digit]}.png", (1998, 7, 1, 0, 0, 0))
            archive.writestr(entry, file.getvalue())


if __name__ == "__main__":
    main()
