/** What a map asks `marks.js` to paint: the selection, lines, dropped points, labels, the pointer. */
import { TIES, linesOf } from "./map_neighbors.js";

export const MOST_RINGS = 300; // of a larger selection all other points fade

const RING = 3; // pixels between a point and its ring
const OUTER = 2; // and between that and the ring under the pointer

export function marksOf(map, xs = map.xs, ys = map.ys, labels = map.labels) {
  const place = (i) => [xs[i], ys[i]];
  const { theme, scene, dot, message } = map;
  const selected = map.selection.indices.filter((i) => map.isVisible(i));
  const isLarge = selected.length > MOST_RINGS;
  return {
    theme,
    window: scene.window,
    opacity: dot.opacity,
    lines: linesOf(map).map((line) => asStroke(map, line, place)),
    rings: ringsAround(isLarge ? [] : selected, map, RING, place),
    focus: isLarge && selected.length < map.geometry.n ? byColour(map, selected, xs, ys) : null,
    extra: map.past ? [] : message.extra.map(([, at]) => map.placeOf(at)),
    labels: labels.map((label) => {
      const [x, y] = label.item >= 0 ? place(label.item) : map.placeOf(label.at);
      return { ...label, x: x + label.dx, y: y + label.dy };
    }),
  };
}

export function pointerOf(map) {
  const { theme, scene, xs, ys, pointed, linked, outline, ties } = map;
  const place = (i) => [xs[i], ys[i]];
  return {
    theme,
    window: scene.window,
    rings: ringsAround([...pointed, ...linked].filter((i) => map.isVisible(i)), map, RING + OUTER, place),
    lines: ties.filter(([, other]) => map.isVisible(other)).map((tie) => asStroke(map, tie, place)),
    outline,
  };
}

function ringsAround(items, { dot }, gap, place) {
  const radii = dot.radii ? items.map((i) => dot.radiusOf(i) + gap) : dot.size / 2 + gap;
  return { places: items.flatMap(place), radii };
}

function asStroke({ theme, dot }, [from, to, kind], place) {
  const { dash, tone } = TIES[kind];
  return { from: place(from), to: place(to), radii: [dot.radiusOf(from) + RING, dot.radiusOf(to)], dash, colour: theme[tone] };
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
