/**
 * Guess first: a claim keeps what came out to itself until the reader has said what they expect.
 * What the page of a chapter and the register share: what is kept, and how guesses are counted.
 * Nothing is sent. The data: {every: on all pages?, pages: {page: asked?}, said: {claim: verdict},
 * sizes: {claim: guessed size}}.
 */
(function (root) {
  'use strict';

  const DLX = root.DLX = root.DLX || {};
  const KEPT = 'dlexp-guesses';
  const WORDS = { supported: 'supported', refuted: 'refuted', inconclusive: 'cannot tell' };
  const VERDICTS = Object.keys(WORDS);

  /** Return what was kept; what is not ours counts as nothing. */
  function remembered(text) {
    let kept = null;
    try {
      kept = JSON.parse(text);
    } catch (error) { /* as if there were nothing */ }
    return Object.assign({ every: false, pages: {}, said: {}, sizes: {} }, kept);
  }

  const isAsked = (state, page) => (page in state.pages ? state.pages[page] : state.every);

  /** Return how many of some claims, each {id, verdict}, were guessed, and how many of these right. */
  function score(claims, said) {
    const guessed = claims.filter(({ id }) => id in said);
    const right = guessed.filter(({ id, verdict }) => said[id] === verdict);
    return { all: claims.length, guessed: guessed.length, right: right.length };
  }

  function spoken(claims, said) {
    const { all, guessed, right } = score(claims, said);
    return guessed ? `${guessed} of ${all} guessed, ${right} right.` : `None of ${all} guessed yet.`;
  }

  /** Return what one guess, made each time, would have been worth: the most frequent verdict. */
  function always(claims, said) {
    const counts = VERDICTS.map(one => {
      const found = claims.filter(({ id, verdict }) => id in said && verdict === one);
      return found.length;
    });
    const most = Math.max(...counts), word = WORDS[VERDICTS[counts.indexOf(most)]];
    return most ? `Always saying “${word}” would have got ${most} right.` : '';
  }

  /** Return the size at a place of the slider, from -100 to 100: small ones have the most room. */
  function sizeAt(place) {
    const size = Math.pow(place / 100, 3) * 100;
    return Number(size.toFixed(Math.abs(size) < 10 ? 1 : 0));
  }

  /** Return the verdict that a size would be: of what is asserted, [from, to], either end may be null. */
  function verdictOf(size, [from, to]) {
    const isInside = (from === null || size >= from) && (to === null || size <= to);
    return isInside ? 'supported' : 'refuted';
  }

  const inWords = size => (Number.isInteger(size) ? `${size}` : size.toFixed(1)).replace('-', '\u2212');

  /** Return how far a guessed size is from what was measured, {effect, interval, in}. */
  function away(size, measured) {
    const [low, high] = measured.interval;
    const off = inWords(Number(Math.abs(size - measured.effect).toFixed(1)));
    return `${off} ${measured.in} off, ${low <= size && size <= high ? 'inside' : 'outside'} the interval`;
  }

  const state = () => remembered(root.localStorage.getItem(KEPT));

  function change(how) {
    const now = state(); // another tab may have changed it
    how(now);
    try {
      root.localStorage.setItem(KEPT, JSON.stringify(now));
    } catch (error) { /* full: nothing is kept */ }
  }

  const askEverywhere = isTicked => change(now => {
    now.every = isTicked;
    now.pages = {};
  });

  function made(tag, attributes, ...inside) {
    const element = root.document.createElement(tag);
    for (const name of Object.keys(attributes)) element.setAttribute(name, attributes[name]);
    element.append(...inside);
    return element;
  }

  function button(words, press) {
    const element = made('button', { type: 'button' }, words);
    element.addEventListener('click', press);
    return element;
  }

  /** Return a box to tick, in its label. */
  function box(words, tick) {
    const input = made('input', { type: 'checkbox' });
    input.addEventListener('change', () => tick(input.checked));
    return { input, label: made('label', {}, input, ` ${words}`) };
  }

  DLX.guessing = {
    WORDS, VERDICTS, remembered, isAsked, score, spoken, always, sizeAt, verdictOf, inWords, away,
    state, change, askEverywhere, made, button, box,
  };
})(typeof window === 'object' ? window : global);
