// What every page has: theme, menus, dialogs and drawers, and a word when a request fails.

const YEAR = 31536000;

export const cookie = (name) =>
  document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);

// crypto.randomUUID is there over HTTPS and on localhost only; a server in the next room may have neither.
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// A short message at the foot of the page. It is a live region, so screen readers say it too.
export function toast(text, { seconds = 6 } = {}) {
  const line = document.createElement("p");
  line.className = "toast";
  line.textContent = text;
  document.getElementById("toasts")?.append(line);
  setTimeout(() => line.remove(), seconds * 1000);
}

// The screen's own status line where it has one (the labelling screen), else a toast.
export function say(text, tone = "") {
  const line = document.getElementById("status");
  if (!line) return text && toast(text);
  line.textContent = text;
  line.dataset.tone = tone;
}

// The server writes the choice into <html> from this cookie, so that no page flashes in the wrong theme.
function chooseTheme(theme) {
  const root = document.documentElement;
  if (theme === "system") {
    delete root.dataset.theme;
    document.cookie = "theme=; path=/; max-age=0; samesite=lax";
  } else {
    root.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
  }
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.ariaPressed = String(button.dataset.themeChoice === theme);
  }
}

export function toggleDrawer(drawer, open = drawer.hidden) {
  drawer.hidden = !open;
  for (const button of document.querySelectorAll(`[aria-controls="${drawer.id}"]`)) button.ariaExpanded = String(open);
  if (open) drawer.querySelector("[data-drawer-focus], button, a")?.focus();
  else if (drawer.opener?.isConnected) drawer.opener.focus();
}

function click(event) {
  const target = event.target.closest("[data-theme-choice], [data-dialog], [data-close], [data-drawer]");
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  if (!target) return;
  const { themeChoice, dialog, drawer } = target.dataset;
  if (themeChoice) chooseTheme(themeChoice);
  if (dialog) document.getElementById(dialog)?.showModal();
  if (target.matches("[data-close]")) target.closest("dialog")?.close();
  const panel = drawer && document.getElementById(drawer);
  if (panel) {
    if (panel.hidden) panel.opener = target;
    toggleDrawer(panel);
  }
}

function escape(event) {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  const menu = event.target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  const drawer = document.querySelector(".drawer:not([hidden])");
  if (drawer) toggleDrawer(drawer, false);
}

// On a phone the navigation is wider than the screen.
document.querySelector(".bar__nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

document.addEventListener("click", click);
document.addEventListener("keydown", escape);

// The token may have changed since the page was made: somebody signed in again in another tab.
document.addEventListener("htmx:configRequest", (event) => {
  const token = cookie("csrftoken");
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

// A screen that looks after its own failures (the labelling screen) stops these on their way up.
document.addEventListener("htmx:sendError", () => toast("The server could not be reached. Nothing was changed; try again."));
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.status === 401 || xhr.status === 403) toast("You may not do that, or your session has ended. Reload to sign in.");
  else if (xhr.status === 404) toast("That is not there any more. Reload the page.");
  else toast("Something went wrong on the server. Nothing was changed; try again.");
});

// A session that has ended: what came is the sign-in page, not the part that was asked for. Loading the page again leads
// there and back. (The labelling screen, which has something to lose, asks in place.)
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.shouldSwap || !detail.xhr.responseURL.includes("/accounts/login/")) return;
  detail.shouldSwap = false;
  location.reload();
});
