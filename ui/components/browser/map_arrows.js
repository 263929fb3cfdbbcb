/** Arrows over a map: where something goes in one step, moment by moment of a film. */

const HEAD = 8; // pixels
const DIAMOND = 6;

/** Return what is to be painted now: arrows on the screen, and names at the feet that have one. */
export function arrowsOf(map) {
  const { arrows, theme } = map;
  if (!arrows) return { strokes: [], feet: [], theme };
  const { looks, names, count } = arrows;
  const frame = Math.min(Math.round(map.player?.moment ?? count - 1), count - 1);
  const at = (axis, i) => arrows[axis][frame * looks.length + i];
  const strokes = looks.map(({ colour, width }, i) => ({
    from: map.placeOf([at("x0", i), at("y0", i)]),
    to: map.placeOf([at("x1", i), at("y1", i)]),
    colour: colour ?? theme.text,
    width,
  }));
  const feet = names.map(([i, name]) => ({ name, place: strokes[i].from, colour: strokes[i].colour }));
  return { strokes, feet, theme, window: map.scene.window };
}

/** Paint them with either painter; the last lies lowest. */
export function paintArrows(painter, { strokes, feet, theme, window }) {
  if (!strokes.length) return;
  painter.clip(window, () => {
    for (const stroke of [...strokes].reverse()) paintArrow(painter, stroke, theme);
    for (const foot of [...feet].reverse()) paintFoot(painter, foot, theme);
  });
}

function paintArrow(painter, { from: [x0, y0], to: [x1, y1], colour, width }, theme) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (!(length > 1.5)) return;
  const head = Math.min(HEAD + width, length);
  const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
  const [bx, by] = [x1 - dx * head, y1 - dy * head];
  painter.line(x0, y0, bx, by, { colour: theme.background, width: width + 2.5 });
  painter.line(x0, y0, bx, by, { colour, width });
  const half = head * 0.42;
  const corners = [[x1, y1], [bx - dy * half, by + dx * half], [bx + dy * half, by - dx * half]];
  painter.outline(corners, { colour, width: 1, fill: colour });
}

function paintFoot(painter, { name, place: [x, y], colour }, theme) {
  const corners = [[x, y - DIAMOND], [x + DIAMOND, y], [x, y + DIAMOND], [x - DIAMOND, y]];
  painter.outline(corners, { colour: theme.background, width: 4 });
  painter.outline(corners, { colour, width: 2, fill: theme.background });
  painter.text(name, x + DIAMOND + 4, y + 4, { size: 12, font: theme.font, weight: 600, colour, halo: theme.background });
}
