/**
 * Previews: a link that is pointed at, or in focus, shows beside it what it leads to. The box can be
 * pointed at, too, and Escape puts it away. A touch follows the link, as ever.
 */
(function (root) {
  'use strict';

  if (!root.document) return; // Node reads it, too

  const { document } = root;
  const LINKS = 'a.previewed';
  const PARTS = 'figure > img, .caption-number, .caption-text, .claim-sentence, tr[id^="claim-"] > th > span, .katex-display';
  const WAIT = 150; // milliseconds until a link that is pointed at shows what it leads to
  const STAY = 300; // and that a pointer has to move from a link into the box
  const EDGE = 8; // pixels between the box and the sides of the window
  const host = document.currentScript.parentElement;
  const box = document.createElement('div');
  let shown = null, title = '', pointed = null, timer = 0;

  /** Return copies of what a link leads to on this page; nothing while a reader is to guess it. */
  function copies(link) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target || target.closest('.guess-veiled')) return [];
    return Array.from(target.querySelectorAll(PARTS), part => part.cloneNode(true));
  }

  /** Take from copies what can be reached by keyboard or found by an address, and what is said twice. */
  function clean() {
    for (const part of box.querySelectorAll('[id], [tabindex]')) {
      part.removeAttribute('id');
      part.removeAttribute('tabindex');
    }
    for (const picture of box.querySelectorAll('img')) picture.alt = ''; // the caption says it
    for (const link of box.querySelectorAll('a')) link.replaceWith(...link.childNodes);
  }

  function show(link) {
    hide();
    const parts = link.title ? [link.title] : copies(link);
    if (!parts.length) return;
    shown = link;
    title = link.title;
    link.removeAttribute('title'); // else the browser shows it, too
    link.setAttribute('aria-describedby', box.id);
    box.append(...parts);
    clean();
    box.hidden = false;
    place(link.getBoundingClientRect());
  }

  /** Put the box below a link, or above it where there is more room, within the window. */
  function place(link) {
    const { clientWidth, clientHeight } = document.documentElement;
    box.style.fontSize = '';
    const size = parseFloat(root.getComputedStyle(box).fontSize);
    box.style.fontSize = `${size * Math.min(1, box.clientWidth / box.scrollWidth)}px`; // a wide equation
    const base = box.offsetParent.getBoundingClientRect();
    const left = Math.max(EDGE, Math.min(link.left, clientWidth - EDGE - box.offsetWidth));
    const isAbove = link.bottom + box.offsetHeight > clientHeight && link.top > clientHeight - link.bottom;
    box.style.left = `${left - base.left}px`;
    box.style.top = `${(isAbove ? link.top - box.offsetHeight : link.bottom) - base.top}px`;
  }

  function hide() {
    root.clearTimeout(timer);
    if (!shown) return;
    if (title) shown.title = title;
    shown.removeAttribute('aria-describedby');
    shown = null;
    box.hidden = true;
    box.textContent = '';
  }

  function later(act, time) {
    root.clearTimeout(timer);
    timer = root.setTimeout(act, time);
  }

  function point({ target, pointerType }) {
    if (pointerType === 'touch') return;
    const link = target.closest(LINKS);
    if (box.contains(target) || (link && link === shown)) root.clearTimeout(timer);
    else if (!link) later(() => shown === document.activeElement || hide(), STAY);
    else if (link !== pointed) later(() => show(link), WAIT);
    pointed = link;
  }

  box.className = 'preview';
  box.id = 'preview';
  box.setAttribute('role', 'tooltip');
  box.hidden = true;
  host.append(box);
  document.addEventListener('pointerover', point);
  document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') hide(); });
  // A touch gives a link the focus, and follows it at once.
  document.addEventListener('click', ({ target }) => { if (target.closest(LINKS)) hide(); });
  document.addEventListener('focusin', ({ target }) => { if (target.matches(LINKS)) show(target); });
  document.addEventListener('focusout', ({ target }) => { if (target === shown) hide(); });
})(typeof window === 'object' ? window : global);
