/** What a map asks `marks.js` to paint: the selection, lines, dropped points, labels, the pointer. */

export const MOST_RINGS = 300; // of a larger selection all other points fade

const RING = 3; // pixels between a point and its ring

export function marksOf(map, xs = map.xs, ys = map.ys, labels = map.labels) {
  const place = (i) => [xs[i], ys[i]];
  const { theme, scene, dot, message } = map;
  const selected = map.selection.indices.filter((i) => map.isVisible(i));
  const isLarge = selected.length > MOST_RINGS;
  return {
    theme,
    window: scene.window,
    ringRadius: dot.size / 2 + RING,
    dotRadius: dot.size / 2,
    opacity: dot.opacity,
    lines: message.lines.map(([a, b, isTrue]) => ({ from: place(a), to: place(b), isTrue })),
    rings: isLarge ? [] : selected.flatMap(place),
    focus: isLarge && selected.length < map.geometry.n ? byColour(map, selected, xs, ys) : null,
    extra: map.past ? [] : message.extra.map(([, at]) => map.placeOf(at)),
    labels: labels.map((label) => {
      const [x, y] = label.item >= 0 ? place(label.item) : map.placeOf(label.at);
      return { ...label, x: x + label.dx, y: y + label.dy };
    }),
  };
}

export function pointerOf(map) {
  const { theme, scene, dot, xs, ys, pointed, linked, outline } = map;
  return {
    theme,
    window: scene.window,
    ringRadius: dot.size / 2 + RING,
    pointed: [...pointed, ...linked].filter((i) => map.isVisible(i)).flatMap((i) => [xs[i], ys[i]]),
    outline,
  };
}

/** Return { colour, places } of items. */
function byColour({ colour: { groups, groupOf } }, items, xs, ys) {
  const places = groups.map(() => []);
  for (const i of items) places[groupOf[i]].push(xs[i], ys[i]);
  return groups.map(({ colour }, g) => ({ colour, places: places[g] }));
}
