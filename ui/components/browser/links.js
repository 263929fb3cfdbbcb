/** Drawings that look at the same items tell each other what is under the pointer and selected. */

const groups = new Map(); // name -> Set of members

/** Join a group; `heard`: { mark(items), select(items) }, called when another member does so. */
export function joinLink(name, heard) {
  if (!name) return { mark() {}, select() {}, leave() {} };
  if (!groups.has(name)) groups.set(name, new Set());
  const group = groups.get(name).add(heard);
  const tell = (what) => (items) => group.forEach((other) => other !== heard && other[what](items));
  return { mark: tell("mark"), select: tell("select"), leave: () => group.delete(heard) };
}
