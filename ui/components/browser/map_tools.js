/** The tools and the legend of a map. */
import { savePng, saveSvg } from "./export.js";
import { paintGround } from "./ground.js";
import { addSizes, showCategories, showNothing, showScale } from "./legend.js";
import { groundOf } from "./map_ground.js";
import { number } from "./text.js";
import { keysOf } from "./map_pointing.js";
import { fillToolbar } from "./toolbar.js";

const MODES = ["move", "box", "lasso"];

export function showLegend(map) {
  const { kind, categories, counts, colours, range, title } = map.colour;
  if (kind === "codes") showCategories(map.frame, categories, counts, map.hidden, (...how) => toggle(map, ...how));
  else if (kind === "values") showScale(map.frame, colours, range, title);
  else showNothing(map.frame);
  if (map.sizes) addSizes(map.frame, { ...map.sizes, radii: map.dot.ends });
}

/** Hide or show a category, or all others. */
async function toggle(map, code, alone) {
  const others = map.colour.categories.map((_, other) => other).filter((other) => other !== code);
  const isAlone = others.every((other) => map.hidden.has(other)) && !map.hidden.has(code);
  if (alone) map.hidden = new Set(isAlone ? [] : [...others, -1]);
  else if (!map.hidden.delete(code)) map.hidden.add(code);
  map.frame.legend.querySelectorAll(".ex-entry").forEach((entry, i) => entry.setAttribute("aria-pressed", String(!map.hidden.has(i))));
  await map.scene.setHidden(map.colour.groups, map.hidden);
  map.layLabels();
  map.paintGround();
  map.paint();
}

export function showTools(map) {
  const flat = map.coords.length === 2;
  const mode = (name) => () => setMode(map, name);
  const modes = [
    { name: "move", title: "Move and zoom", act: mode("move"), pressed: "true" },
    { name: "box", title: "Select with a box (Shift adds)", act: mode("box"), pressed: "false" },
    { name: "lasso", title: "Select with a lasso (Shift adds)", act: mode("lasso"), pressed: "false" },
    null,
  ];
  map.buttons = fillToolbar(map.frame, [
    ...(flat ? modes : []),
    { name: "closer", title: "Zoom in", act: () => map.scene.zoom(1.4) },
    { name: "further", title: "Zoom out", act: () => map.scene.zoom(1 / 1.4) },
    { name: "reset", title: "Show everything", act: () => map.scene.showAll() },
    null,
    { name: "png", text: "PNG", title: "Save as PNG", act: () => save(map, savePng) },
    { name: "svg", text: "SVG", title: "Save as SVG", act: () => save(map, saveSvg) },
  ]);
  setMode(map, map.gestures.mode);
}

function setMode(map, mode) {
  map.gestures.mode = mode;
  map.frame.stage.dataset.mode = mode;
  for (const name of MODES) map.buttons[name]?.setAttribute("aria-pressed", String(name === mode));
}

function save(map, write) {
  const { categories, colours, range, title } = map.colour;
  const scale = colours ? { colours, low: number(range[0]), high: number(range[1]), title: title ?? "" } : {};
  return write({
    Plotly: map.Plotly,
    place: map.past ? null : map.scene.place,
    lend: () => map.scene.lend?.(),
    theme: map.theme,
    width: map.frame.width,
    height: map.frame.height,
    fileName: map.message.fileName,
    badge: map.message.badge?.[0],
    legend: {
      ...(categories ? { entries: categories.filter((_, code) => !map.hidden.has(code)) } : scale),
      sizes: map.sizes && { ...map.sizes, radii: map.dot.ends },
      keys: keysOf(map).map((kind) => ({ ...kind, colour: map.theme[kind.tone], isLine: true })),
    },
    paintGround: (painter) => paintGround(painter, groundOf(map)),
    paint: (painter) => map.paintMap(painter),
  });
}
