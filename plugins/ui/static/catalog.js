// Pictures that do not open, and links out of a frame that Airflow lets nothing leave.
"use strict";

function markBroken(picture) {
  picture.closest(".picture").classList.add("broken");
}

// An error that came before this script ran leaves a picture that is complete and has no size.
function watchPictures() {
  for (const picture of document.querySelectorAll(".picture img")) {
    if (picture.complete && picture.src && !picture.naturalWidth) markBroken(picture);
  }
}

document.addEventListener(
  "error",
  (event) => {
    if (event.target.matches?.(".picture img")) markBroken(event.target);
  },
  true, // errors of pictures do not bubble
);
watchPictures();

const COPIED = "Адресу скопійовано: вставте її в нову вкладку";

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
