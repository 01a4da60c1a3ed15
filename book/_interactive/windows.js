/**
 * Forecasts of series by LSTMs, in book/lstm_windows.md. The data: windows, lengths of windows;
 * series: [{name, truth, last, given}], the last values of a series, the value before each, and for
 * each treatment {told, r_squared}: forecasts of these values by window, and R² on the test part.
 */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};
  const GIVEN = [['raw', 'as it is'], ['scaled', 'scaled'], ['changes', 'as changes, scaled']];

  const mean = values => values.reduce((a, b) => a + b, 0) / values.length;

  /** Return R² of a forecast: one less its squared errors, over the truth's around its mean. */
  function rSquared(truth, told) {
    const middle = mean(truth), sum = f => truth.reduce((all, y, i) => all + f(y, i) ** 2, 0);
    return 1 - sum((y, i) => y - told[i]) / sum(y => y - middle);
  }

  /** Return the two parts of what is missing to one: the errors' spread, and their mean. */
  function missing(truth, told) {
    const middle = mean(truth), offset = mean(truth.map((y, i) => y - told[i]));
    const variance = mean(truth.map(y => (y - middle) ** 2));
    return { spread: 1 - rSquared(truth, told) - offset ** 2 / variance, offset: offset ** 2 / variance };
  }

  DLX.forecasts = { rSquared, missing };

  const written = value => Math.abs(value) < 10 ? value.toFixed(2).replace('-', '−') : value.toFixed(0).replace('-', '−');

  function start(host, { forecasts: data }) {
    const { el, select, status, chart } = DLX, result = status(), place = el('div', { class: 'dlx-charts' });
    const which = select({ label: 'series', options: data.series.map(({ name }, i) => [String(i), name]), value: '1', onChange: update });
    const given = select({ label: 'given', options: GIVEN, value: 'scaled', onChange: update });
    const window = select({ label: 'window', options: data.windows.map((n, i) => [String(i), String(n)]), value: '0', onChange: update });

    function update() {
      const series = data.series[+which.input.value], at = +window.input.value, found = series.given[given.input.value];
      const told = found.told[at], all = [].concat(series.truth, told), low = Math.min(...all), high = Math.max(...all);
      const rim = 0.04 * (high - low), points = values => values.map((y, i) => [i + 1, y]);
      const short = rSquared(series.truth, told), last = rSquared(series.truth, series.last), parts = missing(series.truth, told);
      const words = `R² on the whole test part: ${written(found.r_squared[at])}. On the values drawn here: ${written(short)}; for the last value as forecast: ${written(last)}.`;
      place.replaceChildren(chart({
        title: `The end of the series: ${series.name}`, words,
        x: { label: 'value', range: [1, told.length] }, y: { range: [low - rim, high + rim] },
        lines: [{ name: 'truth', points: points(series.truth) }, { name: 'forecast', points: points(told) }],
      }));
      result.say(`${words} Of what is missing to one here, the errors’ mean takes ${written(parts.offset)} and their spread ${written(parts.spread)}.`);
    }

    host.append(el('div', { class: 'dlx-row' }, which.element, given.element, window.element), result.element, place,
      el('p', {}, 'LSTMs of one seed, each at the rate and the moment that validation chose.'));
    update();
  }

  if (DLX.figure) DLX.figure('windows', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
