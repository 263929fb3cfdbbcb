/** From the colour payload to groups of points of one colour, which is what is drawn. */
import { SEQUENTIAL, sampleScale } from "./theme.js";
import { number } from "./text.js";

const STEPS = 64; // more than an eye tells apart along a scale; keeps every group one colour

/**
 * Return { groups, groupOf, categories, describe(i) }.
 *
 * One group is { colour, indices, code }. Points without a colour of their own come first, so that
 * the others lie on top of them.
 */
export function colourGroups(payload, n, theme) {
  if (payload.colour === "codes") return byCategory(payload, n, theme);
  if (payload.colour === "values") return byValue(payload, n, theme);
  const all = Uint32Array.from({ length: n }, (_, i) => i);
  return {
    kind: "none",
    groups: [{ colour: theme.neutral, indices: all, code: -1 }],
    groupOf: new Uint16Array(n),
    describe: () => "",
  };
}

function byCategory({ codes, categories }, n, theme) {
  const groupOf = new Uint16Array(n);
  for (let i = 0; i < n; i++) groupOf[i] = codes[i] < categories.length ? codes[i] + 1 : 0;
  const groups = gather(groupOf, categories.length + 1).map((indices, g) => ({
    indices,
    colour: g ? categories[g - 1][1] : theme.grey,
    code: g - 1,
  }));
  const counts = groups.slice(1).map(({ indices }) => indices.length);
  const describe = (i) => (groupOf[i] ? categories[groupOf[i] - 1][0] : "no category");
  return { kind: "codes", groups, groupOf, categories, counts, describe };
}

function byValue({ values, scale, range, title }, n, theme) {
  const colours = sampleScale(scale.length ? scale : SEQUENTIAL, STEPS);
  const [low, high] = range;
  const groupOf = new Uint16Array(n);
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(values[i])) continue;
    const share = high > low ? (values[i] - low) / (high - low) : 0.5;
    groupOf[i] = 1 + Math.min(STEPS - 1, Math.max(0, Math.floor(share * STEPS)));
  }
  const groups = gather(groupOf, STEPS + 1).map((indices, g) => ({
    indices,
    colour: g ? colours[g - 1] : theme.grey,
    code: -1,
  }));
  const describe = (i) => `${title || "value"} ${number(values[i])}`;
  return { kind: "values", groups, groupOf, colours, range, title, describe };
}

/** Return the members of every group. */
function gather(groupOf, count) {
  const sizes = new Uint32Array(count);
  for (const group of groupOf) sizes[group]++;
  const members = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(count);
  groupOf.forEach((group, i) => (members[group][filled[group]++] = i));
  return members;
}
