// The document as a form: cards of fields and questions, made of the types' own settings. The textarea stays the truth.
import { input } from "./interface-inputs.js";
import { applies, button, el, icon, put } from "./interface-parts.js";

const area = document.getElementById("document");
const cards = document.getElementById("cards");
const undo = document.getElementById("undo");
const types = JSON.parse(document.getElementById("types").textContent);
const KINDS = {
  fields: { title: "What is shown", noun: "field" },
  questions: { title: "What is asked", noun: "question" },
};
const opened = new WeakSet();
const fresh = new WeakSet();
const dropped = new WeakMap(); // what a change of type took away, for the way back
const past = [];
let doc = null;

// Reads the textarea; false where the text is nothing that cards can show.
export function load() {
  try {
    const found = JSON.parse(area.value);
    const items = [found.fields, found.questions];
    const fits = items.every((list) => Array.isArray(list) && list.every((item) => item && typeof item === "object"));
    if (fits) doc = found;
    return fits;
  } catch {
    return false;
  }
}

export function remember() {
  if (past.at(-1) !== area.value) past.push(area.value);
  undo.hidden = false;
}

export function back() {
  let text = past.pop();
  if (text === area.value) text = past.pop();
  undo.hidden = past.length === 0;
  if (text === undefined) return;
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function changed() {
  area.value = JSON.stringify(doc, null, 2);
  area.dispatchEvent(new Event("input", { bubbles: true }));
  for (const node of cards.querySelectorAll("[data-live]")) node.refresh();
}

function redraw(path) {
  draw();
  changed();
  focusOn(path);
}

function renamed(target, before, after) {
  if (!before || !doc) return;
  for (const question of doc.questions) {
    if (doc.fields.includes(target) && question.on === before) question.on = after;
    if (doc.questions.includes(target) && question.show_if?.question === before) question.show_if.question = after;
  }
}

// A name as the labelling screen shows it where there is no title.
const spoken = (name = "") => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
const typeOf = (kind, item) => types[kind].find(({ slug }) => slug === item.type);
const settingsOf = (type) => [...(type?.settings ?? []), ...(type?.more ?? [])];

function fit(kind, item) {
  const settings = settingsOf(typeOf(kind, item));
  const known = new Set(["name", "type", ...settings.map(({ name }) => name)]);
  const kept = dropped.get(item) ?? {};
  for (const key of Object.keys(item).filter((name) => !known.has(name))) {
    kept[key] = item[key];
    delete item[key];
  }
  for (const { name, start, must, needs } of settings) {
    if (name in item) continue;
    if (name in kept) item[name] = kept[name];
    else if (start) item[name] = structuredClone(start);
    else if (must) put(item, name, doc.fields.find((field) => !needs || typeOf("fields", field)?.[needs])?.name);
  }
  dropped.set(item, kept);
}

function add(kind, type) {
  remember();
  let name = type.slug;
  for (let n = 2; doc[kind].some((item) => item.name === name); n += 1) name = `${type.slug}_${n}`;
  const item = { name, type: type.slug };
  fit(kind, item);
  doc[kind].push(item);
  opened.add(item);
  fresh.add(item);
  redraw(`${kind}[${doc[kind].length - 1}].title`);
}

function move(kind, index, by) {
  remember();
  const [item] = doc[kind].splice(index, 1);
  if (by) doc[kind].splice(index + by, 0, item);
  redraw(`${kind}[${Math.min(doc[kind].length - 1, index + by)}]`);
}

function body(kind, item, path) {
  const type = typeOf(kind, item);
  const on = {
    doc, item, types, changed, redraw, remember, renamed,
    siblings: () => doc[kind],
    isFresh: (target) => fresh.has(target),
    fresh: (target, is = true) => (is ? fresh.add(target) : fresh.delete(target)),
  };
  const kindOf = { name: "type", shape: "choice", title: "Type", choices: types[kind].map(({ slug, title }) => [slug, title]) };
  const choice = input(kindOf, item, `${path}.type`, { ...on, changed() {
    remember();
    fit(kind, item);
    redraw(`${path}.type`);
  } });
  const show = (setting) => input(setting, item, `${path}.${setting.name}`, on);
  return el("div", { class: "item__body" }, choice, ...(type?.settings ?? []).filter((each) => applies(each, item)).map(show),
    el("details", { class: "fold--plain setting--wide" }, el("summary", {}, "More"), el("div", { class: "item__more" }, ...(type?.more ?? []).map(show))));
}

function card(kind, item, index) {
  const path = `${kind}[${index}]`;
  const { noun } = KINDS[kind];
  const title = el("span", { class: "item__title", dir: "auto" });
  const facts = el("span", { class: "item__facts" });
  title.refresh = () => {
    title.textContent = item.title || spoken(item.name) || `A ${noun} without a name`;
    facts.textContent = [typeOf(kind, item)?.title ?? item.type, kind === "questions" && item.required && "required", item.show_if && "not always"].filter(Boolean).join(" · ");
  };
  title.dataset.live = "";
  title.refresh();
  const toggle = el("button", {
    class: "item__toggle", type: "button", "aria-expanded": String(opened.has(item)),
    onclick() {
      if (!opened.delete(item)) opened.add(item);
      draw();
      cards.querySelector(`[data-path="${CSS.escape(path)}"] .item__toggle`).focus();
    },
  }, icon(opened.has(item) ? "down" : "next"), title, facts);
  const name = item.title || spoken(item.name) || noun;
  return el("li", { class: "item", "data-path": path, "data-holds": "" },
    el("div", { class: "item__head" }, toggle,
      button("up", `Move “${name}” up`, () => move(kind, index, -1), { disabled: index === 0 }),
      button("down", `Move “${name}” down`, () => move(kind, index, 1), { disabled: index === doc[kind].length - 1 }),
      button("trash", `Remove “${name}”`, () => move(kind, index, 0))),
    opened.has(item) && body(kind, item, path));
}

function list(kind) {
  const { title, noun } = KINDS[kind];
  const adders = types[kind].map((type) => el("button", { class: "button button--small", type: "button", onclick: () => add(kind, type) }, icon("plus"), type.title));
  return el("section", { class: "stack stack--tight", "aria-labelledby": `${kind}-title`, "data-path": kind },
    el("h2", { id: `${kind}-title` }, title),
    el("ol", { class: "items" }, ...doc[kind].map((item, index) => card(kind, item, index))),
    el("div", { class: "cluster", role: "group", "aria-label": `Add a ${noun}` }, el("span", { class: "muted small" }, `Add a ${noun}:`), ...adders));
}

export function draw() {
  cards.replaceChildren(...Object.keys(KINDS).map(list));
  cards.dispatchEvent(new Event("drawn"));
}

// Opens what holds the path and gives it the focus.
export function focusOn(path) {
  const [, kind, index] = /^(fields|questions)\[(\d+)\]/.exec(path ?? "") ?? [];
  const item = kind && doc[kind][index];
  if (item && path.length > `${kind}[${index}]`.length && !opened.has(item)) {
    opened.add(item);
    draw();
  }
  const found = nearest(path);
  const fold = found?.closest("details");
  if (fold) fold.open = true;
  found?.querySelector("input, textarea, select, button")?.focus();
  found?.scrollIntoView({ block: "nearest" });
}

export function nearest(path) {
  for (let rest = path; rest; rest = rest.replace(/(\.[^.[\]]+|\[\d+\]|^[^.[\]]+)$/, "")) {
    const found = cards.querySelector(`[data-path="${CSS.escape(rest)}"]`);
    if (found) return found;
    if (!/[.[]/.test(rest)) break;
  }
  return null;
}

cards.addEventListener("focusin", ({ target }) => target.matches("input, textarea, select") && remember());
