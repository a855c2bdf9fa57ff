// Small helpers of the interface editor: elements, icon buttons, settings that are left out at their default.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" && tag !== "option") node.value = value;
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null && child !== false && child !== ""));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.getElementById("cards").dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

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
