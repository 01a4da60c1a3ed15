/** How far the difference of two recipes is known, in book/mnist_luck.md; the formula is that of its package. */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};
  const Z = 1.959964; // standard errors on each side of an interval of 95 %
  const MOST = 1e7; // images: more are none
  const OFTEN = 0.7; // half of the interval over a difference that it tells from zero four times in five

  /** Return the variance of the difference of two recipes' mean scores. */
  function variance(parts, images, networks, paired) {
    const varying = 2 * (parts.networks + parts.rest / images) / networks;
    return paired ? varying : varying + 2 * parts.images / images;
  }

  /** Return half of the interval of the difference. */
  const half = (parts, images, networks, paired) => Z * Math.sqrt(variance(parts, images, networks, paired));

  /** Return the images for which half of the interval is the difference, or null if no number is enough. */
  function needed(parts, difference, networks, paired) {
    const left = (difference / Z) ** 2 - 2 * parts.networks / networks;
    const images = Math.ceil((2 * parts.rest / networks + (paired ? 0 : 2 * parts.images)) / left);
    return left > 0 && images <= MOST ? images : null;
  }

  DLX.telling = { variance, half, needed };

  const SIZES = [100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000];

  function chart({ chart: draw }, parts, chosen) {
    const { difference, images, networks, paired } = chosen;
    const line = (name, count, same) => ({ name, points: SIZES.map(n => [n, 100 * half(parts, n, count, same)]) });
    const level = share => [100, 50000].map(n => [n, 100 * share * difference]);
    const mark = [images, 100 * half(parts, images, networks, paired)];
    return draw({
      title: 'Half of the interval, in points', words: `At ${images} images ${mark[1].toFixed(2)} points`, mark,
      x: { label: 'images', log: true, range: [100, 50000] }, y: { log: true, range: [0.05, 20] },
      lines: [line('the same images', networks, true), line('others for each', networks, false),
        { name: 'the difference', points: level(1) }, { name: 'four times in five', points: level(OFTEN) }],
    });
  }

  function start(host, { sources }) {
    const { el, slider, status, toggle } = DLX, result = status(), place = el('div', { class: 'dlx-charts' });
    const shown = n => n.toLocaleString('en'), points = value => `${value.toFixed(1)} points`;
    const difference = slider({ label: 'true difference', min: 0.1, max: 3, step: 0.1, value: 0.5, format: points, onInput: update });
    const images = slider({ label: 'images', min: 0, max: SIZES.length - 1, step: 1, value: 2, format: k => shown(SIZES[k]), onInput: update });
    const networks = slider({ label: 'networks of each', min: 1, max: 20, step: 1, value: 1, onInput: update });
    let paired = true;
    const others = toggle('Each recipe gets its own images', own => {
      paired = !own;
      update();
    });

    function update() {
      const chosen = { difference: difference.value() / 100, images: SIZES[images.value()], networks: networks.value(), paired };
      const width = half(sources, chosen.images, chosen.networks, chosen.paired);
      const enough = needed(sources, OFTEN * chosen.difference, chosen.networks, chosen.paired);
      const told = width >= chosen.difference ? 'which does not tell the two apart even every other time'
        : `which tells the two apart ${width > OFTEN * chosen.difference ? 'more often than not' : 'four times in five or more'}`;
      const takes = enough === null ? 'No number of images tells them apart four times in five: the starts alone stray too far, so train more networks.'
        : `It takes ${shown(enough)} images with so many networks to tell them apart four times in five.`;
      place.replaceChildren(chart(DLX, sources, chosen));
      result.say(`The difference of ${difference.value().toFixed(1)} points is known to ± ${(100 * width).toFixed(2)}, ${told}. ${takes}`);
    }

    host.append(el('div', { class: 'dlx-row' }, difference.element, images.element, networks.element, others), result.element, place);
    update();
  }

  if (DLX.figure) DLX.figure('telling_apart', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
