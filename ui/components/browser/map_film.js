/** A map in the past: its points where they were while it came about. */
import { point } from "./map_pointing.js";
import { payload } from "./payloads.js";

/** Offer what the app sent to play under the map, or nothing. Room for the bar is made at once. */
export async function offerFilm(map, id = undefined) {
  if (id === map.filmId) return;
  leaveFilm(map);
  map.filmId = id;
  map.frame.root.classList.toggle("ex-played", Boolean(id));
  if (!id) return;
  const [{ Film }, { Player }, frames] = await Promise.all([import("./film.js"), import("./player.js"), payload(id)]);
  if (map.filmId !== id) return; // another message has overtaken this one, or the map has gone
  const film = new Film(frames);
  map.player = new Player(map.frame.foot, film, (moment, isPlaying) => show(map, film, moment, isPlaying));
}

/** Be in the present again. */
export function leaveFilm(map) {
  map.player?.destroy();
  Object.assign(map, { player: undefined, filmId: undefined, past: undefined });
}

function show(map, film, moment, isPlaying) {
  if (!map.xs || map.travelling || film.n !== map.geometry.n) return;
  point(map, -1);
  map.past = moment < film.last ? film.at(moment) : undefined;
  map.frame.root.dataset.moment = moment.toFixed(2);
  map.frame.plot.classList.toggle("ex-unseen", Boolean(map.past));
  map.project();
  // Labels of items go along; a place for each is sought when the film stands.
  if (isPlaying) map.labels = map.labels.filter(({ item }) => item >= 0);
  else map.layLabels();
  map.paintGround();
  map.paint();
}
