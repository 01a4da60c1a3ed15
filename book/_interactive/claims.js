'use strict';
/* A register: shows the rows with some words and some properties, groups them, and counts them. */
(function () {
  if (typeof document === 'undefined') return; // Node reads it, too
  const form = document.querySelector(".claims-filter");
  if (!form) return;
  const status = document.querySelector(".claims-summary");
  const sections = Array.from(document.querySelectorAll(".claims-register section, section.claims-register"));
  const boxes = Array.from(form.querySelectorAll("input[type=checkbox]"));
  const choices = Array.from(form.querySelectorAll("select"));
  const words = form.querySelector("input[type=search]");
  const whole = status.textContent;
  const homes = sections.map((section) => [section, Array.from(section.querySelectorAll("tbody tr"))]);
  const rows = homes.reduce((all, [, own]) => all.concat(own), []);
  const made = {};

  /* Returns whether a row has, for each kind of box, one of the values that are ticked. */
  function isTicked(row) {
    const has = (box) => row.dataset[box.name].split("|").includes(box.value);
    return boxes.every((box) => boxes.some((one) => one.name === box.name && one.checked && has(one)));
  }

  function isChosen(row) {
    return choices.every((one) => one.name === "group" || !one.value || row.dataset[one.name] === one.value);
  }

  /* Returns an empty copy of the first section, under another title. */
  function copied(title, id) {
    const copy = sections[0].cloneNode(true);
    copy.id = id;
    copy.querySelector("h2").textContent = title;
    copy.querySelector(".data-table").setAttribute("aria-label", title);
    copy.querySelector("tbody").replaceChildren();
    sections[sections.length - 1].after(copy);
    return copy;
  }

  /* Puts each row under the value that it has of a property; chapters have their own sections. */
  function group(kind) {
    if (kind === "chapter") {
      for (const [section, own] of homes) section.querySelector("tbody").append(...own);
      return;
    }
    const named = boxes.filter((box) => box.name === kind).map((box) => box.value);
    made[kind] = made[kind] || new Map(
      named.slice().reverse().map((name, i) => [name, copied(`${kind}: ${name}`, `${kind}-${i}`)]));
    for (const row of rows) made[kind].get(row.dataset[kind].split("|")[0]).querySelector("tbody").append(row);
  }

  function update() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !(isTicked(row) && isChosen(row) && wanted.every((word) => text.includes(word)));
      shown += !row.hidden;
    }
    const all = sections.concat(...Object.values(made).map((some) => Array.from(some.values())));
    for (const section of all) {
      section.hidden = !Array.from(section.querySelectorAll("tbody tr")).some((row) => !row.hidden);
    }
    status.textContent = shown === rows.length ? whole : `${shown} of ${rows.length} ${status.dataset.noun}.`;
  }

  form.hidden = false;
  form.addEventListener("input", (event) => {
    if (event && event.target.name === "group") group(event.target.value);
    update();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  update();
})();
