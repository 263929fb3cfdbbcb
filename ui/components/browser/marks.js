/**
 * What lies over the points: lines, rings, dropped points, labels. Of a large selection the points
 * keep their colours and all others fade: thousands of rings would hide what they mark.
 */

export const MOST_RINGS = 300; // of a larger selection all other points fade
const EDGE = 2; // pixels of a picture's edge

/** Paint marks with either painter. Later strokes lie on top. */
export function paintMarks(painter, marks) {
  painter.clip(marks.window, () => paintInside(painter, marks));
}

function paintInside(painter, marks) {
  const { theme, frames, focus, window, opacity, extra, labels, pictures } = marks;
  if (focus) {
    painter.veil(window, theme.background, 0.78);
    for (const { colour, places, radii } of focus) painter.dots(places, radii, { fill: colour, opacity });
  }
  // Rings of points lie under the pictures that cover these.
  if (pictures.length) paintRings(painter, marks);
  const isFaint = ({ opacity }) => opacity < 1;
  // Lines run over the pictures that stand back, and under those they lead to.
  paintPictures(painter, marks, pictures.filter(isFaint));
  paintLines(painter, marks);
  paintPictures(painter, marks, pictures.filter((picture) => !isFaint(picture)));
  for (const box of frames) paintFrame(painter, box, theme.primary, theme, frames.length > 1);
  if (!pictures.length) paintRings(painter, marks);
  for (const [x, y] of extra) {
    const corners = [[x, y - 8], [x + 8, y], [x, y + 8], [x - 8, y]];
    painter.outline(corners, { colour: theme.background, width: 5 });
    painter.outline(corners, { colour: theme.primary, width: 2 });
  }
  for (const { text, x, y, anchor, size, weight, colour, halo } of labels) {
    painter.text(text, x, y, { size, weight, anchor, colour, font: theme.font, halo: theme.background, haloWidth: halo });
  }
}

/** Pictures with an edge in the colour of their point; those that stand back let nothing shine through. */
function paintPictures(painter, { theme }, shown) {
  for (const { pictures: whole, item, box, colour, opacity } of shown) {
    const around = grown(box, EDGE);
    if (opacity < 1) painter.veil(around, theme.background, 1);
    painter.veil(around, colour, opacity);
    if (opacity < 1) painter.veil(grown(box, 0), theme.background, 1);
    painter.picture(whole, item, box, opacity);
  }
}

function paintRings(painter, { theme, rings }) {
  if (!rings.places.length) return;
  painter.rings(rings.places, rings.radii, { colour: theme.background, width: 4 });
  painter.rings(rings.places, rings.radii, { colour: theme.primary, width: 2 });
}

/** Around one picture a frame with some air; around one of several what room there is between two. */
function paintFrame(painter, box, colour, theme, isNarrow = false) {
  if (isNarrow) return painter.outline(corners(grown(box, EDGE + 0.5)), { colour, width: 2 });
  painter.outline(corners(grown(box, EDGE + 1)), { colour: theme.background, width: 2 });
  return painter.outline(corners(grown(box, EDGE + 2)), { colour, width: 2.5 });
}

/** Return [left, top, right, bottom] of a box of [x, y, width, height] that is larger on every side. */
const grown = ([x, y, width, height], more) => [x - more, y - more, x + width + more, y + height + more];

const corners = ([left, top, right, bottom]) => [[left, top], [right, top], [right, bottom], [left, bottom]];

function paintLines(painter, { lines }) {
  for (const { from, to, radii, colour, dash } of lines) {
    const ends = between(from, to, ...radii);
    if (ends) painter.line(...ends, { colour, width: 1.1, dash });
  }
}

/** Paint what follows the pointer: rings, lines to neighbours, and the outline that a hand draws. */
export function paintPointer(painter, pointer) {
  const { theme, window, rings, outline } = pointer;
  painter.clip(window, () => {
    for (const { ends, ...style } of pointer.edges) painter.segments(ends, style);
    paintLines(painter, pointer);
    paintPictures(painter, pointer, pointer.pictures);
    for (const { box } of pointer.pictures) paintFrame(painter, box, theme.text, theme);
    if (rings.places.length) painter.rings(rings.places, rings.radii, { colour: theme.text, width: 1.5 });
    if (outline) painter.outline(outline, { colour: theme.primary, dash: [5, 4], fill: `${theme.primary}22` });
  });
}

/** Paint every point: on a journey and in the past, when Plotly's own are hidden. */
export function paintPoints(painter, groups, hidden, xs, ys, { size, opacity, radii }) {
  for (const { colour, indices, code } of groups) {
    if (hidden.has(code) || !indices.length) continue;
    const places = new Float32Array(indices.length * 2);
    indices.forEach((i, k) => {
      places[2 * k] = xs[i];
      places[2 * k + 1] = ys[i];
    });
    painter.dots(places, radii ? Array.from(indices, (i) => radii[i]) : size / 2, { fill: colour, opacity });
  }
}

/** The line from ring to point, without what lies over them; nothing where they touch. */
function between([x0, y0], [x1, y1], first, last) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (!(length > first + last)) return undefined;
  const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
  return [x0 + dx * first, y0 + dy * first, x1 - dx * last, y1 - dy * last];
}
