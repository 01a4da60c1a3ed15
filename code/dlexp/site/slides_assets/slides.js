'use strict';
/* Keys go from slide to slide; all else is scrolling, which needs no script. */
(function () {
  const slides = Array.from(document.querySelectorAll('section'));
  const steps = {
    ArrowRight: 1, ArrowDown: 1, PageDown: 1, ' ': 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1,
  };
  function shown() {
    const far = slides.map((slide) => Math.abs(slide.getBoundingClientRect().top));
    return far.indexOf(Math.min.apply(null, far));
  }
  function goal(key) {
    if (key === 'Home') return 0;
    return key === 'End' ? slides.length - 1 : shown() + steps[key];
  }
  document.addEventListener('keydown', (event) => {
    const slide = slides[goal(event.key)];
    if (!slide || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    slide.scrollIntoView();
  });
}());
