/** What a map asks `marks.js` to paint: the selection, lines, dropped points, labels, the pointer. */
import { MOST_RINGS } from "./marks.js";
import { edgesPointed } from "./map_edges.js";
import { TIES, linesOf } from "./map_neighbors.js";
import { pictureOf, picturesOf, reachOf } from "./map_pictures.js";

const RING = 3; // pixels between a point and its ring
const OUTER = 2; // and between that and the ring under the pointer

export function marksOf(map, xs = map.xs, ys = map.ys, labels = map.labels) {
  const place = (i) => [xs[i], ys[i]];
  const { theme, scene, dot, message, pictured } = map;
  const selected = map.selection.indices.filter((i) => map.isVisible(i));
  const isLarge = selected.length > MOST_RINGS;
  return {
    theme,
    window: scene.window,
    opacity: dot.opacity,
    lines: linesOf(map).map((line) => asStroke(map, line, place)),
    pictures: picturesOf(map, xs, ys),
    rings: ringsAround(isLarge ? [] : selected.filter((i) => !pictured.has(i)), map, RING, place),
    frames: (isLarge ? [] : selected.filter((i) => pictured.has(i))).map((i) => pictureOf(map, i, xs, ys).box),
    focus: isLarge && selected.length < map.geometry.n ? byColour(map, selected, xs, ys) : null,
    extra: map.past ? [] : message.extra.map(([, at]) => map.placeOf(at)),
    labels: labels.map((label) => {
      const [x, y] = label.item >= 0 ? place(label.item) : map.placeOf(label.at);
      return { ...label, x: x + label.dx, y: y + label.dy };
    }),
  };
}

export function pointerOf(map) {
  const { theme, scene, xs, ys, pointed, linked, outline, ties, pictured } = map;
  const place = (i) => [xs[i], ys[i]];
  const marked = [...pointed, ...linked].filter((i) => map.isVisible(i));
  return {
    theme,
    window: scene.window,
    pictures: marked.filter((i) => pictured.has(i)).map((i) => pictureOf(map, i, xs, ys)),
    rings: ringsAround(marked.filter((i) => !pictured.has(i)), map, RING + OUTER, place),
    edges: edgesPointed(map),
    lines: ties.filter(([, other]) => map.isVisible(other)).map((tie) => asStroke(map, tie, place)),
    outline,
  };
}

function ringsAround(items, { dot }, gap, place) {
  const radii = dot.radii ? items.map((i) => dot.radiusOf(i) + gap) : dot.size / 2 + gap;
  return { places: items.flatMap(place), radii };
}

function asStroke(map, [from, to, kind], place) {
  const { dash, tone } = TIES[kind];
  return { from: place(from), to: place(to), radii: [reachOf(map, from) + RING, reachOf(map, to)], dash, colour: map.theme[tone] };
}

/** Return { colour, places, radii } of items. */
function byColour({ colour: { groups, groupOf }, dot }, items, xs, ys) {
  const members = groups.map(() => []);
  for (const i of items) members[groupOf[i]].push(i);
  return groups.map(({ colour }, g) => ({
    colour,
    places: members[g].flatMap((i) => [xs[i], ys[i]]),
    radii: dot.radii ? members[g].map(dot.radiusOf) : dot.size / 2,
  }));
}
