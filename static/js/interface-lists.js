// Settings of several parts: the meaning of a scale's points, lists of options and axes, the condition of a question.
import { button, el, options, put } from "./interface-parts.js";

const range = ([low, high] = [1, 5]) =>
  Number.isInteger(low) && Number.isInteger(high) && high - low < 101
    ? Array.from({ length: Math.max(0, high - low + 1) }, (_, index) => low + index)
    : [];

// The values that the answers of an earlier question can have, as [value, word].
function valuesOf(question, types) {
  const type = types.questions.find(({ slug }) => slug === question?.type);
  if (type?.values.length) return type.values;
  if (Array.isArray(question?.options)) return question.options.map(({ id, title }) => [id, title || id]);
  return Array.isArray(question?.scale) && !question.axes ? range(question.scale).map((n) => [n, String(n)]) : [];
}

export const compound = (input) => ({
  // A line for every point of the scale, and for what was written at points that it has no more.
  anchors(setting, target, path, on) {
    const list = el("div", { class: "setting__anchors" });
    let drawn = "";
    const line = (point) => {
      const control = el("input", {
        dir: "auto", autocomplete: "off", value: target[setting.name]?.[point] ?? "",
        oninput() {
          const anchors = { ...target[setting.name] };
          put(anchors, point, control.value);
          put(target, setting.name, Object.keys(anchors).length ? anchors : undefined);
          on.changed();
        },
      });
      return el("label", { class: "setting__anchor", "data-path": `${path}.${point}` }, el("span", {}, point), control);
    };
    list.refresh = () => {
      const points = [...new Set([...range(on.item.scale).map(String), ...Object.keys(target[setting.name] ?? {})])];
      if (points.join() === drawn) return;
      drawn = points.join();
      list.replaceChildren(...points.slice(0, 101).map(line));
    };
    list.dataset.live = "";
    list.refresh();
    return el("fieldset", { class: "field setting setting--wide", "data-path": path },
      el("legend", {}, setting.title), setting.hint && el("p", { class: "field__hint" }, setting.hint), list);
  },

  rows(setting, target, path, on) {
    const rows = Array.isArray(target[setting.name]) ? target[setting.name] : [];
    const key = setting.columns.some(({ name }) => name === "id") ? "id" : "name";
    const first = (index) => `${path}[${index}].${setting.columns[0].name}`;
    const move = (index, by) => {
      on.remember();
      const [row] = rows.splice(index, 1);
      if (by) rows.splice(index + by, 0, row);
      target[setting.name] = rows;
      on.redraw(first(Math.min(rows.length - 1, Math.max(0, index + by))));
    };
    const add = () => {
      on.remember();
      let n = rows.length + 1;
      while (rows.some((row) => row[key] === `${setting.noun}_${n}`)) n += 1;
      const row = { [key]: `${setting.noun}_${n}`, title: "" };
      on.fresh(row);
      target[setting.name] = [...rows, row];
      on.redraw(first(rows.length));
    };
    const rowOf = (row, index) => {
      const name = `${setting.noun} ${index + 1}`;
      return el("li", { class: "setting__row", "data-path": `${path}[${index}]`, "data-holds": "" },
        ...setting.columns.map((column) => input(column, row, `${path}[${index}].${column.name}`, { ...on, siblings: () => rows })),
        el("div", { class: "setting__tools" },
          button("up", `Move ${name} up`, () => move(index, -1), { disabled: index === 0 }),
          button("down", `Move ${name} down`, () => move(index, 1), { disabled: index === rows.length - 1 }),
          button("trash", `Remove ${name}`, () => move(index, 0))));
    };
    return el("fieldset", { class: "field setting setting--wide", "data-path": path }, el("legend", {}, setting.title),
      el("ol", { class: "setting__rows" }, ...rows.map(rowOf)),
      el("button", { class: "button button--small", type: "button", onclick: add }, `Add ${/^[aeiou]/.test(setting.noun) ? "an" : "a"} ${setting.noun}`));
  },

  // Always, or depending on the answer to an earlier question.
  condition(setting, target, path, on) {
    const box = el("fieldset", { class: "field setting setting--wide", "data-path": path });
    const write = (value) => {
      put(target, setting.name, value);
      const index = [...box.querySelectorAll("select, input")].indexOf(document.activeElement);
      draw();
      box.querySelectorAll("select, input")[index]?.focus();
      on.changed();
    };
    const draw = () => {
      const rule = target[setting.name];
      const earlier = on.doc.questions.slice(0, on.doc.questions.indexOf(target));
      const values = valuesOf(earlier.find(({ name }) => name === rule?.question), on.types);
      const wanted = rule && "is" in rule ? [rule.is].flat() : [];
      const which = el("select", { "aria-label": "Depends on", onchange: () => write(which.value ? { question: which.value, answered: true } : undefined) });
      options(which, [["", "always"], ...earlier.map(({ name, title }) => [name, `depending on “${title || name}”`])], rule?.question ?? "");
      const how = el("select", {
        "aria-label": "When",
        onchange: () => write({ question: rule.question, ...(how.value === "is" ? { is: [values[0][0]] } : { answered: how.value === "yes" }) }),
      });
      const ways = [["yes", "when it has an answer"], ["no", "when it has no answer"], ...(values.length || wanted.length ? [["is", "when the answer is"]] : [])];
      options(how, ways, !rule || rule.answered ? "yes" : "is" in rule ? "is" : "no");
      const check = ([value, word]) => el("label", { class: "check" }, el("input", {
        type: "checkbox", checked: wanted.includes(value),
        onchange: ({ target: { checked } }) => write({ question: rule.question, is: values.map(([each]) => each).filter((each) => (each === value ? checked : wanted.includes(each))) }),
      }), word);
      box.replaceChildren(el("legend", {}, setting.title), el("div", { class: "cluster" }, which, rule && how),
        ...(wanted.length || (rule && "is" in rule) ? [el("div", { class: "cluster cluster--wide" }, ...values.map(check))] : []));
    };
    box.refresh = () => box.contains(document.activeElement) || draw();
    box.dataset.live = "";
    draw();
    return box;
  },
});
