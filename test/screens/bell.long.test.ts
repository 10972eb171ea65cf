import { expect, test } from 'vitest';
import type { DesktopProtocol, NotificationFacts } from '../../src/domain/profile/notification.ts';
import { type BellMode, defaultSettings } from '../../src/domain/profile/settings.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = async (how: BellMode, embedded = false, shared = false) => {
  const scene = shop();
  const { open: environment } = scene.cockpit ?? {};
  const user = await openCockpit({
    shared,
    scene: {
      ...scene,
      cockpit: {
        ...scene.cockpit,
        ...(environment === undefined ? {} : { open: { ...environment, embedded } }),
        settings: { ...defaultSettings, bell: { how, everyMs: 30_000 } },
      },
    },
  });
  return user;
};

const becomesCritical = (user: User, ...texts: readonly string[]): Promise<void> =>
  user.happens(() => {
    const time = user.clock.now();
    user.cockpit.setState((s) => ({
      criticals: [...s.criticals, ...texts.map((text) => ({ at: time, key: text, text }))],
    }));
  });

/** The bells: a BEL outside of a notification as 'BEL', a notification as its text. */
const rings = (user: User): readonly string[] =>
  [...user.terminal.written().matchAll(/\u001b\]9;([^\u001b]*)\u001b\\|\u0007/g)].map(
    ([, text]) => text ?? 'BEL',
  );

test('is silent when off', async () => {
  const user = await open('off');
  await becomesCritical(user, 'billing');
  await user.wait('1m');
  expect(rings(user)).toEqual([]);
});

test.each([
  ['bell', ['BEL']],
  ['osc9', ['opsdeck production: billing is critical']],
  ['both', ['BEL', 'opsdeck production: billing is critical']],
] as const)('%s rings once for a new critical finding', async (how, expected) => {
  const user = await open(how);
  expect(rings(user)).toEqual([]);
  await becomesCritical(user, 'billing');
  await user.wait('1m');
  expect(rings(user)).toEqual(expected);
});

test('rings at most once per 30 s and counts the findings in between', async () => {
  const user = await open('osc9');
  await becomesCritical(user, 'billing', 'orders');
  await user.wait('5s');
  await becomesCritical(user, 'search');
  await user.wait('5s');
  await becomesCritical(user, 'mail', 'cart');
  expect(rings(user)).toEqual(['opsdeck production: billing is critical, and 1 more']);
  await user.wait('25s');
  expect(rings(user).slice(1)).toEqual(['opsdeck production: search is critical, and 2 more']);
  await user.wait('1m');
  expect(rings(user)).toHaveLength(2);
});

test('says the situation, which tells all that is critical, and counts other events', async () => {
  const user = await open('osc9');
  const situation = 'broker is down: answered 503; 2 consequences: bus down, 1 breaker open';
  await user.happens(() => {
    const at = user.clock.now();
    user.cockpit.setState({
      criticals: [
        { at, key: 'health broker', text: 'health broker', situation: 'broker is down' },
        { at, key: 'health bus', text: 'health bus', situation },
        { at, key: 'run', kind: 'waiting-run', text: 'run Restart waits for confirmation' },
      ],
    });
  });
  expect(rings(user)).toEqual([`opsdeck production: ${situation}, and 1 more`]);
});

test('rings for a drill, and marks it as one', async () => {
  const user = await open('osc9', true);
  await becomesCritical(user, 'billing');
  expect(rings(user)).toEqual(['opsdeck drill production: billing is critical']);
});

test('an external name cannot end the notification or start another sequence', async () => {
  const user = await open('osc9');
  await becomesCritical(user, 'x\u001b\\\u001b]52;c;AAAA\u0007\u009c y');
  const written = user.terminal.written();
  expect(written).not.toContain('\u001b]52');
  expect(rings(user)).toEqual(['opsdeck production: x\\]52;c;AAAA y is critical']);
});

test('masks the notification while the screen is shared', async () => {
  const user = await open('osc9', false, true);
  await becomesCritical(user, 'health edge at 10.20.30.40');
  expect(rings(user)).toHaveLength(1);
  expect(user.terminal.written()).not.toContain('10.20.30.40');
});

test('is silent after shutdown', async () => {
  const user = await open('bell');
  user.ui.stop();
  await becomesCritical(user, 'billing');
  expect(rings(user)).toEqual([]);
});

/** Opens a cockpit with a notification program, and in a terminal of this protocol. */
const withProgram = async (how: BellMode, desktop?: DesktopProtocol, shared = false) => {
  const facts: NotificationFacts[] = [];
  const scene = shop();
  const user = await openCockpit({
    shared,
    desktop,
    notify: (notificationFacts) => facts.push(notificationFacts),
    scene: {
      ...scene,
      cockpit: {
        ...scene.cockpit,
        settings: { ...defaultSettings, bell: { how, everyMs: 30_000 }, notify: ['page-me'] },
      },
    },
  });
  return { user, facts };
};

test('auto is a desktop notification in a terminal that is known to show one, and otherwise nothing', async () => {
  const known = await withProgram('auto', 'osc777');
  await becomesCritical(known.user, 'billing; now');
  expect(known.user.terminal.written()).toContain(
    '\u001b]777;notify;opsdeck;opsdeck production: billing, now is critical\u001b\\',
  );
  const unknown = await withProgram('auto');
  await becomesCritical(unknown.user, 'billing');
  expect(unknown.user.terminal.written()).not.toMatch(/\u001b\](?:9|777);/);
});

test('a program gets the facts also without a bell, at most once per interval', async () => {
  const { user, facts } = await withProgram('off');
  await becomesCritical(user, 'billing', 'orders');
  await becomesCritical(user, 'search');
  await user.wait('31s');
  expect(facts).toEqual([
    {
      opsdeck: 1,
      at: expect.stringMatching(/^\d{4}-/),
      system: 'shop',
      env: 'production',
      drill: false,
      shared: false,
      text: 'opsdeck production: billing is critical, and 1 more',
      events: [
        { kind: 'critical', text: 'billing is critical' },
        { kind: 'critical', text: 'orders is critical' },
      ],
      more: 0,
    },
    expect.objectContaining({ text: 'opsdeck production: search is critical' }),
  ]);
});

test('a program gets aliases while the screen is shared, and no control characters', async () => {
  const { user, facts } = await withProgram('off', undefined, true);
  await becomesCritical(user, 'health edge at 10.20.30.40\u001b[31m');
  expect(facts).toHaveLength(1);
  expect(facts[0]?.shared).toBe(true);
  expect(JSON.stringify(facts)).not.toMatch(/10\.20\.30\.40|\\u001b/);
});
