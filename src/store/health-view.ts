import type { FactKind } from '../domain/facts.ts';
import type { Fault, Millis } from '../domain/fault.ts';
import type { Expected, FeedState } from '../domain/reading.ts';
import type { KindView, Row } from '../domain/snapshot.ts';
import type { Health } from '../kinds/health/fact.ts';
import { keyOf } from '../kinds/registry.ts';
import type { FactsState } from './facts.ts';
import { kindView } from './kind-views.ts';
import { sameList } from './same.ts';

const expectedOf = ({ feed, known }: FeedState): readonly Expected[] => {
  if (feed.expects !== undefined) return feed.expects;
  if (known !== undefined) return [];
  return [{ service: feed.name === 'health' ? feed.source : feed.name, instance: feed.instance ?? '' }];
};

const unseen = (
  env: string,
  source: string,
  feed: string,
  { service, instance }: Expected,
  fault: Fault | undefined,
  now: Millis,
): Row<'health'> => {
  const fact: Health = {
    source,
    env,
    service,
    instance,
    status: 'unknown',
    detail: fault?.message ?? 'not read yet',
    components: [],
    at: fault?.at ?? now,
  };
  return { key: keyOf('health', fact), fact, level: 'unknown', stale: false, feed };
};

interface ViewMade {
  readonly seen: KindView<'health'>;
  readonly view: KindView<'health'>;
}
/** The last view, by the environment's fixed part. */
const latest = new WeakMap<FactsState['frame'], ViewMade>();

/** A check that is not seen for the same reason as before is the same row: not knowing does not get newer. */
const keepUnseen = (
  before: ViewMade | undefined,
  rows: readonly Row<'health'>[],
): readonly Row<'health'>[] => {
  const had = new Map(before?.view.rows.map((row) => [row.key, row]));
  return rows.map((row) => {
    const was = had.get(row.key);
    const isSame = was?.feed === row.feed && was.level === row.level && was.fact.detail === row.fact.detail;
    return isSame ? was : row;
  });
};

/** Health as any kind, and beside what was seen every check that was not: each as a row of unknown status that says why. */
const healthView = (state: FactsState, now: Millis): KindView<'health'> => {
  const view = kindView('health', state, now);
  const { env, sources } = state.frame;
  const seen = new Set(
    view.rows.map(({ fact }) => JSON.stringify([fact.source, fact.service, fact.instance])),
  );
  const missing = (source: string, expected: readonly Expected[]) =>
    expected.filter(({ service, instance }) => !seen.has(JSON.stringify([source, service, instance])));
  const probes = Object.values(state.feeds).filter(
    ({ feed }) => feed.kind === 'health' && feed.probe === true,
  );
  const ofProbes = probes.flatMap((one) =>
    missing(one.feed.source, expectedOf(one)).map((e) =>
      unseen(env, one.feed.source, one.feed.id, e, one.faults[0], now),
    ),
  );
  const ofSources = Object.entries(sources).flatMap(([id, source]) => {
    if (source.problem === undefined) return [];
    const whole = source.kinds?.includes('health') === true ? [{ service: id, instance: '' }] : [];
    return missing(id, source.expects ?? whole).map((e) => unseen(env, id, '', e, source.problem, now));
  });
  const before = latest.get(state.frame);
  const rows = [...view.rows, ...keepUnseen(before, [...ofProbes, ...ofSources])];
  if (before?.seen === view && sameList(before.view.rows, rows)) return before.view;
  const whole = { ...view, rows };
  latest.set(state.frame, { seen: view, view: whole });
  return whole;
};

/** All that is known of a kind now, and what cannot be seen of it. */
export const viewOf = (kind: FactKind, state: FactsState, now: Millis): KindView =>
  // A view of health is a view of its kind.
  kind === 'health' ? (healthView(state, now) as KindView) : (kindView(kind, state, now) as KindView);
