// Spans as lines of text, exactly as the server writes and reads them (start | end | option), and places in a text: what is
// stored counts code points, what the browser counts are UTF-16 units.

const LINE = /^\s*(\d{1,7})\s*\|\s*(\d{1,7})\s*\|\s*([^|\s]+)\s*$/;

// The spans of a text in code points; null where a line holds none.
export function read(text) {
  const found = text.split("\n").filter((line) => line.trim()).map((line) => LINE.exec(line));
  return found.includes(null) ? null : found.map(([, start, end, label]) => ({ start: Number(start), end: Number(end), label }));
}

export const write = (spans) => spans.map(({ start, end, label }) => `${start} | ${end} | ${label}`).join("\n");

export const order = (one, other) =>
  one.start - other.start || one.end - other.end || (one.label < other.label ? -1 : one.label > other.label ? 1 : 0);

export class Places {
  constructor(text) {
    this.pairs = []; // where characters of two units begin
    for (let at = 0; at < text.length; at += 1) {
      if (text.codePointAt(at) > 0xffff) this.pairs.push(at++);
    }
    this.length = text.length - this.pairs.length;
  }

  // How many of the pairs hold, which are those at the beginning.
  #count(holds) {
    let [low, high] = [0, this.pairs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  point(unit) { return unit - this.#count((at) => this.pairs[at] + 1 < unit); }
  unit(point) { return point + this.#count((at) => this.pairs[at] - at < point); }
}

// The word around a unit, in whatever script: from, to. What is between two words is no word.
export function wordAt(text, unit) {
  if (!("Segmenter" in Intl)) return null;
  const from = Math.max(0, text.lastIndexOf("\n", unit - 1) + 1);
  const end = text.indexOf("\n", unit);
  const line = text.slice(from, end < 0 ? undefined : end);
  const found = new Intl.Segmenter(undefined, { granularity: "word" }).segment(line).containing(unit - from);
  return found?.isWordLike ? { start: from + found.index, end: from + found.index + found.segment.length } : null;
}

// Without the space around it, unless there is nothing else.
export function trimmed(text, { start, end }) {
  const words = text.slice(start, end);
  const inner = words.trim();
  if (!inner) return { start, end };
  const from = start + words.indexOf(inner);
  return { start: from, end: from + inner.length };
}
