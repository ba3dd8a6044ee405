// Turns the first map into one with a slider. Without this script three maps stand side by side.
(() => {
  const maps = document.querySelector('.maps');
  if (!maps) return;
  const captions = maps.dataset.captions.split('|');
  if (captions.length < 2) return;
  const figure = maps.querySelector('.first');
  const caption = figure.querySelector('figcaption');
  const parts = [...figure.querySelectorAll('[data-s]')].map(element => [
    element,
    element.dataset.s.split(' ').map(change => change.split(':').map(Number)),
  ]);

  const bar = document.createElement('div');
  bar.className = 'slider';
  const button = (text, label, by) => {
    const b = document.createElement('button');
    b.type = 'button';
    b.textContent = text;
    b.setAttribute('aria-label', label);
    b.addEventListener('click', () => show(Number(range.value) + by));
    return b;
  };
  const range = document.createElement('input');
  range.type = 'range';
  range.min = 0;
  range.max = captions.length - 1;
  range.value = 0;
  range.setAttribute('aria-label', 'State of the grid');
  range.addEventListener('input', () => show(Number(range.value)));

  function show(state) {
    state = Math.max(0, Math.min(captions.length - 1, state));
    range.value = state;
    range.setAttribute('aria-valuetext', captions[state]);
    caption.textContent = captions[state];
    for (const [element, changes] of parts) {
      let level = 0;
      for (const [from, to] of changes) {
        if (from > state) break;
        level = to;
      }
      element.dataset.v = level;
    }
  }

  bar.append(button('‹', 'Earlier', -1), range, button('›', 'Later', 1));
  caption.after(bar);
  maps.classList.add('live');
  caption.setAttribute('aria-live', 'polite');
  show(0);
  // On paper the three maps are back, each at its own time.
  addEventListener('beforeprint', () => { show(0); maps.classList.remove('live'); });
  addEventListener('afterprint', () => maps.classList.add('live'));
})();
