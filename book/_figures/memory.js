// One memory cell whose gates stay as they are set: a pulse is stored, kept and shown; and the gradient that goes back.
import { arrow, axes, el, line, number, path, range, rough, text } from "./kit.js";

const [T, PULSE] = [30, 3];

export const controls = [
  { name: "i", label: "input i", min: 0, max: 1, step: 0.01, value: 1, digits: 2 },
  { name: "f", label: "forget f", min: 0, max: 1, step: 0.01, value: 0.9, digits: 2 },
  { name: "o", label: "output o", min: 0, max: 1, step: 0.01, value: 1, digits: 2 },
  { name: "t", label: "step t", min: 1, max: T, step: 1, value: 12, plays: true },
];

// Entry t is of step t, entry 0 of what is there before; dc: the gradient of the last cell with respect to each.
export const compute = ({ i, f, o }) => {
  const g = range(T + 1).map((t) => (t === PULSE ? 1 : 0));
  const c = [0];
  for (const t of range(T)) c.push(f * c[t] + i * g[t + 1]);
  const dc = range(T + 1).map((t) => f ** (T - t));
  return { g, c, h: c.map((c_t) => o * Math.tanh(c_t)), dc, b_f: Math.log(f / (1 - f)), tau: 1 / (1 - f) };
};

const middle = { "text-anchor": "middle" };
// The more flows, the wider the line.
const flow = (kind, value) => ({
  class: `moving-${kind}`,
  style: `stroke-width:${(1 + 4 * Math.min(1, value)).toFixed(1)}px`,
});
const way = (points, look) => path(points.slice(0, -1), look) + arrow(...points.at(-2), ...points.at(-1), look);

// A gate is a valve, filled as far as it is open.
const SIDE = 32;
const valve = (x, y, name, open) => {
  const box = { x: x - SIDE / 2, width: SIDE };
  return [
    el("rect", {
      ...box,
      y: y + SIDE * (0.5 - open),
      height: SIDE * open,
      class: "moving-fill-forward",
      "fill-opacity": 0.35,
    }),
    el("rect", { ...box, y: y - SIDE / 2, height: SIDE, class: "moving-axis", fill: "none" }),
    text(x, y + 5, name, middle),
  ];
};

const cell = ({ i, f, o, t }, { g, c, h }) => {
  const [x, y, top] = [170, 186, 62]; // of the cell, and of the way round
  const [into, kept, seen] = [i * g[t], f * c[t - 1], o * Math.tanh(c[t])];
  const drawn = [
    text(6, 18, `step ${t}`),
    text(34, y - 12, "pulse g", middle),
    text(34, y + 24, number(g[t]), middle),
    path(
      [
        [6, y],
        [68, y],
      ],
      flow("forward", g[t]),
    ),
    valve(84, y, "i", i),
    arrow(101, y, x - 33, y, flow("forward", into)),
    el("circle", { cx: x, cy: y, r: 29, class: "moving-node" }),
    text(x, y - 2, "c", middle),
    text(x, y + 15, number(c[t]), middle),
    path(
      [
        [x + 30, y],
        [x + 70, y],
      ],
      flow("forward", Math.tanh(c[t])),
    ),
    valve(x + 87, y, "o", o),
    arrow(x + 104, y, 334, y, flow("forward", seen)),
    text(306, y - 12, "state h", middle),
    text(306, y + 24, number(h[t]), middle),
    // What the cell held comes round through the forget gate; the gradient takes the same way, the other way round.
    path(
      [
        [x + 24, y - 17],
        [x + 58, y - 50],
        [x + 58, top - 7],
        [x + SIDE / 2, top - 7],
      ],
      flow("forward", c[t - 1]),
    ),
    way(
      [
        [x - SIDE / 2, top - 7],
        [x - 58, top - 7],
        [x - 58, y - 50],
        [x - 26, y - 20],
      ],
      flow("forward", kept),
    ),
    path(
      [
        [x - 15, y - 27],
        [x - 42, y - 54],
        [x - 42, top + 8],
        [x - SIDE / 2, top + 8],
      ],
      flow("back", 1),
    ),
    way(
      [
        [x + SIDE / 2, top + 8],
        [x + 42, top + 8],
        [x + 42, y - 54],
        [x + 18, y - 30],
      ],
      flow("back", f),
    ),
    valve(x, top, "f", f),
    text(x - 66, top + 40, "kept", { "text-anchor": "end" }),
    text(x - 66, top + 57, number(kept), { "text-anchor": "end" }),
    text(x + 66, top + 40, "gradient", { class: "moving-back-text" }),
    text(x + 66, top + 57, `× ${number(f)} a step`, { class: "moving-back-text" }),
    text(
      x,
      262,
      `c = f c + i g = ${number(f)} · ${number(c[t - 1])} + ${number(i)} · ${number(g[t])} = ${number(c[t])}`,
      middle,
    ),
    text(x, 284, `h = o tanh c = ${number(o)} · ${number(Math.tanh(c[t]))} = ${number(h[t])}`, middle),
  ];
  return {
    width: 340,
    height: 300,
    drawn: drawn.flat().join(""),
    alt:
      `The cell at step ${t}: the input gate, open ${number(i)}, lets in ${number(into)}; the forget gate, open ${number(f)}, ` +
      `keeps ${number(kept)}; the cell holds ${number(c[t])}; the output gate, open ${number(o)}, shows ${number(h[t])}.`,
  };
};

const course = ({ t, f }, { c, h, dc }) => {
  const plot = (name, xname, curves, label, look) => {
    const a = axes({
      height: 150,
      bottom: xname ? 40 : 24,
      x: [0, T],
      y: [0, 1.35],
      xticks: [0, 10, 20, 30],
      yticks: [0, 0.5, 1],
      xname,
      yname: name,
    });
    return [
      a.drawn,
      line(a.X(t), a.Y(0), a.X(t), a.Y(1.1), { class: "moving-grid" }),
      curves.map(([values, style]) =>
        path(
          values.map((v, s) => [a.X(s), a.Y(v)]),
          style,
        ),
      ),
      curves
        .slice(-1)
        .map(([values]) => el("circle", { cx: a.X(t), cy: a.Y(values[t]), r: 5, class: `moving-fill-${look}` })),
      text(a.X(T), 22, label, { "text-anchor": "end", class: `moving-${look}-text` }),
    ]
      .flat(2)
      .join("");
  };
  const upper = plot(
    "memory",
    "",
    [
      [h, { class: "moving-quiet", "stroke-dasharray": "4 4" }],
      [c, { class: "moving-forward" }],
    ],
    "cell c, and dashed what is shown: h",
    "forward",
  );
  const lower = plot(
    "gradient",
    "step t",
    [[dc, { class: "moving-back" }]],
    "of the last c, with respect to each",
    "back",
  );
  return {
    width: 340,
    height: 300,
    drawn: upper + el("g", { transform: "translate(0 150)" }, lower),
    alt:
      `Above, the cell over ${T} steps: ${number(c[PULSE])} at the pulse, ${number(c[T])} at the end; the state ends at ` +
      `${number(h[T])}. Below, the gradient of the last cell, from 1 at step ${T} back to ${rough(dc[PULSE])} at the pulse.`,
  };
};

export const panels = (settings, numbers) => [cell(settings, numbers), course(settings, numbers)];

export const words = ({ i, f, o, t }, { c, h, dc, b_f, tau }) => {
  const since = t - PULSE;
  const now =
    since < 0
      ? `At step ${t} the pulse has yet to come, and the cell is empty.`
      : `${since ? `${since} ${since > 1 ? "steps" : "step"} after the pulse` : "With the pulse"} the cell holds ${number(c[t])} and shows ${number(h[t])}.`;
  const why =
    i < 0.02 ? " It stored nothing." : f > 0.995 ? " It keeps what it stored." : f < 0.02 ? " It keeps nothing." : "";
  const endless = (value) => (Number.isFinite(value) ? rough(value) : value > 0 ? "∞" : "−∞");
  return [
    `${now}${why} The gradient of the last cell comes back to the pulse as ${rough(dc[PULSE])}${o < 0.02 ? ", whatever the output gate does" : ""}.`,
    [
      ["forget bias b with σ(b) = f", endless(b_f)],
      ["time scale τ = 1/(1 − f)", `${endless(tau)} steps`],
      [`cell after ${T} steps`, rough(c[T])],
      [`gradient, ${T} steps back`, rough(dc[0])],
    ],
  ];
};
