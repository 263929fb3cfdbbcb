/** What a map asks `ground.js` to paint. */
import { edgesOf } from "./map_edges.js";

const SMALLEST = 0.5; // pixels a halo must reach beyond its point to be seen

export function groundOf(map, isMoving = false) {
  const { theme, scene, past, geometry } = map;
  const edges = edgesOf(map, isMoving);
  // Outlines on a fixed ground are of the ground, not of groups.
  if (past && geometry.bounds) return { theme, window: scene.window, edges, hulls: hullsOf(map), halos: [] };
  if (past) return { theme, window: scene.window, edges, hulls: [], halos: [] }; // these lie where the points are now
  return { theme, window: scene.window, edges, hulls: hullsOf(map), halos: halosOf(map) };
}

/** The outlines on the screen; none in space, where a flat outline surrounds nothing. */
function hullsOf(map) {
  const { hulls, coords } = map;
  if (!hulls || coords.length !== 2) return [];
  const hidden = hiddenColours(map);
  let from = 0;
  return [...hulls.lengths].flatMap((length, h) => {
    const [first, colour] = [from, hulls.colours[h]];
    from += length;
    if (hidden.has(colour)) return [];
    const corners = Array.from({ length }, (_, c) => map.placeOf(hulls.corners.subarray(2 * (first + c), 2 * (first + c) + 2)));
    return [{ colour, corners }];
  });
}

/** A group that the legend hides takes the outline in its colour with it. */
function hiddenColours({ colour: { categories = [] }, hidden }) {
  const shown = new Set(categories.filter((_, code) => !hidden.has(code)).map(([, colour]) => colour));
  return new Set(categories.map(([, colour]) => colour).filter((colour) => !shown.has(colour)));
}

function halosOf(map) {
  const { halos, xs, ys, dot, colour, coords } = map;
  if (!halos) return [];
  const radii = new Float32Array(xs.length);
  map.scene.lengths(coords, halos.radii, radii);
  const [left, top, right, bottom] = map.scene.window;
  const found = [];
  for (const i of largestFirst(halos)) {
    const [x, y, radius] = [xs[i], ys[i], radii[i]];
    const isSeen = x + radius > left && x - radius < right && y + radius > top && y - radius < bottom;
    if (!isSeen || radius < dot.radiusOf(i) + SMALLEST || !map.isVisible(i)) continue;
    found.push({ colour: colour.groups[colour.groupOf[i]].colour, x, y, radius });
  }
  return found;
}

/** The items that have a halo, those with the largest first; sorted once. */
function largestFirst(halos) {
  halos.order ??= Uint32Array.from(halos.radii.keys())
    .filter((i) => halos.radii[i] > 0)
    .sort((a, b) => halos.radii[b] - halos.radii[a]);
  return halos.order;
}
