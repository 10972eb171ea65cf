import { describe, expect, test } from 'vitest';
import type { DescriptionState } from '../../src/domain/facts/object-description.ts';
import { longTest } from '../support/layer.ts';
import { noon } from '../support/made-facts.ts';
import { platforms } from './support/platforms.ts';
import { cardOf } from './support/screen.ts';
import { openCockpit, type User } from './support/user.ts';

const sizes: readonly (readonly [number, number])[] = [
  [80, 24],
  [120, 36],
  [200, 60],
];

const yaml: readonly string[] = [
  'apiVersion: v1',
  'kind: Pod',
  'metadata:',
  '  name: billing-7c9f-x2k',
  '  annotations:',
  `    note: ${'a long text that does not fit beside its name '.repeat(4)}`,
  'spec:',
  ...Array.from(
    { length: 60 },
    (_, index) => `  line-${index}: ${index % 20 === 7 ? 'image 注文' : 'plain'}`,
  ),
];

const about = { title: 'yaml pod billing-7c9f-x2k', source: 'k8s' };

const answers = (user: User, state: DescriptionState['state']): Promise<void> =>
  user.happens(() => user.cockpit.setState({ description: { ...about, state } }));

const opened = async (size: readonly [number, number] = [120, 36], key = 'Y'): Promise<User> => {
  const user = await openCockpit({ size, scene: platforms() });
  await user.press(`6 z ${key}`);
  return user;
};

const read = async (size?: readonly [number, number]): Promise<User> => {
  const user = await opened(size);
  await answers(user, { is: 'read', at: noon, lines: yaml });
  return user;
};

for (const size of sizes)
  longTest(`shows and searches the YAML of a pod at ${size.join('x')}`, async () => {
    const user = await read(size);
    await user.press('/');
    await user.type('Image');
    await user.press('enter n');
    const [title = '', ...lines] = cardOf(user);
    const shown = /2 of 3 matches · (\d+) to (\d+) of 67$/.exec(title);
    const from = Number(shown?.[1]);
    const to = Number(shown?.[2]);
    // The second match is in the middle of the visible lines.
    const wordsOf = (some: readonly string[]): readonly string[] => some.join(' ').trim().split(/\s+/);
    expect(wordsOf(lines.slice(0, -1).map((line) => line.replace(/^› /, '')))).toEqual(
      wordsOf(yaml.slice(from - 1, to)),
    );
    expect(lines.filter((line) => line.startsWith('› ')).map((line) => line.trim())).toEqual([
      '›   line-27: image 注文',
    ]);
    expect(lines.at(-1)).toMatch(
      /^(j k ctrl-d g G · )?\/ find, n N · d describe · y copy · v editor · p pager .*esc close/,
    );
  });

describe('pod text', () => {
  longTest('is requested by the selected row, and shows the source and the timeout', async () => {
    const user = await opened();
    expect(user.given).toMatchObject([['describe', { kind: 'pod', name: 'billing-7c9f-x2k' }, 'yaml']]);
    await answers(user, { is: 'asking', since: noon - 1200, timeoutMs: 10_000 });
    expect(user.rowWith('loading from k8s')).toContain('s of 10s');
  });

  longTest('a denied request says so, and r retries', async () => {
    const user = await opened([120, 36], 'd');
    const fault = {
      kind: 'denied' as const,
      source: 'k8s',
      message: 'GET pods: 403',
      at: noon,
      remedy: 'needs get on pods',
    };
    await answers(user, { is: 'failed', fault });
    expect(user.rowWith('⊘ GET pods: 403')).toBeTruthy();
    expect(user.rowWith('needs get on pods')).toBeTruthy();
    await user.press('r');
    expect(user.given.map(([name]) => name)).toEqual(['describe', 'describe']);
  });

  longTest('scrolls to its end and back, and never past it', async () => {
    const user = await read();
    await user.press('G');
    expect(user.rowWith('line-59')).toBeTruthy();
    await user.press('j j ctrl-d');
    expect(user.rowWith('YAML  pod')).toContain('to 67 of 67');
    await user.press('g');
    expect(user.rowWith('YAML  pod')).toContain('lines 1 to');
  });

  test('n wraps at the end, N at the start', async () => {
    const user = await read();
    await user.press('/');
    await user.type('image');
    await user.press('enter');
    expect(user.rowWith('YAML  pod')).toContain('1 of 3');
    await user.press('n n n');
    expect(user.rowWith('YAML  pod')).toContain('1 of 3');
    await user.press('N');
    expect(user.rowWith('YAML  pod')).toContain('3 of 3');
    expect(user.rowWith('› ')).toContain('line-47');
  });

  longTest('marks a match where it is, also after letters whose lower case is longer', async () => {
    const user = await opened();
    await answers(user, { is: 'read', at: noon, lines: ['İİİ İ Region: Straße'] });
    await user.press('/');
    await user.type('region: s');
    await user.press('enter');
    expect(user.rowWith('YAML  pod')).toContain('1 of 1');
    const lookOf = (text: string) => ({ ...user.lookOf(text), text: '' });
    expect(lookOf('Straße')).toEqual(lookOf('Region'));
    expect(lookOf('traße')).not.toEqual(lookOf('Region'));
    expect(lookOf(' Region')).toEqual(lookOf('traße'));
  });

  longTest('n gives the reason if it is unavailable', async () => {
    const user = await read();
    await user.press('n');
    expect(user.rowWith('n: search first')).toBeTruthy();
    await user.press('/');
    await user.type('nowhere');
    await user.press('enter n');
    expect(user.rowWith('n: no line contains "nowhere"')).toBeTruthy();
  });

  test('esc clears the search, then closes and stops the request', async () => {
    const user = await read();
    await user.press('/');
    await user.type('image');
    await user.press('enter esc');
    expect(user.rowWith('YAML  pod')).not.toContain('/image');
    await user.press('esc');
    expect(user.rows().some((row) => row.includes('YAML  pod'))).toBe(false);
    expect(user.given.at(-1)).toEqual(['stopDescribing']);
  });

  test('y copies all of it', async () => {
    const user = await read();
    await user.press('y');
    expect(user.rowWith('67 lines sent to the terminal clipboard')).toBeTruthy();
  });

  longTest('d in the reader asks for the description of the same pod', async () => {
    const user = await read();
    await user.press('d');
    expect(user.given.at(-1)).toMatchObject(['describe', { name: 'billing-7c9f-x2k' }, 'describe']);
    await user.press('d');
    expect(user.rowWith('already shown')).toBeTruthy();
  });

  test('a source without descriptions makes the key unavailable', async () => {
    const scene = platforms();
    const open = scene.cockpit?.open;
    if (open === undefined) throw new Error('the scene has nothing open');
    const cockpit = { ...scene.cockpit, open: { ...open, describes: ['docker'] } };
    const user = await openCockpit({ scene: { ...scene, cockpit } });
    await user.press('6 z d');
    expect(user.rowWith('d: k8s provides no further details')).toBeTruthy();
    expect(user.given).toEqual([]);
  });
});

longTest('O goes from a pod to its deployment, and back to the same pod', async () => {
  const user = await openCockpit({ scene: platforms() });
  const selected = (): string =>
    user.rows().find((_, row) => row > 1 && user.terminal.cellAt(1, row).inverse) ?? '';
  await user.press('6 z j j');
  const pod = selected();
  expect(pod).toContain('…-7c9f-');
  await user.press('O');
  expect(selected()).toContain('deployment');
  await user.press('O');
  expect(selected()).toBe(pod);
});
