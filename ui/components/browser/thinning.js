/**
 * An opacity for every point of a drawing, at once.
 *
 * Told the usual way, Plotly reads a colour from text for each point: a second for 100,000. Its
 * WebGL scene is told directly, in a few colours that many points share; where it is not as
 * expected, and in SVG, the usual way is taken.
 */
import { rgb } from "./theme.js";

/** `levels`: which of `opacities` every item has. */
export function thin(Plotly, place, { groups, hidden, levels, opacities }) {
  const drawn = groups.filter(({ indices, code }) => indices.length && !hidden.has(code));
  const scene = place._fullLayout?._plots?.xy?._scene;
  if (scene?.markerOptions?.length !== drawn.length || !scene.scatter2d?.regl || !scene.draw) {
    return Plotly.restyle(place, { "marker.opacity": opacitiesOf({ groups, levels, opacities }) });
  }
  scene.scatter2d.update(
    drawn.map(({ colour, indices }) => {
      const shades = opacities.map((opacity) => [...rgb(colour).map((channel) => channel / 255), opacity]);
      // Said of all from the first on: the scene's own palette holds 255 colours.
      return { colors: Array.from(indices, (i) => shades[levels[i]]), opacity: 1, tooManyColors: true };
    }),
  );
  scene.scatter2d.regl.clear({ color: [0, 0, 0, 0], depth: 1 });
  return scene.draw();
}

/** Let a picture that Plotly makes of its own data have the opacities too; returns how to end that. */
export function lendOpacities(place, thinned) {
  const before = place.data.map(({ marker }) => marker.opacity);
  opacitiesOf(thinned).forEach((opacity, g) => (place.data[g].marker.opacity = opacity));
  return () => before.forEach((opacity, g) => (place.data[g].marker.opacity = opacity));
}

function opacitiesOf({ groups, levels, opacities }) {
  return groups.map(({ indices }) => Array.from(indices, (i) => opacities[levels[i]]));
}
