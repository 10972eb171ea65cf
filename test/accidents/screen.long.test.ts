import { expect } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { proposed } from '../screens/support/runs.ts';
import { shop, shopCockpit } from '../screens/support/shop.ts';
import { openCockpit } from '../screens/support/user.ts';
import { breaker, feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { accident } from './table.ts';

accident('re-sorted list', async () => {
  const states = ['open', 'closed', 'half-open', 'disabled'] as const;
  const names = ['alpha', 'beta', 'gamma', 'delta'];
  // Initial order, worst first: alpha, delta, gamma, beta.
  const meantBy = { x: 'alpha', 'j x': 'delta', 'j j x': 'gamma', C: 'alpha', 'j C': 'delta' };
  for (const [keys, meant] of Object.entries(meantBy)) {
    const facts = createFactsStore(frame());
    const feed = feedInfo('bus/breakers', 'breakers');
    let moment = noon;
    const turned = (by: number): void =>
      learn(
        facts,
        feed,
        {
          items: names.map((name, index) =>
            breaker(name, { state: states[(index + by) % states.length] ?? 'open' }),
          ),
        },
        moment++,
      );
    turned(0);
    const user = await openCockpit({ size: [120, 36], scene: { facts, cockpit: shopCockpit } });
    await user.press(`3 ${keys}`);
    // Three updates re-sort the list before the next key.
    for (const by of [1, 2, 3]) await user.happens(() => turned(by));
    if (keys.endsWith('x')) await user.press('enter');
    expect(user.given, keys).toMatchObject([['propose', 'close-breaker', { name: meant }]]);
  }
});

accident('read-only keys', async () => {
  const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).filter(
    (key) => key !== 'q',
  );
  const named = [
    'enter',
    'space',
    'tab',
    'up',
    'down',
    'left',
    'right',
    'backspace',
    'ctrl-p',
    'ctrl-r',
    'ctrl-d',
  ];
  const scene = shop();
  const changes = ['confirm', 'undo', 'tick', 'override'];
  // Each key in the preview of a planned run, followed by enter.
  for (const key of [...printable, ...named]) {
    const run = proposed({ danger: 'disruptive' });
    const user = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, run } } });
    await user.press(`${key} enter enter`);
    expect(
      user.given.filter(([name]) => changes.includes(name)),
      key,
    ).toEqual([]);
    user.ui.stop();
  }
  // Each alias and each palette entry.
  for (const words of ['confirm', 'yes', 'undo', 'run close-breaker name=psp', 'C', 'x', 'tick', 'arm']) {
    const user = await openCockpit({ scene });
    await user.press(':');
    await user.type(words);
    await user.press('enter enter enter');
    expect(
      user.given.filter(([name]) => changes.includes(name)),
      words,
    ).toEqual([]);
    user.ui.stop();
  }
});
