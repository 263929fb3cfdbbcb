/** The network under a walk: where it stands, where it came from, where it may go, where it has been. */
import { shorten } from "./text.js";
import { NONE } from "./walk_counts.js";

const PAD = 42; // pixels around the network
const SEEN_WHOLE = 150; // nodes of a network that is small enough to be seen whole
const REACH = 14; // pixels within which a node is meant
const WIDTHS = [0.6, 0.8, 1.1, 1.5, 2]; // of edges, from the weakest to the strongest
const LABELLED = 14; // nodes to go on to that carry their chance and name
const EVERY_NAME = 60; // up to so many nodes, all names are tried

/** Colours of the ways a walk can go: nowhere to come from yet, back, near, outward. */
export const kindColours = (theme) => [theme.primary, theme.dark ? "#e69f00" : "#b45f00", theme.dark ? "#2fc79a" : "#00805d", theme.dark ? "#56b4e9" : "#0072b2"];

/** Return where nodes are on the stage: { xs, ys }. Of a large network the part around the walks fills it. */
export function placesOf(walk, width, height) {
  const { x, y } = walk;
  const shown = x.length > SEEN_WHOLE ? touched(walk) : [...x.keys()];
  const ends = (axis) => [Math.min(...shown.map((node) => axis[node])), Math.max(...shown.map((node) => axis[node]))];
  const [[left, right], [low, high]] = [ends(x), ends(y)];
  const scale = Math.min((width - 2 * PAD) / (right - left || 1), (height - 2 * PAD) / (high - low || 1));
  const [across, down] = [(width - scale * (right - left)) / 2, (height - scale * (high - low)) / 2];
  return { xs: x.map((at) => across + scale * (at - left)), ys: y.map((at) => down + scale * (high - at)) };
}

/** Return the nodes that the path or the many walks come to, and those they could go on to. */
const touched = ({ path, nodes, walks }) => [...new Set([...path, ...nodes, ...walks])].filter((node) => node !== NONE);

export function nodeAt({ xs, ys }, x, y) {
  let [found, least] = [NONE, REACH];
  for (let i = 0; i < xs.length; i++) {
    const distance = Math.hypot(xs[i] - x, ys[i] - y);
    if (distance < least) [found, least] = [i, distance];
  }
  return found;
}

/** One walk, at a step, and `share` of the way to the next. */
export function paintWalk(pen, view, at, share) {
  const { walk, counts, theme } = view;
  const { xs, ys } = view.places;
  const colours = kindColours(theme);
  paintEdges(pen, view);
  paintTrail(pen, view, at);
  const options = optionsAt(walk, at).filter(({ node }) => node !== NONE);
  for (const { node, chance, kind } of [...options].reverse()) {
    line(pen, xs, ys, walk.path[at], node, { colour: colours[kind], width: 1.5 + 9 * Math.sqrt(chance), opacity: 0.85 });
  }
  paintNodes(pen, view, counts.visitsUntil(at), (visits) => 3 + 1.6 * Math.sqrt(visits));
  for (const { node, kind } of options) dot(pen, xs[node], ys[node], 5.5, colours[kind], theme.background);
  if (at > 0) ring(pen, xs[walk.path[at - 1]], ys[walk.path[at - 1]], 9, colours[1]);
  const [from, to] = [walk.path[at], walk.path[Math.min(at + 1, walk.path.length - 1)]];
  const ease = share * share * (3 - 2 * share);
  const here = [xs[from] + (xs[to] - xs[from]) * ease, ys[from] + (ys[to] - ys[from]) * ease];
  dot(pen, ...here, 10, theme.primary, theme.background);
  paintTexts(pen, view, textsOfStep(walk, at, options, colours, theme));
}

/** Many walks: the more often a node was visited the larger it is. */
export function paintVisits(pen, view, visits) {
  const { walk, theme } = view;
  paintEdges(pen, view);
  const most = Math.max(1, ...visits);
  const radius = (often) => 3 + 17 * Math.sqrt(often / most);
  paintNodes(pen, view, visits, radius);
  const [x, y] = [view.places.xs[walk.start], view.places.ys[walk.start]];
  ring(pen, x, y, 6 + 17 * Math.sqrt(visits[walk.start] / most), theme.primary);
  const order = [...visits.keys()].filter((node) => visits[node]).sort((a, b) => visits[b] - visits[a]);
  const first = { node: walk.start, colour: theme.text, weight: 600, clear: radius(visits[walk.start]) + 6 };
  paintTexts(pen, view, [first, ...order.slice(0, 40).map((node) => ({ node, colour: theme.text, weight: 400, clear: radius(visits[node]) + 2 }))]);
}

/** Return where a walk can go from a step: { node, chance, kind }, the likeliest first. */
export function optionsAt({ begins, nodes, chances, kinds }, at) {
  const options = [];
  for (let i = begins[at]; i < begins[at + 1]; i++) options.push({ node: nodes[i], chance: chances[i], kind: kinds[i] });
  return options;
}

function paintEdges(pen, { walk, places: { xs, ys }, theme }) {
  const { pairs, levels } = walk;
  const opacity = Math.max(0.1, Math.min(0.55, 11 / Math.sqrt(levels.length || 1)));
  pen.strokeStyle = theme.muted;
  pen.globalAlpha = opacity;
  WIDTHS.forEach((width, level) => {
    pen.lineWidth = width;
    pen.beginPath();
    for (let e = 0; e < levels.length; e++) {
      if (levels[e] !== level) continue;
      pen.moveTo(xs[pairs[2 * e]], ys[pairs[2 * e]]);
      pen.lineTo(xs[pairs[2 * e + 1]], ys[pairs[2 * e + 1]]);
    }
    pen.stroke();
  });
  pen.globalAlpha = 1;
}

/** The steps within the window stand out; those before are faint. */
function paintTrail(pen, { walk, places: { xs, ys }, theme }, at) {
  for (let i = 1; i <= at; i++) {
    const isNear = i > at - walk.window;
    line(pen, xs, ys, walk.path[i - 1], walk.path[i], { colour: theme.text, width: isNear ? 2 : 1.2, opacity: isNear ? 0.75 : 0.25 });
  }
}

function paintNodes(pen, { places: { xs, ys }, theme }, visits, radius) {
  for (let i = 0; i < xs.length; i++) dot(pen, xs[i], ys[i], visits[i] ? radius(visits[i]) : 2.6, visits[i] ? theme.neutral : theme.grey, theme.background);
}

function textsOfStep(walk, at, options, colours, theme) {
  const texts = [{ node: walk.path[at], colour: theme.text, weight: 600, clear: 12 }];
  if (at > 0) {
    const back = options.find(({ node }) => node === walk.path[at - 1]);
    texts.push({ node: walk.path[at - 1], colour: colours[1], weight: 500, clear: 11, more: back && percent(back.chance) });
  }
  for (const { node, chance, kind } of options.slice(0, LABELLED)) {
    texts.push({ node, colour: colours[kind], weight: 500, more: percent(chance), clear: 8 });
  }
  if (walk.names.length <= EVERY_NAME) walk.names.forEach((_, node) => texts.push({ node, colour: theme.muted, weight: 400 }));
  return texts;
}

/** Write names beside their nodes, those first that matter most; what would overlap is left out. */
function paintTexts(pen, { walk, places: { xs, ys }, theme, canvas }, texts) {
  const width = canvas.clientWidth;
  const [taken, named] = [[], new Set()];
  for (const { node, colour, weight, more, clear = 7 } of texts) {
    if (named.has(node)) continue;
    pen.font = `${weight} 12px ${theme.font}`;
    const text = more ? `${shorten(walk.names[node], 20)} ${more}` : shorten(walk.names[node], 20);
    const long = pen.measureText(text).width;
    const around = [[clear, 0], [-clear - long, 0], [-long / 2, -clear - 8], [-long / 2, clear + 8]];
    const boxes = around.map(([across, down]) => [xs[node] + across - 1, ys[node] + down - 8, xs[node] + across + long + 1, ys[node] + down + 8]);
    const box = boxes.find((one) => one[0] > 0 && one[2] < width && !taken.some((other) => overlap(one, other)));
    if (!box) continue;
    taken.push(box);
    named.add(node);
    Object.assign(pen, { strokeStyle: theme.background, fillStyle: colour, lineWidth: 3, lineJoin: "round", textBaseline: "middle" });
    const place = [box[0] + 1, box[1] + 8];
    pen.strokeText(text, ...place);
    pen.fillText(text, ...place);
  }
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

export const percent = (share) => (share < 0.01 && share > 0 ? "under 1%" : `${Math.round(100 * share)}%`);

function line(pen, xs, ys, from, to, { colour, width, opacity }) {
  Object.assign(pen, { strokeStyle: colour, lineWidth: width, globalAlpha: opacity, lineCap: "round" });
  pen.beginPath();
  pen.moveTo(xs[from], ys[from]);
  pen.lineTo(xs[to], ys[to]);
  pen.stroke();
  pen.globalAlpha = 1;
}

function dot(pen, x, y, radius, colour, edge) {
  Object.assign(pen, { fillStyle: colour, strokeStyle: edge, lineWidth: 1 });
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
  pen.stroke();
}

function ring(pen, x, y, radius, colour) {
  Object.assign(pen, { strokeStyle: colour, lineWidth: 2.5 });
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.stroke();
}
