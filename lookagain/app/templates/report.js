"use strict";
// Filter buttons of the index, and opening the item that a link points at. The page is readable without them.
const buttons = [...document.querySelectorAll("[data-filter]")];
const items = [...document.querySelectorAll("[data-state]")];
for (const button of buttons) {
  button.addEventListener("click", () => {
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    for (const item of items) {
      item.hidden = Boolean(button.dataset.filter) && item.dataset.state !== button.dataset.filter;
    }
  });
}
function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const folded = target && target.querySelector("details");
  if (folded) { folded.open = true; target.scrollIntoView(); }
}
addEventListener("hashchange", openTarget);
openTarget();

// Videos play while they are seen, unless the reader prefers less motion.
if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) target.play().catch(() => {}); else target.pause();
    }
  }, { threshold: 0.5 });
  for (const video of document.querySelectorAll("video")) { video.muted = true; seen.observe(video); }
}
