/** Which labels fit, and where: greedy, in order of importance, several places around each point. */

const GAP = 3;
const LINE = 1.25;
// Right first: where a reader looks. Each is [x, y] in units of the point's reach, and the anchor.
const PLACES = [
  [1, 0, "start"], [-1, 0, "end"], [0, -1, "middle"], [0, 1, "middle"],
  [0.75, -0.75, "start"], [0.75, 0.75, "start"], [-0.75, -0.75, "end"], [-0.75, 0.75, "end"],
];
// A little further off, for labels that have to be shown.
const FURTHER = PLACES.map(([x, y, anchor]) => [x * 2.2, y * 1.8, anchor]);
// A name over a place gives way upwards and downwards, by its own height.
const SHIFTS = [0, -1, 1, -2, 2];

/**
 * Place labels.
 *
 * `wanted`: { x, y, text, size, reach, centred, shifts, must } in order of importance; what is
 * centred lies over its place, and if it `shifts` near it where that is taken.
 * `around`: { bounds, blocked, dotRadius, measure(label), countPoints(x0, y0, x1, y1) }; `bounds`
 * and each of `blocked` are [left, top, right, bottom].
 * Returns those that fit, with `dx`, `dy` and `anchor` from their point.
 */
export function placeLabels(wanted, around) {
  const taken = [...around.blocked];
  const placed = [];
  for (const label of wanted) {
    const place = bestPlace(label, around.measure(label), taken, around);
    if (!place) continue;
    taken.push(place.box);
    placed.push({ ...label, dx: place.dx, dy: place.dy, anchor: place.anchor });
  }
  return placed;
}

function bestPlace(label, textWidth, taken, { bounds, dotRadius, countPoints }) {
  let best;
  for (const place of placesOf(label)) {
    const candidate = boxAt(label, textWidth, place);
    const [x0, y0, x1, y1] = candidate.box;
    if (x0 < bounds[0] + 1 || y0 < bounds[1] + 1 || x1 > bounds[2] - 1 || y1 > bounds[3] - 1) continue;
    if (taken.some((other) => overlaps(other, candidate.box))) continue;
    if (label.centred) return candidate;
    const touched = countPoints(x0 - dotRadius, y0 - dotRadius + 3, x1 + dotRadius, y1 + dotRadius - 3);
    if (touched === 0) return candidate;
    const covered = countPoints(x0 + 1, y0 + 2, x1 - 1, y1 - 2);
    // A label across other points is hard to read, so only the important ones may do so.
    if (covered && !label.must) continue;
    const cost = covered * 10 + touched;
    if (!best || cost < best.cost) best = { ...candidate, cost };
  }
  return best;
}

/** Return where a label may stand: [dx, dy, anchor], seen from its point. */
function placesOf({ centred, shifts, must, size, reach = 0 }) {
  if (centred) return (shifts ? SHIFTS : [0]).map((lines) => [0, lines * size * LINE, "middle"]);
  const places = must ? [...PLACES, ...FURTHER] : PLACES;
  return places.map(([x, y, anchor]) => [x * (reach + GAP), y * (reach + GAP / 2 + (size * LINE) / 2), anchor]);
}

function boxAt({ x, y, size }, textWidth, [dx, dy, anchor]) {
  const lineHeight = size * LINE;
  const left = x + dx - { start: 0, middle: textWidth / 2, end: textWidth }[anchor];
  const top = y + dy - lineHeight / 2;
  return { dx, dy, anchor, box: [left - 1, top, left + textWidth + 1, top + lineHeight] };
}

const overlaps = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
