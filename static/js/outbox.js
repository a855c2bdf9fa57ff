// Submissions that could not be sent: kept on this device, for the person who made them, until the server has them.
import { cookie } from "./page.js";

const STORE = "annotator-outbox";
const person = document.getElementById("task")?.dataset.person ?? "";

function read() {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "[]");
  } catch {
    return [];
  }
}

function write(entries) {
  try {
    if (entries.length) localStorage.setItem(STORE, JSON.stringify(entries));
    else localStorage.removeItem(STORE);
  } catch {
    // The device's store is full or closed to us: the page tries again as long as it is open.
  }
}

const isMine = (entry) => entry.person === person;
const mine = () => read().filter(isMine);

export const waits = (assignment) => mine().some((entry) => entry.assignment === assignment);
export const waiting = () => `${mine().length} waiting to be sent`;

export function drop(assignment) {
  write(read().filter((entry) => !isMine(entry) || entry.assignment !== assignment));
}

// What the form says now, with the id of its submission: however often it is sent, it makes one annotation.
export function keep(form, duration) {
  const { assignment } = form.dataset;
  drop(assignment);
  const body = new URLSearchParams(new FormData(form));
  body.set("duration_ms", duration);
  write([...read(), { person, assignment, url: form.action, body: String(body) }]);
}

// Sends what waits, one after the other. Resolves to how many arrived and how many were refused; what was refused stays
// as the draft of its sample.
export async function flush() {
  const done = { sent: 0, refused: 0 };
  for (const { assignment, url, body } of mine()) {
    let reply;
    try {
      reply = await fetch(url, {
        method: "POST",
        body: new URLSearchParams(body),
        headers: { "X-CSRFToken": cookie("csrftoken") ?? "", "HX-Request": "true" },
        redirect: "manual",
      });
    } catch {
      break;
    }
    // The session has ended, or the server is in trouble: it may go another time.
    if (reply.type === "opaqueredirect" || [401, 403].includes(reply.status) || reply.status >= 500) break;
    drop(assignment);
    done[reply.ok ? "sent" : "refused"] += 1;
    if (reply.ok) localStorage.removeItem(`annotator-draft-${assignment}`);
  }
  return done;
}
