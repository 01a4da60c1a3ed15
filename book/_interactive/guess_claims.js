/** Guess first, on a page with claims: asks, veils what gives the answer away, and tells. */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};

  /** Return of each part the state of the claims that it comes behind, going through in an order. */
  function passed(kinds, places) {
    const found = kinds.slice();
    let last = '', isBeside = false;
    for (const i of places) {
      const isClaim = kinds[i] === 'open' || kinds[i] === 'answered';
      if (isClaim) last = isBeside && last === 'open' ? 'open' : kinds[i]; // side by side: one question
      else if (kinds[i] === 'heading') last = '';
      found[i] = last;
      isBeside = isClaim;
    }
    return found;
  }

  /**
   * Return what becomes of the parts of a section. While a claim is open, all that stands behind
   * it is veiled, up to the next claim or heading, and results that stand before it. A text that
   * leads to it is blotted (what was measured is covered), unless it is of a claim before.
   */
  function veils(kinds) {
    const places = kinds.map((_, i) => i);
    const behind = passed(kinds, places), before = passed(kinds, places.slice().reverse());
    return kinds.map((kind, i) => {
      if (kind !== 'text' && kind !== 'result') return '';
      if (behind[i] === 'open') return 'veiled';
      if (before[i] !== 'open') return '';
      return kind === 'result' ? 'veiled' : behind[i] ? '' : 'blotted';
    });
  }

  DLX.veils = veils;
  if (!root.document) return; // Node reads it, too

  const { document, location } = root;
  const {
    WORDS, VERDICTS, isAsked, spoken, sizeAt, verdictOf, inWords, away, state, change, askEverywhere, made, button, box,
  } = DLX.guessing;
  const { dataset, parentElement: host } = document.currentScript;
  const page = location.pathname.split('/').pop();
  const shown = new Set(); // parts that the reader wanted to see
  const claims = Array.from(host.querySelectorAll('details.claim'), place => (
    {
      place,
      id: place.id,
      verdict: VERDICTS.find(one => place.classList.contains(`claim-${one}`)),
      measured: JSON.parse(place.dataset.size || 'null'),
    }
  ));
  const own = box('Guess first', isTicked => {
    change(now => { now.pages[page] = isTicked; });
    draw();
  });
  const every = box('on every page', isTicked => {
    askEverywhere(isTicked);
    draw();
  });
  const status = made('span', { role: 'status' });

  /** Draw the page anew: what a guess, a tick or another page has changed. */
  function draw() {
    const now = state(), isOn = isAsked(now, page);
    for (const each of host.querySelectorAll('.guess')) each.remove();
    for (const each of host.querySelectorAll('.guess-veiled, .guess-blotted')) {
      each.classList.remove('guess-veiled', 'guess-blotted');
    }
    own.input.checked = isOn;
    every.input.checked = now.every;
    status.textContent = isOn ? spoken(claims, now.said) : '';
    for (const claim of claims) {
      claim.place.id = claim.id;
      if (isOn) (claim.id in now.said ? tell : ask)(claim, now.said[claim.id], now.sizes[claim.id]);
    }
    if (isOn) new Set(claims.map(({ place }) => place.parentElement)).forEach(cover);
  }

  /** Put a question in the place of a claim; it takes its address, too. */
  function ask(claim) {
    const { place, id } = claim, sentence = place.querySelector('.claim-sentence').cloneNode(true);
    sentence.removeAttribute('id');
    for (const part of sentence.querySelectorAll('[id]')) part.removeAttribute('id');
    const buttons = VERDICTS.map(one => button(WORDS[one], () => answer(claim, one)));
    place.before(made('div', { class: 'claim guess', role: 'group', 'aria-labelledby': `${id}-sentence`, id },
      made('p', {}, sentence), made('p', {}, 'Your guess: ', ...buttons), ...sizes(claim)));
    place.removeAttribute('id');
    place.classList.add('guess-veiled');
  }

  /** Return a slider to guess the size with, if it has a scale that gives nothing away. */
  function sizes(claim) {
    const { id, measured } = claim;
    if (!measured) return [];
    const slider = made('input', { type: 'range', min: -100, max: 100, value: 0, 'aria-labelledby': `${id}-size` });
    let size = 0;
    const press = button('', () => answer(claim, verdictOf(size, measured.asserted), size));
    function read() {
      size = sizeAt(slider.value);
      const words = `${inWords(size)} ${measured.in}`;
      slider.setAttribute('aria-valuetext', words);
      press.textContent = `guess ${words}`;
    }
    slider.addEventListener('input', read);
    read();
    return [made('p', { class: 'guess-size' }, made('span', { id: `${id}-size` }, `Or its size (${measured.of}): `), slider, press)];
  }

  function answer({ place, id }, verdict, size) {
    change(now => {
      now.said[id] = verdict;
      if (size === undefined) delete now.sizes[id];
      else now.sizes[id] = size;
    });
    draw();
    place.open = true;
    place.querySelector('summary').focus();
  }

  function tell({ place, verdict, measured }, said, size) {
    const isSize = measured && size !== undefined;
    const guess = isSize ? `${inWords(size)} ${measured.in}, so ${WORDS[said]}` : WORDS[said];
    const off = isSize ? `, ${away(size, measured)}` : '';
    const words = ` you guessed ${guess}: ${said === verdict ? 'right' : 'wrong'}${off}`;
    place.querySelector('summary').append(made('span', { class: 'guess guess-outcome' }, words));
  }

  function kindOf(part) {
    if (part.matches('details.claim')) return part.matches('.guess-veiled') ? 'open' : 'answered';
    if (/^(H\d|SECTION)$/.test(part.tagName)) return 'heading';
    return part.matches('figure, .dlx, .output') ? 'result' : 'text';
  }

  /** Veil and blot the parts of a section. */
  function cover(section) {
    const parts = Array.from(section.children).filter(part => !part.matches('.guess, .guess-bar, span'));
    const found = veils(parts.map(kindOf)).map((veil, i) => (shown.has(parts[i]) ? '' : veil));
    let group = [];
    parts.forEach((part, i) => {
      if (found[i] === 'veiled') group.push(part);
      if (found[i] === 'blotted') part.classList.add('guess-blotted');
      if (group.length && found[i + 1] !== 'veiled') {
        offer(group);
        group = [];
      }
    });
  }

  /** Veil parts that follow each other, and offer to show them: results one by one. */
  function offer(group) {
    const names = group.map(part => kindOf(part) === 'result' && part.querySelector('.caption-number, caption'));
    const buttons = names.every(Boolean)
      ? group.map((part, i) => button(`show ${names[i].textContent.trim()}`, () => show([part])))
      : [button('show what follows', () => show(group))];
    group[0].before(made('p', { class: 'guess' }, 'Hidden until you guess: ', ...buttons));
    for (const part of group) part.classList.add('guess-veiled');
  }

  function show(group) {
    for (const part of group) shown.add(part);
    draw();
    group[0].tabIndex = -1;
    group[0].focus();
  }

  /** Show what an address leads to. */
  function follow() {
    const target = document.getElementById(location.hash.slice(1));
    const part = target && target.closest('.guess-veiled');
    if (!part) return;
    shown.add(part);
    draw();
    target.scrollIntoView();
  }

  host.querySelector('h1').after(made('div', { class: 'guess-bar', role: 'group', 'aria-label': 'Guess first' },
    own.label, every.label, made('a', { href: dataset.reading }, 'how it works'),
    made('a', { href: dataset.register }, 'score'), status));
  root.addEventListener('hashchange', follow);
  root.addEventListener('pageshow', ({ persisted }) => persisted && draw()); // back from the register
  draw();
  follow();
})(typeof window === 'object' ? window : global);
