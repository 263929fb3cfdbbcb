/** A map in the past: its points where they were while it came about. */
import { point } from "./map_pointing.js";
import { joinMoments } from "./moments.js";
import { payload } from "./payloads.js";
import { prefersStill } from "./travel.js";

/**
 * Offer what the app sent to play under the map, or nothing. Room for the bar is made at once.
 * Frames of a `run` play by themselves, and may be followed by more of the same run.
 */
export async function offerFilm(map, { frames: id = undefined, run = undefined, link }, atHand = undefined) {
  if (id === map.filmId) return;
  const grows = run !== undefined && run === map.run;
  if (!grows) leaveFilm(map);
  Object.assign(map, { filmId: id, run });
  map.frame.root.classList.toggle("ex-played", Boolean(id));
  if (!id) return;
  const [{ Film }, { Player }, frames] = await Promise.all([import("./film.js"), import("./player.js"), atHand ?? payload(id)]);
  if (map.filmId !== id) return; // another message has overtaken this one, or the map has gone
  const film = new Film(frames);
  if (grows && map.player) {
    map.player.extend(film);
  } else {
    const player = new Player(map.frame.foot, film, (moment, isPlaying) => show(map, player.film, moment, isPlaying));
    map.player = player;
    map.moments = joinMoments(link, { seek: (moment) => player.seek(moment) });
    map.begins = Boolean(run) && !prefersStill();
    if (map.begins) player.moment = 0;
  }
  if (run) map.past = map.player.moment < film.last ? film.at(map.player.moment) : undefined;
}

/** Play what plays by itself, once its points are drawn. */
export function startFilm(map) {
  if (!map.player) return;
  const { waits, moment, film } = map.player;
  if (map.begins || (waits && moment < film.last)) map.player.play();
  else map.moments?.tell(map.player.moment, map.player.isPlaying);
  map.begins = false;
}

/** Be in the present again. */
export function leaveFilm(map) {
  map.player?.destroy();
  map.moments?.leave();
  Object.assign(map, { player: undefined, moments: undefined, filmId: undefined, run: undefined, past: undefined });
}

function show(map, film, moment, isPlaying) {
  map.moments?.tell(moment, isPlaying);
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
