import { describe, expect, test } from 'vitest';
import type { AnyFact, Sample } from '../../src/domain/facts.ts';
import type { FeedKind } from '../../src/domain/reading.ts';
import type { FactsChange } from '../../src/store/facts.ts';
import { createFacts } from '../../src/store/facts-store.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  lag,
  learn,
  noon,
  pool,
  sample,
  spec,
} from '../support/made-facts.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

interface Case {
  readonly pane: string;
  readonly kind: FeedKind;
  readonly noun: string;
  /** One row, by the word that it is found by. */
  readonly fact: (at: number) => AnyFact | Sample;
  readonly word: string;
}

const panes: readonly Case[] = [
  { pane: '1', kind: 'health', noun: 'services', fact: (at) => health('catalog', { at }), word: 'catalog' },
  { pane: '2', kind: 'samples', noun: 'signals', fact: (at) => sample('heap', 61, { at }), word: 'heap' },
  { pane: '3', kind: 'breakers', noun: 'breakers', fact: (at) => breaker('stock', { at }), word: 'stock' },
  {
    pane: '4',
    kind: 'lag',
    noun: 'consumer groups',
    fact: (at) => lag('audit', { at, lag: 3 }),
    word: 'audit',
  },
  {
    pane: '5',
    kind: 'pools',
    noun: 'pools',
    fact: (at) => pool('hikari', { at, active: 1, max: 20 }),
    word: 'hikari',
  },
  {
    pane: '6',
    kind: 'workloads',
    noun: 'pods, containers or units',
    fact: (at) => ({
      source: 'bus',
      at,
      kind: 'pod',
      namespace: 'shop',
      name: 'billing-7c9f',
      owner: 'billing',
      node: 'n1',
      status: 'Running',
    }),
    word: 'billing-7c9f',
  },
  {
    pane: '7',
    kind: 'alerts',
    noun: 'alerts',
    fact: (at) => ({
      source: 'bus',
      at,
      name: 'LagHigh',
      severity: 'warn',
      state: 'firing',
      labels: {},
      summary: 'lag',
    }),
    word: 'LagHigh',
  },
  {
    pane: 'D',
    kind: 'sessions',
    noun: 'database sessions',
    fact: (at) => ({
      source: 'bus',
      at,
      database: 'ledger',
      pid: 4711,
      user: 'app',
      state: 'active',
      waiting: '',
      blockedBy: [],
      query: 'SELECT 1',
    }),
    word: '4711',
  },
];

const feedOf = (kind: FeedKind) =>
  feedInfo('bus/one', kind, {
    everyMs: 5000,
    staleMs: 15_000,
    timeoutMs: 3000,
    ...(kind === 'samples' ? { signals: ['heap'] } : {}),
  });

const lookAt = async (
  { pane, kind }: Case,
  changes: readonly FactsChange[],
  size: readonly [number, number] = [80, 24],
): Promise<User> => {
  const kinds = kind === 'samples' || kind === 'notes' ? {} : { kinds: [kind] };
  const store = createFacts(
    frame({
      system: 'shop',
      sources: { bus: { type: 'actuator', ...kinds } },
      signals: kind === 'samples' ? [spec('heap', { title: 'heap', unit: '%' })] : [],
    }),
  );
  store.apply([{ is: 'opened', feeds: [feedOf(kind)] }, ...changes], noon);
  const user = await openCockpit({
    size,
    scene: { facts: store, cockpit: { ...shopCockpit, suggestions: [], messages: [] } },
  });
  await user.press(pane);
  if (user.rows()[1]?.startsWith(' overview') === true) await user.press('z');
  return user;
};

const learned = (
  { kind, fact }: Case,
  at: number,
  more: { readonly seen?: boolean; readonly faults?: readonly ReturnType<typeof fault>[] } = {},
): FactsChange => {
  const one = more.seen === false ? [] : [fact(at)];
  const batch = kind === 'samples' ? { items: [], samples: one as Sample[] } : { items: one as AnyFact[] };
  return { is: 'learned', feed: 'bus/one', batch: { faults: more.faults ?? [], ...batch }, began: at, at };
};

const lost = (one: Case, kind: 'unreachable' | 'denied', message: string): FactsChange =>
  learned(one, noon, { seen: false, faults: [fault(kind, message)] });

/** What stands between the summary and the message. */
const middle = (user: User): string => user.rows().slice(2, -2).join('\n');

describe.each(panes)('pane $pane', (one) => {
  test('loading', async () => {
    const user = await lookAt(one, [{ is: 'reading', feed: 'bus/one', at: noon - 1200 }]);
    expect(middle(user)).toContain('◌ asking bus, 1.2s of 3s');
  });

  test('its source is not open yet: that nothing is here is not said', async () => {
    const user = await lookAt(one, [{ is: 'closed', feeds: ['bus/one'] }]);
    // A signal has its row from the beginning.
    const said = one.kind === 'samples' ? '◌ asking' : '◇ no answer yet, its source is being opened';
    expect(middle(user)).toContain(said);
    expect(middle(user)).not.toContain('not set up');
  });

  test('no data yet', async () => {
    const user = await lookAt(one, [
      { is: 'waiting', feed: 'bus/one', until: noon + 8000, backingOff: false },
    ]);
    expect(middle(user)).toContain('◇ no answer yet, first one due in 8s');
  });

  test('stale: the old row stays, marked', async () => {
    const user = await lookAt(one, [
      learned(one, noon - 207_000),
      { is: 'waiting', feed: 'bus/one', until: noon + 12_000, backingOff: false },
    ]);
    expect(middle(user)).toContain('~ bus: seen 3m27s ago (every 5s) · asks again in 12s');
    expect(user.rowWith(one.word)).toContain('~');
  });

  test('source down', async () => {
    const user = await lookAt(one, [lost(one, 'unreachable', 'bus refused the connection')]);
    expect(middle(user)).toContain('⊗ bus refused the connection · r ask now');
  });

  test('denied', async () => {
    const user = await lookAt(one, [lost(one, 'denied', 'bus: 403')]);
    expect(middle(user)).toContain('⊘ denied: bus: 403');
  });

  test('filtered', async () => {
    const user = await lookAt(one, [learned(one, noon)]);
    await user.press('/');
    await user.type('zzzz');
    expect(middle(user)).toMatch(/∅ 0 of \d match \/zzzz\/ · esc clears/);
  });

  test('partly blind: what is seen and what is not', async () => {
    const user = await lookAt(one, [
      learned(one, noon, { faults: [fault('denied', 'bus: audit-export 403')] }),
    ]);
    expect(middle(user)).toContain(one.word);
    expect(middle(user)).toContain('⊘ denied: bus: audit-export 403');
  });

  test('in the overview a pane that is partly blind is not taken for a whole one', async () => {
    const user = await lookAt(one, [
      learned(one, noon, { faults: [fault('denied', 'bus: audit-export 403')] }),
    ]);
    await user.press('0');
    expect(user.rowWith(`${one.pane} `)).toBeTruthy();
    expect(middle(user)).toMatch(/⊘ denied: bus: audit-export 403|1 blind/);
  });
});

// Signals are named by the profile: there is no answer that has none of them.
describe.each(panes.filter(({ kind }) => kind !== 'samples'))('pane $pane, without rows', (one) => {
  test('empty is said after an answer only', async () => {
    const user = await lookAt(one, [learned(one, noon - 2000, { seen: false })]);
    expect(middle(user)).toContain(`∅ answered 2s ago: no ${one.noun} here`);
  });

  test('not set up', async () => {
    const user = await openCockpit({
      size: [80, 24],
      scene: {
        facts: createFacts(frame({ sources: {} })),
        cockpit: { ...shopCockpit, suggestions: [], messages: [] },
      },
    });
    await user.press(one.pane);
    if (user.rows()[1]?.startsWith(' overview') === true) await user.press('z');
    expect(middle(user)).toContain(`○ not set up: no source here gives ${one.noun}`);
  });
});

test('where rows are folded for want of room, the title of a pane counts what is not seen', async () => {
  const scene = shop();
  const user = await openCockpit({ size: [80, 24], scene });
  await user.happens(() => {
    const faults = [fault('timeout', 'bus-1: no answer in 3s')];
    if (scene.facts !== undefined)
      learn(scene.facts, feedInfo('bus/breakers', 'breakers'), { items: [breaker('stock')], faults });
  });
  expect(user.rowWith('3 BREAKERS')).toContain('3 BREAKERS  1 blind');
});
