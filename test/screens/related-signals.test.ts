import { describe, expect, test } from 'vitest';
import { entityNames, findRelatedSignals } from '../../src/kinds/relations.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { longTest } from '../support/layer.ts';
import { breaker, feedInfo, frame, lag, learn, noon, sample } from '../support/made-facts.ts';
import { relatedOf } from './support/screen.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type Scene } from './support/user.ts';

const spec = (id: string, read: Readonly<Record<string, unknown>>, source = 'prom') => ({
  id,
  title: `Signal ${id}`,
  source,
  read: read as never,
  unit: '/s',
  threshold: { forMs: 0 },
});

const specs = [
  spec('of.query', { query: 'rate(errors{service="billing"}[1m])' }),
  spec('of.group', { lag: 'billing-events' }, 'kafka'),
  spec('of.topic', { partitions: 'payments' }, 'kafka'),
  spec('of.labels', { metric: 'x', labels: { application: 'billing' } }),
  spec('other', { query: 'up' }),
];

const made = (signals = specs): Scene => {
  const sources = { prom: { type: 'prometheus' }, bus: { type: 'actuator', kinds: ['breakers'] } } as const;
  const facts = createFactsStore(frame({ system: 'shop', env: 'production', sources, signals } as never));
  learn(facts, feedInfo('bus/breakers', 'breakers'), {
    items: [breaker('psp', { instance: 'billing-0', service: 'billing', state: 'open', at: noon })],
  });
  learn(facts, feedInfo('kafka/lag', 'lag'), {
    items: [lag('billing-events', { topic: 'payments', lag: 12, member: 'billing-0' })],
  });
  for (const [index, { id, source }] of signals.entries())
    learn(facts, feedInfo(`${source}/${id}`, 'samples', { signals: [id] }), {
      samples: [sample(id, index + 1)],
    });
  return { facts, cockpit: { ...shopCockpit, messages: [] } };
};

test('signals are found by the names in their queries, labels, groups and topics', () => {
  const { facts } = made();
  const state = facts?.getState();
  if (state === undefined) throw new Error('no facts');
  const snapshot = buildSnapshot(state, noon);
  const of = (kind: 'breakers' | 'lag'): readonly string[] => {
    const [row] = snapshot.kinds[kind].rows;
    if (row === undefined) throw new Error(`no ${kind}`);
    return findRelatedSignals(snapshot, specs as never, entityNames(kind, row.fact)).map(({ id }) => id);
  };
  expect(of('breakers')).toEqual(['of.query', 'of.labels']);
  expect(of('lag')).toEqual(expect.arrayContaining(['of.group', 'of.topic']));
  expect(of('lag')).not.toContain('other');
});

describe('a full pane with few rows', () => {
  longTest('shows the signals of the selected row as tiles', async () => {
    const user = await openCockpit({ size: [120, 36], scene: made() });
    await user.press('3 z');
    const [heading, titles] = relatedOf(user.rows());
    expect(heading).toMatch(/^ RELATED SIGNALS {2}billing-0 · psp · last 1m/);
    expect(titles).toMatch(/^ Signal of\.query +○ 1 \/s +Signal of\.labels +○ 4 \/s/);
  });

  longTest('says why there are none', async () => {
    const unrelated = await openCockpit({ size: [120, 36], scene: made([spec('other', { query: 'up' })]) });
    await unrelated.press('3 z');
    expect(relatedOf(unrelated.rows()).map((row) => row.trim())).toEqual([
      'RELATED SIGNALS  billing-0 · psp · none, because no signal refers to this row',
    ]);
    const none = await openCockpit({ size: [120, 36], scene: made([]) });
    await none.press('3 z');
    expect(relatedOf(none.rows())[0]).toContain('none, because the profile has no signals');
  });

  longTest('shows the signals that count the row', async () => {
    const counting = { is: 'fact', fold: { kind: 'breakers', fold: 'count' } };
    const counted = [{ ...spec('open', {}, 'bus'), derived: counting }, spec('other', { query: 'up' })];
    const user = await openCockpit({ size: [120, 36], scene: made(counted as never) });
    await user.press('3 z');
    const [heading, titles] = relatedOf(user.rows());
    expect(heading).toMatch(/^ RELATED SIGNALS {2}billing-0 · psp · last 1m/);
    expect(titles).toMatch(/^ Signal open +○ 1 \/s/);
    expect(titles).not.toContain('other');
  });

  test('shows those beyond their limits first', async () => {
    const [first, second] = specs;
    const scene = made([
      first,
      { ...second, read: { query: 'up{service="billing"}' }, id: 'of.late' },
    ] as never);
    const user = await openCockpit({ size: [120, 36], scene });
    await user.press('3 z');
    expect(relatedOf(user.rows())[1]).toMatch(/Signal of\.query .*Signal of\.group/);
    const limited = {
      ...second,
      read: { query: 'up{service="billing"}' },
      threshold: { warn: { op: '>=', value: 1 } },
    };
    const other = await openCockpit({ size: [120, 36], scene: made([first, limited] as never) });
    await other.press('3 z');
    expect(relatedOf(other.rows())[1]).toMatch(/Signal of\.group .*Signal of\.query/);
  });

  test('has none in the overview', async () => {
    const user = await openCockpit({ size: [120, 36], scene: made() });
    expect(relatedOf(user.rows())).toEqual([]);
  });

  test('has none without room for a tile', async () => {
    const { facts, ...rest } = made();
    if (facts === undefined) throw new Error('no facts');
    learn(facts, feedInfo('bus/breakers', 'breakers'), {
      items: Array.from({ length: 16 }, (_, nth) =>
        breaker(`b${nth}`, { instance: `billing-${nth}`, at: noon }),
      ),
    });
    const user = await openCockpit({ size: [80, 24], scene: { facts, ...rest } });
    await user.press('3 z');
    expect(relatedOf(user.rows())).toEqual([]);
  });
});

test('tiles of the same title are distinguished by the labels that differ', async () => {
  const scene = made([spec('of.labels', { metric: 'x', labels: { application: 'billing' } })]);
  const { facts } = scene;
  if (facts === undefined) throw new Error('no facts');
  learn(facts, feedInfo('prom/of.labels', 'samples', { signals: ['of.labels'] }), {
    samples: ['billing-0', 'billing-1'].map((instance, index) =>
      sample('of.labels', index + 1, { labels: { application: 'billing', instance } }),
    ),
  });
  const user = await openCockpit({ size: [120, 36], scene });
  await user.press('3 z');
  const [, titles] = relatedOf(user.rows());
  expect(titles).toMatch(/Signal of\.labels billing-0 +○ 1 \/s +Signal of\.labels billing-1 +○ 2 \/s/);
});
