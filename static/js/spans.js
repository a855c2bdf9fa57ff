// Spans of a text: marked in the text itself by mouse, touch or keyboard, and listed in the question. The textarea, one span
// a line, stays the truth: it is what is sent, kept as a draft, and shown where this script is not.
import { nameOf, settings } from "./keys.js";
import { Places, order, read, trimmed, wordAt, write } from "./spans-text.js";
import { Surface } from "./spans-surface.js";
import { Panel } from "./spans-panel.js";

const known = new WeakSet();
const fieldOf = (name) => document.getElementById(`field-${name}-title`)?.parentElement;
const UNDOS = 100;

class Editor {
  constructor(question) {
    this.question = question;
    this.area = question.querySelector("[data-lines]");
    this.field = fieldOf(question.dataset.on);
    this.text = JSON.parse(question.querySelector("[data-text]").content.textContent);
    this.places = new Places(this.text);
    this.overlap = "overlap" in question.dataset;
    this.options = [...question.querySelector("[data-options]").content.children].map((each, index) => ({
      id: each.value, title: each.textContent, series: each.dataset.series, colour: each.dataset.colour,
      key: each.dataset.key ?? (index < 9 ? String(index + 1) : ""),
    }));
    const found = this.known(this.area.value);
    if (!found || !this.field || this.area.disabled) return; // lines that nobody can show stay lines
    this.spans = found;
    this.past = [];
    this.pending = null; // what is selected, in units
    this.armed = null; // the option that the next selection gets
    this.build();
    this.draw();
    this.area.form?.addEventListener("annotator:filled", () => this.reload());
  }

  // Spans as lines say them, if the text has them all.
  known(lines) {
    const found = read(lines);
    const fits = ({ start, end, label }) => start < end && end <= this.places.length && this.options.some(({ id }) => id === label);
    return found?.every(fits) ? found.sort(order) : null;
  }

  build() {
    const { question } = this;
    const name = question.dataset.title;
    this.written = question.querySelector("[data-written]");
    this.written.hidden = true;
    this.none = question.querySelector("[data-none]");
    this.panel = new Panel(this, question);
    this.surface = new Surface(this.text, {
      contenteditable: "true", role: "textbox", "aria-multiline": "true", "aria-readonly": "true", inputmode: "none", dir: "auto",
      spellcheck: "false", autocapitalize: "off", autocorrect: "off", translate: "no", tabindex: "0",
      "aria-label": `${name}: the text`, "aria-describedby": this.panel.hint.id, "data-surface": question.dataset.question,
    });
    this.field.append(this.surface.node);
    this.judge = question.closest(".judge");
    this.show();
    new MutationObserver(() => this.show()).observe(question, { attributes: true, attributeFilter: ["hidden"] });
    this.judge?.addEventListener("change", () => this.show());
    const { node } = this.surface;
    const listen = () => (node.isConnected ? this.selected() : document.removeEventListener("selectionchange", listen));
    document.addEventListener("selectionchange", listen);
    node.addEventListener("keydown", (event) => this.key(event));
    node.addEventListener("click", (event) => this.clicked(event));
    node.addEventListener("pointerup", ({ pointerType }) => pointerType !== "touch" && setTimeout(() => this.swept()));
    // While the focus is elsewhere, what is selected is drawn. After the press that brought it: that one sets the cursor.
    for (const kind of ["focus", "blur"]) node.addEventListener(kind, () => this.pending && setTimeout(() => this.drawText()));
  }

  get shown() {
    const own = this.judge?.querySelector("[data-from=own]");
    return this.surface.node.isConnected && !this.question.hidden && (!own || own.checked);
  }

  // The text to mark stands in the place of the field's own view, while somebody is asked to mark it.
  show() {
    this.surface.node.hidden = !this.shown;
    settle(this.field);
  }

  units({ start, end }) { return { start: this.places.unit(start), end: this.places.unit(end) }; }
  points({ start, end }) { return { start: this.places.point(start), end: this.places.point(end) }; }
  words(span) {
    const { start, end } = this.units(span);
    return this.text.slice(start, end);
  }
  option(id) { return this.options.find((each) => each.id === id); }

  // -- what is selected -----------------------------------------------------------------------------------------------
  selected() {
    const found = this.surface.selection();
    if (!found || !this.surface.focused) return; // elsewhere: the words stay chosen
    const before = this.pending;
    this.pending = found.start < found.end ? trimmed(this.text, found) : null;
    if (Boolean(before) !== Boolean(this.pending)) this.panel.paint();
    if (!this.pending) this.tell(found.focus);
  }

  // Says which spans the cursor stands in, when that changes.
  tell(unit) {
    const at = this.places.point(unit);
    const inside = this.spans.map((span, index) => [span, index]).filter(([span]) => span.start <= at && at < span.end);
    const words = inside.map(([span, index]) => `Span ${index + 1}: ${this.option(span.label).title}`).join(", ");
    if (words === this.told) return;
    this.told = words;
    this.panel.say(words);
    this.panel.point(inside.map(([, index]) => index));
  }

  choose(range) {
    this.pending = range;
    this.surface.select(range.start, range.end);
    this.panel.paint();
  }

  // What a mouse swept over becomes the option that was chosen before.
  swept() {
    this.selected();
    if (this.armed && this.pending) this.mark(this.armed);
  }

  // A tap chooses a word, the next tap all up to there; a press on what is marked chooses that.
  clicked(event) {
    const found = this.surface.selection();
    if (!found || found.start < found.end) return;
    const at = this.places.point(found.focus);
    const marked = this.spans.findLast((span) => span.start <= at && at < span.end);
    if (event.pointerType !== "touch") {
      if (marked && event.target.closest(".marked")) this.choose(this.units(marked));
      return;
    }
    const word = wordAt(this.text, found.focus);
    const from = this.tapped;
    if (marked && !from) this.choose(this.units(marked));
    else if (word) {
      this.tapped = from ? { start: Math.min(from.start, word.start), end: Math.max(from.end, word.end) } : word;
      this.choose(this.tapped);
    } else this.release();
  }

  release() {
    this.pending = this.tapped = null;
    this.panel.paint();
    this.drawText();
  }

  // -- changes --------------------------------------------------------------------------------------------------------
  press(id) {
    if (this.pending) return this.mark(id);
    this.armed = this.armed === id ? null : id;
    this.panel.paint();
    this.panel.say(this.armed ? `Now select words: they become ${this.option(id).title}.` : "");
  }

  mark(id) {
    const range = this.points(this.pending);
    const same = this.spans.find((each) => each.start === range.start && each.end === range.end && (!this.overlap || each.label === id));
    const { title } = this.option(id);
    if (same?.label === id) return this.panel.say(`That is ${title} already.`);
    const crossed = !this.overlap && this.spans.find((each) => each !== same && each.start < range.end && range.start < each.end);
    if (crossed) return this.panel.say(`Not marked: it overlaps “${short(this.words(crossed))}” (${this.option(crossed.label).title}), and spans may not overlap here.`);
    this.pending = this.tapped = null;
    this.change([...this.spans.filter((each) => each !== same), { ...range, label: id }]);
    const end = this.places.unit(range.end);
    if (this.surface.focused) this.surface.select(end);
    this.told = "";
    this.panel.paint();
    this.panel.say(`“${short(this.words(range))}” is ${title}${same ? " now" : ""}.`);
  }

  relabel(span, label) {
    this.change(this.spans.map((each) => (each === span ? { ...each, label } : each)));
    this.panel.say(`“${short(this.words(span))}” is ${this.option(label).title} now.`);
  }

  remove(span) {
    this.pending = this.tapped = null;
    this.change(this.spans.filter((each) => each !== span));
    this.panel.paint();
    this.panel.say(`“${short(this.words(span))}” is no longer ${this.option(span.label).title}.`);
  }

  change(spans) {
    this.past = [...this.past, this.spans].slice(-UNDOS);
    this.spans = spans.sort(order);
    this.store();
  }

  undo() {
    if (!this.past.length) return this.panel.say("Nothing to undo.");
    this.pending = this.tapped = null;
    this.spans = this.past.pop();
    this.store();
    this.panel.paint();
    this.panel.say("Undone.");
  }

  store() {
    this.area.value = write(this.spans);
    const own = this.judge?.querySelector("[data-from=own]:not(:checked)");
    own?.click();
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.draw();
  }

  reload() {
    const found = this.known(this.area.value);
    if (!found) return this.asLines();
    if (write(found) === write(this.spans)) return;
    this.spans = found;
    this.past = [];
    this.draw();
  }

  asLines() {
    this.written.hidden = false;
    this.none.disabled = false;
    this.panel.node.remove();
    this.surface.node.remove();
    settle(this.field);
    this.area.focus();
  }

  // -- keys inside the text -------------------------------------------------------------------------------------------
  key(event) {
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    this.selected(); // a quick key comes before word of the selection does
    const modified = event.ctrlKey || event.metaKey;
    const done = (run) => {
      event.preventDefault();
      run();
    };
    if (modified && !event.shiftKey && event.key.toLowerCase() === "z") return done(() => this.undo());
    if (modified || event.altKey) return;
    if (event.key === "Escape") return done(() => this.leave());
    if (event.key === "Enter") return done(() => this.enter());
    if (event.key === "Delete") return done(() => this.removeHere());
    const name = event.key === "Tab" ? "" : nameOf(event);
    const option = !settings.off && this.options.find(({ key }) => key && key === name);
    if (option && !event.repeat) done(() => this.press(option.id));
  }

  enter() {
    if (this.pending && this.armed) this.mark(this.armed);
    else if (this.pending) this.panel.first.focus();
  }

  leave() {
    const found = this.surface.selection();
    if (this.pending && found) this.surface.select(found.focus);
    else if (this.armed) this.press(this.armed);
    else this.panel.enter();
    this.tapped = null;
  }

  removeHere() {
    const found = this.surface.selection();
    if (!found) return;
    const range = this.points(this.pending ?? found);
    const span = this.pending
      ? this.spans.findLast((each) => each.start === range.start && each.end === range.end)
      : this.spans.findLast((each) => each.start <= range.start && range.start < each.end);
    if (span) this.remove(span);
    else this.panel.say("No span here.");
  }

  // -- drawing --------------------------------------------------------------------------------------------------------
  draw() {
    // Who marks something doesn't say that there is nothing.
    this.none.disabled = this.spans.length > 0;
    if (this.none.disabled) this.none.checked = false;
    this.drawText();
    this.panel.draw();
  }

  drawText() {
    const marks = this.spans.map((span) => {
      const { series, colour, title } = this.option(span.label);
      return { ...this.units(span), series, colour, title };
    });
    this.surface.draw(marks, this.surface.focused ? null : this.pending);
  }
}

const short = (words) => {
  const line = words.replace(/\s+/g, " ").trim();
  return line.length > 60 ? `${[...line].slice(0, 59).join("")}…` : line;
};

// Where the text stands with marks on it, it does not stand without them as well.
function settle(field) {
  const editing = field.querySelector("[data-surface]:not([hidden])") !== null;
  for (const overlay of field.querySelectorAll("[data-overlay]")) overlay.hidden = editing;
  const marked = editing || field.querySelector("[data-overlay]") !== null;
  for (const view of field.querySelectorAll(":scope > :is(.reading:not([data-surface]), .code)")) view.hidden = marked;
}

// Everybody's spans on one text stand where the text is. Those of the answer that is chosen come forward.
function place(overlay) {
  const judge = overlay.closest(".judge");
  const field = fieldOf(overlay.dataset.overlay);
  if (!field || !judge) return;
  field.append(overlay);
  const highlight = () => {
    const chosen = judge.querySelector("[data-from]:checked")?.dataset.from.split(" ") ?? [];
    for (const mark of overlay.querySelectorAll("[data-who]")) {
      const mine = mark.dataset.who.split(" ").some((who) => chosen.includes(who));
      mark.toggleAttribute("data-aside", !mine && chosen.some((who) => who !== "merged" && who !== "own"));
    }
  };
  judge.addEventListener("change", highlight);
  highlight();
  const own = judge.querySelector("[data-from=own]");
  for (const button of overlay.querySelectorAll("[data-adopt] button")) {
    button.hidden = !own || own.disabled;
    button.addEventListener("click", () => {
      judge.querySelector("[data-lines]").value = button.dataset.lines;
      own.click();
      judge.closest("form").dispatchEvent(new CustomEvent("annotator:filled", { bubbles: true }));
      field.querySelector(`[data-surface="${CSS.escape(overlay.dataset.of)}"]`)?.focus();
    });
  }
  settle(field);
}

export function enhance(root = document) {
  for (const each of root.querySelectorAll("[data-colour]")) each.style.setProperty("--series", each.dataset.colour);
  for (const overlay of root.querySelectorAll(".judge [data-overlay]")) place(overlay);
  for (const question of root.querySelectorAll("[data-type=span]")) {
    if (known.has(question)) continue;
    known.add(question);
    new Editor(question);
  }
}

enhance();
