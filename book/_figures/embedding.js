// Lorenz' attractor, rebuilt from one of its coordinates against itself some samples earlier.
import { axes, el, number, range, text } from "./kit.js";

const [N, DRAWN, LONGEST, BINS] = [3000, 1100, 60, 16];
const [EVERY, NEAR, APART] = [6, 5, 3]; // neighbours: of every sixth sample the nearest five, further than three apart
const NAMES = ["x", "y", "z"];

let series; // the same for all settings
const lorenz = () => {
  const [dt, substeps, skipped] = [0.02, 8, 1000];
  const h = dt / substeps;
  const slope = ([x, y, z]) => [10 * (y - x), x * (28 - z) - y, x * y - (8 / 3) * z];
  const moved = (s, d, by) => s.map((v, i) => v + by * d[i]);
  let s = [1, 1, 20];
  const out = [];
  for (const t of range(skipped + N)) {
    if (t >= skipped) out.push(s);
    for (const _ of range(substeps)) {
      const a = slope(s);
      const b = slope(moved(s, a, h / 2));
      const c = slope(moved(s, b, h / 2));
      const d = slope(moved(s, c, h));
      s = s.map((v, i) => v + (h / 6) * (a[i] + 2 * b[i] + 2 * c[i] + d[i]));
    }
  }
  return out;
};

export const mutual = (s, lag) => {
  const [low, high, n] = [Math.min(...s), Math.max(...s), s.length - lag];
  const bin = s.map((v) => Math.min(BINS - 1, Math.floor(((v - low) / (high - low)) * BINS)));
  const joint = new Float64Array(BINS * BINS);
  for (const t of range(n)) joint[bin[t + lag] * BINS + bin[t]] += 1 / n;
  const rows = range(BINS).map((a) => range(BINS).reduce((sum, b) => sum + joint[a * BINS + b], 0));
  const columns = range(BINS).map((b) => range(BINS).reduce((sum, a) => sum + joint[a * BINS + b], 0));
  return joint.reduce((sum, p, i) => (p ? sum + p * Math.log(p / (rows[Math.floor(i / BINS)] * columns[i % BINS])) : sum), 0);
};
const firstMinimum = (information) => {
  const lag = range(LONGEST).find((i) => i && information[i] < information[i - 1] && information[i] <= information[i + 1]);
  return lag ?? LONGEST;
};

// Of the nearest neighbours in A, the share that are among the nearest in B as well.
const neighbours = (A, B) => {
  const nearest = (points, i) => {
    const square = (j) => points[i].reduce((sum, v, d) => sum + (v - points[j][d]) ** 2, 0);
    const far = range(points.length).filter((j) => Math.abs(i - j) > APART);
    return far.map((j) => [square(j), j]).sort(([a], [b]) => a - b).slice(0, NEAR).map(([, j]) => j); // prettier-ignore
  };
  const both = range(A.length).map((i) => {
    const there = new Set(nearest(B, i));
    return nearest(A, i).filter((j) => there.has(j)).length;
  });
  return both.reduce((a, b) => a + b) / (A.length * NEAR);
};

const known = new Map(); // curves and shares once they have been computed
const once = (key, gives) => known.get(key) ?? known.set(key, gives()).get(key);

export const compute = ({ of, tau }) => {
  series ??= lorenz();
  const i = NAMES.indexOf(of);
  const s = series.map((state) => state[i]);
  const information = once(of, () => range(LONGEST + 1).map((lag) => mutual(s, lag)));
  const x = range(N - 2 * tau).map((t) => [s[t + 2 * tau], s[t + tau], s[t]]); // newest first
  const share = once(of + tau, () => {
    const some = range(Math.ceil(x.length / EVERY)).map((n) => n * EVERY);
    return neighbours(some.map((t) => series[t + 2 * tau]), some.map((t) => x[t])); // prettier-ignore
  });
  return { series, x, information, minimum: firstMinimum(information), share };
};

export const controls = [
  { name: "tau", label: "delay τ", min: 1, max: LONGEST, step: 1, value: 4, plays: true },
  { name: "of", label: "coordinate", value: "x", choices: NAMES.map((name) => [name, name]) },
  { name: "t", label: "moment", min: 1, max: DRAWN, step: 1, value: 380, plays: true },
];

const RANGES = { x: [-20, 20], y: [-28, 28], z: [0, 50] };
const TICKS = { x: [-15, 0, 15], y: [-20, 0, 20], z: [0, 20, 40] };
// A long way in few letters.
const way = (points, look) =>
  el("path", { d: `M${points.map((p) => p.map((v) => v.toFixed(1)).join(" ")).join("L")}`, fill: "none", style: "stroke-width:1px", ...look });
const spot = ([cx, cy], fill, r = 6) => el("circle", { cx, cy, r, class: `moving-fill-${fill}` });

const rebuilt = ({ of, tau, t }, { x }) => {
  const [range_, ticks] = [RANGES[of], TICKS[of]];
  const a = axes({
    height: 320,
    x: range_,
    y: range_,
    xticks: ticks,
    yticks: ticks,
    tick: (v) => number(v, 0),
    xname: `${of}, ${tau} ${tau > 1 ? "samples" : "sample"} earlier`,
    yname: of,
  });
  const at = ([now, before]) => [a.X(before), a.Y(now)];
  return {
    width: 340,
    height: 320,
    drawn: a.drawn + way(x.slice(0, DRAWN).map(at), { class: "moving-forward" }) + spot(at(x[t - 1]), "back"),
    alt: `${of} against itself ${tau} samples earlier; the marked moment is at ${number(x[t - 1][1], 1)}, ${number(x[t - 1][0], 1)}.`,
  };
};

const true_ = ({ tau, t }, { series: states }) => {
  const a = axes({
    height: 166,
    x: RANGES.x,
    y: RANGES.z,
    xticks: TICKS.x,
    yticks: TICKS.z,
    tick: (v) => number(v, 0),
    xname: "x",
    yname: "z",
  });
  const at = ([x, , z]) => [a.X(x), a.Y(z)];
  const now = states.slice(2 * tau, 2 * tau + DRAWN);
  return a.drawn + way(now.map(at), { class: "moving-quiet" }) + spot(at(now[t - 1]), "back");
};

const informed = ({ tau }, { information, minimum }) => {
  const a = axes({
    height: 154,
    x: [0, LONGEST],
    y: [0, 2.5],
    xticks: [0, 20, 40, 60],
    yticks: [0, 1, 2],
    xname: "delay τ",
    yname: "nats",
  });
  const at = (lag) => [a.X(lag), a.Y(information[lag])];
  const drawn = [
    a.drawn,
    way(information.map((_, lag) => at(lag)), { class: "moving-forward", style: "stroke-width:1.6px" }), // prettier-ignore
    text(a.X(LONGEST), 22, `mutual information; first minimum at ${minimum}`, { "text-anchor": "end" }),
    spot(at(minimum), "forward", 4),
    el("circle", { cx: at(tau)[0], cy: at(tau)[1], r: 9, class: "moving-handle", "data-handle": "tau" }),
  ];
  return { drawn: drawn.join(""), value: (px) => Math.min(LONGEST, Math.max(1, Math.round(a.value(px, 0)[0]))) };
};

export const panels = (settings, numbers) => {
  const curve = informed(settings, numbers);
  return [
    rebuilt(settings, numbers),
    {
      width: 340,
      height: 320,
      drawn: true_(settings, numbers) + el("g", { transform: "translate(0 166)" }, curve.drawn),
      drag: (_, px) => ({ tau: curve.value(px) }),
      alt:
        `Above, the true attractor, z against x, with the same moment marked. Below, the mutual information: ` +
        `${number(numbers.information[settings.tau])} nats at a delay of ${settings.tau}, its first minimum at ${numbers.minimum}.`,
    },
  ];
};

export const words = ({ of, tau, t }, { series: states, x, information, minimum, share }) => {
  const now = states[t - 1 + 2 * tau];
  return [
    `At a delay of ${tau}, ${of} now and ${of} then share ${number(information[tau])} nats; the first minimum is at ${minimum}. ` +
      `Three delayed coordinates keep ${Math.round(100 * share)} % of the nearest neighbours.`,
    [
      ["true state x, y, z", now.map((v) => number(v, 1)).join(", ")],
      [`${of} now, τ and 2τ earlier`, x[t - 1].map((v) => number(v, 1)).join(", ")],
    ],
  ];
};
