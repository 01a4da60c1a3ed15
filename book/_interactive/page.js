/**
 * Live figures: finds their places on a page, loads what each needs, and starts it near the viewport.
 * A classic script: it works from a folder. Each other script registers with DLX.figure or DLX.data.
 * How to write a figure: CONTRIBUTING.md.
 */
(function (root) {
  'use strict';

  const DLX = (root.DLX = root.DLX || {});
  const figures = {};
  const bag = {};
  const loading = {};
  let ids = 0;
  const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

  /**
   * Register a figure.
   * @param {string} name - as in the directive
   * @param {function(HTMLElement, Object): (void|Promise)} start - fills the element; gets the data by name
   */
  DLX.figure = (name, start) => {
    figures[name] = start;
  };

  /** Hand over data: each data file calls this once. */
  DLX.data = (name, value) => {
    bag[name] = value;
  };

  // ---- making elements ----

  function dressed(node, attributes, children) {
    for (const key of Object.keys(attributes || {})) {
      const value = attributes[key];
      if (typeof value === 'function') node.addEventListener(key.slice(2), value); // onclick: f
      else if (value === true) node.setAttribute(key, '');
      else if (value !== false && value !== undefined) node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
  }

  /**
   * Make an HTML element: el('p', {class: 'x', onclick: f}, 'words', child).
   * @returns {HTMLElement}
   */
  DLX.el = (tag, attributes, ...children) =>
    dressed(document.createElement(tag), attributes, children);

  /**
   * Make an SVG element, in the same way.
   * @returns {SVGElement}
   */
  DLX.svg = (tag, attributes, ...children) =>
    dressed(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

  const el = DLX.el;

  /**
   * Write a number in few characters: 0.25, 64, 10⁻⁵, 7.1 × 10⁻⁶.
   * @param {number} value
   * @returns {string}
   */
  DLX.brief = (value) => {
    const size = Math.abs(value);
    if (!value || (size >= 1e-3 && size < 1e4)) return String(Number(value.toPrecision(3)));
    const [digits, power] = value.toExponential(1).split('e');
    const raised = `10${power < 0 ? '⁻' : ''}${Array.from(power.slice(1), (n) => RAISED[n]).join('')}`;
    return Number(digits) === 1 ? raised : `${Number(digits)} × ${raised}`;
  };

  /** Return an id that is new on the page. */
  DLX.id = () => 'dlx-' + ++ids;

  // ---- controls that a keyboard and a screen reader can use ----

  /** Put a visible label around a control. */
  DLX.field = (label, control, ...more) =>
    el('label', { class: 'dlx-field' }, el('span', {}, label), control, ...more);

  /**
   * Make a labelled slider.
   * @param {{label: string, min: number, max: number, step: number, value: number,
   *   format: (function(number): string|undefined), onInput: function(number)}} of
   * @returns {{element: HTMLElement, input: HTMLInputElement, value: function(): number,
   *   set: function(number)}} set moves it without calling onInput
   */
  DLX.slider = (of) => {
    const { min, max, step, value } = of;
    const input = el('input', { type: 'range', min, max, step, value });
    const shown = el('output', { 'aria-hidden': 'true' });
    const show = () => {
      const text = of.format ? of.format(+input.value) : input.value;
      shown.textContent = text;
      input.setAttribute('aria-valuetext', text);
    };
    const set = (v) => {
      input.value = v;
      show();
    };
    input.addEventListener('input', () => {
      show();
      of.onInput(+input.value);
    });
    show();
    const element = DLX.field(of.label, input, shown);
    return { element, input, value: () => +input.value, set };
  };

  /**
   * Make a labelled list to choose from.
   * @param {{label: string, options: Array<[string, string]>, value: (string|undefined),
   *   onChange: function(string)}} of - options as [value, words]
   * @returns {{element: HTMLElement, input: HTMLSelectElement}}
   */
  DLX.select = (of) => {
    const options = of.options.map(([value, words]) => el('option', { value }, words));
    const input = el('select', { onchange: () => of.onChange(input.value) }, ...options);
    if (of.value !== undefined) input.value = of.value;
    return { element: DLX.field(of.label, input), input };
  };

  /** Make a button that does something once. */
  DLX.button = (words, onClick) => el('button', { type: 'button', onclick: onClick }, words);

  /**
   * Make a button that stays pressed: aria-pressed says so.
   * @param {string} words
   * @param {function(boolean)} onChange
   * @param {boolean} [pressed]
   * @returns {HTMLButtonElement}
   */
  DLX.toggle = (words, onChange, pressed) => {
    const button = DLX.button(words, () => onChange(DLX.press(button, !DLX.pressed(button))));
    DLX.press(button, Boolean(pressed));
    return button;
  };

  /** Return whether a toggle is pressed. */
  DLX.pressed = (button) => button.getAttribute('aria-pressed') === 'true';

  /** Press or release a toggle without calling it; return the new state. */
  DLX.press = (button, state) => {
    button.setAttribute('aria-pressed', String(state));
    return state;
  };

  /**
   * Make the place where results are said: a polite live region, busy until it comes to rest.
   * @returns {{element: HTMLElement, say: function(string)}}
   */
  DLX.status = () => {
    const element = el('p', { class: 'dlx-status', role: 'status' });
    let rest;
    const say = (words) => {
      if (element.textContent === words) return;
      element.setAttribute('aria-busy', 'true'); // a slider or a pen changes it many times a second
      element.textContent = words;
      clearTimeout(rest);
      rest = setTimeout(() => element.removeAttribute('aria-busy'), 400);
    };
    return { element, say };
  };

  // ---- loading and starting ----

  /** Load a script once; an injected tag is the one loader that works from a folder, too. */
  function load(src) {
    loading[src] =
      loading[src] ||
      new Promise((resolve, reject) => {
        const onerror = () => reject(new Error('cannot load ' + src));
        document.head.append(el('script', { src, onload: resolve, onerror }));
      });
    return loading[src];
  }

  function named(values, keys) {
    const chosen = {};
    for (const key of keys) chosen[key] = values[key];
    return chosen;
  }

  const words = (text) => (text || '').split(' ').filter(Boolean);

  /** Put the printed figure behind a button; links and searches into it still open it. */
  function fold(fallback) {
    fallback.id = fallback.id || DLX.id();
    const show = (open) => {
      if (open) fallback.removeAttribute('hidden');
      else fallback.setAttribute('hidden', 'until-found');
      button.setAttribute('aria-expanded', String(open));
    };
    const number = fallback.querySelector('.caption-number');
    const words = `${number ? number.textContent.trim() : 'The figure'}, as printed`;
    const button = DLX.button(words, () => show(fallback.hasAttribute('hidden')));
    button.className = 'dlx-fold';
    button.setAttribute('aria-controls', fallback.id);
    fallback.addEventListener('beforematch', () => show(true));
    fallback.before(button);
    show(Boolean(location.hash) && Boolean(fallback.querySelector(':target')));
  }

  /** Start one figure; whatever goes wrong, the printed figure stays. */
  async function start(host) {
    const { figure, scripts, data } = host.dataset;
    const fallback = host.querySelector('.dlx-fallback');
    const live = el('div', { class: 'dlx-live' });
    try {
      for (const src of words(scripts)) await load(src);
      await Promise.all(words(data).map(load));
      if (!figures[figure]) throw new Error('no script registers the figure ' + figure);
      fallback.before(live);
      await figures[figure](live, named(bag, words(host.dataset.names)));
      fold(fallback);
      host.dataset.state = 'live';
    } catch (error) {
      live.remove();
      host.dataset.state = 'failed';
      console.error('live figure ' + figure + ': ' + error.message);
    }
  }

  function watch() {
    const near = (entries) => entries.filter((each) => each.isIntersecting);
    const observer = new IntersectionObserver(
      (entries) =>
        near(entries).forEach((each) => {
          observer.unobserve(each.target);
          start(each.target);
        }),
      { rootMargin: '400px' }
    );
    for (const host of document.querySelectorAll('.dlx')) {
      observer.observe(host);
      // A link to a case of a figure, such as #shapes=28,1;pool,2,2,valid
      if (location.hash.startsWith(`#${host.dataset.figure}=`)) host.scrollIntoView();
    }
  }

  if (root.document) watch();
})(typeof window === 'object' ? window : global);
