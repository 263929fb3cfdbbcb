/** From point to point with the arrow keys. */
import { nearestInDirection } from "./grid.js";
import { describe, point } from "./map_pointing.js";

/** Go to the next point in a direction, and say which it is. */
export function walk(map, direction) {
  const visible = (i) => map.isVisible(i) && map.isInView(i);
  const from = map.pointed[0] ?? map.cursor;
  const next = from < 0 ? start(map, visible) : nearestInDirection(map.xs, map.ys, from, direction, visible);
  if (next < 0) return map.frame.say("No further point in this direction.");
  map.cursor = next;
  point(map, next);
  const { heading, line, rows } = describe(map, next);
  return map.frame.say([heading, line, ...rows.map(([name, text]) => `${name} ${text}`)].filter(Boolean).join(", "));
}

/** Begin at the selection, else in the middle. */
function start(map, visible) {
  const [first] = map.selection.indices;
  if (first !== undefined && visible(first)) return first;
  const { width, height } = map.frame;
  return map.pointGrid().nearest(width / 2, height / 2, width + height, visible);
}
