// Small helpers of the interface editor: elements, icon buttons, settings that are left out at their default.
import { el, icon as drawn } from "./el.js";

export { el };
export const icon = (name) => drawn(document.getElementById("cards").dataset.icons, name);

export function button(name, label, onclick, attributes = {}) {
  return el("button", {
    class: "button button--quiet button--icon button--small", type: "button", "aria-label": label, title: label, onclick, ...attributes,
  }, icon(name));
}

// Sets a setting, or leaves it out where it says nothing.
export function put(target, name, value, standard) {
  if (value === undefined || value === "" || value === standard) delete target[name];
  else target[name] = value;
}

// Whether a setting that goes with a value of another one has its place here.
export const applies = ({ only }, target) => !only || target[only[0]] === only[1];

// Fills a select with [value, word] pairs; a value that is not among them stays choosable.
export function options(select, choices, value) {
  const known = choices.some(([key]) => key === value) ? choices : [...choices, [value, value]];
  select.replaceChildren(...known.map(([key, word]) => el("option", { value: key, selected: key === value }, word)));
}
