// The time line of a player: where the segments lie, and where it stands now. A press on it jumps there; who has no pointer
// does the same with the player.
import { moment } from "./segments-lines.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 1000;
const HEIGHT = 40;
const SERIES = 6; // the last one is for segments without an option

function shape(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

export function bar(player, seek) {
  const node = shape("svg", {
    class: "segments__bar chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img",
  });
  const parts = shape("g", {});
  const head = shape("line", { class: "segments__now", y1: 0, y2: HEIGHT, x1: 0, x2: 0, "vector-effect": "non-scaling-stroke" });
  node.append(parts, head);
  let longest = 1;
  const place = (ms) => Math.max(0, Math.min(WIDTH, (ms / longest) * WIDTH)).toFixed(1);
  node.addEventListener("click", ({ clientX }) => {
    const { left, width } = node.getBoundingClientRect();
    seek(((clientX - left) / width) * longest);
  });
  return {
    node,
    at(ms) {
      for (const name of ["x1", "x2"]) head.setAttribute(name, place(ms));
    },
    draw(segments, options = []) {
      const known = Number.isFinite(player.duration) ? player.duration * 1000 : 0;
      longest = Math.max(1, known, ...(known ? [] : segments.map(({ end_ms }) => end_ms)));
      parts.replaceChildren(...segments.map(({ start_ms, end_ms, label }) => {
        const kind = label === undefined ? SERIES : 1 + (options.indexOf(label) % (SERIES - 1));
        const group = shape("g", { class: `series-${kind}` });
        const [from, to] = [Number(place(start_ms)), Number(place(end_ms))];
        group.append(shape("rect", { class: "mark", x: from, width: Math.max(2, to - from), y: 6, height: HEIGHT - 12, rx: 2 }));
        return group;
      }));
      const count = `${segments.length} segment${segments.length === 1 ? "" : "s"}`;
      node.setAttribute("aria-label", known ? `${count} in ${moment(Math.round(known))}` : count);
      this.at(player.currentTime * 1000);
    },
  };
}
