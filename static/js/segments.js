// Segments of a sound or video: a list beside the player, and a bar of its time. The textarea, one segment a line, stays
// the truth: it is what is sent, kept as a draft, and shown where this script is not.
import { el, icon as drawn } from "./el.js";
import { clock, moment, read, write } from "./segments-lines.js";
import { bar } from "./segments-bar.js";

const SELECTOR = "[data-type=segment]";
const known = new WeakSet();
let icons = "";

const icon = (name) => drawn(icons, name);
const button = (name, words, onclick, attributes = {}) =>
  el("button", { class: "button button--small", type: "button", onclick, ...attributes }, icon(name), words);
const small = (name, label, onclick) =>
  el("button", { class: "button button--quiet button--icon button--small", type: "button", "aria-label": label, title: label, onclick }, icon(name));

class Editor {
  constructor(question) {
    this.question = question;
    icons = question.dataset.icons;
    this.area = question.querySelector("[data-lines]");
    this.player = document.getElementById(`field-${question.dataset.on}`)?.querySelector("audio, video");
    this.options = question.querySelector("[data-options]").content;
    this.hasWords = "words" in question.dataset;
    this.open = null; // the segment that was begun last: the next end is its
    this.until = null; // where playing a segment stops
    const found = read(this.area.value);
    if (!found || !this.player || this.area.disabled) return; // lines that nobody can show as a list stay lines
    this.segments = found;
    this.build();
    this.draw();
    this.area.form?.addEventListener("annotator:filled", () => this.reload());
  }

  build() {
    const { question, player } = this;
    const written = question.querySelector("[data-written]");
    written.hidden = true;
    this.items = el("ol", { class: "segments__list" });
    this.said = el("p", { class: "small muted", role: "status" });
    this.toggle = button("play", "Play", () => (player.paused ? this.play() : player.pause()));
    this.bar = bar(player, (ms) => this.seek(ms));
    const lines = button("list", "As lines", () => this.asLines(), { class: "button button--small button--quiet" });
    question.append(el("div", { class: "segments stack stack--tight" }, this.bar.node,
      el("div", { class: "cluster" }, this.toggle,
        (this.first = button("plus", "Start here", () => this.begin(), { "data-start": "" })),
        button("stop", "End here", () => this.finish()), lines),
      this.items, this.said));
    for (const kind of ["play", "pause", "ended"]) player.addEventListener(kind, () => this.playing());
    player.addEventListener("timeupdate", () => this.passed());
    for (const kind of ["loadedmetadata", "durationchange"]) player.addEventListener(kind, () => this.bar.draw(this.segments));
    this.written = written;
  }

  get now() { return Math.round(this.player.currentTime * 1000); }
  get end() { return Number.isFinite(this.player.duration) ? Math.floor(this.player.duration * 1000) : Infinity; }

  seek(ms) {
    this.until = null;
    this.player.currentTime = ms / 1000;
  }

  play() {
    this.until = null;
    this.player.play().catch(() => this.say("The browser can't play this file."));
  }

  playing() {
    const { paused } = this.player;
    this.toggle.replaceChildren(icon(paused ? "play" : "pause"), paused ? "Play" : "Pause");
  }

  passed() {
    if (this.until !== null && this.now >= this.until) {
      this.until = null;
      this.player.pause();
    }
    this.bar.at(this.player.currentTime * 1000);
  }

  playOne(segment) {
    this.player.currentTime = segment.start_ms / 1000;
    this.play();
    this.until = segment.end_ms;
  }

  begin() {
    const start = Math.min(this.now, Number.isFinite(this.end) ? Math.max(0, this.end - 1) : this.now);
    this.open = { start_ms: start, end_ms: Math.min(start + 1000, this.end) };
    this.segments.push(this.open);
    this.changed(this.open, `Begun at ${moment(start)}. “End here” ends it.`);
  }

  finish() {
    const segment = this.open ?? this.segments.findLast(({ start_ms }) => start_ms < this.now);
    if (!segment || this.now <= segment.start_ms) return this.say("The end must be later than the start. Play on first.");
    segment.end_ms = this.now;
    this.open = null;
    this.changed(segment, `From ${moment(segment.start_ms)} to ${moment(segment.end_ms)}.`);
  }

  remove(segment) {
    const place = this.segments.indexOf(segment);
    this.segments.splice(place, 1);
    if (this.open === segment) this.open = null;
    this.changed(null, `Deleted ${moment(segment.start_ms)} to ${moment(segment.end_ms)}.`);
    const undo = button("undo", "Undo", () => {
      this.segments.push(segment);
      this.changed(segment, "Back again.");
      this.items.querySelectorAll("li")[this.segments.indexOf(segment)]?.querySelector("button").focus();
    });
    this.said.append(" ", undo);
    undo.focus();
  }

  say(words) { this.said.replaceChildren(words); }

  // Writes the lines, and draws the list again unless somebody is typing in it.
  changed(segment, words) {
    this.segments.sort((one, other) => one.start_ms - other.start_ms || one.end_ms - other.end_ms);
    this.store();
    this.draw();
    if (words) this.say(words);
    const place = this.segments.indexOf(segment);
    if (place >= 0) this.items.children[place]?.scrollIntoView({ block: "nearest" });
  }

  store() {
    this.area.value = write(this.segments);
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
    this.bar.draw(this.segments, this.titles());
  }

  reload() {
    const found = read(this.area.value);
    if (!found) return this.asLines();
    this.segments = found;
    this.open = null;
    this.draw();
  }

  asLines() {
    this.written.hidden = false;
    this.question.querySelector(".segments").remove();
    this.area.focus();
  }

  titles() { return [...this.options.children].map(({ value }) => value); }

  draw() {
    this.items.replaceChildren(...this.segments.map((segment, index) => this.row(segment, index)));
    this.items.hidden = this.segments.length === 0;
    this.bar.draw(this.segments, this.titles());
  }

  time(segment, key, name) {
    const control = el("input", {
      class: "mono segments__time", inputmode: "decimal", autocomplete: "off", spellcheck: "false",
      "aria-label": name, value: moment(segment[key]),
      onchange: () => {
        const ms = clock(control.value);
        if (ms === null) {
          control.setAttribute("aria-invalid", "true");
          return this.say(`“${control.value}” is no time. Write it like 1:02.5.`);
        }
        segment[key] = ms;
        control.value = moment(ms);
        control.removeAttribute("aria-invalid");
        const wrong = segment.start_ms >= segment.end_ms;
        this.say(wrong ? "The end must be later than the start." : "");
        this.store();
      },
    });
    return control;
  }

  row(segment, index) {
    const name = `Segment ${index + 1}`;
    const here = (key, words) => small(key === "start_ms" ? "previous" : "next", `${name}: ${words}`, () => {
      segment[key] = this.now;
      if (this.open === segment) this.open = null;
      this.changed(segment, segment.start_ms >= segment.end_ms ? "The end must be later than the start." : "");
      this.items.children[this.segments.indexOf(segment)]?.querySelector(`[title$="${words}"]`)?.focus();
    });
    const choice = this.options.children.length > 0 && el("select", {
      "aria-label": `${name}: option`,
      onchange: ({ target }) => {
        if (target.value) segment.label = target.value;
        else delete segment.label;
        this.store();
      },
    }, el("option", { value: "" }, "–"), this.options.cloneNode(true));
    if (choice) choice.value = segment.label ?? "";
    const words = this.hasWords && el("textarea", {
      rows: 1, dir: "auto", class: "segments__text", "aria-label": `${name}: words`, placeholder: "Words", value: segment.text ?? "",
      oninput: ({ target }) => {
        if (target.value.trim()) segment.text = target.value;
        else delete segment.text;
        this.store();
      },
    });
    return el("li", { class: "segments__item" },
      small("play", `${name}: play`, () => this.playOne(segment)),
      el("span", { class: "segments__span" }, this.time(segment, "start_ms", `${name}: start`), here("start_ms", "start here")),
      el("span", { class: "segments__span" }, this.time(segment, "end_ms", `${name}: end`), here("end_ms", "end here")),
      choice, words, small("trash", `${name}: delete`, () => this.remove(segment)));
  }
}

export function enhance(root = document) {
  for (const question of root.querySelectorAll(SELECTOR)) {
    if (known.has(question)) continue;
    known.add(question);
    new Editor(question);
  }
}

enhance();
