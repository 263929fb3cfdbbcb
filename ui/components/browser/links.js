/** Drawings that look at the same items tell each other what is under the pointer and selected. */

const groups = new Map(); // name -> Set of members

/**
 * Join a group; `heard`: { mark(items), select(items) }, called when another member does so.
 *
 * A drawing of some of the items says which of all each of its own is: `heard.places()` returns
 * these, or nothing where it shows them all.
 */
export function joinLink(name, heard) {
  if (!name) return { mark() {}, select() {}, leave() {} };
  if (!groups.has(name)) groups.set(name, new Set());
  const group = groups.get(name).add(heard);
  const tell = (what) => (items) => {
    const all = outward(items, heard.places?.());
    group.forEach((other) => other !== heard && other[what](inward(all, other.places?.())));
  };
  return { mark: tell("mark"), select: tell("select"), leave: () => group.delete(heard) };
}

const outward = (items, places) => (places ? items.map((i) => places.all[i]) : items);
const inward = (items, places) => (places ? items.filter((i) => places.own.has(i)).map((i) => places.own.get(i)) : items);

/** Return both ways between a drawing's own items and all, from which of all each of its own is. */
export function placesOf(all) {
  return { all, own: new Map(all.map((item, i) => [item, i])) };
}
