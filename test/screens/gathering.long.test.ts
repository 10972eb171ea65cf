import { describe, expect, test } from 'vitest';
import { features } from '../../src/ui/app/features.ts';
import { gathered } from './support/gathered.ts';
import { bodyOf, detailsOf } from './support/screen.ts';
import { drawn } from './support/sizes.ts';
import { openCockpit, type User } from './support/user.ts';

const go = async (user: User, pane: string): Promise<void> => {
  await user.press(':');
  await user.type(pane);
  await user.press('enter');
};

const cockpit = (): Promise<User> => openCockpit({ size: [118, 36], scene: gathered.incident() });

/** The status lines of a pane, without its table rows. */
const statusLines = (pane: string, state: keyof typeof gathered): readonly string[] =>
  bodyOf(drawn(gathered[state](), `:${pane}`, [118, 36]), features.panes.byId(pane).title).filter(
    (line) => !/\S {2,}\S/.test(line),
  );

describe('status lines of panes without problems, without rows, denied or stale', () => {
  test('Problems', () => {
    expect(statusLines('now', 'healthy')).toEqual([' ● no problems: 7 rows OK, every source has data']);
    expect(statusLines('now', 'empty')).toEqual([' ∅ no data: no source in this profile provides rows']);
    expect(statusLines('now', 'denied')).toEqual([
      '   denied: GET /actuator/circuitbreakers: 403 · needs the role VIEWER',
      '   changes in the 10m before 10:15:07: none recorded',
    ]);
    expect(statusLines('now', 'stale')).toEqual([
      '   stale, 3m20s old: up',
      '   changes in the 10m before 10:11:47: none recorded',
    ]);
  });

  test('Changes', () => {
    expect(statusLines('journal', 'healthy')).toEqual([
      ' deployment billing',
      '   revision 41 → 42',
      '   other changes within 1 min:',
    ]);
    expect(statusLines('journal', 'empty')).toEqual([' ∅ no changes since opsdeck started']);
    expect(statusLines('journal', 'denied')).toEqual([
      ' ∅ no changes since opsdeck started',
      ' ⊗ no data from 2 sources: their changes are missing here · W shows why',
    ]);
    expect(statusLines('journal', 'stale')).toEqual([
      ' deployment billing',
      '   revision 41 → 42',
      '   other changes within 1 min:',
    ]);
  });

  test('Runbooks', () => {
    expect(statusLines('runbooks', 'healthy')).toEqual([
      '   no breaker is open',
      '   enter opens a preview. Nothing is sent · read-only: press A to arm',
    ]);
    expect(statusLines('runbooks', 'empty')).toEqual([
      ' ○ this profile has no runbooks · see docs/reference/runbooks.md',
    ]);
    expect(statusLines('runbooks', 'denied')).toEqual([
      '   breakers unavailable: bus is denied',
      '   enter opens a preview. Nothing is sent · read-only: press A to arm',
    ]);
    expect(statusLines('runbooks', 'stale')).toEqual([
      '   breakers unavailable: bus is denied',
      '   enter opens a preview. Nothing is sent · read-only: press A to arm',
    ]);
  });

  test('Contacts', () => {
    expect(statusLines('contacts', 'healthy')).toEqual(['   #payments-urgent']);
    expect(statusLines('contacts', 'empty')).toEqual([
      ' ○ Not configured: no contacts in this profile · add contacts: [{ id, role, name, reach }]',
    ]);
    expect(statusLines('contacts', 'denied')).toEqual(['   #payments-urgent']);
    expect(statusLines('contacts', 'stale')).toEqual(['   #payments-urgent']);
  });

  test('Links', () => {
    expect(statusLines('links', 'healthy')).toEqual([
      ' System overview',
      '   https://grafana.example.org/d/overview',
    ]);
    expect(statusLines('links', 'empty')).toEqual([
      ' ○ Not configured: no links in this profile · add links: [{ id, title, url or file }]',
    ]);
    expect(statusLines('links', 'denied')).toEqual([
      ' System overview',
      '   https://grafana.example.org/d/overview',
    ]);
    expect(statusLines('links', 'stale')).toEqual([
      ' System overview',
      '   https://grafana.example.org/d/overview',
    ]);
  });
});

describe('Problems', () => {
  test('a finding shows the suggested runbook and preceding changes', async () => {
    const user = await cockpit();
    await user.press('W j j j j');
    expect(user.rowWith('runbook Close a circuit breaker matches')).toContain('billing-0 · psp is open');
    expect(detailsOf(user.rows(), 'Problems', 'billing-0 · psp  Circuit breakers')).toEqual([
      ' billing-0 · psp  Circuit breakers · enter opens the row',
      '   OPEN · 82 % fail, limit 50 % · 91 % slow, limit 80 %',
      '   runbook Close a circuit breaker matches: breakers billing-0 · psp is open',
      '   steps   1 Close it · 2 Notify the dependency owner',
      '   proof   psp stays closed',
      '   changes in the 10m before 10:02:07:',
      '   09:56:07  image    deployment billing  image 1.4.2 → 1.4.3',
      '   09:56:07  rollout  deployment billing  revision 41 → 42',
      '   10:02:07  verdict  billing  up → down: readiness: psp DOWN',
    ]);
  });

  test("enter selects the row in the original pane, ignoring that pane's filter", async () => {
    const user = await cockpit();
    await user.press('3 z /');
    await user.type('stock');
    await user.press('enter W');
    await user.press('j j j j');
    await user.press('enter');
    expect(user.rowWith(' Circuit breakers  6')).toBeTruthy();
    expect(user.rowWith('50 % fail')).toContain(' billing-0 · psp');
  });

  test('R enter opens the suggested runbook; x on a finding offers the actions of its row', async () => {
    const user = await cockpit();
    await user.press('R enter');
    expect(user.given).toEqual([['propose', 'close-breaker', {}]]);
    await user.press('W j j j j x enter');
    expect(user.given.at(-1)).toEqual(['propose', 'close-breaker', { name: 'psp' }]);
  });

  test('enter on a source without data opens the pane that depends on it', async () => {
    const user = await cockpit();
    await user.press('W /');
    await user.type('ledger');
    await user.press('enter enter');
    expect(user.rowWith(' Health ')).toBeTruthy();
  });

  test('a runbook with a long title is shown by its id, with the title before the reason', async () => {
    const scene = gathered.healthy();
    const suggestion = scene.cockpit?.suggestions?.[0];
    if (suggestion === undefined) throw new Error('nothing is suggested');
    const suggestions = ['end long statements', 'a larger pool'].map((end, nth) => ({
      ...suggestion,
      fits: 'yes' as const,
      runbook: { ...suggestion.runbook, id: `pool-${nth}`, title: `Connection pool exhausted, ${end}` },
    }));
    const user = await openCockpit({
      size: [118, 36],
      scene: { ...scene, cockpit: { ...scene.cockpit, suggestions } },
    });
    await go(user, 'now');
    const rows = user.rows().filter((row) => row.includes('matches'));
    expect(rows[0]).toMatch(/ pool-0 +Connection pool exhausted, end /);
    expect(rows[1]).toMatch(/ pool-1 +Connection pool exhausted, a l/);
  });

  test('hidden rows are counted', async () => {
    const user = await cockpit();
    await user.press('W /');
    await user.type('nothing like it');
    expect(user.rowWith('match /nothing like it/')).toBeTruthy();
  });
});

describe('Changes', () => {
  test('an entry lists other changes within 1 min, and enter opens its row', async () => {
    const user = await cockpit();
    await user.press('J j j j j j');
    expect(detailsOf(user.rows(), 'Changes', 'breaker billing-0 · psp  enter')).toEqual([
      ' breaker billing-0 · psp  enter opens the row in Circuit breakers',
      '   CLOSED → OPEN',
      '   other changes within 1 min:',
      '   10:02:07  verdict  billing  up → down: readiness: psp DOWN',
      '   last deployment or run, 6m before:',
      '   09:56:07  rollout  deployment billing  revision 41 → 42',
    ]);
    await user.press('enter');
    expect(user.rowWith(' Circuit breakers  ')).toBeTruthy();
    expect(user.rowWith('50 % fail')).toContain(' billing-0 · psp');
  });

  test('an entry stays when its row is gone', async () => {
    const user = await cockpit();
    await user.press('J j enter');
    expect(user.rowWith('no pane shows production')).toBeTruthy();
  });

  test('can be filtered like every pane', async () => {
    const user = await cockpit();
    await user.press('J /');
    await user.type('image');
    expect(user.rowWith(' Changes  2 of 9 match')).toBeTruthy();
  });

  test('new entries come first, and the cursor stays on its entry', async () => {
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
    expect(user.rows()[4]).toContain('checkout');
    expect(user.rowWith(' production')).toBeTruthy();
  });
});

describe('Runbooks', () => {
  test('l shows the steps with their calls, enter starts the runbook', async () => {
    const user = await cockpit();
    await go(user, 'runbooks');
    await user.press('l');
    expect(detailsOf(user.rows(), 'Runbooks', 'Close a circuit breaker  close-breaker')).toEqual([
      ' Close a circuit breaker  close-breaker · parameters: name · l hides the steps',
      '   breakers billing-0 · psp is open',
      '   enter opens a preview. Nothing is sent · read-only: press A to arm',
      '   param    breaker  name',
      '   diagnose Check dependency health  bus.health',
      '   act      Close it  bus.breaker name=${param.name} to=close',
      '   act      Notify the dependency owner  manual step',
      '   verify   psp stays closed  all(breakers | state = closed) within 1m for 5s',
      '   undo     press u after the run, if the steps recorded the previous state',
    ]);
    await user.press('enter');
    expect(user.given).toEqual([['propose', 'close-breaker', {}]]);
  });

  test('l shows the notes before the steps, the offered values of parameters, and the call of a verification', async () => {
    const scene = gathered.incident();
    const suggestions = (scene.cockpit?.suggestions ?? []).map((suggestion) => ({
      ...suggestion,
      runbook: {
        ...suggestion.runbook,
        notes: 'Only after the fix.',
        params: [{ name: 'days', type: 'int', title: 'Minimum age', default: 7, recommended: 30 } as const],
        verify: [
          { id: 'v1', title: 'The log is empty', use: 'bus.read', expect: {}, withinMs: 60_000, forMs: 0 },
        ],
      },
    }));
    const user = await openCockpit({
      size: [118, 36],
      scene: { ...scene, cockpit: { ...scene.cockpit, suggestions } },
    });
    await go(user, 'runbooks');
    await user.press('l');
    const lines = detailsOf(user.rows(), 'Runbooks', 'Close a circuit breaker  close-breaker');
    expect(lines.slice(3, 5)).toEqual([
      '   Only after the fix.',
      '   param    Minimum age  days · default 7 · recommended 30',
    ]);
    expect(lines).toContain('   verify   The log is empty  bus.read within 1m');
  });
});

describe('Runbooks', () => {
  test('a filter lists the runbooks that it names before those that mention its words', async () => {
    const scene = gathered.healthy();
    const [first] = scene.cockpit?.suggestions ?? [];
    if (first === undefined) throw new Error('the scene has no runbook');
    const named = (id: string, title: string, notes: string) => ({
      ...first,
      fits: 'no' as const,
      runbook: { ...first.runbook, id, title, notes },
    });
    const suggestions = [
      named('restore', 'Restore the database', 'Start the broker afterwards.'),
      named('start-broker', 'Start the broker', ''),
    ];
    const user = await openCockpit({
      size: [118, 36],
      scene: { ...scene, cockpit: { ...scene.cockpit, suggestions } },
    });
    await go(user, 'runbooks');
    const titles = (): readonly string[] =>
      user
        .rows()
        .flatMap((row) => /no match .*?(Restore the database|Start the broker)/.exec(row)?.[1] ?? []);
    expect(titles()).toEqual(['Restore the database', 'Start the broker']);
    await user.press('/');
    await user.type('start broker');
    await user.press('enter');
    expect(titles()).toEqual(['Start the broker', 'Restore the database']);
  });
});

const copied = (user: User): string => {
  const last = [...user.terminal.written().matchAll(/\u001b\]52;c;([^\u001b]*)\u001b\\/g)].at(-1)?.[1];
  return Buffer.from(last ?? '', 'base64').toString();
};

test.each([
  ['links', 'https://grafana.example.org/d/overview'],
  ['contacts', '#payments-urgent'],
])('y in %s copies only the address', async (pane, text) => {
  const user = await cockpit();
  await go(user, pane);
  await user.press('y');
  expect(copied(user)).toBe(text);
});

test('a pane without a key is opened by name, and esc returns to an overview with a focus', async () => {
  const user = await cockpit();
  await go(user, 'contacts');
  expect(user.rowWith(' Contacts  4')).toBeTruthy();
  await user.press('esc');
  expect(user.rowWith('▌1 Health')).toBeTruthy();
});
