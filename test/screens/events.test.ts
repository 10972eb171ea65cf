import { describe, expect, test } from 'vitest';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { noon } from '../support/made-facts.ts';
import { platforms } from './support/platforms.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

interface Options {
  readonly size?: readonly [number, number];
  readonly namespaces?: readonly string[];
  /** False: the source has no events. */
  readonly hasEvents?: boolean;
}

const look = async ({
  size = [120, 36],
  namespaces = ['shop'],
  hasEvents = true,
}: Options = {}): Promise<User> => {
  const { open } = shopCockpit;
  if (open === undefined) throw new Error('no open environment');
  const scene = platforms();
  return openCockpit({
    size,
    scene: {
      ...scene,
      cockpit: {
        ...scene.cockpit,
        open: {
          ...open,
          describes: ['k8s'],
          namespaces: { k8s: namespaces },
          ...(hasEvents ? { describesAs: { k8s: ['describe', 'yaml', 'events', 'applied'] } } : {}),
        },
      },
    },
  });
};

const run = async (user: User, command: string): Promise<void> => {
  await user.type(`:${command}`);
  await user.press('enter');
};

const lines = [
  'AGE  COUNT         TYPE     REASON   MESSAGE',
  '1m   ×14 over 32m  Warning  BackOff  Back-off restarting failed container',
];

describe('texts of the reader', () => {
  test('V requests the events of the selected pod and shows them', async () => {
    const user = await look();
    await user.press('6 z V');
    expect(user.given).toMatchObject([['describe', { kind: 'pod', name: 'billing-7c9f-x2k' }, 'events']]);
    const about = { title: 'events pod billing-7c9f-x2k', source: 'k8s' };
    await user.happens(() =>
      user.cockpit.setState({ description: { ...about, state: { is: 'read', at: noon, lines } } }),
    );
    expect(user.rowWith('EVENTS  pod billing-7c9f-x2k · k8s')).toBeTruthy();
    expect(user.rowWith('1m   ×14 over 32m  Warning  BackOff  Back-off restarting')).toBeTruthy();
    expect(user.rowWith('d describe · Y YAML · a applied · y copy')).toBeTruthy();
  });

  longTest('the reader switches between events and YAML', async () => {
    const user = await look();
    await user.press('6 z Y V d');
    expect(user.given.map(([, , how]) => how)).toEqual(['yaml', 'events', 'describe']);
  });

  test('a compares with the last apply', async () => {
    const user = await look();
    await user.press('6 z a');
    expect(user.given).toMatchObject([['describe', { name: 'billing-7c9f-x2k' }, 'applied']]);
    expect(user.rowWith('LAST APPLIED  pod billing-7c9f-x2k')).toBeTruthy();
  });

  longTest('a source without events says so', async () => {
    const user = await look({ hasEvents: false });
    await user.press('6 z V');
    expect(user.given).toEqual([]);
    expect(user.rowWith('k8s provides no events of objects')).toBeTruthy();
    await run(user, 'events');
    expect(user.given).toEqual([]);
  });

  test.each(
    sampled(
      [
        // The selected pod is in the namespace shop.
        ['6 z', ['*'], 'events', 'shop'],
        ['1', ['shop', 'logging'], 'events', 'shop'],
        ['1', ['*'], 'events', '*'],
        ['1', [], 'events', ''],
        ['6 z', ['shop'], 'events logging', 'logging'],
      ],
      everyNth(3),
    ),
  )('after %s, with namespaces %j, :%s is about "%s"', async (keys, namespaces, command, name) => {
    const user = await look({ namespaces });
    await user.press(keys);
    await run(user, command);
    expect(user.given).toMatchObject([['describe', { source: 'k8s', kind: 'namespace', name }, 'events']]);
  });

  longTest('of a namespace there is no YAML', async () => {
    const user = await look();
    await run(user, 'events');
    await user.press('Y');
    expect(user.given.length).toBe(1);
    expect(user.rowWith('a namespace has no description or YAML: choose events')).toBeTruthy();
  });

  for (const size of [
    [80, 24],
    [200, 60],
  ] as const)
    longTest(`fits ${size.join('x')}`, async () => {
      const user = await look({ size });
      await run(user, 'events shop');
      expect(user.rowWith('EVENTS  namespace shop · k8s')).toBeTruthy();
      expect(user.rowWith('esc close')).toBeTruthy();
    });
});
