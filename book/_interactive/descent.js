/** Ways down a loss of two weights, in book/logistic_regression_descent.md: ink of digits, zeros or ones. */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};
  const ROUNDING = 10 * 2 ** -52; // as in dlexp.byhand.trail
  const DECREASE = 0.01, SHRINK = 0.5;
  const BOUND = 0.25; // of the curvature: the ink has a mean of zero and a mean square of one, and a variance is a quarter at most
  const LEVELS = 14, COLUMNS = 48, ROWS = 36, NONE = -4; // a power of L2 that stands for none of it
  const NAMES = {
    fixed: 'one rate', search: 'line search', momentum: 'momentum', nesterov: 'Nesterov', newton: 'Newton',
  };
  const REMEMBERS = ['momentum', 'nesterov'];

  const sigmoid = t => t >= 0 ? 1 / (1 + Math.exp(-t)) : Math.exp(t) / (1 + Math.exp(t));
  const softplus = t => Math.max(t, 0) + Math.log1p(Math.exp(-Math.abs(t)));
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1];
  const along = (a, t, b) => [a[0] + t * b[0], a[1] + t * b[1]];
  const finite = a => Number.isFinite(a[0]) && Number.isFinite(a[1]);

  /**
   * Return loss, gradient and Hessian of a logistic regression on one feature and an intercept.
   * @param {{ink: number[], targets: number[]}} digits
   * @param {number} l2 - half of it times the squared weights is added, the intercept's too
   */
  function problem({ ink, targets }, l2) {
    const n = ink.length, logit = (w, i) => w[0] * ink[i] + w[1];
    const mean = f => ink.reduce((sum, _, i) => sum + f(i), 0) / n;
    const error = (w, i) => sigmoid(logit(w, i)) - targets[i];
    const spread = (w, i) => sigmoid(logit(w, i)) * sigmoid(-logit(w, i));
    return {
      loss: w => mean(i => softplus((1 - 2 * targets[i]) * logit(w, i))) + l2 / 2 * dot(w, w),
      gradient: w => [mean(i => error(w, i) * ink[i]) + l2 * w[0], mean(i => error(w, i)) + l2 * w[1]],
      hessian: w => {
        const mixed = mean(i => spread(w, i) * ink[i]);
        return [[mean(i => spread(w, i) * ink[i] * ink[i]) + l2, mixed], [mixed, mean(i => spread(w, i)) + l2]];
      },
    };
  }

  /** Return the point, the loss, the rate and how many rates were tried, by halving a rate until the loss falls. */
  function searched(of, w, loss, direction, slope, first) {
    const before = loss + ROUNDING * Math.abs(loss), fall = DECREASE * dot(slope, direction);
    for (let rate = first, tried = 1; ; rate *= SHRINK, tried++) {
      const point = along(w, rate, direction), there = of.loss(point);
      if (there <= before + rate * fall) return { point, loss: there, rate, tried };
    }
  }

  function newtonDirection([[a, b], [, d]], g) {
    const area = a * d - b * b;
    return [-(d * g[0] - b * g[1]) / area, -(a * g[1] - b * g[0]) / area];
  }

  /**
   * Return the way of a method from zero: its points, their losses, and how many losses were asked for.
   * @param {Object} of - as `problem` returns it
   * @param {{method: string, rate: number, momentum: number, steps: number}} how - the rate is the first
   *   one of a line search; Newton's begins with one
   */
  function way(of, { method, rate, momentum, steps }) {
    const points = [[0, 0]], losses = [of.loss([0, 0])], searches = method === 'search' || method === 'newton';
    let velocity = [0, 0], asked = Number(searches);
    for (let k = 0; k < steps; k++) {
      const w = points[k], slope = of.gradient(w), down = [-slope[0], -slope[1]];
      let next;
      if (searches) {
        const newton = method === 'newton', direction = newton ? newtonDirection(of.hessian(w), slope) : down;
        next = searched(of, w, losses[k], direction, slope, newton ? 1 : rate);
        asked += next.tried;
      } else {
        const share = method === 'fixed' ? 0 : momentum, push = [rate * down[0], rate * down[1]];
        velocity = along(push, share, velocity);
        const point = along(w, 1, method === 'nesterov' ? along(push, share, velocity) : velocity);
        next = { point, loss: of.loss(point) };
      }
      if (!finite(next.point) || !Number.isFinite(next.loss)) break;
      points.push(next.point);
      losses.push(next.loss);
    }
    return { points, losses, asked };
  }

  /** Return the least loss and where it is, by Newton's method. */
  function bottom(of) {
    const { points, losses } = way(of, { method: 'newton', steps: 40 });
    return { point: points[points.length - 1], loss: losses[losses.length - 1] };
  }

  /** Return the pieces of the line on which values of a grid are at a level, each [x, y, x, y] in cells. */
  function contour(values, level) {
    const pieces = [], crossing = (p, q, at, to) => (level - p) / (q - p) * (to - at) + at;
    for (let r = 0; r + 1 < values.length; r++) {
      for (let c = 0; c + 1 < values[r].length; c++) {
        const corners = [[c, r], [c + 1, r], [c + 1, r + 1], [c, r + 1]], ends = [];
        corners.forEach((one, i) => {
          const other = corners[(i + 1) % 4], p = values[one[1]][one[0]], q = values[other[1]][other[0]];
          if ((p < level) !== (q < level)) ends.push([crossing(p, q, one[0], other[0]), crossing(p, q, one[1], other[1])]);
        });
        for (let i = 0; i + 1 < ends.length; i += 2) pieces.push([...ends[i], ...ends[i + 1]]);
      }
    }
    return pieces;
  }

  DLX.descent = { problem, way, bottom, contour };

  // ---- The picture ----

  const FRAME = { x: [-18, 1], y: [-1, 3.4] }, BOX = { left: 34, right: 332, top: 8, bottom: 208 };

  const place = ({ x, y }) => [
    BOX.left + (x - FRAME.x[0]) / (FRAME.x[1] - FRAME.x[0]) * (BOX.right - BOX.left),
    BOX.bottom - (y - FRAME.y[0]) / (FRAME.y[1] - FRAME.y[0]) * (BOX.bottom - BOX.top),
  ];
  const written = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;

  /** Return the path of all contours of a loss, in the picture. */
  function contours(of, least) {
    const [x, y] = [FRAME.x, FRAME.y], step = [(x[1] - x[0]) / (COLUMNS - 1), (y[1] - y[0]) / (ROWS - 1)];
    const at = (c, r) => ({ x: x[0] + c * step[0], y: y[0] + r * step[1] });
    const grid = Array.from({ length: ROWS }, (_, r) => Array.from({ length: COLUMNS }, (__, c) => {
      const { x: a, y: b } = at(c, r);
      return of.loss([a, b]);
    }));
    const most = Math.max(...grid.map(row => Math.max(...row))), found = [];
    for (let k = 1; k <= LEVELS; k++) {
      contour(grid, least + (most - least) * (k / (LEVELS + 1)) ** 3).forEach(([a, b, c, d]) =>
        found.push(`M${written(place(at(a, b)))}L${written(place(at(c, d)))}`));
    }
    return found.join('');
  }

  function map({ el, svg }, of, { points }, best, name) {
    const inside = w => w[0] >= FRAME.x[0] && w[0] <= FRAME.x[1] && w[1] >= FRAME.y[0] && w[1] <= FRAME.y[1];
    const shown = points.slice(0, points.concat([[1e9, 0]]).findIndex(w => !inside(w)));
    const dots = shown.map(w => place({ x: w[0], y: w[1] })), goal = place({ x: best.point[0], y: best.point[1] });
    const text = (words, at) => svg('text', at, words), middle = (BOX.left + BOX.right) / 2;
    const picture = svg('svg', {
      viewBox: '0 0 340 240', width: 340, role: 'img',
      'aria-label': `Contours of the loss, and the way of ${name}: ${shown.length - 1} of ${points.length - 1} steps are inside the picture.`,
    },
    svg('path', { class: 'dlx-axis', d: contours(of, best.loss), opacity: 0.5 }),
    svg('path', { class: 'dlx-axis', d: `M${BOX.left} ${BOX.top}V${BOX.bottom}H${BOX.right}` }),
    svg('g', { class: 'dlx-1' }, svg('path', { class: 'dlx-curve', d: `M${dots.map(written).join('L')}` }),
      ...dots.map(([cx, cy]) => svg('circle', { class: 'dlx-dot', cx: cx.toFixed(1), cy: cy.toFixed(1), r: 3 }))),
    ...(inside(best.point) ? [svg('circle', { class: 'dlx-mark', cx: goal[0].toFixed(1), cy: goal[1].toFixed(1), r: 6 })] : []),
    ...[-15, -10, -5, 0].map(x => text(String(x), { x: place({ x, y: 0 })[0], y: BOX.bottom + 15, 'text-anchor': 'middle' })),
    ...[0, 1, 2, 3].map(y => text(String(y), { x: BOX.left - 5, y: place({ x: 0, y })[1] + 4, 'text-anchor': 'end' })),
    text('weight of the ink', { x: middle, y: BOX.bottom + 30, 'text-anchor': 'middle' }));
    return el('div', { class: 'dlx-chart' }, el('strong', {}, 'The intercept, against the weight of the ink'), picture);
  }

  const SMALLEST = 1e-12; // the axis never ends lower

  function gaps(losses, least) {
    return losses.map((loss, k) => [k, Math.min(Math.max(loss - least, SMALLEST), 100)]);
  }

  function start(host, { zeros_and_ones: digits }) {
    const { el, slider, select, status, chart, brief } = DLX, result = status(), pictures = el('div', { class: 'dlx-charts' });
    let method = 'fixed';
    const power = v => brief(Number((2 ** v).toPrecision(3)));
    const rate = slider({ label: 'rate', min: -4, max: 8, step: 0.5, value: 2, format: power, onInput: update });
    const momentum = slider({ label: 'momentum', min: 0, max: 0.95, step: 0.05, value: 0.9, format: v => v.toFixed(2), onInput: update });
    const steps = slider({ label: 'steps', min: 1, max: 100, step: 1, value: 15, onInput: update });
    const l2 = slider({ label: 'L2', min: NONE, max: 0, step: 0.5, value: NONE, format: v => v > NONE ? brief(Number((10 ** v).toPrecision(2))) : 'none', onInput: update });
    const ways = select({ label: 'method', options: Object.keys(NAMES).map(key => [key, NAMES[key]]), value: method, onChange: value => { method = value; update(); } });

    function update() {
      momentum.input.disabled = !REMEMBERS.includes(method);
      const penalty = l2.value() > NONE ? 10 ** l2.value() : 0, of = problem(digits, penalty), best = bottom(of);
      const how = { method, rate: 2 ** rate.value(), momentum: momentum.value(), steps: steps.value() };
      const found = way(of, how), bound = way(of, { method: 'fixed', rate: 1 / (BOUND + penalty), steps: how.steps });
      const made = found.points.length - 1, last = found.losses[made];
      const rose = found.losses.filter((loss, k) => k && loss > found.losses[k - 1] + 1e-12).length;
      const searches = method === 'search' || method === 'newton';
      const words = `After ${made} step${made === 1 ? '' : 's'} of ${NAMES[method]} the loss is ${last.toFixed(4)}, ` +
        `${brief(Math.max(last - best.loss, 0))} above the least, ${best.loss.toFixed(4)}.`;
      const curves = [gaps(found.losses, best.loss), gaps(bound.losses, best.loss)];
      const lowest = Math.min(...curves[0].concat(curves[1]).map(point => point[1]));
      const floor = 10 ** Math.max(-12, Math.min(-2, Math.floor(Math.log10(lowest))));
      pictures.replaceChildren(map(DLX, of, found, best, NAMES[method]), chart({
        title: 'Loss above the least', words,
        x: { label: 'step', range: [0, Math.max(how.steps, 2)] }, y: { log: true, range: [floor, 100] },
        lines: [{ name: 'this way', points: curves[0], dots: made < 30 },
          { name: 'rate one over the bound', points: curves[1] }],
      }));
      const course = rose ? `It rose in ${rose} of the steps.` : 'It fell in every step.';
      const price = searches ? ` The search asked for ${found.asked} losses.` : '';
      result.say(`${words} ${course}${price}`);
    }

    host.append(el('div', { class: 'dlx-row' }, ways.element, rate.element, momentum.element, steps.element, l2.element), result.element, pictures);
    update();
  }

  if (DLX.figure) DLX.figure('descent', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
