// Lets a figure move whose first frame stands in the page: `book/_static/figures.js` calls this when it comes into sight.
import { picture, shown, told } from "./kit.js";

const STEP = 180; // milliseconds between two values of a range that plays

export const attach = (root, module, data) => {
  const known = new Map(module.controls.filter((c) => c.name).map((c) => [c.name, c]));
  const inputs = new Map([...root.querySelectorAll("[data-name]")].map((input) => [input.dataset.name, input]));
  const valueOf = (input) =>
    input.type === "range" ? Number(input.value) : input.type === "checkbox" ? input.checked : input.value;
  const settings = () => Object.fromEntries([...inputs].map(([name, input]) => [name, valueOf(input)]));
  let [panels, numbers, waiting, playing] = [[], null, false, 0];

  const draw = () => {
    waiting = false;
    for (const { name, limit } of module.controls.filter((c) => c.limit)) {
      const input = inputs.get(name);
      const atEnd = input.value === input.max; // and stays there
      input.max = limit(settings());
      if (atEnd) input.value = input.max;
    }
    const now = settings();
    numbers = module.compute(now, data);
    panels = module.panels(now, numbers);
    for (const [place, panel] of panels.entries()) {
      const svg = root.querySelector(`[data-panel="${place}"]`);
      svg.innerHTML = panel.drawn;
      svg.setAttribute("aria-label", panel.alt);
    }
    const fresh = document.createElement("template");
    fresh.innerHTML = told(module.words(now, numbers));
    const words = root.querySelector(".moving-words");
    // The sentence is announced when its text changes, so that its element has to stay.
    words.querySelector("p").textContent = fresh.content.querySelector("p").textContent;
    words.querySelector("dl").replaceWith(fresh.content.querySelector("dl"));
    for (const [name, input] of inputs)
      if (input.type === "range")
        input.parentElement.querySelector("output").textContent = shown(known.get(name), input.value);
  };
  const redraw = () => {
    if (!waiting) requestAnimationFrame(draw);
    waiting = true;
  };
  const set = (changes) => {
    for (const [name, value] of Object.entries(changes)) {
      const input = inputs.get(name);
      if (input.type === "checkbox") input.checked = value;
      else input.value = value;
    }
    redraw();
  };

  const stop = () => {
    clearInterval(playing);
    playing = 0;
    for (const button of root.querySelectorAll("[data-plays]")) button.textContent = "Play";
  };
  const play = (button) => {
    if (playing) return stop();
    const input = inputs.get(button.dataset.plays);
    if (input.value === input.max) set({ [button.dataset.plays]: input.min });
    button.textContent = "Stop";
    playing = setInterval(() => {
      if (!root.isConnected || input.value === input.max) return stop();
      set({ [button.dataset.plays]: Number(input.value) + Number(input.step) });
    }, STEP);
  };

  root.addEventListener("input", redraw);
  root.addEventListener("click", ({ target }) => {
    if (target.dataset.plays) play(target);
    const pressed = module.controls.find((c) => c.does && c.label === target.dataset.does);
    if (pressed) set(pressed.does(settings(), data));
  });

  // Handles are a second way to set what a range sets, for a pointer; the ranges are the way for a keyboard.
  const place = (svg, event) => {
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [x, y];
  };
  let held = null;
  root.addEventListener("pointerdown", (event) => {
    const [svg, handle] = [event.target.closest("[data-panel]"), event.target.closest("[data-handle]")];
    if (!handle) return;
    event.preventDefault(); // no text is selected while a handle is drawn
    held = { svg, name: handle.dataset.handle };
    svg.setPointerCapture(event.pointerId);
    const panel = panels[svg.dataset.panel];
    if (panel.paints) set(panel.drag(held.name, ...place(svg, event))); // a press is a stroke of one cell
  });
  root.addEventListener("pointermove", (event) => {
    const svg = held?.svg ?? event.target.closest("[data-panel]");
    const panel = panels[svg?.dataset.panel];
    if (held && panel) set(panel.drag(held.name, ...place(svg, event)));
    else if (panel?.hover) set(panel.hover(...place(svg, event)) ?? {});
  });
  for (const end of ["pointerup", "pointercancel"]) root.addEventListener(end, () => (held = null));

  for (const input of root.querySelectorAll(":disabled")) input.disabled = false;
  draw();
  root.dataset.moves = "";
};
