// What a question about spans shows beside the text: its options, and the list of what is marked.
import { el, icon } from "./el.js";
import { nameOf, paint, settings } from "./keys.js";

export class Panel {
  constructor(editor, question) {
    this.editor = editor;
    this.question = question;
    const { icons, question: name } = question.dataset;
    this.icon = (each) => icon(icons, each);
    this.hint = el("p", { class: "muted small", id: `q-${name}-marking` },
      "Select words in the text, then choose an option; or choose an option first. On a touch screen, tap the first word and the last.");
    this.palette = el("div", { class: "spans__palette", role: "group", "aria-label": "Options" });
    this.chosen = el("p", { class: "spans__chosen small", dir: "auto" });
    this.buttons = editor.options.map((option) => this.button(option));
    this.first = this.buttons[0];
    const drop = el("button", { class: "button button--quiet button--small spans__drop", type: "button", onclick: () => editor.release() }, "Cancel");
    this.palette.append(this.chosen, ...this.buttons, drop);
    this.list = el("ol", { class: "spans__list" });
    this.said = el("p", { class: "small muted", role: "status" });
    const tool = (action, words, run, attributes = {}) =>
      el("button", { class: "button button--small button--quiet", type: "button", onclick: run, ...attributes }, this.icon(action), words);
    this.back = tool("undo", "Undo", () => editor.undo());
    this.node = el("div", { class: "spans stack stack--tight" }, this.hint, this.palette,
      el("div", { class: "cluster" },
        el("button", { class: "button button--small", type: "button", "data-action": "mark", onclick: () => this.intoText() },
          this.icon("edit"), "Into the text ", el("kbd", { "data-key": "mark", "aria-hidden": "true" }, "l")),
        this.back, tool("list", "As lines", () => editor.asLines())),
      this.list, this.said);
    question.querySelector("[data-none]").closest("label").before(this.node);
    paint(this.node);
    question.addEventListener("keydown", (event) => this.key(event));
  }

  button({ id, title, series, colour, key }) {
    const node = el("button", { class: `button button--small spans__option series-${series}`, type: "button", "aria-pressed": "false", "data-option": id,
      onclick: () => this.editor.press(id) }, el("span", {}, title), key && el("kbd", { "aria-hidden": "true" }, key));
    if (colour) node.style.setProperty("--series", colour);
    // A press must not take the selection away from the text.
    node.addEventListener("pointerdown", (event) => event.pointerType === "mouse" && event.preventDefault());
    return node;
  }

  // An option's key, while the question has the focus.
  key(event) {
    if (event.isComposing || event.keyCode === 229 || event.repeat || settings.off || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("select, textarea")) return;
    const name = nameOf(event);
    const option = this.editor.options.find(({ key }) => key && key === name);
    if (!option || !this.node.isConnected) return;
    event.preventDefault();
    this.editor.press(option.id);
  }

  intoText() {
    const { surface } = this.editor;
    const own = this.editor.judge?.querySelector("[data-from=own]:not(:checked)");
    own?.click();
    surface.node.focus();
    if (!surface.selection()) surface.select(0);
    surface.node.scrollIntoView({ block: "nearest" });
  }

  enter() {
    this.question.tabIndex = -1;
    this.question.focus({ preventScroll: true });
  }

  say(words) { this.said.textContent = words; }

  // The rows of the spans that the cursor stands in.
  point(places) {
    [...this.list.children].forEach((row, index) => row.toggleAttribute("data-here", places.includes(index)));
  }

  // What depends on what is selected.
  paint() {
    const { pending, armed, text } = this.editor;
    this.palette.toggleAttribute("data-pending", Boolean(pending));
    this.chosen.textContent = pending ? `“${text.slice(pending.start, pending.end).replace(/\s+/g, " ").slice(0, 80)}”` : "";
    for (const button of this.buttons) button.ariaPressed = String(button.dataset.option === armed);
    this.back.disabled = this.editor.past.length === 0;
  }

  draw() {
    this.list.replaceChildren(...this.editor.spans.map((span, index) => this.row(span, index)));
    this.list.hidden = this.editor.spans.length === 0;
    this.paint();
  }

  row(span, index) {
    const { editor } = this;
    const option = editor.option(span.label);
    const name = `Span ${index + 1}`;
    const words = editor.words(span).replace(/\s+/g, " ");
    const choice = el("select", { "aria-label": `${name}: option`, onchange: ({ target }) => {
      editor.relabel(span, target.value);
      this.list.children[index]?.querySelector("select")?.focus();
    } }, ...editor.options.map(({ id, title }) => el("option", { value: id }, title)));
    choice.value = span.label;
    const quote = el("button", { class: "spans__quote", type: "button", "aria-label": `${name}, ${option.title}: ${words}. Show it in the text`, onclick: () => {
      this.intoText();
      editor.choose(editor.units(span));
    } }, el("bdi", {}, words));
    const away = el("button", { class: "button button--quiet button--icon button--small", type: "button", title: `${name}: remove`, "aria-label": `${name}: remove`, onclick: () => {
      editor.remove(span);
      (this.list.children[Math.min(index, editor.spans.length - 1)]?.querySelector(".spans__quote") ?? this.back).focus();
    } }, this.icon("trash"));
    const row = el("li", { class: `spans__item series-${option.series}` }, el("span", { class: "spans__number num", "aria-hidden": "true" }, String(index + 1)), quote, choice, away);
    if (option.colour) row.style.setProperty("--series", option.colour);
    return row;
  }
}
