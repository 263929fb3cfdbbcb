/** Drawings that look at the same items tell each other what is under the pointer. */

const groups = new Map(); // name -> Set of members

/** Join a group; `onMark(items)` is called when another member points at items. */
export function joinLink(name, onMark) {
  if (!name) return { mark() {}, leave() {} };
  const member = { onMark };
  if (!groups.has(name)) groups.set(name, new Set());
  const group = groups.get(name).add(member);
  return {
    mark: (items) => group.forEach((other) => other !== member && other.onMark(items)),
    leave: () => group.delete(member),
  };
}
