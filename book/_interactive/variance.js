/** The law of the variance, in book/batch_norm.md. */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};

  /** Return the variance of a normalised channel: all of it where the spread is large. */
  const varianceAfter = (spread, epsilon) => spread * spread / (spread * spread + epsilon);

  DLX.variance = { varianceAfter };

  const percent = share => `${Math.round(100 * share)} %`;
  const curve = (from, to, f) => Array.from({ length: 57 }, (_, i) => from * (to / from) ** (i / 56)).map(x => [x, f(x)]);

  function lawChart({ brief, chart }, data, epsilon, spread) {
    const lines = [{ name: `ε = ${brief(epsilon)}`, points: curve(1e-6, 100, s => varianceAfter(s, epsilon)) },
      ...Object.keys(data.frameworks).map(name => ({ name: `ε of ${name}`, points: curve(1e-6, 100, s => varianceAfter(s, data.frameworks[name])) }))];
    return chart({
      title: 'Variance that comes out', lines, mark: [spread, varianceAfter(spread, epsilon)],
      words: `At a spread of ${brief(spread)}: ${percent(varianceAfter(spread, epsilon))}`,
      x: { label: 'spread that goes in', log: true, range: [1e-6, 100] }, y: { range: [0, 1], percent: true },
    });
  }

  function start(host, { variance: data }) {
    const { el, slider, status, brief } = DLX, result = status(), place = el('div', { class: 'dlx-charts' });
    const ten = exponent => 10 ** exponent, format = exponent => brief(Number(ten(exponent).toPrecision(2)));
    const epsilons = slider({ label: 'ε', min: -12, max: 0, step: 0.5, value: -3, format, onInput: update });
    const spreads = slider({ label: 'spread of the input', min: -6, max: 2, step: 0.25, value: -2, format, onInput: update });

    function update() {
      const epsilon = ten(epsilons.value()), spread = ten(spreads.value());
      place.replaceChildren(lawChart(DLX, data, epsilon, spread));
      result.say(`${percent(varianceAfter(spread, epsilon))} of the variance comes out.`);
    }

    host.append(el('div', { class: 'dlx-row' }, epsilons.element, spreads.element), result.element, place);
    update();
  }

  if (DLX.figure) DLX.figure('variance', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
