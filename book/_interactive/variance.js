/** The variance law and the size of a batch, in book/batch_norm.md, beside the recorded runs. */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};

  /** Return the variance of a normalised channel: all of it where the spread is large. */
  const varianceAfter = (spread, epsilon) => spread * spread / (spread * spread + epsilon);

  /** Return how far the mean of m independent values strays, as a share of their spread. */
  const straysBy = m => 1 / Math.sqrt(m);

  /** Return what share of the variance a batch of m has on average, divided by m as in training. */
  const keptBy = m => (m - 1) / m;

  /** Return the place of the number nearest to another, on a scale of ratios. */
  function nearest(numbers, to) {
    const far = numbers.map(number => Math.abs(Math.log(number / to)));
    return far.indexOf(Math.min(...far));
  }

  DLX.variance = { varianceAfter, straysBy, keptBy, nearest };

  const percent = share => `${Math.round(100 * share)} %`;
  const curve = (from, to, f) => Array.from({ length: 57 }, (_, i) => from * (to / from) ** (i / 56)).map(x => [x, f(x)]);
  const recorded = (name, rows) => ({
    name, dots: true, points: rows.map(row => row.slice(0, 2)), band: rows.map(([x, , low, high]) => [x, low, high]),
  });

  /** Return the recorded row that is nearest to a setting. */
  function runAt(rows, at) {
    return rows[nearest(rows.map(row => row[0]), at)];
  }

  function lawChart({ brief, chart }, data, epsilon, spread) {
    const lines = [{ name: `ε = ${brief(epsilon)}`, points: curve(1e-6, 100, s => varianceAfter(s, epsilon)) },
      ...Object.keys(data.frameworks).map(name => ({ name: `ε of ${name}`, points: curve(1e-6, 100, s => varianceAfter(s, data.frameworks[name])) }))];
    return chart({
      title: 'Variance that comes out', lines, mark: [spread, varianceAfter(spread, epsilon)],
      words: `At a spread of ${brief(spread)}: ${percent(varianceAfter(spread, epsilon))}`,
      x: { label: 'spread that goes in', log: true, range: [1e-6, 100] }, y: { range: [0, 1], percent: true },
    });
  }

  function spreadChart({ brief, chart }, data, epsilon, spread) {
    const k = nearest(data.epsilons, epsilon), run = runAt(data.by_spread[k], spread);
    // As in the chart of the law, where the slider's own line is the first.
    const looks = Object.keys(data.frameworks).map(name => data.frameworks[name]);
    const look = each => looks.includes(each) ? 2 + looks.indexOf(each) : 2 + looks.length;
    return chart({
      title: 'Test accuracy of recorded runs, by spread', mark: run.slice(0, 2),
      lines: data.epsilons.map((each, i) => Object.assign(recorded(`ε = ${brief(each)}`, data.by_spread[i]), { look: look(each) })),
      words: `The run nearest to the sliders, ε ${brief(data.epsilons[k])} and spread ${brief(run[0])}: ${percent(run[1])}`,
      x: { label: 'spread in the first layer', log: true, range: [1e-6, 100] }, y: { range: [0, 1], percent: true },
    });
  }

  function noiseChart({ chart }, data, m) {
    const names = Object.keys(data.noise), lines = [{ name: 'law for independent values', points: curve(1, 256, straysBy) }];
    return chart({
      title: 'How far the mean strays', mark: [m, straysBy(m)], lines: lines.concat(names.map(name => recorded(name, data.noise[name]))),
      words: `By the law, the mean of ${m} values strays by ${percent(straysBy(m))} of their spread`,
      x: { label: 'images per batch', log: true, range: [1, 256], ticks: [1, 4, 16, 64, 256] }, y: { range: [0, 1], percent: true },
    });
  }

  function batchChart({ chart }, data, m) {
    const names = Object.keys(data.by_batch);
    return chart({
      title: 'Test accuracy of recorded runs, by batch', mark: [m], lines: names.map(name => recorded(name, data.by_batch[name])),
      words: names.map(name => runAt(data.by_batch[name], m)).map((run, i) => `${names[i]}, ${run[0]} per batch: ${percent(run[1])}`).join('; '),
      x: { label: 'images per batch', log: true, range: [1, 256], ticks: [1, 4, 16, 64, 256] }, y: { range: [0, 1], percent: true },
    });
  }

  function start(host, { variance: data }) {
    const { el, slider, status, brief } = DLX, result = status(), place = el('div', { class: 'dlx-charts' });
    const ten = exponent => 10 ** exponent, format = exponent => brief(Number(ten(exponent).toPrecision(2)));
    const epsilons = slider({ label: 'ε', min: -12, max: 0, step: 0.5, value: -3, format, onInput: update });
    const spreads = slider({ label: 'spread of the input', min: -6, max: 2, step: 0.25, value: -2, format, onInput: update });
    const batch = slider({ label: 'images per batch', min: 0, max: 8, step: 1, value: 2, format: k => String(2 ** k), onInput: update });

    function update() {
      const epsilon = ten(epsilons.value()), spread = ten(spreads.value()), m = 2 ** batch.value();
      const k = nearest(data.epsilons, epsilon), run = runAt(data.by_spread[k], spread), ours = runAt(data.by_batch['dense, normalised'], m);
      const recordedAt = Math.abs(Math.log10(data.epsilons[k] / epsilon)) > 0.5 ? 'No net was recorded near this ε.' :
        `The nearest recorded net (ε ${brief(data.epsilons[k])}, spread ${brief(run[0])}) reached ${percent(run[1])}.`;
      place.replaceChildren(lawChart(DLX, data, epsilon, spread), spreadChart(DLX, data, epsilon, spread), noiseChart(DLX, data, m), batchChart(DLX, data, m));
      result.say(`${percent(varianceAfter(spread, epsilon))} of the variance comes out. ${recordedAt} ` +
        `The mean of ${m} independent values strays by ${percent(straysBy(m))} of their spread, and their variance is ${percent(keptBy(m))} of the true one on average; ` +
        `the dense net with ${ours[0]} per batch reached ${percent(ours[1])}.`);
    }

    host.append(el('div', { class: 'dlx-row' }, epsilons.element, spreads.element, batch.element), result.element, place);
    update();
  }

  if (DLX.figure) DLX.figure('variance', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
