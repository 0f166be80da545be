"use strict";
// Plans of scenes: drag to move, wheel or + and - to come nearer, 0 for all; what is pointed at is named below.
// Without this script the plan is there, with its switch between before and after and the names as tooltips.
for (const view of document.querySelectorAll(".scene-view")) {
  const svg = view.querySelector("svg");
  const said = view.querySelector(".scene-said");
  const box = svg.viewBox.baseVal;
  const whole = [box.x, box.y, box.width, box.height];
  const place = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [point.x, point.y];
  };
  const zoom = (factor, [x, y]) => {
    const width = Math.min(Math.max(box.width * factor, whole[2] / 200), whole[2] * 2);
    const by = width / box.width;
    box.x = x - (x - box.x) * by; box.y = y - (y - box.y) * by;
    box.width *= by; box.height *= by;
  };
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(Math.sign(event.deltaY) * 0.15), place(event));
  }, { passive: false });
  let held = null;
  svg.addEventListener("pointerdown", (event) => { held = place(event); svg.setPointerCapture(event.pointerId); });
  svg.addEventListener("pointerup", () => { held = null; });
  svg.addEventListener("pointercancel", () => { held = null; });
  svg.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = place(event);
    box.x += held[0] - x; box.y += held[1] - y;
  });
  svg.addEventListener("keydown", (event) => {
    const middle = [box.x + box.width / 2, box.y + box.height / 2];
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) { box.x += step[0] * box.width / 10; box.y += step[1] * box.height / 10; }
    else if (event.key === "+") zoom(0.8, middle);
    else if (event.key === "-") zoom(1.25, middle);
    else if (event.key === "0") [box.x, box.y, box.width, box.height] = whole;
    else return;
    event.preventDefault();
  });
  const tell = (event) => {
    const thing = event.target.closest("g[data-id]");
    if (thing) said.textContent = thing.querySelector("title").textContent;
  };
  svg.addEventListener("pointerover", tell);
  svg.addEventListener("focusin", tell);
}
