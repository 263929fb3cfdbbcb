"""The Graphs page in a real Chromium: the drawn network and the map are one, edges over the map."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

QUICK = "model=adjacency-svd&map=pca"
# How many pixels of a drawing's canvas are painted.
PAINTED = """([at, layer]) => {
  const canvas = document.querySelectorAll(".ex-view")[at].querySelector(layer);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let painted = 0;
  for (let i = 3; i < data.length; i += 4) painted += data[i] > 0;
  return painted;
}"""
MAP, NETWORK = 0, 1


def opened(visit, idle, link):
    page = visit(link)
    page.locator(".ex-view[data-drawn]").nth(NETWORK).wait_for()
    idle(page)
    return page


def painted(page, drawing, layer):
    return page.evaluate(PAINTED, [drawing, layer])


def walked(page):
    """Go on to another node of the network with the keyboard, and return its name."""
    page.locator(".ex-stage").nth(NETWORK).focus()
    page.keyboard.press("ArrowRight")
    return page.locator(".ex-view").nth(NETWORK).locator(".ex-tip-heading").inner_text()


def test_a_node_of_the_network_is_marked_and_selected_on_the_map_too(visit, idle):
    page = opened(visit, idle, f"graphs?data=karate&{QUICK}")
    assert painted(page, MAP, ".ex-pointer") == 0
    name = walked(page)
    assert painted(page, MAP, ".ex-pointer") > 0
    page.keyboard.press("Enter")
    page.locator("h5").filter(has_text=f"{name} is nearest to").wait_for()
    idle(page)
    assert parse_qs(urlsplit(page.url).query)["sel"] == [name]


def test_edges_come_over_the_map_and_a_part_of_a_large_network_marks_the_same_node(visit, idle):
    """Of 2,400 nodes in a line 300 are drawn: the tenth of them is not the tenth of the map."""
    lines = "source,target\n" + "".join(f"n{i},n{i + 1}\n" for i in range(2_400))
    page = visit(f"graphs?data=uploaded&{QUICK}&sel=n1200")
    file = {"name": "line.csv", "mimeType": "text/csv", "buffer": lines.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("300 nodes, 299 edges").wait_for()
    page.locator(".ex-view[data-drawn]").nth(NETWORK).wait_for()
    idle(page)
    assert painted(page, MAP, ".ex-ground") == 0
    page.get_by_text("Edges", exact=True).last.click()
    idle(page)
    page.wait_for_function(f"(about) => ({PAINTED})(about) > 0", arg=[MAP, ".ex-ground"])
    walked(page)
    name = walked(page)
    page.keyboard.press("Enter")
    page.locator("h5").filter(has_text=f"{name} is nearest to").wait_for()
    idle(page)
    assert parse_qs(urlsplit(page.url).query)["sel"] == [name]
    assert abs(int(name[1:]) - 1200) <= 150
