// What every page has: theme, menus, dialogs and drawers, and a word when a request fails.

const YEAR = 31536000;

export const cookie = (name) =>
  document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);

// A short message at the foot of the page. It is a live region, so screen readers say it too.
export function toast(text, { seconds = 6 } = {}) {
  const line = document.createElement("p");
  line.className = "toast";
  line.textContent = text;
  document.getElementById("toasts")?.append(line);
  setTimeout(() => line.remove(), seconds * 1000);
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
  for (const button of document.querySelectorAll(`[data-drawer="${drawer.id}"]`)) button.ariaExpanded = String(open);
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

document.addEventListener("click", click);
document.addEventListener("keydown", escape);

// The token may have changed since the page was made: somebody signed in again in another tab.
document.addEventListener("htmx:configRequest", (event) => {
  const token = cookie("csrftoken");
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

// A screen with a status line of its own (the labelling screen) says it there and stops these.
document.addEventListener("htmx:sendError", (event) => {
  if (!event.defaultPrevented) toast("The server could not be reached. Nothing was changed; try again.");
});
document.addEventListener("htmx:responseError", (event) => {
  if (event.defaultPrevented) return;
  const { status } = event.detail.xhr;
  if (status === 401 || status === 403) toast("You are not allowed to do that, or your session ended. Reload to sign in.");
  else if (status === 404) toast("That is not there any more. Reload the page.");
  else toast("Something went wrong on the server. Nothing was changed; try again.");
});
