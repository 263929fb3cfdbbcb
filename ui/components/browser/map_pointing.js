/** What is under the pointer, or where the keyboard is: its ring, its text, its neighbours. */
import { keyOf } from "./legend.js";
import { EDGE, areEdgesMarked } from "./map_edges.js";
import { kindsIn, linesOf, tiesOf } from "./map_neighbors.js";

const PICTURE = 128; // pixels of the picture under the pointer

/** Say which item is pointed at, here and in linked drawings; -1 is none. */
export function point(map, item) {
  if (item === (map.pointed[0] ?? -1)) return;
  const { frame, xs, ys } = map;
  map.pointed = item < 0 ? [] : [item];
  map.ties = item < 0 ? [] : tiesOf(map, item);
  map.link.mark(map.pointed);
  frame.stage.classList.toggle("ex-on-point", item >= 0);
  if (item < 0) frame.tooltip.hide();
  else frame.tooltip.show(describe(map, item), xs[item], ys[item], map.ties.map(([, other]) => [xs[other], ys[other]]));
  map.paintPointer();
  showKey(map);
}

/** Say in words what lines mean, while there are any. */
export function showKey(map) {
  const kinds = keysOf(map, map.ties);
  const now = kinds.map(({ text }) => text).join();
  if (now === map.keyShown) return;
  map.keyShown = now;
  map.frame.key.hidden = !kinds.length;
  map.frame.key.replaceChildren(...kinds.map(keyOf));
}

/** Return what each kind of line means, of those on the map and of some `ties`. */
export function keysOf(map, ties = []) {
  return [...(areEdgesMarked(map) ? [EDGE] : []), ...kindsIn([...linesOf(map), ...ties], map.message.lineTitles)];
}

/** Return what is said about an item. */
export function describe({ geometry, colour, ties, neighbors, pictures }, item) {
  const { groups, groupOf, kind } = colour;
  const rows = geometry.details.map((name, d) => [name, geometry[`detail${d}`][item]]);
  if (ties.length) rows.push(["Neighbours kept", `${ties.filter(([, , tie]) => tie === "kept").length} of ${neighbors.k}`]);
  return {
    heading: geometry.labels[item],
    pictures: [pictures?.element(item, PICTURE)],
    colour: kind === "none" ? null : groups[groupOf[item]].colour,
    line: colour.describe(item),
    rows,
  };
}
