// Signing in again without leaving the screen: what was entered stays, and is sent afterwards.
import { cookie, say } from "./page.js";

const dialog = document.getElementById("signin");
const form = dialog.querySelector("form");
const problem = dialog.querySelector("[data-error]");
let again = () => {};

const complain = (text) => {
  problem.textContent = text;
  problem.hidden = !text;
};

function resend() {
  dialog.close();
  say("");
  again();
}

async function signIn(event) {
  event.preventDefault();
  complain("");
  let reply;
  try {
    reply = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { "X-CSRFToken": cookie("csrftoken") ?? "", "X-Requested-With": "XMLHttpRequest" },
    });
  } catch {
    return complain("The server could not be reached.");
  }
  const { location = "", form: checked } = await reply.json().catch(() => ({}));
  if (!reply.ok) {
    const fields = Object.values(checked?.fields ?? {});
    return complain([...(checked?.errors ?? []), ...fields.flatMap((field) => field.errors)].join(" ") || "That did not work.");
  }
  // A second step (a code, a security key) has its own page.
  if (location.includes("2fa")) return complain("A second step is needed: sign in in another tab, then choose “Send again”.");
  form.reset();
  resend();
}

form.addEventListener("submit", signIn);
dialog.querySelector("[data-retry]").addEventListener("click", resend);

// Asks once, whatever number of requests found the session gone; the latest of them is tried again.
export function ask(retry) {
  again = retry;
  complain("");
  if (!dialog.open) dialog.showModal();
}
