/** plotly.js, the file inside the Python package, loaded once per page and shared by every drawing. */

const SOURCE = new URL("../embedding_explorer.plotly/plotly.min.js", import.meta.url).href;
let loading;

export function loadPlotly() {
  loading ??= load().catch((error) => {
    loading = undefined; // the next drawing tries again
    throw error;
  });
  return loading;
}

function load() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SOURCE;
    script.onload = () => resolve(globalThis.Plotly);
    script.onerror = () => {
      script.remove();
      reject(new Error("The drawing library could not be loaded. Reload the page to try again."));
    };
    document.head.append(script);
  });
}
