/** What lies over the points: lines, rings, dropped points, labels. */

/** Paint marks with either painter. Later strokes lie on top. */
export function paintMarks(painter, { theme, lines, rings, ringRadius, extra, pointed, labels }) {
  for (const { from, to, isTrue } of lines) {
    painter.line(...from, ...to, { colour: theme.muted, width: 1, dash: isTrue ? [] : [4, 4] });
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
  if (pointed.length) painter.rings(pointed, ringRadius + 2, { colour: theme.text, width: 1.5 });
  for (const { text, x, y, anchor, size, weight, colour } of labels) {
    painter.text(text, x, y, { size, weight, anchor, colour, font: theme.font, halo: theme.background });
  }
}

/** Paint every point: for the moment of travel, when Plotly's own are hidden. */
export function paintPoints(painter, groups, hidden, xs, ys, { size, opacity }) {
  for (const { colour, indices, code } of groups) {
    if (hidden.has(code)) continue;
    const places = new Float32Array(indices.length * 2);
    indices.forEach((i, k) => {
      places[2 * k] = xs[i];
      places[2 * k + 1] = ys[i];
    });
    painter.dots(places, size / 2, { fill: colour, opacity });
  }
}
