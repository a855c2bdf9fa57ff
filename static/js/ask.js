// Asking about the sample on the labelling screen: its thread, in a dialog over the task, which stays as it is.
import { say } from "./page.js";

const dialog = document.getElementById("ask");
const body = document.getElementById("ask-body");
const typed = () => [...body.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue);
let shown = "";

export function open(address) {
  dialog.showModal();
  // What was begun about this sample is still here.
  if (shown === address && typed()) return body.querySelector("[data-begin] textarea, textarea").focus();
  shown = address;
  body.replaceChildren();
  htmx.ajax("GET", `${address}?place=mine`, { target: body, swap: "innerHTML" });
}

dialog.addEventListener("htmx:afterSettle", () => body.querySelector("[data-begin] textarea, textarea")?.focus());
// A session that has ended: sign in in place, and what was written is sent.
dialog.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (xhr.status !== 403 && !xhr.responseURL.includes("/accounts/login/")) return;
  event.stopPropagation();
  event.detail.shouldSwap = false;
  event.detail.isError = false;
  const again = () => (requestConfig.verb === "get" ? open(shown) : htmx.trigger(requestConfig.elt, "submit"));
  import("./signin.js").then(({ ask }) => ask(again));
});
dialog.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful && detail.requestConfig.verb === "post") say("Sent to the reviewers.", "ok");
});
for (const kind of ["htmx:sendError", "htmx:timeout"]) {
  dialog.addEventListener(kind, () => say("Not sent: the server could not be reached. What you wrote is still here.", "bad"));
}
