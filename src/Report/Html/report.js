'use strict';
(() => {
  const root = document.documentElement;
  const panel = document.getElementById('panel');
  const about = document.getElementById('about');
  const sections = [...document.querySelectorAll('section.trace')];
  let selected = null;

  root.classList.add('with-script');

  // Where there are many, all are folded but the first that are not as expected; a link, a key or printing unfolds them.
  const fold = section => section.querySelector('details');
  const few = 3;
  const unmet = sections.filter(section => section.classList.contains('unmet')).slice(0, few);
  sections.forEach(section => { fold(section).open = sections.length <= few || unmet.includes(section); });

  const create = (tag, text, style) => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (style) element.className = style;
    return element;
  };
  const stepsOf = section => [...section.querySelectorAll('tr.step')].filter(step => step.offsetParent !== null);
  const numberOf = step => step.querySelector('th a').textContent;
  const actionOf = step => step.querySelector('.act code').textContent;

  // Arrows from what had to come before: between columns for all needed steps, and everything for the selected one.
  const arrow = (from, to, box) => {
    const a = from.querySelector('.act').getBoundingClientRect();
    const b = to.querySelector('.act').getBoundingClientRect();
    const inset = rect => Math.min(rect.width / 2, 40);
    const x1 = a.left + inset(a) - box.left, y1 = a.bottom - box.top;
    const x2 = b.left + inset(b) - box.left, y2 = b.top - box.top - 5;
    const bend = Math.max(14, Math.min(60, (y2 - y1) / 2));
    const n = value => value.toFixed(1);
    return `<path d="M${n(x1)} ${n(y1)} C${n(x1)} ${n(y1 + bend)} ${n(x2)} ${n(y2 - bend)} ${n(x2)} ${n(y2)}"/>`
      + `<path class="head" d="M${n(x2 - 4)} ${n(y2 - 1)} L${n(x2 + 4)} ${n(y2 - 1)} L${n(x2)} ${n(y2 + 6)} Z"/>`;
  };
  const draw = section => {
    const svg = section.querySelector('svg.arrows');
    const box = svg.parentNode.getBoundingClientRect();
    let plain = '', strong = '';
    for (const step of stepsOf(section)) {
      if (step.classList.contains('spare') && step !== selected) continue;
      for (const link of step.querySelectorAll('.before a')) {
        const from = document.getElementById(link.hash.slice(1));
        if (from.offsetParent === null) continue;
        if (step === selected) strong += arrow(from, step, box);
        else if (from.querySelector('.act').closest('td').cellIndex !== step.querySelector('.act').closest('td').cellIndex) plain += arrow(from, step, box);
      }
    }
    svg.innerHTML = plain + (strong ? `<g class="on">${strong}</g>` : '');
  };
  const drawAll = () => sections.filter(section => fold(section).open && section.offsetParent !== null).forEach(draw);

  const describe = step => {
    const section = step.closest('section.trace');
    const last = section.querySelector('tbody').lastElementChild;
    const act = step.querySelector('.act');
    const heading = create('h4', `Step ${numberOf(step)} of ${numberOf(last)}: `);
    heading.append(create('code', actionOf(step)));
    const content = [heading];
    if (step.classList.contains('spare')) content.push(create('p', 'The violation does not need it: had it done nothing, the end would be the same.', 'dim'));
    const style = step.classList.contains('stale') ? 'stale' : step.classList.contains('done') ? 'done' : '';
    for (const note of act.querySelectorAll('.note')) content.push(create('p', note.textContent, style));
    const source = act.querySelector('.source');
    if (source) {
      const place = create('p', 'Written at ');
      place.append(create('code', source.textContent));
      content.push(place);
    }
    const before = [...act.querySelectorAll('.before a')];
    if (before.length) {
      const causes = create('p', step.classList.contains('spare') ? 'Directly before it came ' : 'It needs, directly before it, ');
      before.forEach((link, i) => {
        if (i) causes.append('; ');
        const copy = link.cloneNode(true);
        copy.textContent = `${link.textContent} ${actionOf(document.getElementById(link.hash.slice(1)))}`;
        causes.append(copy);
      });
      content.push(causes);
    }
    const changes = act.querySelector('.more ul');
    if (changes) content.push(create('p', 'Variables', 'dim'), changes.cloneNode(true));
    about.replaceChildren(...content);
    panel.scrollTop = 0;
  };

  const select = (step, isFollowed) => {
    if (selected) selected.removeAttribute('aria-current');
    const old = selected && selected.closest('section.trace');
    selected = step;
    panel.hidden = !step;
    root.classList.toggle('stepping', !!step);
    const section = step && step.closest('section.trace');
    if (old && old !== section) draw(old);
    if (!step) return;
    fold(section).open = true;
    if (step.offsetParent === null) hideSpare(false);
    if (section.offsetParent === null || step.offsetParent === null) filter('all');
    step.setAttribute('aria-current', 'step');
    describe(step);
    draw(section);
    step.querySelector('th a').focus({ preventScroll: true });
    step.scrollIntoView({ block: isFollowed ? 'center' : 'nearest', inline: 'nearest' });
    if (!isFollowed) {
      try { history.replaceState(null, '', '#' + step.id); } catch { /* Some browsers forbid it for files. */ }
    }
  };

  // Without a selection stepping starts in the first open trace that is still in view.
  const current = () => selected ? selected.closest('section.trace')
    : sections.find(section => fold(section).open && section.offsetParent !== null && section.getBoundingClientRect().bottom > 120) || sections.find(section => section.offsetParent !== null);
  const move = (direction, needed) => {
    const section = current();
    if (!section) return;
    fold(section).open = true;
    const steps = stepsOf(section);
    for (let i = selected ? steps.indexOf(selected) + direction : direction > 0 ? 0 : steps.length - 1; i >= 0 && i < steps.length; i += direction) {
      if (!needed || !steps[i].classList.contains('spare')) return select(steps[i]);
    }
  };
  const end = last => {
    const section = current();
    if (section) { fold(section).open = true; select(stepsOf(section).at(last ? -1 : 0)); }
  };

  const hideButton = document.querySelector('[data-hide]');
  const hideSpare = on => {
    root.classList.toggle('hide-spare', on);
    if (hideButton) hideButton.setAttribute('aria-pressed', String(on));
    if (on && selected && selected.classList.contains('spare')) {
      let step = selected;
      while (step && step.classList.contains('spare')) step = step.nextElementSibling;
      if (step) select(step);
    }
    drawAll();
  };
  const filters = [...document.querySelectorAll('[data-filter]')];
  const filter = name => {
    root.classList.remove('show-unmet', 'show-violated');
    if (name !== 'all') root.classList.add('show-' + name);
    filters.forEach(button => button.setAttribute('aria-pressed', String(button.dataset.filter === name)));
    drawAll();
  };

  const follow = () => {
    // A link to a step of an older page may lead to a trace that became shorter.
    const id = location.hash.slice(1);
    const target = id && (document.getElementById(id) || document.getElementById(id.replace(/-step-\d+$/, '')));
    if (!target) return;
    if (target.matches('tr.step')) return select(target, true);
    if (target.offsetParent === null) filter('all');
    if (target.matches('section.trace')) {
      select(null);
      fold(target).open = true;
      draw(target);
      fold(target).querySelector('summary').focus({ preventScroll: true });
    }
    target.scrollIntoView();
  };

  const actions = {
    previous: () => move(-1), next: () => move(1), 'previous-needed': () => move(-1, true), 'next-needed': () => move(1, true),
    close: () => { select(null); drawAll(); }, first: () => end(false), last: () => end(true),
    hide: () => hideSpare(!root.classList.contains('hide-spare')),
  };
  const keys = { j: 'next', k: 'previous', n: 'next-needed', p: 'previous-needed', h: 'hide' };
  const keysWhileStepping = { ArrowDown: 'next', ArrowUp: 'previous', Home: 'first', End: 'last', Escape: 'close' };

  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !sections.length) return;
    const action = keys[event.key] || (selected && keysWhileStepping[event.key]);
    if (!action) return;
    event.preventDefault();
    actions[action]();
  });
  document.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (button && button.dataset.filter) return filter(button.dataset.filter);
    if (button && button.dataset.do) return actions[button.dataset.do]();
    if (button && button === hideButton) return actions.hide();
    if (button && 'all' in button.dataset) {
      const open = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(open));
      sections.forEach(section => { fold(section).open = open; });
      return drawAll();
    }
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) { event.preventDefault(); return follow(); }
    const step = event.target.closest('tr.step');
    if (step && !link && !String(getSelection())) select(step);
  });
  sections.forEach(section => fold(section).addEventListener('toggle', () => { if (fold(section).open) draw(section); }));
  addEventListener('hashchange', follow);
  // The browser itself goes to the fragment once the page is there, and takes the focus along.
  addEventListener('load', follow);
  addEventListener('resize', drawAll);
  addEventListener('beforeprint', () => sections.forEach(section => { fold(section).open = true; }));
  drawAll();
  follow();
})();
