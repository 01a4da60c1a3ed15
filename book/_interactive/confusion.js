/**
 * A confusion matrix whose cells show their images, in book/softmax_regression.md. The data:
 * side: of an image; counts: rows are classes, columns are answers; cells: [class, answer, where the
 * images of the cell begin, how many there are]; images: their pixels, two of 16 greys a byte, in base64.
 */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};

  /** Return pixels from 0 (paper) to 15 (ink) from base64; the first of a byte is in its upper half. */
  function unpack(text) {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    return Array.from({ length: 2 * bytes.length }, (_, i) => (i & 1 ? bytes[i >> 1] & 15 : bytes[i >> 1] >> 4));
  }

  /** Return the cell of a class and an answer, or undefined where there is none. */
  const found = (cells, label, answer) => cells.find(cell => cell[0] === label && cell[1] === answer);

  const total = row => row.reduce((sum, count) => sum + count, 0);

  DLX.confusion = { unpack, found, total };

  /** Return a canvas with one image of a list of pixels, and what it is. */
  function picture(el, pixels, first, side, words) {
    const canvas = el('canvas', { class: 'dlx-map', role: 'img', 'aria-label': words, width: side, height: side });
    const context = canvas.getContext('2d'), image = context.createImageData(side, side);
    for (let i = 0; i < side * side; i++) {
      image.data.fill(255 - 17 * pixels[first + i], 4 * i, 4 * i + 3);
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  function start(host, { mistakes }) {
    const { el, select, status } = DLX, { side, counts, cells } = mistakes, pixels = unpack(mistakes.images);
    const result = status(), pictures = el('div', { class: 'dlx-row dlx-strip' }), buttons = [];
    const classes = counts.map((_, k) => [String(k), String(k)]), worst = cells.reduce((a, b) => (counts[b[0]][b[1]] > counts[a[0]][a[1]] ? b : a));
    const list = (label, value) => select({ label, options: classes, value: String(value), onChange: update });
    const label = list('class', worst[0]), answer = list('taken for', worst[1]);

    function show(row, column) {
      label.input.value = String(row);
      answer.input.value = String(column);
      update();
    }

    function update() {
      const row = Number(label.input.value), column = Number(answer.input.value), count = counts[row][column];
      const cell = found(cells, row, column), shown = cell ? cell[3] : 0;
      buttons.forEach(([button, i, j]) => DLX.press(button, i === row && j === column));
      pictures.replaceChildren(...Array.from({ length: shown }, (_, k) =>
        picture(el, pixels, (cell[2] + k) * side * side, side, `a ${row} taken for a ${column}`)));
      const all = `${count} of ${total(counts[row])} images`, some = shown ? `; ${shown} of them are shown` : '';
      result.say(row === column ? `A ${row}, and recognised: ${all}.` : `A ${row} taken for a ${column}: ${all}${some}.`);
    }

    /** The lists do for the keyboard what the cells do for a finger or a mouse. */
    function box(row, column) {
      const button = DLX.button(String(counts[row][column]), () => show(row, column));
      button.setAttribute('tabindex', '-1');
      button.setAttribute('aria-label', `${row} taken for ${column}: ${counts[row][column]}`);
      buttons.push([button, row, column]);
      return el('td', {}, button);
    }

    const head = classes.map(([k]) => el('th', { scope: 'col' }, k));
    const rows = counts.map((_, i) => el('tr', {}, el('th', { scope: 'row' }, String(i)), ...counts.map((__, j) => box(i, j))));
    host.append(el('div', { class: 'dlx-row' }, label.element, answer.element), result.element, pictures,
      el('div', { class: 'dlx-scroll', tabindex: '0', role: 'region', 'aria-label': 'Classes by answers' },
        el('table', { class: 'table dlx-confusion' },
          el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'class'), ...head)), el('tbody', {}, ...rows))));
    update();
  }

  if (DLX.figure) DLX.figure('confusion', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
