/** What is drawn of one film in several places keeps to the same moment. */

const films = new Map(); // name -> { members, last }

/**
 * Join those who show a film: `heard` is { seek(moment) } of who plays it, or { be(moment, isPlaying) }
 * of who follows. Returns `tell(moment, isPlaying)`, `seek(moment)` and `leave()`.
 */
export function joinMoments(name, heard) {
  if (!name) return { tell() {}, seek() {}, leave() {} };
  const film = films.get(name) ?? { members: new Set() };
  films.set(name, film);
  film.members.add(heard);
  if (film.last) heard.be?.(...film.last);
  return {
    tell(...moment) {
      film.last = moment;
      for (const member of film.members) member.be?.(...moment);
    },
    seek(moment) {
      for (const member of film.members) member.seek?.(moment);
    },
    leave() {
      film.members.delete(heard);
      if (!film.members.size) films.delete(name);
    },
  };
}
