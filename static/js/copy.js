// A button that copies what an input holds: <button data-copy="id of the input">.
import { toast } from "./page.js";

async function copy(input) {
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
  } catch {
    // The clipboard's interface is there over HTTPS and on localhost only.
    if (!document.execCommand("copy")) return toast("Copy it by hand: it is selected.");
  }
  toast("Copied");
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-copy]");
  if (button) copy(document.getElementById(button.dataset.copy));
});
