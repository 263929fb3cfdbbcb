"""Pictures: upright, in RGB, whatever their file; bad ones are named and the rest is used."""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

import embedding_core as ec
from embedding_core import pictures
from embedding_core.errors import (
    EmptyCollectionError,
    InputError,
    TooLargeError,
    UnreadableItemError,
)
from embedding_core.modalities.contents import GivenBytes
from embedding_core.modalities.image import Picture, open_picture
from embedding_core.reading import guess_modality

RED, GREEN, BLUE, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)
UPRIGHT = np.zeros((40, 60, 3), dtype=np.uint8)
UPRIGHT[:20, :30], UPRIGHT[:20, 30:], UPRIGHT[20:, :30], UPRIGHT[20:, 30:] = (
    RED, GREEN, BLUE, YELLOW,
)  # fmt: skip
FLAT = Image.Transpose
# How a camera that writes the orientation lays down the picture.
LAID = {
    1: None, 2: FLAT.FLIP_LEFT_RIGHT, 3: FLAT.ROTATE_180, 4: FLAT.FLIP_TOP_BOTTOM,
    5: FLAT.TRANSPOSE, 6: FLAT.ROTATE_90, 7: FLAT.TRANSVERSE, 8: FLAT.ROTATE_270,
}  # fmt: skip


def saved(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def plain(color=RED, size=(20, 10), kind="PNG", **options):
    return saved(Image.new("RGB", size, color), kind, **options)


def noisy(width, height, seed=0):
    """Return a picture that JPEG cannot make small, smooth enough to look the same at any size."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def opened(data, name="x.png"):
    return open_picture(GivenBytes(data), name)


def zipped(files, method=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def pixels(picture, edge=None):
    return np.asarray(picture.load(edge)).astype(int)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", LAID)
def test_pictures_stand_as_the_camera_was_held(kind, orientation):
    image = Image.fromarray(UPRIGHT)
    if LAID[orientation] is not None:
        image = image.transpose(LAID[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = opened(saved(image, kind, exif=exif, quality=95))
    assert (picture.width, picture.height) == picture.load().size == (60, 40)
    for edge in (None, 10):
        image = picture.load(edge)
        width, height = image.size
        corners = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
        found = [image.getpixel((int(x * width), int(y * height))) for x, y in corners]
        assert np.abs(np.subtract(found, [RED, GREEN, BLUE, YELLOW])).max() < 40


def test_exif_behind_a_pngs_pixels_counts_too():
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(Image.new("RGB", (60, 40)), "PNG")
    body = b"eXIf" + exif.tobytes().removeprefix(b"Exif\0\0")
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    end = data.index(b"IEND") - 4
    picture = opened(data[:end] + chunk + data[end:])
    assert (picture.width, picture.height) == picture.load().size == (40, 60)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_exif_leaves_the_picture_as_it_lies():
    picture = opened(plain(kind="JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))
    assert picture.load().size == (20, 10)


@pytest.mark.parametrize("edge", [1, 100, 150, 151, 224, 600, 1_000, 5_000])
def test_a_jpeg_is_decoded_no_larger_than_is_needed(edge):
    """It offers an eighth, a quarter, half and all of its size."""
    picture = opened(saved(noisy(1_600, 1_200), "JPEG", quality=90), "x.jpg")
    shorter = [side for side in (150, 300, 600, 1_200) if side >= edge]
    small = picture.load(edge)
    assert min(small.size) == (shorter[0] if shorter else 1_200)
    assert picture.load().size == (1_600, 1_200)
    # And it shows the same.
    both = [
        np.asarray(image.resize((40, 30), Image.Resampling.BOX), dtype=int)
        for image in (small, picture.load())
    ]
    assert np.abs(both[0] - both[1]).max() < 8


def test_pictures_of_two_cameras_in_one_file_show_the_first():
    data = saved(
        noisy(800, 600), "MPO", save_all=True, append_images=[Image.new("RGB", (800, 600))]
    )
    picture = opened(data, "x.jpg")
    assert picture.load(100).size == (200, 150)
    assert pixels(picture).max() > 100


def test_transparency_lies_on_white():
    clear = Image.new("RGBA", (2, 1), (255, 0, 0, 0))
    clear.putpixel((1, 0), (255, 0, 0, 128))
    for kind in ("PNG", "WEBP", "TIFF", "AVIF"):
        options = {"quality": 100} if kind == "AVIF" else {}
        if kind == "WEBP":
            options["lossless"] = True
        found = pixels(opened(saved(clear, kind, **options)))
        assert found[0, 0] == pytest.approx([255, 255, 255], abs=3)
        assert found[0, 1] == pytest.approx([255, 127, 127], abs=3)
    grey = Image.new("LA", (1, 1), (0, 51))
    assert pixels(opened(saved(grey))).tolist() == [[[204] * 3]]


def test_palettes_with_a_clear_colour_are_read():
    image = Image.new("P", (2, 1))
    image.putpalette([0, 0, 255, 10, 20, 30])
    image.putpixel((1, 0), 1)
    assert pixels(opened(saved(image))).tolist() == [[[0, 0, 255], [10, 20, 30]]]
    assert pixels(opened(saved(image, transparency=0))).tolist() == [[[255] * 3, [10, 20, 30]]]
    clear_grey = Image.new("L", (2, 1), 7)
    clear_grey.putpixel((1, 0), 9)
    assert pixels(opened(saved(clear_grey, transparency=7))).tolist() == [[[255] * 3, [9] * 3]]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_and_not_clipped(kind):
    values = np.array([[0, 257, 32_896, 65_535]], dtype=np.uint16)
    found = pixels(opened(saved(Image.fromarray(values), kind)))
    assert found.tolist() == [[[0] * 3, [1] * 3, [128] * 3, [255] * 3]]


def test_big_endian_tiff_is_read_alike():
    values = np.array([[0, 257, 32_896, 65_535]], dtype=">u2")
    data = saved(Image.frombytes("I;16B", (4, 1), values.tobytes()), "TIFF")
    assert pixels(opened(data))[0, :, 0].tolist() == [0, 1, 128, 255]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([0.0, 100.0, 255.0], [0, 100, 255]),
        ([-1.0, 0.0, 1.0], [0, 128, 255]),
        ([0.0, 500.0, 1_000.0], [0, 128, 255]),
        ([0.0, float("nan"), 1.0], [0, 0, 255]),
    ],
)
def test_floating_point_is_scaled_by_what_white_is(values, expected):
    data = saved(Image.fromarray(np.array([values], dtype=np.float32)), "TIFF")
    assert pixels(opened(data))[0, :, 0].tolist() == expected


def test_whole_numbers_of_32_bits_are_scaled_by_the_type_that_holds_them():
    data = saved(Image.fromarray(np.array([[0, 65_535]], dtype=np.int32)), "TIFF")
    assert pixels(opened(data))[0, :, 0].tolist() == [0, 255]


def test_printers_colours_are_read():
    image = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    for kind in ("JPEG", "TIFF"):
        picture = opened(saved(image, kind))
        assert picture.load().mode == "RGB"
        assert pixels(picture)[4, 4] == pytest.approx([255, 0, 0], abs=6)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF", "TIFF"])
def test_of_an_animation_the_first_frame_is_shown(kind):
    frames = [Image.new("RGB", (8, 8), color) for color in (RED, GREEN, BLUE)]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    assert pixels(opened(data))[4, 4] == pytest.approx(RED, abs=8)


@pytest.mark.parametrize("size", [(1, 1), (1, 5_000), (5_000, 1)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pictures_of_any_shape_are_read(size, kind):
    picture = opened(plain(size=size, kind=kind))
    assert picture.load(224).size == size
    assert (picture.width, picture.height) == size


@pytest.mark.parametrize("kind", ["BMP", "GIF", "PPM", "JPEG2000", "ICO", "AVIF"])
def test_other_kinds_are_told_by_what_they_hold(kind):
    picture = opened(plain(size=(16, 16), kind=kind), "named-wrongly.jpg")
    assert picture.load().size == (16, 16)
    assert picture.format == kind


def huge_png(width, height):
    """Return the beginning of a PNG that says how large it is."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"\0" * 1_000)
    chunks = (
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in (head, body, b"IEND")
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (13_000, 10_000)])
def test_huge_pictures_are_refused_by_their_header(width, height, monkeypatch):
    monkeypatch.setattr(Image.Image, "load", None)
    with pytest.raises(UnreadableItemError) as caught:
        opened(huge_png(width, height), "huge.png")
    text = str(caught.value)
    assert text.startswith("huge.png could not be read: it has ")
    assert f"{width * height / 1e6:,.0f} megapixels, and the limit is 120" in text
    assert "EMBEDDING_MAX_MEGAPIXELS" in text


def test_the_limit_of_pixels_can_be_moved(monkeypatch):
    data = plain(size=(2_000, 1_000))
    monkeypatch.setenv("EMBEDDING_MAX_MEGAPIXELS", "1.5")
    with pytest.raises(UnreadableItemError, match="2,000 x 1,000 pixels, 2 megapixels"):
        opened(data)
    monkeypatch.setenv("EMBEDDING_MAX_MEGAPIXELS", "2000")
    assert opened(huge_png(30_000, 30_000)).width == 30_000
    # Pillow's own limit is the process's, and others may rely on it.
    monkeypatch.undo()
    with pytest.raises(UnreadableItemError, match="900 megapixels"):
        opened(huge_png(30_000, 30_000))


def test_large_files_are_refused_unread(monkeypatch, tmp_path):
    (tmp_path / "large.tif").write_bytes(b"II*\0" + bytes(2 << 20))
    (tmp_path / "good.png").write_bytes(plain())
    monkeypatch.setenv("EMBEDDING_MAX_PICTURE_MB", "1")
    found = ec.read(tmp_path)
    assert found.ids == ("good",)
    assert "large.tif could not be read: its file has 2 MB and the limit is 1 MB" in found.notes[0]
    assert "EMBEDDING_MAX_PICTURE_MB" in found.notes[0]


BAD = {
    "empty.png": (b"", r"it is empty \(0 bytes\)"),
    "text.png": (b"Dear reader,\nthis is no picture.", "it is text, whatever its name ends in"),
    "drawing.png": (b'<?xml version="1.0"?><svg/>', r"it is a drawing \(SVG\)"),
    "paper.jpg": (b"%PDF-1.7 \x00", "it is a PDF"),
    "noise.webp": (bytes(range(256)), "it is no picture of a known kind"),
    "cut.png": (plain()[:20], "it is no picture of a known kind, or its beginning is damaged"),
    "phone.heic": (
        b"\0\0\0\x18ftypheic\0\0\0\0",
        "it is a HEIC picture, which needs one package more; run `pip install pillow-heif`",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_is_named_with_its_reason(name):
    data, reason = BAD[name]
    with pytest.raises(UnreadableItemError, match=f"^{name} could not be read: {reason}"):
        ec.read(data, name=name)


def test_good_pictures_among_bad_ones_are_used():
    files = {name: data for name, (data, _) in BAD.items()}
    found = ec.read(zipped(files | {"cats/tom.jpg": plain(kind="JPEG")}), name="all.zip")
    assert found.ids == ("tom",)
    assert found.table["label"].tolist() == ["cats"]
    assert [note.split(" could not be read")[0] for note in found.notes] == list(BAD)


def test_the_heic_package_is_used_where_it_is_installed(monkeypatch):
    """It registers a format with Pillow; here one that sees red in everything."""
    fake = ModuleType("pillow_heif")

    class Heif(pictures_file()):
        format = "HEIF"

        def _open(self):
            self._size, self._mode, self.tile = (20, 10), "RGB", []

        def load(self):
            self.im = Image.new("RGB", self._size, RED).im

    fake.register_heif_opener = lambda: Image.register_open(
        "HEIF", Heif, lambda head: head[4:12] == b"ftypheic"
    )
    fake.__spec__ = __import__("importlib.machinery").machinery.ModuleSpec("pillow_heif", None)
    monkeypatch.setitem(sys.modules, "pillow_heif", fake)
    pictures._opens_heif.cache_clear()
    try:
        picture = opened(BAD["phone.heic"][0], "phone.heic")
        assert picture.format == "HEIF"
        assert pixels(picture)[0, 0].tolist() == list(RED)
    finally:
        Image.OPEN.pop("HEIF", None)
        Image.ID.remove("HEIF")
        monkeypatch.undo()
        pictures._opens_heif.cache_clear()


def pictures_file():
    from PIL.ImageFile import ImageFile

    return ImageFile


# Some kinds say at their end, or by their length, what they are.
_WHOLE_OR_NOT_AT_ALL = ("WEBP", "AVIF")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "JPEG2000"])
def test_a_picture_cut_short_is_named_when_it_is_needed(kind):
    data = saved(noisy(300, 200), kind)
    cut = data[: len(data) * 2 // 3]
    if kind in _WHOLE_OR_NOT_AT_ALL:
        with pytest.raises(UnreadableItemError, match=r"cut\.jpg could not be read: "):
            opened(cut, "cut.jpg")
        return
    picture = opened(cut, "cut.jpg")
    assert (picture.width, picture.height) == (300, 200)
    with pytest.raises(UnreadableItemError, match=r"cut.jpg could not be read: it is damaged or"):
        picture.load()


def test_a_file_that_changed_since_is_not_taken_for_the_old_one(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(plain(RED))
    picture = ec.read(path).payloads[0]
    assert pixels(picture)[0, 0].tolist() == list(RED)
    path.write_bytes(plain(BLUE))
    with pytest.raises(UnreadableItemError, match="it changed since it was opened"):
        picture.load()
    path.unlink()
    with pytest.raises(UnreadableItemError, match="No such file"):
        picture.encoded()


def test_the_same_file_has_the_same_digest_wherever_it_lies(tmp_path):
    data = plain()
    (tmp_path / "a.png").write_bytes(data)
    (tmp_path / "a.zip").write_bytes(zipped({"b.png": data}))
    found = [
        ec.read(source, name=name).payloads[0]
        for source, name in ((tmp_path / "a.png", ""), (tmp_path / "a.zip", ""), (data, "c.png"))
    ]
    assert len({picture.digest() for picture in found}) == 1
    assert [picture.encoded() for picture in found] == [data] * 3
    assert [picture.name for picture in found] == ["a.png", "b.png", "c.png"]
    assert opened(plain(BLUE)).digest() != found[0].digest()


def test_pictures_on_the_disk_are_not_kept_in_memory(tmp_path):
    big = saved(noisy(600, 400), "BMP")
    for at in range(5):
        (tmp_path / f"{at}.bmp").write_bytes(big + bytes([at]))
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for at in range(5):
            file.write(tmp_path / f"{at}.bmp", f"{at}.bmp")
    for source in (tmp_path, archive):
        found = ec.read(source, "image")
        held = [picture for picture in found.payloads if isinstance(picture.content, GivenBytes)]
        assert not held
        assert {picture.load().size for picture in found.payloads} == {(600, 400)}


def test_several_threads_read_of_one_archive(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    files = {f"{at}.png": saved(noisy(64, 48, at)) for at in range(40)}
    (tmp_path / "all.zip").write_bytes(zipped(files, zipfile.ZIP_DEFLATED))
    found = ec.read(tmp_path / "all.zip").payloads
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(Picture.encoded, list(found) * 3))
    assert read == list(files.values()) * 3


def test_folders_are_labels_and_names_are_the_shortest_that_differ(tmp_path):
    files = {
        "cat/1.png": plain(), "dog/1.png": plain(GREEN), "dog/rex.jpg": plain(kind="JPEG"),
        "dog/rex.png": plain(BLUE), "top.png": plain(YELLOW), ".hidden/x.png": plain(),
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    found = ec.read(tmp_path)
    assert found.ids == ("cat/1", "dog/1", "dog/rex.jpg", "dog/rex.png", "top")
    assert found.table["label"].tolist() == ["cat", "dog", "dog", "dog", ""]
    assert ec.read(zipped(files), name="z.zip").ids == found.ids
    assert not found.notes


def test_columns_are_what_differs():
    same = ec.read({"a.png": plain(), "b.png": plain(BLUE)}, "image")
    assert list(same.table.columns) == []
    other = ec.read({"a.png": plain(), "b.jpg": plain(size=(30, 10), kind="JPEG")}, "image")
    assert other.table.to_dict("list") == {"width": [20, 30], "format": ["PNG", "JPEG"]}


def test_names_of_any_script_stay():
    names = ["кошка", "猫", "قطة", "naïve façade", "🐈", "a,b;c"]
    found = ec.read({f"{name}.png": plain() for name in names}, "image")
    assert found.ids == tuple(names)
    assert ec.read(zipped({f"{name}/{name}.png": plain() for name in names}), name="z.zip").ids == (
        tuple(names)
    )


def test_names_of_old_archives_are_read_as_what_they_are():
    data = zipped({"кошка/1.png": plain(), "b.png": plain()})
    # macOS packs names in UTF-8 and does not say so.
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at = data.index(mark) + (6 if mark == b"PK\x03\x04" else 8)
        flag = int.from_bytes(data[at : at + 2], "little") & ~0x800
        data = data[:at] + flag.to_bytes(2, "little") + data[at + 2 :]
    assert ec.read(data, name="z.zip").table["label"].tolist() == ["кошка", ""]
    windows = ec.read(zipped({"cats\\tom.png": plain()}), name="z.zip")
    assert windows.ids == ("tom",)
    assert windows.table["label"].tolist() == ["cats"]


def test_names_that_lead_out_of_the_archive_are_only_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ["../../up.png", "/etc/root.png", "C:\\windows\\drive.png", "a/../b/mid.png"]
    found = ec.read(zipped({name: plain() for name in names}), name="z.zip")
    assert found.ids == ("up", "root", "drive", "mid")
    assert found.table["label"].tolist() == ["", "etc", "windows", "b"]
    assert not list(tmp_path.iterdir())
    assert not found.notes


def test_an_archive_in_an_archive_is_named_and_left_out():
    inner = zipped({"x.png": plain()})
    found = ec.read(zipped({"a.png": plain(), "inner.zip": inner, "readme.md": b"x"}), name="z.zip")
    assert found.ids == ("a",)
    assert found.notes == (
        "inner.zip was left out: an archive within an archive is not opened; unpack it first.",
        "readme.md was left out: its ending is not one of a picture.",
    )


def test_an_archive_with_too_many_files_is_refused():
    files = {f"{at}.png": b"" for at in range(10_001)}
    with pytest.raises(TooLargeError, match=r"10,001 files.*limit is 10,000 files"):
        ec.read(zipped(files), name="z.zip")


def test_a_bomb_is_refused_by_what_it_says(monkeypatch):
    data = zipped({f"{at}.bmp": bytes(3 << 20) for at in range(4)}, zipfile.ZIP_DEFLATED)
    assert len(data) < 50_000
    monkeypatch.setenv("EMBEDDING_MAX_ARCHIVE_MB", "10")
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    with pytest.raises(TooLargeError, match=r"12 MB.*EMBEDDING_MAX_ARCHIVE_MB"):
        ec.read(data, name="z.zip")


def test_a_bomb_that_lies_is_unpacked_no_further_than_it_says():
    data = zipped({"bomb.bmp": bytes(8 << 20), "good.png": plain()}, zipfile.ZIP_DEFLATED)
    real, said = struct.pack("<I", 8 << 20), struct.pack("<I", 100)
    assert data.count(real) == 2
    found = ec.read(data.replace(real, said), name="z.zip")
    assert found.ids == ("good",)
    assert "bomb.bmp could not be read: it is damaged" in found.notes[0]


def test_a_damaged_picture_in_an_archive_is_named():
    data = bytearray(zipped({"a.bmp": plain(kind="BMP"), "b.png": plain()}))
    data[data.index(b"a.bmp") + 60] ^= 0xFF
    found = ec.read(bytes(data), name="z.zip")
    assert found.ids == ("b",)
    assert "a.bmp could not be read: it is damaged or encrypted" in found.notes[0]


def test_nothing_to_see_is_said(tmp_path):
    with pytest.raises(EmptyCollectionError, match="holds no files; bring at least one picture"):
        ec.read(tmp_path, "image")
    bad = {"a.png": b"", "b.png": b"text"}
    with pytest.raises(InputError, match=r"no readable picture among its 2 files\. a.png could"):
        ec.read(bad, "image")
    with pytest.raises(
        InputError, match=r"z.zip holds no readable picture among its 1 file\. x.txt"
    ):
        ec.read(zipped({"x.txt": b"x"}), "image", name="z.zip")


def test_more_pictures_than_the_limit_are_refused(monkeypatch):
    monkeypatch.setenv("EMBEDDING_MAX_ITEMS", "2")
    with pytest.raises(TooLargeError, match="3 items and the limit is 2"):
        ec.read({f"{at}.png": plain() for at in range(3)}, "image")


def test_pictures_are_found_to_be_pictures(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.JPG").write_bytes(plain(kind="JPEG"))
    (tmp_path / "a" / "notes.csv").write_text("file,x\nx.JPG,1\n")
    (tmp_path / "a" / "y.webp").write_bytes(plain(kind="WEBP"))
    (tmp_path / "z.zip").write_bytes(zipped({"x.png": plain()}))
    assert guess_modality(tmp_path / "a") == "image"
    assert guess_modality(tmp_path / "z.zip") == "image"
    assert guess_modality(tmp_path / "a" / "x.JPG") == "image"
    assert guess_modality(plain(), "x.png") == "image"
    assert guess_modality({"x.png": plain(), "y.gif": plain(kind="GIF")}) == "image"
    assert ec.read(tmp_path / "a" / "x.JPG").ids == ("x",)


def test_a_table_beside_the_pictures_names_and_describes_them():
    files = {
        "in/1.png": plain(), "in/2.png": plain(BLUE), "3.png": plain(GREEN),
        "in/list.csv": b"file,name,label,stars\n1.png,Tom,cat,5\n2.png,,dog,3\nno.png,x,y,1\n",
        "other.csv": b"a,b\n1,2\n",
    }  # fmt: skip
    found = ec.read(zipped(files), name="z.zip")
    assert found.ids == ("Tom", "2", "3")
    assert found.table["label"].tolist() == ["cat", "dog", ""]
    assert found.table["stars"].tolist()[:2] == [5, 3]
    assert found.notes == ("other.csv was left out: its ending is not one of a picture.",)


def test_two_files_of_one_name_have_one_row_and_two_pictures():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("t.csv", "file,stars,name\na.png,5,Tom\n")
        archive.writestr("a.png", plain())
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.png", plain(BLUE))
    found = ec.read(file.getvalue(), "image", name="z.zip")
    assert found.ids == ("Tom", "Tom (2)")
    assert found.table["stars"].tolist() == [5, 5]
    assert [pixels(picture)[0, 0].tolist() for picture in found.payloads] == [list(RED), list(BLUE)]


def test_accents_are_alike_however_a_system_writes_them():
    apart, composed = "cafe\u0301", "caf\u00e9"
    files = {f"{apart}.png": plain(), "t.csv": f"file,stars\n{composed}.png,5\n".encode()}
    found = ec.read(zipped(files), "image", name="z.zip")
    assert found.ids == (apart,)
    assert found.table["stars"].tolist() == [5]


def test_tables_of_hugging_face_are_read():
    files = {
        "train/a.png": plain(), "test/b.png": plain(BLUE),
        "train/metadata.jsonl": b'{"file_name": "a.png", "text": "a red one"}\n',
        "metadata.csv": b"file_name,text\ntest/b.png,a blue one\n",
    }  # fmt: skip
    found = ec.read(zipped(files), "image", name="z.zip")
    assert found.table["text"].tolist() == ["a red one", "a blue one"]
    assert found.table["label"].tolist() == ["train", "test"]


def test_a_picture_is_previewed_as_png():
    found = ec.read({"a.jpg": saved(noisy(2_000, 1_000), "JPEG")}, "image")
    shown = Image.open(io.BytesIO(ec.MODALITIES["image"].preview(found.payloads[0])))
    assert shown.format == "PNG"
    assert shown.size == (512, 256)
