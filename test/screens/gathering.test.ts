import { describe, expect, test } from 'vitest';
import { gathered } from './support/gathered.ts';
import { bodyOf, detailsOf } from './support/screen.ts';
import { drawn } from './support/sizes.ts';
import { openCockpit, type User } from './support/user.ts';

const go = async (user: User, pane: string): Promise<void> => {
  await user.press(':');
  await user.type(pane);
  await user.press('enter');
};

const cockpit = (): Promise<User> => openCockpit({ size: [120, 36], scene: gathered.incident() });

/** What a pane says besides its rows, whose cells stand further apart. */
const saidOf = (pane: string, state: keyof typeof gathered): readonly string[] =>
  bodyOf(drawn(gathered[state](), `:${pane}`, [120, 36]), pane.toUpperCase()).filter(
    (line) => !/\S {2,}\S/.test(line),
  );

describe('what a pane says where nothing is wrong, nothing is there, something is denied or old', () => {
  test('NOW', () => {
    expect(saidOf('now', 'healthy')).toEqual([' ● nothing is wrong: 7 rows are OK, everything is seen']);
    expect(saidOf('now', 'empty')).toEqual([' ∅ nothing is read here: no source of this profile gives rows']);
    expect(saidOf('now', 'denied')).toEqual([
      '   denied: bus: GET /actuator/circuitbreakers: 403 · needs the role VIEWER',
      '   in the 10m before 10:15:07: no change that opsdeck has seen',
    ]);
    expect(saidOf('now', 'stale')).toEqual([
      '   seen 3m20s ago: up',
      '   in the 10m before 10:11:47: no change that opsdeck has seen',
    ]);
  });

  test('JOURNAL', () => {
    expect(saidOf('journal', 'healthy')).toEqual([
      ' deployment billing',
      '   revision 41 → 42',
      '   within a minute of it:',
    ]);
    expect(saidOf('journal', 'empty')).toEqual([' ∅ nothing has changed since opsdeck began to look']);
    expect(saidOf('journal', 'denied')).toEqual([
      ' ∅ nothing has changed since opsdeck began to look',
      ' ⊗ 2 sources not seen now: what changes there is missing here · W says why',
    ]);
    expect(saidOf('journal', 'stale')).toEqual([
      ' deployment billing',
      '   revision 41 → 42',
      '   within a minute of it:',
    ]);
  });

  test('RUNBOOKS', () => {
    expect(saidOf('runbooks', 'healthy')).toEqual([
      '   no breaker is open',
      '   enter opens its card, which only reads · read-only: A arms it',
    ]);
    expect(saidOf('runbooks', 'empty')).toEqual([
      ' ○ this profile has no runbooks · docs/reference/runbooks.md says how to write one',
    ]);
    expect(saidOf('runbooks', 'denied')).toEqual([
      '   breakers are not seen: bus is denied',
      '   enter opens its card, which only reads · read-only: A arms it',
    ]);
    expect(saidOf('runbooks', 'stale')).toEqual([
      '   breakers are not seen: bus is denied',
      '   enter opens its card, which only reads · read-only: A arms it',
    ]);
  });

  test('CONTACTS', () => {
    expect(saidOf('contacts', 'healthy')).toEqual(['   #payments-urgent']);
    expect(saidOf('contacts', 'empty')).toEqual([
      ' ○ no contacts in this profile · add contacts: [{ id, role, name, reach }]',
    ]);
    expect(saidOf('contacts', 'denied')).toEqual(['   #payments-urgent']);
    expect(saidOf('contacts', 'stale')).toEqual(['   #payments-urgent']);
  });

  test('LINKS', () => {
    expect(saidOf('links', 'healthy')).toEqual([
      ' System overview',
      '   https://grafana.example.org/d/overview',
    ]);
    expect(saidOf('links', 'empty')).toEqual([
      ' ○ no links in this profile · add links: [{ id, title, url or file }]',
    ]);
    expect(saidOf('links', 'denied')).toEqual([
      ' System overview',
      '   https://grafana.example.org/d/overview',
    ]);
    expect(saidOf('links', 'stale')).toEqual([
      ' System overview',
      '   https://grafana.example.org/d/overview',
    ]);
  });
});

describe('NOW', () => {
  test('a finding tells which runbook fits, and what changed before it broke', async () => {
    const user = await cockpit();
    await user.press('W j j j j j');
    expect(user.rowWith('runbook Close a circuit breaker fits')).toContain('billing-0 · psp is open');
    expect(detailsOf(user.rows(), 'NOW', 'billing-0 · psp  BREAKERS')).toEqual([
      ' billing-0 · psp  BREAKERS · enter goes there',
      '   OPEN · 82 % fail, limit 50 % · 91 % slow, limit 80 %',
      '   runbook Close a circuit breaker fits: breakers billing-0 · psp is open',
      '   in the 10m before 10:02:07:',
      '   09:56:07  image    deployment billing  image 1.4.2 → 1.4.3',
      '   09:56:07  rollout  deployment billing  revision 41 → 42',
      '   10:02:07  verdict  billing  up → down: readiness: psp DOWN',
    ]);
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
    expect(detailsOf(user.rows(), 'JOURNAL', 'breaker billing-0 · psp  enter')).toEqual([
      ' breaker billing-0 · psp  enter goes to it in BREAKERS',
      '   CLOSED → OPEN',
      '   within a minute of it:',
      '   10:02:07  verdict  billing  up → down: readiness: psp DOWN',
    ]);
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
    expect(detailsOf(user.rows(), 'RUNBOOKS', 'Close a circuit breaker  close-breaker')).toEqual([
      ' Close a circuit breaker  close-breaker · asks for name · l hides its steps',
      '   breakers billing-0 · psp is open',
      '   enter opens its card, which only reads · read-only: A arms it',
      '   read  What the dependency says  bus.health',
      '   act   Close it  bus.breaker name=${param.name} to=close',
      "   act   Tell the dependency's owner  by hand",
      '   prove It stays closed  all(breakers | state = closed) within 1m for 5s',
      '   undo  u after the run, where its steps kept what was there before',
    ]);
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
