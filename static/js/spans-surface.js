// The text that is marked: exactly the characters that are stored, drawn with what is marked on it. It is editable for the
// browser, so that it has a cursor and a selection by every means there are, and nothing that is typed changes it.

export const LANES = 8;

// In which row below the line each span lies, so that those that overlap are told apart.
export function lanes(spans) {
  const ends = [];
  return spans.map(({ start, end }) => {
    const free = ends.findIndex((each) => each <= start);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = end;
    return Math.min(lane, LANES - 1);
  });
}

export class Surface {
  // `marks` are [{ start, end (units), series, colour, title }] in the order of the text.
  constructor(text, attributes) {
    this.text = text;
    this.node = document.createElement("div");
    this.node.className = "reading reading--plain marking";
    for (const [name, value] of Object.entries(attributes)) this.node.setAttribute(name, value);
    this.starts = new Map(); // text node → its first unit, in the order of the text
    this.marks = [];
    const stop = (event) => event.preventDefault();
    for (const kind of ["beforeinput", "paste", "cut", "drop", "dragstart"]) this.node.addEventListener(kind, stop);
    // An input method writes into the page whatever it is told: what it wrote is drawn over.
    this.node.addEventListener("compositionend", () => queueMicrotask(() => this.draw(this.marks)));
  }

  draw(marks, pending = null) {
    const kept = this.focused ? this.selection() : null;
    this.marks = marks;
    const rows = lanes(marks);
    const places = new Set([0, this.text.length]);
    for (const { start, end } of pending ? [...marks, pending] : marks) places.add(start).add(end);
    const sorted = [...places].sort((one, other) => one - other);
    this.starts.clear();
    const parts = [];
    let active = [];
    let next = 0;
    for (let at = 0; at + 1 < sorted.length; at += 1) {
      const [start, end] = [sorted[at], sorted[at + 1]];
      active = active.filter((index) => marks[index].end > start);
      while (next < marks.length && marks[next].start === start) active.push(next++);
      const words = document.createTextNode(this.text.slice(start, end));
      this.starts.set(words, start);
      let inner = words;
      if (pending && pending.start <= start && end <= pending.end) inner = this.#wrap(inner, "marked--pending");
      for (const index of [...active].sort((one, other) => rows[one] - rows[other])) {
        const { series, colour, title, start: from } = marks[index];
        inner = this.#wrap(inner, `marked series-${series} lane-${rows[index]}`);
        inner.title = title;
        if (colour) inner.style.setProperty("--series", colour);
        if (from === start) inner.dataset.tag = index + 1;
      }
      parts.push(inner);
    }
    this.node.replaceChildren(...parts);
    this.node.classList.remove(...[...this.node.classList].filter((name) => name.startsWith("lanes-")));
    this.node.classList.add(`lanes-${Math.max(0, ...rows.map((row) => row + 1))}`);
    if (kept) this.select(kept.anchor, kept.focus);
  }

  #wrap(inner, name) {
    const node = document.createElement("span");
    node.className = name;
    node.append(inner);
    return node;
  }

  get focused() { return document.activeElement === this.node; }

  // The unit that a place of the page is.
  #unit(node, offset) {
    if (this.starts.has(node)) return this.starts.get(node) + Math.min(offset, node.length);
    const range = document.createRange();
    range.setStart(node, offset);
    for (const [words, start] of this.starts) if (words.isConnected && range.comparePoint(words, 0) >= 0) return start;
    return this.text.length;
  }

  // Where the selection begins, where it is extended from and to; null where it is not in this text.
  selection() {
    const found = getSelection();
    if (!found.rangeCount || !this.node.contains(found.anchorNode) || !this.node.contains(found.focusNode)) return null;
    const anchor = this.#unit(found.anchorNode, found.anchorOffset);
    const focus = this.#unit(found.focusNode, found.focusOffset);
    return { anchor, focus, start: Math.min(anchor, focus), end: Math.max(anchor, focus) };
  }

  #place(unit) {
    let last = [this.node, 0];
    for (const [words, start] of this.starts) {
      if (unit <= start + words.length) return [words, unit - start];
      last = [words, words.length];
    }
    return last;
  }

  select(anchor, focus = anchor) {
    getSelection().setBaseAndExtent(...this.#place(anchor), ...this.#place(focus));
  }
}
