"""Reading pictures: decoding at the size that is needed, the memory that 500 large ones take."""

from __future__ import annotations

import io
import os
import statistics
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
from _timing import Row, fresh, seconds, show, show_machine
from PIL import Image

from embedding_core.modalities.contents import GivenBytes
from embedding_core.modalities.image import open_picture
from embedding_core.thumbnails import sprite

N = int(os.environ.get("BENCH_PICTURES", "500"))
EDGE = 224
MODELS = os.environ.get("BENCH_MODELS", "raw-pixels efficientnet-lite0").split()
RUNS = 7
SEED = 0
SIZES = {"1 megapixel": (1_152, 864), "12 megapixels": (4_000, 3_000)}

# Reads a place, embeds every picture, and tells the most memory that was ever in use.
EMBED = """
import embedding_core as ec
start = time.perf_counter()
found = ec.read({place!r}, "image")
reading = time.perf_counter() - start
start = time.perf_counter()
made = ec.embed(found, {model!r})
embedding = time.perf_counter() - start
with open("/proc/self/status") as file:
    peak = next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))
tell(n=len(made), reading=reading, embedding=embedding, peak=peak)
"""


def photo(width: int, height: int) -> Image.Image:
    """Return a picture with detail at every scale, which JPEG packs about as well as a photo."""
    rng = np.random.default_rng(SEED)
    total = np.zeros((height, width, 3), dtype=np.float32)
    for octave in range(1, 12):
        cells = rng.normal(size=(2**octave, 2**octave, 3))
        scaled = np.interp(cells, (-3, 3), (0, 255)).astype(np.uint8)
        layer = Image.fromarray(scaled).resize((width, height), Image.Resampling.BICUBIC)
        total += (np.asarray(layer, dtype=np.float32) - 128) / octave**0.8
    return Image.fromarray(np.clip(total + 128, 0, 255).astype(np.uint8))


def jpeg(image: Image.Image, mark: int = 0) -> bytes:
    """Return the file; `mark` makes it another one with the same picture."""
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85, comment=f"picture {mark}".encode())
    return file.getvalue()


def processor_ms(work, *arguments) -> float:
    """Return for how long the processor worked: what else runs does not count."""

    def spent() -> float:
        start = time.process_time()
        work(*arguments)
        return 1e3 * (time.process_time() - start)

    spent()
    return statistics.median(spent() for _ in range(RUNS))


def decoding() -> list[Row]:
    rows = []
    for name, size in SIZES.items():
        data = jpeg(photo(*size))
        picture = open_picture(GivenBytes(data), "x.jpg")
        whole, needed = processor_ms(picture.load), processor_ms(picture.load, EDGE)
        header = processor_ms(open_picture, GivenBytes(data), "x.jpg")
        about = f"JPEG of {name} ({len(data) / 1e6:.1f} MB)"
        width, height = picture.load(EDGE).size
        rows += [
            Row(f"{about}: all of it", f"{whole:.1f} ms of processor time"),
            Row(
                f"{about}: {EDGE} pixels needed, decoded at {width} x {height}",
                f"{needed:.1f} ms, {whole / needed:.1f} times as fast",
            ),
            Row(f"{about}: opened, header and digest", f"{header:.2f} ms"),
        ]
    return rows


def thumbnails() -> list[Row]:
    pictures = [
        open_picture(GivenBytes(jpeg(photo(1_152, 864).resize((640, 480)), at)), f"{at}.jpg")
        for at in range(50)
    ]
    rows = []
    for n in (200, 2_000):
        many = [pictures[at % 50] for at in range(n)]
        spent = seconds(sprite, many)
        made = sprite(many[:200]) if n == 200 else None
        size = f", {len(made.data) / 1e3:.0f} kB" if made else ""
        rows.append(
            Row(f"one file of {n:,} thumbnails, JPEGs of 640 x 480", f"{spent:.1f} s{size}")
        )
    return rows


def memory(folder: Path) -> list[Row]:
    image, rows = photo(4_000, 3_000), []
    data = jpeg(image)
    mark = data.index(b"picture 0") + len("picture ")
    archive = folder / "photos.zip"
    (folder / "photos").mkdir()
    with zipfile.ZipFile(archive, "w") as packed:
        for at in range(N):
            # The same picture in another file: its comment and its end are of its own.
            name = f"{at:03}.jpg"
            (folder / "photos" / name).write_bytes(
                data[:mark] + bytes([at % 256]) + data[mark + 1 :] + bytes([at // 256])
            )
            packed.write(folder / "photos" / name, name)
    total = archive.stat().st_size / 1e6
    for place in (folder / "photos", archive):
        for model in MODELS:
            told = fresh(EMBED.format(place=str(place), model=model), {"EMBEDDING_STORE_GB": "0"})
            rows.append(
                Row(
                    f"{told['n']} JPEGs of 12 megapixels ({total:,.0f} MB) from a "
                    f"{'ZIP' if place == archive else 'folder'}, {model}",
                    f"{told['peak']:,.0f} MB at most; read in {told['reading']:.1f} s, embedded "
                    f"at {told['n'] / told['embedding']:.1f} a second",
                    "under 1,500 MB",
                    told["peak"] < 1_500,
                )
            )
    return rows


if __name__ == "__main__":
    show_machine("pillow", "numpy")
    show(decoding())
    show(thumbnails())
    with tempfile.TemporaryDirectory() as place:
        show(memory(Path(place)))
