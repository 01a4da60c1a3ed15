/** Pooling and shifts, in book/pooling_dropout.md: a digit moves; its maps and three networks answer. */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};
  const SIDE = 28;

  /** Return bytes from base64. */
  const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));

  const grid = (rows, columns, f) => Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (__, j) => f(i, j)));

  /** Return a map moved by whole cells; what enters is empty. */
  function pushed(map, down, right) {
    return grid(map.length, map[0].length, (i, j) => (map[i - down] || [])[j - right] || 0);
  }

  /** Return how much brighter it is below than above, where it is: the upper edges. */
  function upperEdges(map) {
    const at = (i, j) => (map[i] || [])[j] || 0;
    return grid(map.length, map[0].length, (i, j) => Math.max(at(i + 1, j) - at(i - 1, j), 0));
  }

  const largest = cells => Math.max(...cells);
  const mean = cells => cells.reduce((a, b) => a + b, 0) / cells.length;

  /** Return a pooling by two of a map: "max" or "average". */
  function pooled(map, kind) {
    const join = kind === 'max' ? largest : mean;
    return grid(map.length >> 1, map[0].length >> 1,
      (i, j) => join([0, 1, 2, 3].map(k => map[2 * i + (k >> 1)][2 * j + (k & 1)])));
  }

  const flat = map => [].concat(...map);
  const equal = (a, b) => flat(a).every((value, i) => Math.abs(value - flat(b)[i]) < 1e-9);

  /** Return by how many cells [down, right] a map is the old one, moved; null if by none. */
  function moveOf(old, now) {
    const steps = Array.from({ length: 9 }, (_, i) => i - 4);
    for (const down of steps) for (const right of steps) if (equal(pushed(old, down, right), now)) return [down, right];
    return null;
  }

  /** Return where the ten probabilities of a network begin, for a digit at a place. */
  function place({ labels, reach }, network, digit, down, right) {
    const sides = 2 * reach + 1;
    return 10 * (((network * labels.length + digit) * sides + down + reach) * sides + right + reach);
  }

  DLX.pooling = { place, pushed, upperEdges, pooled, moveOf };

  function paint(canvas, map, top) {
    const context = canvas.getContext('2d');
    canvas.width = canvas.height = map.length;
    const picture = context.createImageData(map.length, map.length);
    flat(map).forEach((value, i) => {
      picture.data.fill(255 * (1 - value / (top || 1)), 4 * i, 4 * i + 3);
      picture.data[4 * i + 3] = 255;
    });
    context.putImageData(picture, 0, 0);
  }

  /** Say in words where a map went. */
  function said(name, move, cut) {
    const ways = (n, a, b) => n ? `${Math.abs(n)} ${n > 0 ? a : b}` : '';
    if (!move) return `The map of ${name} pooling is no shift of the old one${cut ? ', for part of the digit has left the picture' : ''}.`;
    const words = [ways(move[0], 'down', 'up'), ways(move[1], 'right', 'left')].filter(Boolean).join(', ');
    return `The map of ${name} pooling ${words ? 'moved: ' + words : 'is as it was'}.`;
  }

  const percent = share => `${(100 * share).toFixed(share > 0.995 && share < 1 ? 1 : 0)} %`;

  function row({ el }, name, guess, label) {
    const best = guess.indexOf(largest(guess));
    const cells = [`${best}${best === label ? '' : ' ✗'}`, percent(guess[best]), percent(guess[label])];
    return el('tr', {}, el('th', { scope: 'row' }, name), ...cells.map(cell => el('td', {}, cell)));
  }

  function start(host, { shifts }) {
    const { el, slider, select, status, button } = DLX, reach = shifts.reach;
    const probabilities = bytes(shifts.probabilities), images = bytes(shifts.images);
    const result = status(), answers = el('tbody'), pictures = {};
    let digit = shifts.first;

    /** Return what a network makes of the digit at a place: ten probabilities. */
    function guess(network, down, right) {
      const first = place(shifts, network, digit, down, right);
      return Array.from(probabilities.slice(first, first + 10), value => value / 255);
    }

    function maps(down, right) {
      const image = grid(SIDE, SIDE, (i, j) => images[(digit * SIDE + i) * SIDE + j] / 255);
      const moved = pushed(image, down, right), edges = upperEdges(moved);
      return { digit: moved, 'upper edges': edges, max: pooled(edges, 'max'), average: pooled(edges, 'average') };
    }

    function update() {
      const [down, right] = [vertical.value(), horizontal.value()], now = maps(down, right), old = maps(0, 0);
      Object.keys(now).forEach(name => {
        paint(pictures[name], now[name], largest(flat(old[name === 'digit' ? name : 'upper edges'])));
      });
      const ink = view => flat(view['upper edges']).reduce((a, b) => a + b, 0), cut = Math.abs(ink(now) - ink(old)) > 1e-6;
      const label = shifts.labels[digit], tops = ['max', 'average'].map(name => said(name, moveOf(old[name], now[name]), cut));
      answers.replaceChildren(...shifts.networks.map((name, i) => row(DLX, name, guess(i, down, right), label)));
      const wrong = shifts.networks.filter((_, i) => { const p = guess(i, down, right); return p[label] < largest(p); });
      result.say(`${tops.join(' ')} Global pooling: maximum ${largest(flat(now.max)).toFixed(2)}, mean ${mean(flat(now.average)).toFixed(3)}. ` +
        (wrong.length ? `Wrong now: the network with ${wrong.join(' and that with ')}.` : 'All networks are right.'));
    }

    const way = label => slider({ label, min: -reach, max: reach, step: 1, value: 0, onInput: update });
    const horizontal = way('shift to the right'), vertical = way('shift down');
    const chosen = select({
      label: 'Test digit', value: String(shifts.first), options: shifts.labels.map((label, i) => [String(i), `a ${label}`]),
      onChange: value => { digit = Number(value); update(); },
    });
    const back = button('Back to its place', () => { horizontal.set(0); vertical.set(0); update(); });
    /** The arrow keys on either slider move the digit their own way. */
    function arrow(event) {
      const way = { ArrowUp: [vertical, -1], ArrowDown: [vertical, 1], ArrowLeft: [horizontal, -1], ArrowRight: [horizontal, 1] }[event.key];
      if (!way || event.target.type !== 'range' || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      way[0].set(way[0].value() + way[1]);
      update();
    }

    const views = ['digit', 'upper edges', 'max', 'average'].map(name => {
      pictures[name] = el('canvas', { class: 'dlx-map', role: 'img', 'aria-label': name });
      return el('div', {}, pictures[name], el('div', { 'aria-hidden': 'true' }, name));
    });
    const head = ['network', 'says', 'with', 'for the true digit'].map(words => el('th', { scope: 'col' }, words));
    host.append(el('div', { class: 'dlx-row', onkeydown: arrow }, chosen.element, horizontal.element, vertical.element, back),
      el('div', { class: 'dlx-row' }, ...views), result.element,
      el('table', { class: 'table' }, el('thead', {}, el('tr', {}, ...head)), answers));
    update();
  }

  if (DLX.figure) DLX.figure('pooling', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
