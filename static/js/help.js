// The keyboard help: lists the table that binds the keys, and lets a person give an action another key.
import { TABLE, keyOf, nameOf, settings, store } from "./keys.js";

const dialog = document.getElementById("help");
const body = dialog.querySelector("tbody");
const taken = (name) => /^\d$/.test(name) || TABLE.some((row) => keyOf(row) === name);

function keyCell(row) {
  const hint = document.createElement("kbd");
  hint.textContent = keyOf(row);
  if (row.fixed) return hint;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet button--small";
  button.ariaLabel = `${row.text}: ${keyOf(row)}. Change the key`;
  button.append(hint);
  button.addEventListener("click", () => listenFor(row, button, hint));
  return button;
}

function listenFor(row, button, hint) {
  hint.textContent = "press a key";
  const end = () => {
    button.removeEventListener("keydown", take);
    draw();
    body.querySelector(`[data-row="${row.id}"] button`)?.focus();
  };
  const take = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    const name = nameOf(event);
    if (name.length === 1 && name !== " " && (!taken(name) || keyOf(row) === name)) {
      store({ bind: { ...settings.bind, [row.id]: name } });
      end();
    } else if (name.length > 1 && name !== "Shift") end();
    else if (name.length === 1) hint.textContent = `${name} is taken`;
  };
  button.addEventListener("keydown", take);
  button.addEventListener("blur", end, { once: true });
}

function draw() {
  body.replaceChildren(
    ...TABLE.map((row) => {
      const line = document.createElement("tr");
      line.dataset.row = row.id;
      const [key, text] = [document.createElement("td"), document.createElement("td")];
      key.append(keyCell(row));
      text.textContent = row.text;
      line.append(key, text);
      return line;
    }),
  );
  dialog.querySelector("[data-keys-on]").checked = !settings.off;
}

dialog.querySelector("[data-keys-on]").addEventListener("change", ({ target }) => store({ off: !target.checked }));
dialog.querySelector("[data-keys-reset]").addEventListener("click", () => {
  store({ off: false, bind: {} });
  draw();
});

export function open() {
  draw();
  if (!dialog.open) dialog.showModal();
}
