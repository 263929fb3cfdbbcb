/** What lies under the points: outlines of groups, how far each point wanders, a graph's edges. */

const HULL = { width: 1.4, fill: 0.09, edge: 0.75 };
const HALO = { light: 0.16, dark: 0.26 }; // opacity of all discs together: where they overlap it grows no denser
const MANY = 1_000; // halos, among which no eye follows one edge

/**
 * Paint the ground. `hulls`: { colour, corners } each; `halos`: { colour, x, y, radius } each, the
 * largest first, so that small ones lie on top; `edges`: { colour, width, opacity, ends } each.
 */
export function paintGround(painter, { theme, window, hulls, halos, edges }) {
  painter.clip(window, () => {
    if (halos.length) {
      const detail = halos.length > MANY ? 0.5 : 1;
      const paint = (solid) => {
        for (const { colour, x, y, radius } of halos) solid.dots([x, y], radius, { fill: colour });
      };
      painter.faded(theme.dark ? HALO.dark : HALO.light, paint, detail);
    }
    for (const { colour, corners } of hulls) {
      painter.outline(corners, { colour, width: HULL.width, opacity: HULL.edge, fill: colour, fillOpacity: HULL.fill });
    }
    for (const { ends, ...style } of edges) painter.segments(ends, style);
  });
}
