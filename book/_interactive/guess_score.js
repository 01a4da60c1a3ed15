/** Guess first, on the register: keeps the score by chapter, and hides what is not guessed yet. */
(function (root) {
  'use strict';

  if (!root.document) return; // Node reads it, too
  const { VERDICTS, score, spoken, always, state, change, askEverywhere, made, button, box } = root.DLX.guessing;
  const register = root.document.querySelector('.claims-register');
  const claims = Array.from(register.querySelectorAll('tr[data-asked]'), row => ({
    row, id: row.querySelector('a').hash.slice(1), verdict: row.dataset.verdict,
    chapter: row.closest('section').querySelector('h2').firstChild.textContent,
  }));
  const chapters = Array.from(new Set(claims.map(({ chapter }) => chapter)));
  const status = made('p', { role: 'status' }), body = made('tbody', {});
  const heads = ['Chapter', 'Guessed', 'Right', ...VERDICTS].map(head => made('th', { scope: 'col' }, head));
  const table = made('div', { class: 'data-table', role: 'region', tabindex: '0', 'aria-label': 'Guesses by chapter' },
    made('table', {}, made('thead', {}, made('tr', {}, ...heads)), body));
  const every = box('Guess first on every page', isTicked => {
    askEverywhere(isTicked);
    draw();
  });
  const reset = button('Forget all guesses', () => {
    if (root.confirm('Forget all guesses?')) change(now => { now.said = {}; });
    draw();
  });

  /** Return a row of the table: guesses, right ones, and right ones of each verdict that came out. */
  function line(chapter, said) {
    const own = claims.filter(claim => claim.chapter === chapter), whole = score(own, said);
    const parts = VERDICTS.map(one => score(own.filter(({ verdict }) => verdict === one), said));
    const shares = parts.map(({ right, guessed }) => (guessed ? `${right} of ${guessed}` : ''));
    const cells = [`${whole.guessed} of ${whole.all}`, String(whole.right), ...shares];
    return made('tr', {}, made('th', { scope: 'row' }, chapter), ...cells.map(words => made('td', { class: 'number' }, words)));
  }

  function draw() {
    const { every: isEvery, said } = state(), isGuessed = ({ id }) => id in said;
    const begun = chapters.filter(name => claims.some(claim => claim.chapter === name && isGuessed(claim)));
    every.input.checked = isEvery;
    status.textContent = [spoken(claims, said), always(claims, said),
      isEvery ? 'Below, what you have not guessed yet is hidden.' : ''].join(' ');
    body.replaceChildren(...begun.map(name => line(name, said)));
    table.hidden = reset.hidden = !begun.length;
    for (const claim of claims) claim.row.classList.toggle('guess-unanswered', isEvery && !isGuessed(claim));
  }

  register.before(made('section', { class: 'guess-score', 'aria-labelledby': 'guesses' },
    made('h2', { id: 'guesses' }, 'Your guesses'), made('p', {}, every.label), status, table, reset));
  draw();
})(typeof window === 'object' ? window : global);
