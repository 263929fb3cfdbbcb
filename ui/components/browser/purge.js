/** Take a Plotly drawing down and give its WebGL contexts back now: a browser has only sixteen. */
export function purge(Plotly, place) {
  const canvases = [...place.querySelectorAll("canvas")];
  Plotly.purge(place);
  for (const canvas of canvases) {
    const context = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
