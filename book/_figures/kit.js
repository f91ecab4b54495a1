// What figures that move are made of. Every function here is pure and gives text, so that Node draws the first frame
// in the build with the same lines that draw all others on the page. `page.js` is what needs a browser.
//
// A figure is a module with
//   controls                    what a reader may set (see `control`)
//   compute(settings, data)     its mathematics: settings in, numbers out; tests compare it with the package
//   panels(settings, numbers)   its drawings: [{ width, height, alt, drawn, drag?, paints?, hover? }], sizes in pixels;
//                               where one paints, a press alone already counts as a drag
//   words(settings, numbers)    [sentence, [[name, value], …]]: what the drawings show, in text
//   read(documents)             only where it has kept results: from the files of `results/` to `data`

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ENTITIES[c]);

// An element as text: el("line", { x1: 0 }, …children). Attributes that are undefined or false are left out.
export const el = (name, attributes = {}, ...children) => {
  const given = Object.entries(attributes).filter(
    ([, value]) => value !== undefined && value !== false && value !== null,
  );
  const text = given.map(
    ([key, value]) => ` ${key}="${value === true ? "" : escape(typeof value === "number" ? short(value) : value)}"`,
  );
  return `<${name}${text.join("")}>${children.flat().join("")}</${name}>`;
};
const short = (value) => String(Math.round(value * 100) / 100);

// A number for reading: so many digits after the point, a true minus sign, no minus before zero.
export const number = (value, digits = 2) => {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
};
// The same for numbers of any size: 0.0123, 1,230, 4.6e−9.
export const rough = (value) => {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size >= 1e5 || size < 1e-3
      ? value.toExponential(1)
      : size >= 100
        ? Math.round(value).toLocaleString("en-GB")
        : value.toPrecision(3);
  return text.replaceAll("-", "−").replace("+", "");
};
export const signed = (value, digits = 2) =>
  (value >= 0 && Number(value.toFixed(digits)) !== 0 ? "+" : "") + number(value, digits);

export const range = (n) => Array.from({ length: n }, (_, i) => i);
export const norm = (v) => Math.hypot(...v);

// --- drawing

export const text = (x, y, content, attributes = {}) => el("text", { x, y, ...attributes }, escape(content));
export const line = (x1, y1, x2, y2, attributes = {}) => el("line", { x1, y1, x2, y2, ...attributes });
export const path = (points, attributes = {}) =>
  el("path", {
    d: points.map(([x, y], i) => `${i ? "L" : "M"}${short(x)} ${short(y)}`).join(""),
    fill: "none",
    ...attributes,
  });
export const arrow = (x1, y1, x2, y2, attributes = {}) => {
  const [length, angle] = [Math.hypot(x2 - x1, y2 - y1), Math.atan2(y2 - y1, x2 - x1)];
  const head = [2.6, -2.6].map((turn) => [x2 + 7 * Math.cos(angle + turn), y2 + 7 * Math.sin(angle + turn)]);
  const shaft =
    length > 1
      ? [
          [x1, y1],
          [x2, y2],
        ]
      : [];
  return path([...shaft, head[0], [x2, y2], head[1]], attributes);
};

const scale = ([from, to], [low, high], log) => {
  const place = log ? Math.log10 : (value) => value;
  return (value) => low + ((place(value) - place(from)) / (place(to) - place(from))) * (high - low);
};

// Axes with ticks and names: X and Y place a value, `drawn` is the frame, `value` the way back from a place.
export const axes = ({
  width = 340,
  height,
  x,
  y,
  xticks,
  yticks,
  xname,
  yname,
  ylog = false,
  tick = String,
  left = 46,
  bottom = 40,
}) => {
  const [x0, x1, y0, y1] = [left, width - 10, height - bottom, 12];
  const [X, Y] = [scale(x, [x0, x1]), scale(y, [y0, y1], ylog)];
  const clamp = (value) => Math.min(Math.max(value, Math.min(...y)), Math.max(...y));
  const drawn = [
    el("path", { class: "moving-axis", fill: "none", d: `M${x0} ${y1}V${y0}H${x1}` }),
    ...xticks.map(
      (value) =>
        line(X(value), y0, X(value), y0 + 4, { class: "moving-axis" }) +
        text(X(value), y0 + 17, tick(value), { "text-anchor": "middle" }),
    ),
    ...yticks.map(
      (value) =>
        line(x0 - 4, Y(value), x0, Y(value), { class: "moving-axis" }) +
        text(x0 - 7, Y(value) + 4, tick(value), { "text-anchor": "end" }),
    ),
    text((x0 + x1) / 2, height - 5, xname, { "text-anchor": "middle" }),
    text(0, 0, yname, { "text-anchor": "middle", transform: `translate(11 ${(y0 + y1) / 2}) rotate(-90)` }),
  ].join("");
  const value = (px, py) => [
    x[0] + ((px - x0) / (x1 - x0)) * (x[1] - x[0]),
    y[0] + ((py - y0) / (y1 - y0)) * (y[1] - y[0]),
  ];
  return { X, Y: (v) => Y(clamp(v)), drawn, value };
};

// Many small rectangles in few elements: cells of a picture, each [x, y, width, value], by five shades of two colours for
// values from -1 to 1.
export const shades = (cells, height) => {
  const paths = new Map();
  for (const [x, y, width, value] of cells) {
    const level = Math.min(5, Math.ceil(Math.abs(value) * 5 - 0.25));
    if (level < 1) continue;
    const key = (value < 0 ? "back" : "forward") + level;
    paths.set(key, (paths.get(key) ?? "") + `M${short(x)} ${short(y + height / 2)}h${short(width)}`);
  }
  return [...paths]
    .sort()
    .map(([key, d]) =>
      el("path", {
        class: `moving-${key.slice(0, -1)}`,
        style: `stroke-width:${height}px`, // an attribute would lose against the style sheet
        "stroke-opacity": key.at(-1) / 5,
        fill: "none",
        d,
      }),
    )
    .join("");
};

// --- kept results

// float16 in base64, as `rnncourse.results.kept.pack` writes it: { shape, values }.
export const unpack = ({ shape, float16 }) => {
  const bytes = Uint8Array.from(atob(float16), (c) => c.charCodeAt(0));
  const halves = new DataView(bytes.buffer);
  const values = Float64Array.from({ length: bytes.length / 2 }, (_, i) => half(halves.getUint16(2 * i, true)));
  return { shape, values };
};
const half = (bits) => {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
};

// --- the whole of a figure, as text

export const defaults = (module) =>
  Object.fromEntries(module.controls.filter((c) => c.name).map((c) => [c.name, c.value]));

// One control by what it has: `min` a range, `choices` a list, `text` a field, `value` alone a box to tick.
// `plays` offers a button that lets a range run, `limit` says how far it goes for other settings; `does` is a button:
// settings in, changed settings out.
const control = (c, id) => {
  const own = { id: `${id}-${c.name}`, "data-name": c.name, disabled: true };
  const label = el("label", { for: own.id }, escape(c.label));
  if ("min" in c) {
    const bar = el("input", {
      type: "range",
      min: String(c.min),
      max: String(c.max),
      step: String(c.step),
      value: String(c.value),
      ...own,
    });
    const play = c.plays
      ? el("button", { type: "button", class: "moving-play", "data-plays": c.name, disabled: true }, "Play")
      : "";
    return label + bar + el("output", { for: own.id }, shown(c, c.value)) + play;
  }
  if (c.choices)
    return (
      label +
      el(
        "select",
        own,
        c.choices.map(([value, name]) => el("option", { value, selected: value === c.value }, escape(name))),
      )
    );
  if (c.does) return el("button", { type: "button", "data-does": c.label, disabled: true }, escape(c.label));
  if ("text" in c)
    return (
      label +
      el("input", {
        type: "text",
        value: c.value,
        maxlength: String(c.text),
        autocomplete: "off",
        autocapitalize: "off",
        spellcheck: "false",
        ...own,
      })
    );
  return el("input", { type: "checkbox", checked: c.value, ...own }) + label;
};
export const shown = (c, value) => number(Number(value), c.digits ?? 0);

export const told = ([sentence, pairs]) =>
  el("p", { class: "moving-sentence", role: "status" }, escape(sentence)) +
  el(
    "dl",
    {},
    pairs.map(([name, value]) => el("div", {}, el("dt", {}, escape(name)), el("dd", {}, escape(value)))),
  );

export const picture = (panel, place) =>
  el(
    "svg",
    {
      viewBox: `0 0 ${panel.width} ${panel.height}`,
      width: String(panel.width),
      height: String(panel.height),
      role: "img",
      "aria-label": panel.alt,
      "data-panel": String(place),
    },
    panel.drawn,
  );

export const markup = (module, id, data, settings = defaults(module)) => {
  const numbers = module.compute(settings, data);
  const controls = module.controls.map((c) => {
    const [value, max] = [settings[c.name] ?? c.value, c.limit?.(settings) ?? c.max];
    return el(
      "div",
      { class: "moving-control" },
      control({ ...c, max, value: c.limit ? Math.min(value, max) : value }, id),
    );
  });
  const panels = module.panels(settings, numbers);
  return (
    el("div", { class: "moving-panels", style: `--panels:${panels.length}` }, panels.map(picture)) +
    el("div", { class: "moving-controls", role: "group", "aria-label": "Settings of the figure" }, controls) +
    el("div", { class: "moving-words" }, told(module.words(settings, numbers)))
  );
};
