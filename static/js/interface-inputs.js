// How each shape of setting is entered. `target` is the object that holds it, `on` what the editor offers:
// { doc, item, changed(), redraw(path), renamed(target, before, after), isFresh(target), fresh(target) }.
import { compound } from "./interface-lists.js";
import { applies, el, options, put } from "./interface-parts.js";

let count = 0;

// A label above a control; `path` is where the server's problems find it.
function labelled(setting, path, control) {
  control.id = `setting-${(count += 1)}`;
  const hint = setting.hint && el("p", { class: "field__hint", id: `${control.id}-hint` }, setting.hint);
  if (hint) control.setAttribute("aria-describedby", hint.id);
  const size = ["wide", "short", "tiny"].filter((name) => setting[name]).map((name) => `setting--${name}`);
  return el("div", { class: ["field", "setting", ...size].join(" "), "data-path": path },
    el("label", { for: control.id }, setting.title), control, hint);
}

function written(setting, target, on, tag, attributes = {}) {
  const { name } = setting;
  let committed = target[name];
  const control = el(tag, {
    dir: "auto", "data-name": name, ...attributes, value: target[name] ?? "",
    oninput() {
      put(target, name, control.value);
      if (name === "title") derive(control, target, on);
      else if (name === "name" || name === "id") on.fresh(target, false);
      on.changed();
    },
    onfocus: () => (committed = target[name]),
    onchange() {
      if (name !== "name" || !control.value || control.value === committed) return;
      on.renamed(target, committed, control.value);
      committed = control.value;
      on.changed();
    },
  });
  return control;
}

// What was added a moment ago takes its name from its title, until somebody writes another one.
function derive(control, target, on) {
  const key = "id" in target ? "id" : "name";
  if (!on.isFresh(target)) return;
  const word = control.value.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, "_");
  const base = word.replace(/^[^a-z]+|_+$/g, "").slice(0, 40);
  if (!base) return;
  const taken = new Set(on.siblings(target).filter((each) => each !== target).map((each) => each[key]));
  let name = base;
  for (let n = 2; taken.has(name); n += 1) name = `${base}_${n}`;
  on.renamed(target, target[key], name);
  target[key] = name;
  const own = control.closest("[data-holds]").querySelector(`[data-name="${key}"]`);
  if (own) own.value = name;
}

function chosen(setting, target, on, choices, path) {
  const select = el("select", {
    onchange() {
      put(target, setting.name, select.value, setting.default);
      if (!setting.redraws) return on.changed();
      for (const each of on.types.fields.find(({ slug }) => slug === target.type)?.settings ?? []) {
        if (!applies(each, target)) delete target[each.name];
      }
      on.redraw(path);
    },
  });
  const fill = () => options(select, choices(), target[setting.name] ?? setting.default ?? "");
  fill();
  select.refresh = () => document.activeElement === select || fill();
  select.dataset.live = "";
  return select;
}

const shapes = {
  text: (setting, target, path, on) => labelled(setting, path, written(setting, target, on, "input", { autocomplete: "off" })),
  words: (setting, target, path, on) => labelled(setting, path, written(setting, target, on, "textarea", { rows: 2, class: "setting__words" })),
  choice: (setting, target, path, on) => labelled(setting, path, chosen(setting, target, on, () => setting.choices, path)),

  number(setting, target, path, on) {
    const control = el("input", {
      type: "number", value: target[setting.name] ?? setting.default ?? "",
      oninput() {
        put(target, setting.name, control.value === "" ? undefined : control.valueAsNumber, setting.default);
        on.changed();
      },
    });
    return labelled(setting, path, control);
  },

  flag(setting, target, path, on) {
    const control = el("input", {
      type: "checkbox", checked: target[setting.name] ?? setting.default ?? false,
      onchange() {
        put(target, setting.name, control.checked, setting.default ?? false);
        on.changed();
      },
    });
    return el("div", { class: "field setting", "data-path": path }, el("label", { class: "check" }, control, setting.title));
  },

  lines(setting, target, path, on) {
    const control = el("textarea", {
      rows: 3, dir: "auto", value: (target[setting.name] ?? []).join("\n"),
      oninput() {
        const lines = control.value.split("\n").map((line) => line.trim()).filter(Boolean);
        put(target, setting.name, lines.length ? lines : undefined);
        on.changed();
      },
    });
    return labelled(setting, path, control);
  },

  // Several settings at once, to change afterwards; which one stands here is read from them.
  preset(setting, target, path, on) {
    const same = ([name, value]) => JSON.stringify(target[name]) === JSON.stringify(value);
    const held = () => setting.choices.findIndex(({ settings }) => Object.entries(settings).every(same));
    const choices = [["-1", "axes of my own"], ...setting.choices.map(({ title }, index) => [String(index), title])];
    const select = el("select", {
      onchange() {
        on.remember();
        Object.assign(target, structuredClone(setting.choices[select.value]?.settings));
        on.redraw(path);
      },
    });
    select.refresh = () => options(select, choices, String(held()));
    select.dataset.live = "";
    select.refresh();
    const hint = setting.choices[held()]?.description ?? "Replaces scale and axes; change them as you like.";
    return labelled({ ...setting, hint }, path, select);
  },

  scale(setting, target, path, on) {
    const end = (index, word) => {
      const control = el("input", {
        type: "number", step: 1, class: "setting__number", value: target.scale?.[index] ?? "",
        oninput() {
          target.scale = [...(target.scale ?? [1, 5])];
          target.scale[index] = control.value === "" ? null : control.valueAsNumber;
          on.changed();
        },
      });
      return el("label", { class: "setting__end" }, word, control);
    };
    return el("fieldset", { class: "field setting", "data-path": path },
      el("legend", {}, setting.title), el("div", { class: "cluster" }, end(0, "from"), end(1, "to")));
  },

  field(setting, target, path, on) {
    const fits = ({ type }) => !setting.needs || on.types.fields.find(({ slug }) => slug === type)?.[setting.needs];
    const choices = () => [
      ...(setting.must ? [] : [["", "the whole sample"]]),
      ...(on.doc.fields ?? []).filter(fits).map(({ name, title }) => [name, title || name]),
    ];
    return labelled(setting, path, chosen(setting, target, on, choices));
  },

  ...compound(input),
};

export function input(setting, target, path, on) {
  return shapes[setting.shape](setting, target, path, on);
}
