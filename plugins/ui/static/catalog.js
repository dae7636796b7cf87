// Pictures that do not open.
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
