'use strict';
/* Stands first in the head of every page: where a browser keeps nothing for a site, a memory does. */
(function (root) {
  if (!root) return; // Node reads it, too

  /** Return a storage that forgets when the page is left. */
  function memory() {
    const kept = new Map();
    return {
      get length() { return kept.size; },
      key: (place) => (place < kept.size ? Array.from(kept.keys())[place] : null),
      getItem: (key) => (kept.has(String(key)) ? kept.get(String(key)) : null),
      setItem: (key, value) => { kept.set(String(key), String(value)); },
      removeItem: (key) => { kept.delete(String(key)); },
      clear: () => kept.clear(),
    };
  }

  // The scripts of the theme and of the search would stop at the error.
  for (const name of ['localStorage', 'sessionStorage']) {
    try {
      root[name].setItem('dlexp', '');
      root[name].removeItem('dlexp');
    } catch (error) {
      Object.defineProperty(root, name, { value: memory() });
    }
  }
})(typeof window === 'object' && window);
