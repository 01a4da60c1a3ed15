/**
 * Two contenders side by side, in book/convolutional_networks.md. The data: questions, of the page;
 * halves: by the number of seeds, half of an interval in standard errors, for one question and for
 * all; steps, by images; shifts; networks: [{name, parameters, products, trained}], and trained, by
 * images: validation (at looks evenly spread over the steps), test and moved, each with the seeds first.
 */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};

  const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;

  /** Return by how much the first scores exceed the second, seed by seed: mean, and ends of its interval. */
  function difference(first, second, half) {
    const apart = first.map((score, i) => score - second[i]), middle = mean(apart);
    const square = apart.reduce((sum, each) => sum + (each - middle) ** 2, 0) / (apart.length - 1);
    const wide = half * Math.sqrt(square / apart.length);
    return [middle, middle - wide, middle + wide];
  }

  /** Return a line of a chart: at each place the mean over seeds, and their range. */
  function line(name, rows, places) {
    const found = k => rows.map(row => row[k]);
    return {
      name, dots: true, points: places.map((x, k) => [x, mean(found(k))]),
      band: places.map((x, k) => [x, Math.min(...found(k)), Math.max(...found(k))]),
    };
  }

  DLX.pairs = { difference, line };

  const percent = share => `${(100 * share).toFixed(1)} %`;
  const points = share => (Math.round(1000 * share) / 10 || 0).toFixed(1).replace('-', '−');
  const count = (n, one) => `${n.toLocaleString('en')} ${one}`;

  function picture({ chart }, title, label, lines, places, ticks) {
    const lowest = Math.min(...[].concat(...lines.map(({ band }) => band.map(b => b[1]))));
    const ends = lines.map(({ name, points: all }) => `${name}: ${percent(all[0][1])} to ${percent(all[all.length - 1][1])}`);
    return chart({
      title, words: `${ends.join('; ')}.`, lines, x: { label, range: [places[0], places[places.length - 1]], ticks },
      y: { range: [Math.min(0.9, Math.floor(10 * lowest) / 10), 1], percent: true },
    });
  }

  function start(host, { trainings: data }) {
    const { el, select, status } = DLX, result = status(), place = el('div', { class: 'dlx-charts' });
    const names = data.networks.map(({ name }, i) => [String(i), name]);
    const choice = (label, options, value) => select({ label, options, value, onChange: update });
    const first = choice('first', names, '0'), second = choice('second', names, '2');
    const images = choice('training images', Object.keys(data.steps).map(n => [n, Number(n).toLocaleString('en')]), '1000');
    const among = choice('interval', [['0', 'as the only question'], ['1', `as one of ${data.questions} questions`]], '0');

    /** Say by how much the first is ahead, and whether the interval decides it. */
    function told([a, b]) {
      const half = data.halves[String(a.test.length)][+among.input.value], [middle, low, high] = difference(a.test, b.test, half);
      const verdict = low > 0 ? 'ahead' : high < 0 ? 'behind' : 'undecided';
      return `The first less the second, over ${a.test.length} seeds: ${points(middle)} points (${points(low)} to ${points(high)}), ${verdict}.`;
    }

    function update() {
      const size = images.input.value, both = [first, second].map(each => data.networks[+each.input.value]);
      const chosen = both[0] === both[1] ? [both[0]] : both, there = chosen.filter(({ trained }) => trained[size]);
      const found = there.map(({ trained }) => trained[size]), looks = found.length ? found[0].validation[0].length : 0;
      const steps = Array.from({ length: looks }, (_, k) => Math.floor(data.steps[size] * (k + 1) / looks));
      const lines = (part, places) => there.map(({ name }, i) => line(name, found[i][part], places));
      const shifted = looks && found.every(({ moved }) => moved[0].length > 1);
      place.replaceChildren(
        ...looks ? [picture(DLX, 'Validation accuracy', 'steps', lines('validation', steps), steps)] : [],
        ...shifted ? [picture(DLX, 'Test accuracy of shifted digits', 'pixels', lines('moved', data.shifts), data.shifts, data.shifts)] : []);
      const each = there.map(({ name, parameters, products }, i) =>
        `${name}: ${count(parameters, 'parameters')}, ${count(products, 'products')}, ${percent(mean(found[i].test))} of the test images.`);
      const absent = chosen.filter(({ trained }) => !trained[size]).map(({ name }) => `${name}: not trained with so many images.`);
      result.say([...each, ...absent, ...there.length > 1 ? [told(found)] : []].join(' '));
    }

    host.append(el('div', { class: 'dlx-row' }, first.element, second.element, images.element, among.element), result.element, place,
      el('p', {}, 'Lines are means over seeds, bands their range. Who tries many pairs asks many questions.'));
    update();
  }

  if (DLX.figure) DLX.figure('side_by_side', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
