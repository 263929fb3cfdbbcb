/** Beside a walk, in words and numbers: the chances of the next step, the pairs it made, the visits. */
import { element } from "./dom.js";
import { plural, shorten } from "./text.js";
import { NONE } from "./walk_counts.js";
import { kindColours, optionsAt, percent } from "./walk_paint.js";

const LISTED = 7;

/** Show one step; returns it in one sentence. */
export function showStep(side, walk, counts, at, theme) {
  const { path, names } = walk;
  const here = names[path[at]];
  const before = at > 0 ? names[path[at - 1]] : undefined;
  const isLast = at === path.length - 1;
  side.replaceChildren(
    heading(before === undefined ? `It begins at ${shorten(here, 30)}` : `At ${shorten(here, 24)}, from ${shorten(before, 24)}`),
    ...(isLast ? [note(endOf(walk))] : [...kindRows(walk, at, before, theme), optionList(walk, at, theme)]),
    heading("Pairs for training"),
    pairsMade(walk, counts, at),
  );
  return before === undefined ? `Begins at ${here}.` : `At ${here}, from ${before}.`;
}

const endOf = ({ isCut }) => (isCut ? "No edge leads on from here, so the walk ends early." : "The walk has its length and ends.");

/** Why each way is as likely as it is: back, near, outward. */
function kindRows(walk, at, before, theme) {
  const colours = kindColours(theme);
  const told = [
    ["Any neighbour, by the weight of its edge", ""],
    [`Back to ${shorten(before ?? "", 20)}`, `× 1/p, which is ${factor(1 / walk.p)}`],
    [`Near: linked to ${shorten(before ?? "", 20)} too`, "× 1"],
    ["Outward: not linked to it", `× 1/q, which is ${factor(1 / walk.q)}`],
  ];
  return told.flatMap(([text, weight], kind) => {
    const many = walk.kindCounts[4 * at + kind];
    if (kind === 0 ? at > 0 : at === 0) return [];
    return [
      element(
        "div",
        { class: many ? "ex-walk-kind" : "ex-walk-kind ex-absent" },
        swatch(colours[kind]),
        element("span", { class: "ex-walk-name", dir: "auto" }, text, element("small", {}, [weight, plural(many, "node")].filter(Boolean).join(" · "))),
        element("b", {}, percent(walk.kindChances[4 * at + kind])),
      ),
    ];
  });
}

function optionList(walk, at, theme) {
  const colours = kindColours(theme);
  const options = optionsAt(walk, at);
  const next = walk.path[at + 1];
  const shown = options.slice(0, LISTED);
  if (!shown.some(({ node }) => node === next)) {
    const taken = options.find(({ node }) => node === next);
    if (taken) shown.splice(LISTED - 1, 1, taken);
  }
  const named = shown.filter(({ node }) => node !== NONE);
  const rows = named.map(({ node, chance, kind }) =>
    bar(walk.names[node], chance / options[0].chance, percent(chance), { colour: colours[kind], isTaken: node === next }),
  );
  const many = [0, 1, 2, 3].reduce((sum, kind) => sum + walk.kindCounts[4 * at + kind], 0) - named.length;
  if (many > 0) rows.push(note(`and ${plural(many, "other")}`));
  return element("div", { class: "ex-walk-list" }, ...rows);
}

function pairsMade(walk, counts, at) {
  const contexts = counts.contextsBefore(at);
  const names = [...new Set(contexts.map((i) => walk.names[walk.path[i]]))].map((name) => shorten(name, 18));
  const text = contexts.length
    ? `${shorten(walk.names[walk.path[at]], 24)} with ${names.slice(0, 8).join(", ")}${names.length > 8 ? " …" : ""}.`
    : "None yet: a pair is two nodes within the window of each other.";
  return element("div", { class: "ex-walk-note", dir: "auto" }, `${text} `, element("b", {}, `${plural(counts.pairsUntil(at), "pair")} so far.`));
}

/** Show what some walks visited; returns it in one sentence. */
export function showVisits(side, walk, counts, count) {
  const visits = counts.visitsAfter(count);
  const total = visits.reduce((sum, often) => sum + often, 0);
  const order = [...visits.keys()].filter((node) => visits[node]).sort((a, b) => visits[b] - visits[a]);
  const pairs = counts.mostMet(count, LISTED);
  const ofPair = ([a, b]) => (a === b ? `${shorten(walk.names[a], 22)}, again` : `${shorten(walk.names[a], 16)} – ${shorten(walk.names[b], 16)}`);
  const training = `The first ${walk.training} are those that training takes from this node; it takes as many from every other.`;
  side.replaceChildren(
    heading(`${plural(count, "walk")} from ${shorten(walk.names[walk.start], 26)}`),
    note(`${plural(order.length, "node")} visited. ${training}`),
    heading("Most visited"),
    list(order.slice(0, LISTED).map((node) => bar(walk.names[node], visits[node] / visits[order[0]], percent(visits[node] / total)))),
    heading("Pairs met most often"),
    list(pairs.map((pair) => bar(ofPair(pair), pair[2] / pairs[0][2], pair[2].toLocaleString("en-US")))),
  );
  return `${plural(count, "walk")}, ${plural(order.length, "node")} visited.`;
}

const heading = (text) => element("div", { class: "ex-walk-heading", dir: "auto" }, text);
const note = (text) => element("div", { class: "ex-walk-note" }, text);
const list = (rows) => element("div", { class: "ex-walk-list" }, ...(rows.length ? rows : [note("None yet. Play, or move the slider.")]));
const factor = (value) => String(Number(value.toPrecision(3)));

function swatch(colour) {
  const made = element("i", { class: "ex-walk-swatch" });
  made.style.background = colour;
  return made;
}

function bar(name, share, number, { colour, isTaken } = {}) {
  const filled = element("i", {});
  filled.style.width = `${100 * share}%`;
  if (colour) filled.style.background = colour;
  return element(
    "div",
    { class: isTaken ? "ex-walk-row ex-taken" : "ex-walk-row" },
    element("span", { class: "ex-walk-name", dir: "auto", title: name }, name, " ", isTaken ? element("small", {}, "it goes here") : null),
    element("span", { class: "ex-bars-track", "aria-hidden": "true" }, filled),
    element("b", {}, number),
  );
}
