// Follow the theme chosen in Airflow, which frames these pages and shares their origin; the system's theme until one is chosen.
"use strict";

function followTheme() {
  let chosen = null;
  try {
    chosen = window.localStorage.getItem("theme");
  } catch {
    // Storage may be closed to frames; the system's theme then stands.
  }
  if (chosen === "dark" || chosen === "light") {
    document.documentElement.dataset.theme = chosen;
  } else {
    delete document.documentElement.dataset.theme;
  }
}

followTheme();
window.addEventListener("storage", followTheme);
