import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/kinds/alerts/fact.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import type { RunbookSuggestion } from '../../src/store/runbook-suggestion.ts';
import { longTest } from '../support/layer.ts';
import { breaker, feedInfo, frame, health, learn, noon } from '../support/made-facts.ts';
import { gathered } from './support/gathered.ts';
import { platforms } from './support/platforms.ts';
import { placeOf } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type Scene } from './support/user.ts';

const scenes: readonly (readonly [string, () => Scene])[] = [
  ['a shop with a broken dependency', shop],
  ['a healthy system', gathered.healthy],
  ['several causes', platforms],
];

/** The rows below the header: a situation with a cause has three. */
const barRows = async (scene: Scene, columns: number, keys = ''): Promise<readonly string[]> => {
  const user = await openCockpit({ size: [columns, 24], scene });
  if (keys !== '') await user.press(keys);
  return user
    .rows()
    .slice(1, 4)
    .filter((row, index) => index === 0 || /^▌ {3}\S/.test(row));
};

describe.each(scenes)('%s', (_, scene) => {
  test.each([80, 100, 120, 160, 200])(
    'below the header at %i columns: level, statement, no cut word without an ellipsis',
    async (columns) => {
      const rows = await barRows(scene(), columns);
      expect(rows[0]).toMatch(/^▌ [✗▲?●] \S/);
      expect(rows.length === 1).toBe(/[●?]/.test(rows[0]?.charAt(2) ?? ''));
      const whole = (await barRows(scene(), 400)).join(' ').split(/[:,]?\s+/);
      for (const row of rows) expect(row.length).toBeLessThanOrEqual(columns);
      const words = rows
        .join(' ')
        .trim()
        .split(/[:,]?\s+/);
      // Every word is one of the whole text, a count of the rest, or marked as cut.
      const isWhole = (word: string): boolean =>
        whole.includes(word) ||
        /^(?:more|others?|problems|changes|asks|first|needs|A|then|and|your|confirmation|≥?\d[\dhms]*)$/.test(
          word,
        );
      expect(words.filter((word) => !isWhole(word) && !word.endsWith('…'))).toEqual([]);
    },
  );
});

test('at 80 columns: what and since when, the consequences, and the keys', async () => {
  expect(await barRows(shop(), 80)).toEqual([
    expect.stringMatching(/^▌ ✗ billing is down {2}– answers 503, .*… {2,}since 10:02:07 · 13m *$/),
    expect.stringMatching(
      /^▌ {3}2 consequences: checkout degraded · 1 more · 7 other problems · 2 unknown *$/,
    ),
    expect.stringMatching(
      /^▌ {3}R close-breaker DISRUPTIVE, asks first {3}W all 12 problems {3}J changes *$/,
    ),
  ]);
});

test('at 120 columns also the time of day of the start and the title of the runbook', async () => {
  const rows = await barRows(shop(), 120);
  expect(rows[0]).toMatch(/ since 10:02:07 UTC · 13m *$/);
  expect(rows[2]).toMatch(
    /^▌ {3}R shows close-breaker: Close a circuit breaker {2}DISRUPTIVE, needs A, then asks {4}W all 12 problems /,
  );
});

test('at 200 columns the levels of the problems are words', async () => {
  expect((await barRows(shop(), 200))[2]).toContain('W all 12 problems ✗ 5 critical ▲ 5 warning ? 2 unknown');
});

test.each([120, 200])(
  'at %i columns the levels are of as many problems as the key of Problems says',
  async (columns) => {
    const [, , keys = ''] = await barRows(shop(), columns);
    const [, all, levels = ''] = /W (?:all )?(\d+) problems?(.*?)(?: {3,}|$)/.exec(keys) ?? [];
    const numbers = [...levels.matchAll(/\d+/g)].map(([count]) => Number(count));
    if (numbers.length > 0) expect(numbers.reduce((sum, count) => sum + count, 0)).toBe(Number(all));
    expect(all).toBe('12');
  },
);

test('the cause stands out, and of its consequences the names, the numbers and the values', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  expect(user.lookOf('billing is down')).toMatchObject({ bold: true });
  expect(user.rows()[2]).toMatch(/^▌ {3}2 consequences: checkout degraded/);
  expect(user.lookOf('2 consequences')).toMatchObject({ bold: false });
  expect(user.lookOf('checkout degraded')).toMatchObject({ bold: true });
});

test('a wide screen says what is OK otherwise', async () => {
  const facts = createFactsStore(frame());
  const up = ['catalog', 'orders', 'gateway'].map((name) => health(name));
  learn(facts, feedInfo('bus/health', 'health'), { items: [health('broker', { status: 'down' }), ...up] });
  learn(facts, feedInfo('bus/alerts', 'alerts'), { items: [] });
  const effects = async (columns: number) => (await barRows({ ...shop(), facts }, columns))[1];
  expect(await effects(120)).toMatch(
    /no other problem {6}otherwise OK: 3 services up {2}· {2}no alerts firing/,
  );
  expect(await effects(80)).toMatch(/otherwise OK: 3 services up · no alerts firing *$/);
});

test('where no service has a problem, the number of those that are up comes first', async () => {
  const facts = createFactsStore(frame());
  const up = ['catalog', 'orders', 'gateway'].map((name) => health(name));
  learn(facts, feedInfo('bus/health', 'health'), { items: up });
  learn(facts, feedInfo('bus/breakers', 'breakers'), {
    items: [breaker('psp', { state: 'open' }), breaker('broker', { state: 'open' })],
  });
  const effects = async (columns: number) => (await barRows({ ...shop(), facts }, columns))[1];
  expect(await effects(120)).toMatch(/^▌ {3}3 services up {2}· {2}circuit breaker/);
  expect(await effects(80)).toMatch(/^▌ {3}3 services up · circuit breaker/);
});

describe('an alert began before the broker was seen down', () => {
  const rows = async (columns: number, name: string): Promise<readonly string[]> => {
    const facts = createFactsStore(frame());
    const alert: Alert = {
      ...{ source: 'bus', at: noon, name: 'BusDown', severity: 'critical', state: 'firing', summary: '' },
      ...{ since: noon - 90_000, labels: { instance: 'bus-0' } },
    };
    learn(facts, feedInfo('bus/health', 'health'), { items: [health(name, { status: 'down' })] });
    learn(facts, feedInfo('bus/alerts', 'alerts'), { items: [alert] });
    return barRows({ ...shop(), facts }, columns);
  };

  test('that is the only start', async () => {
    const [statement] = await rows(120, 'broker');
    expect(statement).toMatch(/ problems since \d\d:\d\d:\d\d UTC · 1m3\ds *$/);
  });

  test('it is below a statement that needs the whole row', async () => {
    const [statement, effects] = await rows(100, `broker-${'of-the-bus-'.repeat(6)}eu`);
    expect(statement).not.toContain('since');
    expect(effects).toMatch(
      /^▌ {3}alert BusDown \(bus-0\) firing .* problems since \d\d:\d\d:\d\d · 1m3\ds *$/,
    );
  });
});

longTest(
  'the keys of the situation are those that are bound, and W opens as many problems as it says',
  async () => {
    const user = await openCockpit({ size: [120, 36], scene: shop() });
    await user.press('W');
    expect(placeOf(user)).toMatch(/^ Problems .* 12 problems /);
  },
);

test('a healthy screen has one row: green is a mark, and the words are plain', async () => {
  const user = await openCockpit({ size: [80, 24], scene: gathered.healthy() });
  expect(user.rows()[1]).toMatch(/^▌ ● All clear – /);
  expect(user.rows()[2]).toMatch(/^▌1 Health /);
  expect(user.lookOf('All clear').fg).toBe(-1);
});

test('a pane has the same statement beside its counts', async () => {
  const [row] = await barRows(shop(), 120, '1 z');
  expect(row).toMatch(/^▌ ✗ billing is down {2}– answers 503, readiness: psp DOWN .*✗ 5 critical/);
});

test.each([80, 88, 96])(
  'at %i columns the verb of a statement is whole, whatever the length of its object',
  async (columns) => {
    const name = `billing-${'and-all-that-belongs-to-it-'.repeat(4)}eu`;
    const facts = createFactsStore(frame());
    const parts = Array.from({ length: 3 }, (_, index) => health(`${name}-${index}`, { status: 'degraded' }));
    learn(facts, feedInfo('bus/health', 'health'), { items: [health(name, { status: 'down' }), ...parts] });
    const [row = '', effects = ''] = await barRows({ ...shop(), facts }, columns);
    expect(row).toMatch(/^▌ ✗ billing-and-.*….* is down /);
    expect(effects).toMatch(/^▌ {3}3 other problems/);
  },
);

const withSuggestions = (suggestions: readonly RunbookSuggestion[]): Scene => {
  const scene = shop();
  return { ...scene, cockpit: { ...scene.cockpit, suggestions } };
};

describe('the key of runbooks', () => {
  const [suggested] = shop().cockpit?.suggestions ?? [];
  const keysAt = async (scene: Scene, columns: number): Promise<string> =>
    (await barRows(scene, columns))[2] ?? '';

  test('says how dangerous the suggested runbook is; its id has room before that', async () => {
    expect(await keysAt(shop(), 120)).toContain(
      'R shows close-breaker: Close a circuit breaker  DISRUPTIVE, needs A, then asks',
    );
    if (suggested === undefined) throw new Error('the shop suggests a runbook');
    const runbook = { ...suggested.runbook, id: 'close-breaker-of-a-pool' };
    const long = { ...suggested, fits: 'yes' as const, runbook };
    expect(await keysAt(withSuggestions([long]), 80)).toMatch(
      /R close-breaker-of-a-pool DISRUPTIVE {3}W all 12 problems {3}J changes *$/,
    );
  });

  test('names its target, or how many there are to choose from', async () => {
    if (suggested === undefined) throw new Error('the shop suggests a runbook');
    const at = (targets: RunbookSuggestion['targets']) =>
      keysAt(withSuggestions([{ ...suggested, fits: 'yes', ...(targets && { targets }) }]), 160);
    expect(await at({ name: 'psp', count: 3 })).toContain('Restart billing (psp)  ');
    expect(await at({ count: 3 })).toContain('Restart billing (pick from 3)  ');
    expect(await at({ count: 3, noun: 'pods' })).toContain('Restart billing (pick from 3 pods)  ');
    expect(await at({ count: 1 })).toContain('Restart billing  ');
  });

  test('says that a runbook is safe, and whom to ask where none matches', async () => {
    if (suggested === undefined) throw new Error('the shop suggests a runbook');
    const safe = { ...suggested, fits: 'yes' as const, runbook: { ...suggested.runbook, act: [] } };
    expect(await keysAt(withSuggestions([{ ...safe, danger: 'safe' }]), 120)).toContain(
      'R shows restart-billing: Restart billing  SAFE, needs A and your confirmation  ',
    );
    const unmatched = withSuggestions([{ ...suggested, fits: 'no' as const }]);
    const { open } = unmatched.cockpit ?? {};
    if (open === undefined) throw new Error('the shop is open');
    const contacts = [{ id: 'desk', name: 'Desk', role: 'on call', reach: '' }];
    const asked = { ...unmatched, cockpit: { ...unmatched.cockpit, open: { ...open, contacts } } };
    expect(await keysAt(asked, 120)).toContain('R none of 1 runbook matches · 9 whom to ask    W');
  });

  test('says why the first suggestion cannot run: then no other one can', async () => {
    if (suggested === undefined) throw new Error('the shop suggests a runbook');
    const blocked = {
      ...suggested,
      fits: 'yes' as const,
      hindrance: 'blocked' as const,
      reason: 'cannot run now: cannot scale billing: it publishes a fixed host port',
    };
    expect(await keysAt(withSuggestions([blocked]), 120)).toContain(
      'R restart-billing cannot run: it publishes a fixed host port    W all',
    );
    const refused = { ...blocked, reason: `refused · ${blocked.reason}` };
    expect(await keysAt(withSuggestions([refused]), 120)).toContain(
      'R restart-billing cannot run: it publishes a fixed host port    W all',
    );
    expect(await keysAt(withSuggestions([blocked]), 80)).toMatch(/R restart-billing cannot run {3}W/);
    const tried = { ...blocked, hindrance: 'tried' as const, reason: 'tried 10:02: refused' };
    expect(await keysAt(withSuggestions([tried]), 120)).toContain(
      'R restart-billing tried 10:02: refused    W',
    );
  });

  test('says that no runbook matches, or that one may', async () => {
    if (suggested === undefined) throw new Error('the shop suggests a runbook');
    const none = { ...suggested, fits: 'no' as const };
    expect(await keysAt(withSuggestions([none]), 120)).toContain('R none of 1 runbook matches');
    const possible = { ...suggested, fits: 'unknown' as const };
    expect(await keysAt(withSuggestions([possible, none]), 120)).toContain('R 1 of 2 runbooks may match');
    const pending = { ...none, isPending: true as const };
    expect(await keysAt(withSuggestions([none, pending]), 120)).toContain('R 1 of 2 runbooks may match');
    expect(await keysAt(withSuggestions([]), 120)).not.toContain('R ');
  });
});
