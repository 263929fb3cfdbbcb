"""What the map and the heatmap send, and what they accept back."""

from __future__ import annotations

import json

import numpy as np
import pytest

from ui.components.map_model import check_style, narrow_codes
from ui.components.payload import decode_indices, encode_indices, pack
from ui.components.selection import read_selection
from ui.heatmap import _cell, _checked, _identity, _items, _marks
from ui.map import Edges, Frames, Geometry, Hull, Style

LABELS = ["<b>king</b>", "京都", "👩‍🔬"]


def unpack(data):
    """Read a payload as the browser does."""
    end = 4 + int.from_bytes(data[:4], "little")
    identity, facts = map(json.loads, data[4:end].split(b"\n"))
    buffers = {b["name"]: data[end:][b["at"] : b["at"] + b["bytes"]] for b in facts["buffers"]}
    return identity["id"], facts, buffers, end


def geometry(coords=((0, 1), (2, 3), (4, 5)), labels=LABELS, **more):
    return Geometry(np.array(coords, dtype=np.float32), labels, **more)


def test_payload_holds_arrays_and_text_unchanged():
    payload = pack({"n": 2}, {"a": np.array([1.5, -2], np.float32)}, {"t": LABELS})
    identity, facts, buffers, _ = unpack(payload.data)
    assert identity == payload.id
    assert facts["meta"] == {"n": 2}
    assert np.frombuffer(buffers["a"], np.float32).tolist() == [1.5, -2]
    assert json.loads(buffers["t"]) == LABELS


@pytest.mark.parametrize("text", ["", "a", "ab", "京都", "x" * 1001])
def test_buffers_lie_where_typed_arrays_can_read_them(text):
    arrays = {"a": np.zeros(3, np.uint8), "b": np.zeros(1, np.float32)}
    _, facts, _, end = unpack(pack({"title": text}, arrays, {"t": [text]}).data)
    assert end % 8 == 0
    assert all(buffer["at"] % 8 == 0 for buffer in facts["buffers"])


def test_payload_is_known_by_its_content():
    assert geometry().payload == geometry().payload
    assert geometry().payload.id != geometry([(0, 1), (2, 3), (4, 6)]).payload.id
    assert geometry().payload.id != geometry(details=[("Size", "123")]).payload.id


def test_payload_refuses_other_types():
    with pytest.raises(ValueError, match="float64"):
        pack({}, {"a": np.zeros(2)})


def test_payload_survives_broken_unicode():
    _, _, buffers, _ = unpack(pack({}, {}, {"t": ["\ud800"]}).data)
    assert json.loads(buffers["t"]) == ["?"]


def test_indices_return_as_they_went():
    indices = np.array([0, 7, 65_536, 99_999])
    back = decode_indices(encode_indices(indices), 100_000)
    assert back.tolist() == indices.tolist()
    assert back.dtype == np.int32


@pytest.mark.parametrize("text", ["!", "AAA=", encode_indices([3])])
def test_wrong_indices_are_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        decode_indices(text, 3)


@pytest.mark.parametrize(
    "message",
    [
        None,
        "text",
        {},
        {"items": "other", "revision": 1, "indices": ""},
        {"items": "mine", "revision": "soon", "indices": ""},
        {"items": "mine", "revision": 1, "indices": encode_indices([9])},
        {"items": "mine", "revision": 1, "indices": 5},
    ],
)
def test_a_selection_that_is_not_ours_is_no_selection(message):
    assert read_selection({"selection": message}, items="mine", count=3) is None
    assert read_selection(None, items="mine", count=3) is None


def test_an_empty_selection_is_a_selection():
    message = {"items": "mine", "revision": 4, "indices": ""}
    revision, indices, _ = read_selection({"selection": message}, items="mine", count=3)
    assert (revision, indices.tolist()) == (4, [])


def test_the_same_items_elsewhere_are_the_same_items():
    """The browser lets points travel exactly when this holds."""
    assert geometry().items == geometry([(5, 5), (6, 6), (7, 7)]).items
    assert geometry().items != geometry(labels=["a", "b", "c"]).items


def test_geometry_names_a_version():
    assert geometry().version == geometry().payload.id
    assert geometry(version="mine").version == "mine"


@pytest.mark.parametrize(
    ("coords", "labels", "message"),
    [
        (np.zeros((3, 4)), LABELS, r"not \(3, 4\)"),
        (np.zeros(3), LABELS, "Coordinates"),
        (np.zeros((2, 2)), LABELS, "2 items, but 3 labels"),
        (np.array([[0, np.nan]] * 3), LABELS, "finite"),
    ],
)
def test_geometry_checks_itself(coords, labels, message):
    with pytest.raises(ValueError, match=message):
        Geometry(coords, labels)


def test_geometry_checks_its_details():
    with pytest.raises(ValueError, match="details in 'Size'"):
        geometry(details=[("Size", ["1"])])


def test_selecting_resends_neither_geometry_nor_colours():
    place, codes = geometry(), np.array([0, 1, 0])
    before = Style(codes=codes, categories=[("a", "red"), ("b", "blue")])
    after = Style(codes=codes, categories=[("a", "red"), ("b", "blue")], selected=[1])
    assert before.payload.id == after.payload.id
    assert place.payload is place.payload


def test_colours_of_a_hundred_thousand_take_a_byte_each():
    style = Style(codes=np.zeros(100_000, int), categories=[("a", "red")])
    assert len(style.payload.data) < 101_000


@pytest.mark.parametrize(
    ("categories", "dtype"), [(3, np.uint8), (254, np.uint8), (255, np.uint16)]
)
def test_unknown_codes_become_no_category(categories, dtype):
    codes = narrow_codes(np.array([0, categories - 1, categories, -1]), categories)
    assert codes.dtype == dtype
    none = np.iinfo(dtype).max
    assert codes.tolist() == [0, categories - 1, none, none]


def test_values_bring_their_range_and_keep_their_gaps():
    style = Style(values=np.array([1, np.nan, 3], np.float32), value_title="Age")
    _, facts, buffers, _ = unpack(style.payload.data)
    assert facts["meta"]["range"] == [1, 3]
    assert np.isnan(np.frombuffer(buffers["values"], np.float32)).tolist() == [False, True, False]


def test_values_without_any_number_still_have_a_range():
    _, facts, _, _ = unpack(Style(values=np.full(3, np.nan, np.float32)).payload.data)
    assert facts["meta"]["range"] == [0, 1]


@pytest.mark.parametrize(
    ("style", "message"),
    [
        (Style(codes=np.zeros(2, int)), "3 items, but 2 codes"),
        (Style(values=np.zeros(4, np.float32)), "3 items, but 4 values"),
        (Style(selected=[3]), "selected"),
        (Style(emphasised=np.array([-1])), "emphasised"),
        (Style(lines=[(0, 5, True)]), "lines"),
        (Style(axis_titles=("x",)), "2 axes, but 1"),
        (Style(sizes=np.zeros(2)), "3 items, but 2 sizes"),
        (Style(halos=np.zeros(2)), "3 items, but 2 halos"),
        (Style(neighbors=np.zeros((2, 1), int)), "3 items, but 2 neighbors"),
        (Style(titles=[("here", (1, 2, 3))]), "2 axes, but 'here' lies at 3"),
        (Style(extra=[("here", (1,))]), "2 axes, but 'here' lies at 1"),
    ],
)
def test_style_must_fit_the_map(style, message):
    with pytest.raises(ValueError, match=message):
        check_style(style, (3, 2))


def test_a_map_has_one_kind_of_colour():
    with pytest.raises(ValueError, match="not by both"):
        Style(codes=np.zeros(3, int), values=np.zeros(3, np.float32))


def test_heatmap_checks_its_labels_and_size():
    with pytest.raises(ValueError, match="as many labels"):
        _checked(np.zeros((2, 2)), ["a", "b"], ["a"])
    with pytest.raises(ValueError, match="at most 1000"):
        _checked(np.zeros((1, 1001)), ["a"], ["b"] * 1001)


def test_heatmap_rows_are_items_in_their_order_unless_named():
    assert _items(None, 3).tolist() == [0, 1, 2]
    assert _items([7, 2], 2).tolist() == [7, 2]
    with pytest.raises(ValueError, match="2 rows or columns, but 3 items"):
        _items([1, 2, 3], 2)


def test_a_heatmap_of_other_words_is_another_heatmap():
    rows = _items(None, 2)
    assert _identity(rows, rows, ["a", "b"], ["a", "b"]) == _identity(
        rows, rows, ["a", "b"], ["a", "b"]
    )
    assert _identity(rows, rows, ["a", "b"], ["a", "b"]) != _identity(
        rows, rows, ["c", "d"], ["c", "d"]
    )


@pytest.mark.parametrize("raw", [None, [1], [1, 2, 3], ["0", "1"], [True, 0], [0, 5], [-1, 0], {}])
def test_a_cell_that_is_none_is_no_cell(raw):
    assert _cell(raw, (3, 3)) is None


def test_a_cell_is_row_and_column():
    assert _cell([2, 1], (3, 3)) == (2, 1)


def test_heatmap_marks_only_cells_that_are_there():
    assert _marks([(np.int64(0), 2, "torn")], (1, 3)) == [[0, 2, "torn"]]
    with pytest.raises(ValueError, match="cell 1, 0"):
        _marks([(1, 0, "torn")], (1, 3))
    with pytest.raises(ValueError, match="torn or pushed, not 'near'"):
        _marks([(0, 0, "near")], (1, 3))


def column(payload, name, kind):
    _, facts, buffers, _ = unpack(payload.data)
    return facts["meta"], np.frombuffer(buffers[name], kind)


def test_every_part_of_a_style_is_a_message_of_its_own():
    halos, sizes = np.array([1, np.nan, 2.5]), np.array([0, np.nan, 1])
    hulls = [Hull(np.eye(2) * 3, "red"), Hull(np.ones((3, 2)), "#00f")]
    style = Style(halos=halos, sizes=sizes, size_title="Age", size_range=(1, 9), hulls=hulls)
    assert set(style.parts) == {"hulls", "halos", "sizes"}
    assert column(style.parts["halos"], "radii", np.float32)[1].tolist() == [1, 0, 2.5]
    meta, bytes_ = column(style.parts["sizes"], "sizes", np.uint8)
    assert (meta, bytes_.tolist()) == ({"title": "Age", "ends": [1, 9]}, [0, 0, 255])
    meta, lengths = column(style.parts["hulls"], "lengths", np.uint32)
    assert (meta["colours"], lengths.tolist()) == (["red", "#00f"], [2, 3])
    assert column(style.parts["hulls"], "corners", np.float32)[1].tolist() == [3, 0, 0, 3] + [1] * 6
    other = Style(halos=halos, sizes=sizes[::-1], size_title="Age", size_range=(1, 9))
    assert other.parts["halos"] == style.parts["halos"]
    assert other.parts["sizes"] != style.parts["sizes"]
    assert Style().parts == {}


def test_edges_are_sent_once_with_how_strong_they_are():
    edges = Edges(np.array([[0, 2], [1, 2]]), np.array([4, 0]), directed=True)
    payload = Style(edges=edges).parts["edges"]
    assert payload is Style(edges=edges, selected=[1]).parts["edges"]
    meta, pairs = column(payload, "pairs", np.uint32)
    assert (meta, pairs.tolist()) == ({"directed": True}, [0, 2, 1, 2])
    assert column(payload, "levels", np.uint8)[1].tolist() == [4, 0]
    with pytest.raises(ValueError, match="from 0 to 4"):
        _ = Edges(np.array([[0, 1]]), np.array([5])).payload
    with pytest.raises(ValueError, match="edges names items outside 0 to 1"):
        check_style(Style(edges=edges), (2, 2))
    with pytest.raises(ValueError, match="marked_edges names items outside"):
        check_style(Style(marked_edges=np.array([[0, 9]])), (3, 2))


@pytest.mark.parametrize(("count", "width"), [(10, 2), (70_000, 4)])
def test_neighbors_take_as_few_bytes_as_they_need(count, width):
    neighbors = (np.arange(count)[:, None] + [1, 2]) % count
    payload = Style(neighbors=neighbors).parts["neighbors"]
    meta, back = column(payload, "neighbors", f"<u{width}")
    assert meta == {"k": 2}
    assert back.reshape(count, 2).tolist() == neighbors.tolist()


def test_frames_return_within_a_step_of_their_grid():
    coords = np.random.default_rng(0).normal(size=(7, 5, 3)).astype(np.float32) * [1, 10, 0]
    frames = Frames(coords)
    meta, xs = column(frames.payload, "y", np.uint16)
    back = meta["low"][1] + xs.reshape(7, 5) / 65_535 * meta["span"][1]
    assert meta["count"] == 7
    np.testing.assert_allclose(back, coords[:, :, 1], atol=meta["span"][1] / 100_000)
    assert column(frames.payload, "z", np.uint16)[1].tolist() == [0] * 35
    _, _, buffers, _ = unpack(frames.payload.data)
    assert json.loads(buffers["steps"])[6] == "7 of 7"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Frames(np.zeros((3, 2))), r"not \(3, 2\)"),
        (lambda: Frames(np.zeros((0, 3, 2))), r"not \(0, 3, 2\)"),
        (lambda: Frames(np.full((1, 3, 2), np.inf)), "finite"),
        (lambda: Frames(np.zeros((2, 3, 2)), ["one"]), "2 frames, but 1 steps"),
        (lambda: Style(hulls=[Hull(np.zeros((4, 3)), "red")]).parts, r"not \(4, 3\)"),
        (lambda: Style(hulls=[Hull(np.full((4, 2), np.nan), "red")]).parts, "finite"),
        (lambda: Style(halos=[-1.0]).parts, "0 or more"),
        (lambda: Style(halos=[np.inf]).parts, "finite"),
        (lambda: Style(sizes=[0, 1.5]).parts, "from 0 to 1.5"),
        (lambda: Style(neighbors=np.zeros(3, int)).parts, r"not \(3,\)"),
        (lambda: Style(neighbors=np.zeros((3, 1))).parts, "float64"),
        (lambda: Style(neighbors=np.full((3, 1), 3)).parts, "outside 0 to 2"),
    ],
)
def test_parts_of_a_map_check_themselves(make, message):
    with pytest.raises(ValueError, match=message):
        make()
