/**
 * What lies over the points: lines, rings, dropped points, labels. Of a large selection the points
 * keep their colours and all others fade: thousands of rings would hide what they mark.
 */

/** Paint marks with either painter. Later strokes lie on top. */
export function paintMarks(painter, marks) {
  painter.clip(marks.window, () => paintInside(painter, marks));
}

function paintInside(painter, marks) {
  const { theme, lines, rings, focus, window, ringRadius, dotRadius, opacity, extra, labels } = marks;
  if (focus) {
    painter.veil(window, theme.background, 0.78);
    for (const { colour, places } of focus) painter.dots(places, dotRadius, { fill: colour, opacity });
  }
  for (const { from, to, isTrue } of lines) {
    const ends = between(from, to, ringRadius, dotRadius);
    if (ends) painter.line(...ends, { colour: theme.muted, width: 1.1, dash: isTrue ? [] : [4, 4] });
  }
  if (rings.length) {
    painter.rings(rings, ringRadius, { colour: theme.background, width: 4 });
    painter.rings(rings, ringRadius, { colour: theme.primary, width: 2 });
  }
  for (const [x, y] of extra) {
    const corners = [[x, y - 8], [x + 8, y], [x, y + 8], [x - 8, y]];
    painter.outline(corners, { colour: theme.background, width: 5 });
    painter.outline(corners, { colour: theme.primary, width: 2 });
  }
  for (const { text, x, y, anchor, size, weight, colour, halo } of labels) {
    painter.text(text, x, y, { size, weight, anchor, colour, font: theme.font, halo: theme.background, haloWidth: halo });
  }
}

/** Paint what follows the pointer: rings, and the outline that a hand draws. */
export function paintPointer(painter, { theme, window, ringRadius, pointed, outline }) {
  painter.clip(window, () => {
    if (pointed.length) painter.rings(pointed, ringRadius + 2, { colour: theme.text, width: 1.5 });
    if (outline) painter.outline(outline, { colour: theme.primary, dash: [5, 4], fill: `${theme.primary}22` });
  });
}

/** Return size and opacity of points: fewer are larger, denser are fainter. */
export function dotStyle(n, area) {
  const room = Math.min(1.15, Math.max(0.75, Math.sqrt(area / 480_000)));
  const size = Math.max(2.4, (14 - 2.5 * Math.log10(Math.max(n, 10))) * room);
  const opacity = Math.min(0.92, Math.max(0.4, 1.3 - 0.17 * Math.log10(Math.max(n, 10))));
  return { size, opacity };
}

/** Paint every point: for the moment of travel, when Plotly's own are hidden. */
export function paintPoints(painter, groups, hidden, xs, ys, { size, opacity }) {
  for (const { colour, indices, code } of groups) {
    if (hidden.has(code) || !indices.length) continue;
    const places = new Float32Array(indices.length * 2);
    indices.forEach((i, k) => {
      places[2 * k] = xs[i];
      places[2 * k + 1] = ys[i];
    });
    painter.dots(places, size / 2, { fill: colour, opacity });
  }
}

/** The line from ring to point, without what lies over them; nothing where they touch. */
function between([x0, y0], [x1, y1], first, last) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (!(length > first + last)) return undefined;
  const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
  return [x0 + dx * first, y0 + dy * first, x1 - dx * last, y1 - dy * last];
}
