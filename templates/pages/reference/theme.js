"use strict";
// Runs before the page is drawn, so that it is never drawn in the theme that was not chosen.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("speccast-theme");
  } catch {
    // A browser may keep nothing for pages of the file system: then the system's preference holds.
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
