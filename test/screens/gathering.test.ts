import { describe, expect, test } from 'vitest';
import { gathered } from './support/gathered.ts';
import { openCockpit, type User } from './support/user.ts';

const sizes = [
  [80, 24],
  [120, 36],
  [200, 60],
] as const;

const go = async (user: User, pane: string): Promise<void> => {
  await user.press(':');
  await user.type(pane);
  await user.press('enter');
};

const states = Object.entries(gathered);

for (const size of sizes) {
  const name = size.join('x');
  for (const pane of ['now', 'journal', 'runbooks'])
    test.each(states)(`${pane} at ${name}, %s`, async (state, scene) => {
      const user = await openCockpit({ size, scene: scene() });
      await go(user, pane);
      await user.seesScreen(`gathering/${pane}-${state}-${name}`);
    });
  for (const pane of ['contacts', 'links'])
    test.each(['healthy', 'empty'] as const)(`${pane} at ${name}, %s`, async (state) => {
      const user = await openCockpit({ size, scene: gathered[state]() });
      await go(user, pane);
      await user.seesScreen(`gathering/${pane}-${state}-${name}`);
    });
}

const cockpit = (): Promise<User> => openCockpit({ size: [120, 36], scene: gathered.incident() });

describe('NOW', () => {
  test('a finding tells which runbook fits, and what changed before it broke', async () => {
    const user = await cockpit();
    await user.press('W j j j j j');
    expect(user.rowWith('runbook Close a circuit breaker fits')).toContain('billing-0 · psp is open');
    await user.seesScreen('gathering/now-before-it-broke');
  });

  test('enter goes to the row in its pane, whatever that pane was filtered by', async () => {
    const user = await cockpit();
    await user.press('3 z /');
    await user.type('stock');
    await user.press('enter W');
    await user.press('j j j j j');
    await user.press('enter');
    expect(user.rowWith(' BREAKERS  6')).toBeTruthy();
    expect(user.rowWith(' billing-0 · psp')).toContain('50 % fail');
  });

  test('enter on a runbook starts it; x on a finding offers what x offers on its row', async () => {
    const user = await cockpit();
    await user.press('W enter');
    expect(user.given).toEqual([['propose', 'close-breaker', {}]]);
    await user.press('j j j j j x enter');
    expect(user.given.at(-1)).toEqual(['propose', 'close-breaker', { name: 'psp' }]);
  });

  test('enter on what cannot be seen goes to the pane that it leaves blind', async () => {
    const user = await cockpit();
    await user.press('W /');
    await user.type('ledger');
    await user.press('enter enter');
    expect(user.rowWith(' HEALTH ')).toBeTruthy();
  });

  test('a runbook whose title does not fit is called by its id, its title before why it fits', async () => {
    const scene = gathered.healthy();
    const one = scene.cockpit?.suggestions?.[0];
    if (one === undefined) throw new Error('nothing is suggested');
    const suggestions = ['end long statements', 'a larger pool'].map((end, nth) => ({
      ...one,
      fits: 'yes' as const,
      runbook: { ...one.runbook, id: `pool-${nth}`, title: `Connection pool exhausted, ${end}` },
    }));
    const user = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, suggestions } } });
    await go(user, 'now');
    const rows = user.rows().filter((row) => row.includes('fits now'));
    expect(rows[0]).toMatch(/ pool-0 +Connection pool exhausted, end /);
    expect(rows[1]).toMatch(/ pool-1 +Connection pool exhausted, a l/);
  });

  test('what is filtered away is said', async () => {
    const user = await cockpit();
    await user.press('W /');
    await user.type('nothing like it');
    expect(user.rowWith('match /nothing like it/')).toBeTruthy();
  });
});

describe('JOURNAL', () => {
  test('an entry tells what else changed within a minute of it, and enter goes to its row', async () => {
    const user = await cockpit();
    await user.press('J j j j j j');
    await user.seesScreen('gathering/journal-near');
    await user.press('enter');
    expect(user.rowWith(' BREAKERS  ')).toBeTruthy();
    expect(user.rowWith(' billing-0 · psp')).toContain('50 % fail');
  });

  test('what it was about may be gone', async () => {
    const user = await cockpit();
    await user.press('J j enter');
    expect(user.rowWith('production is no row of a pane')).toBeTruthy();
  });

  test('it is filtered as every pane is', async () => {
    const user = await cockpit();
    await user.press('J /');
    await user.type('image');
    expect(user.rowWith(' JOURNAL  2 of 9 match')).toBeTruthy();
  });

  test('what is new stands first, and the cursor stays on its entry', async () => {
    const user = await cockpit();
    await user.press('J j');
    await user.happens(() =>
      user.cockpit.setState((s) => ({
        journal: [
          ...s.journal,
          {
            at: user.clock.now(),
            kind: 'verdict',
            level: 'ok',
            what: 'checkout',
            change: 'degraded → up',
            source: 'api',
          },
        ],
      })),
    );
    expect(user.rows()[3]).toContain('checkout');
    expect(user.rowWith(' production')).toBeTruthy();
  });
});

describe('RUNBOOKS', () => {
  test('l shows the steps with their calls, enter starts it', async () => {
    const user = await cockpit();
    await go(user, 'runbooks');
    await user.press('l');
    await user.seesScreen('gathering/runbooks-steps');
    await user.press('enter');
    expect(user.given).toEqual([['propose', 'close-breaker', {}]]);
  });
});

const copied = (user: User): string => {
  const last = [...user.terminal.written().matchAll(/\u001b\]52;c;([^\u001b]*)\u001b\\/g)].at(-1)?.[1];
  return Buffer.from(last ?? '', 'base64').toString();
};

test.each([
  ['links', 'https://grafana.example.org/d/overview'],
  ['contacts', '#payments-urgent'],
])('y in %s copies what one needs of it and nothing else', async (pane, text) => {
  const user = await cockpit();
  await go(user, pane);
  await user.press('y');
  expect(copied(user)).toBe(text);
});

test('a pane without a key is reached by its name, and esc goes back to an overview with a focus', async () => {
  const user = await cockpit();
  await go(user, 'contacts');
  expect(user.rowWith(' CONTACTS  4')).toBeTruthy();
  await user.press('esc');
  expect(user.rowWith('▌1 HEALTH')).toBeTruthy();
});

test('what comes later is in the palette and says so', async () => {
  const user = await cockpit();
  await go(user, 'queues');
  expect(user.rowWith('QUEUES comes later: depth and oldest message of each queue')).toBeTruthy();
});
