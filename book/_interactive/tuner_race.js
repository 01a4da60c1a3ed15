/**
 * Tuners race over a recorded table of configurations, in book/keras_tuner_compared.md. The data:
 * scored: validation images; validation, test: for each configuration, the hits on these and the test
 * accuracy after each epoch; tuners: [{name, runs}], a run being a list of [configuration, first, last]:
 * a trial that trains the epochs after `first`, up to `last`.
 */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};

  /** Return a normal random number (Box and Muller). */
  const normal = random => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

  /**
   * Return what a run would hand in as time goes by: [epochs spent, test accuracy, validation score]
   * after each trial, of the trial whose score, with noise, is the best so far. A trial's score is
   * that of its best epoch, and so is its test accuracy.
   */
  function progress(run, { validation, test, scored }, noise, random) {
    let best = -Infinity, chosen = null, spent = 0;
    return run.map(([configuration, first, last]) => {
      const hits = validation[configuration].slice(first, last), most = Math.max(...hits);
      const score = most / scored + noise * normal(random);
      spent += last - first;
      if (score > best) {
        best = score;
        chosen = test[configuration][first + hits.indexOf(most)];
      }
      return [spent, chosen, best];
    });
  }

  /** Return the last step of a run within a budget, or null before the first. */
  function within(steps, budget) {
    const done = steps.filter(step => step[0] <= budget);
    return done.length ? done[done.length - 1] : null;
  }

  /** Return mean, least and largest of what several runs have at each of some budgets. */
  function spread(runs, budgets) {
    const rows = budgets.map(budget => [budget, runs.map(steps => within(steps, budget))]);
    return rows.filter(([, found]) => found.every(Boolean)).map(([budget, found]) => {
      const values = found.map(step => step[1]);
      return [budget, values.reduce((a, b) => a + b, 0) / values.length, Math.min(...values), Math.max(...values)];
    });
  }

  DLX.race = { progress, within, spread };

  const percent = share => `${(100 * share).toFixed(1)} %`;

  function start(host, { tuner_race: data }) {
    const { el, slider, select, status, chart, chance } = DLX, result = status(), place = el('div', { class: 'dlx-charts' });
    const cost = run => run.reduce((sum, [, first, last]) => sum + last - first, 0), all = [].concat(...data.tuners.map(tuner => tuner.runs));
    const most = Math.max(...all.map(cost)), tests = [].concat(...data.test), top = Math.max(...tests);
    const full = data.validation[0].length, lowest = Math.floor(20 * (top - 0.1)) / 20;
    const budget = slider({ label: 'budget (epochs)', min: 1, max: most, step: 1, value: most, format: v => `${v}, or ${Math.floor(v / full)} full trials`, onInput: update });
    const noise = slider({ label: 'noise on each score', min: 0, max: 5, step: 0.5, value: 0, format: v => `${v.toFixed(1)} points`, onInput: update });
    const seed = select({
      label: 'runs', options: [['', 'all seeds'], ...data.tuners[0].runs.map((_, i) => [String(i), `seed ${i}`])], value: '', onChange: update,
    });

    function update() {
      const limit = budget.value(), only = seed.input.value, grid = Array.from({ length: 60 }, (_, i) => Math.max(1, Math.round(limit * (i + 1) / 60)));
      const races = data.tuners.map(({ name, runs }) => {
        const steps = runs.map((run, i) => progress(run, data, noise.value() / 100, chance(i)));
        const rows = spread(only === '' ? steps : [steps[only]], grid), points = rows.filter(r => r[1] >= lowest).map(r => r.slice(0, 2));
        const band = rows.filter(r => r[3] >= lowest).map(([spent, , low, high]) => [spent, Math.max(lowest, low), high]);
        return { name, last: rows[rows.length - 1], points, band };
      });
      const done = races.filter(race => race.last), early = races.filter(race => !race.last).map(race => race.name);
      const range = last => only === '' ? ` (${percent(last[2])} to ${percent(last[3])})` : '';
      const words = done.map(({ name, last }) => `${name} ${percent(last[1])}${range(last)}`).join('; ');
      place.replaceChildren(chart({
        title: 'Test accuracy of the best so far', words, lines: races,
        x: { label: 'epochs of training spent', range: [0, limit] }, y: { range: [lowest, Math.min(1, Math.ceil(100 * top) / 100)], percent: true },
      }));
      result.say([
        done.length && `After ${limit} epoch${limit > 1 ? 's' : ''}: ${words}.`,
        early.length && `${only === '' ? 'Not every seed has finished a trial' : 'No trial is over yet'}: ${early.join(', ')}.`,
        `The best of this training has ${percent(top)}.`,
      ].filter(Boolean).join(' '));
    }

    host.append(el('div', { class: 'dlx-row' }, budget.element, noise.element, seed.element), result.element, place,
      el('p', {}, `Here, ${data.tuners[0].runs.length} searches of one training are judged by that same training; the text judges more of them by other trainings.`));
    update();
  }

  if (DLX.figure) DLX.figure('tuner_race', start);
  if (typeof module === 'object') module.exports = DLX;
})(typeof window === 'object' ? window : global);
