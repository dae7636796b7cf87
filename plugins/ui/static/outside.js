// Links out of a frame that Airflow lets nothing leave: a click copies the address.
"use strict";

const COPIED =
  document.documentElement.lang === "uk"
    ? "Адресу скопійовано: вставте її в нову вкладку"
    : "Адрес скопирован: вставьте его в новую вкладку";

async function copyAddress(event) {
  const link = event.target.closest("a.outside");
  if (!link || window.self === window.top) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(link.href);
    tell(COPIED);
  } catch {
    tell(link.href);
  }
}

function tell(words) {
  document.querySelector(".told-once")?.remove();
  const note = document.createElement("p");
  note.className = "told-once";
  note.setAttribute("role", "status");
  note.textContent = words;
  document.body.append(note);
  setTimeout(() => note.remove(), 6000);
}

document.addEventListener("click", copyAddress);
