'use strict';
/* The register of all claims: shows those with some words and some verdicts, and counts them. */
(function () {
  if (typeof document === 'undefined') return; // Node reads it, too
  const form = document.querySelector(".claims-filter");
  if (!form) return;
  const status = document.querySelector(".claims-summary");
  const sections = Array.from(document.querySelectorAll(".claims-register section"));
  const boxes = Array.from(form.querySelectorAll("input[type=checkbox]"));
  const words = form.querySelector("input[type=search]");
  const whole = status.textContent;

  function update() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let shown = 0;
    let all = 0;
    for (const section of sections) {
      let some = false;
      for (const row of section.querySelectorAll("tbody tr")) {
        const text = row.textContent.toLowerCase();
        const fits = verdicts.has(row.dataset.verdict) && wanted.every((word) => text.includes(word));
        row.hidden = !fits;
        some = some || fits;
        shown += fits;
        all += 1;
      }
      section.hidden = !some;
    }
    status.textContent = shown === all ? whole : `${shown} of ${all} claims.`;
  }

  form.hidden = false;
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  update();
})();
