/** Cells where a map disagrees with the similarities: how they look, and what that is in words. */

export const KINDS = {
  torn: { dash: [], sign: "ex-cell", text: "alike, far apart on the map" },
  pushed: { dash: [3, 2.5], sign: "ex-cell ex-dashed", text: "unlike, close together on the map" },
};

/** Return the kinds that occur, in their order. */
export function kindsIn(marked) {
  return Object.entries(KINDS).flatMap(([name, kind]) => (marked.some(([, , other]) => other === name) ? [kind] : []));
}

/** Return what a cell is marked as, in words; nothing where it is not. */
export function kindOf(marked, [row, column]) {
  const found = marked.find(([r, c]) => r === row && c === column);
  return found && KINDS[found[2]].text;
}
