import { defined } from '../../domain/base/defined.ts';
import type { Level } from '../../domain/facts/level.ts';
import type { SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import { labelValues } from '../../domain/mask/mask-text.ts';
import { groupVerdict } from '../../kinds/lag/group-verdict.ts';
import { factKinds, rowName, stateWord } from '../../kinds/registry/registry.ts';
import type { SubjectStatus } from './status-comparison.ts';

/** Sources with valid readings. */
const seenSources = ({ kinds, signals }: Snapshot): ReadonlySet<string> => {
  const seen = new Set<string>();
  for (const kind of factKinds())
    for (const { fact, stale } of kinds[kind].rows) if (!stale) seen.add(fact.source);
  for (const { source, stale, value } of signals) if (!stale && value !== undefined) seen.add(source);
  seen.delete('');
  return seen;
};

/**
 * The status of every source that has answered or failed: available, partial data, or no data, with its message.
 */
export const sourceStatuses = (snapshot: Snapshot): readonly SubjectStatus[] => {
  const seen = seenSources(snapshot);
  const faults = new Map(snapshot.faults.toReversed().map((fault) => [fault.source, fault]));
  return [...new Set([...seen, ...faults.keys()])].map((source): SubjectStatus => {
    const fault = faults.get(source);
    const word = fault === undefined ? 'available' : seen.has(source) ? 'partial data' : 'no data';
    return {
      id: `source ${source}`,
      kind: 'source',
      noun: 'source',
      what: `source ${source}`,
      word,
      ...defined({ why: fault?.message }),
      level: fault === undefined ? 'ok' : 'unknown',
      source,
    };
  });
};

const unseen = (row: { readonly stale: boolean }): { readonly unseen?: true } =>
  row.stale ? { unseen: true } : {};

const healthStandings = ({ kinds }: Snapshot): readonly SubjectStatus[] =>
  kinds.health.rows.map((row) => {
    const { service, instance, status, detail, source } = row.fact;
    return {
      id: `health ${row.key}`,
      kind: 'verdict',
      noun: 'service',
      what: instance === '' ? service : instance,
      word: status,
      why: detail,
      level: row.level,
      row: row.key,
      source,
      ...unseen(row),
    };
  });

const breakerStandings = ({ kinds }: Snapshot): readonly SubjectStatus[] =>
  kinds.breakers.rows.map((row) => ({
    id: `breaker ${row.key}`,
    kind: 'verdict',
    noun: 'breaker',
    what: `breaker ${rowName('breakers', row.fact)}`,
    word: row.fact.state.toUpperCase(),
    level: row.level,
    row: row.key,
    source: row.fact.source,
    ...unseen(row),
  }));

const poolStandings = ({ kinds }: Snapshot): readonly SubjectStatus[] =>
  kinds.pools.rows.map((row) => ({
    id: `pool ${row.key}`,
    kind: 'verdict',
    noun: 'pool',
    what: `pool ${rowName('pools', row.fact)}`,
    word: row.level === 'ok' ? 'OK' : stateWord('pools', row.fact),
    level: row.level,
    row: row.key,
    source: row.fact.source,
    ...unseen(row),
  }));

/** A consumer group by its worst partitions: hundreds of partitions are one subject to a reader. */
const groupStandings = ({ kinds }: Snapshot): readonly SubjectStatus[] => {
  const groups = Map.groupBy(kinds.lag.rows, ({ fact }) => `${fact.source}/${fact.cluster}/${fact.group}`);
  return [...groups].flatMap(([key, rows]): readonly SubjectStatus[] => {
    const [first] = rows;
    if (first === undefined) return [];
    const { group, source } = first.fact;
    const { level, word } = groupVerdict(rows);
    return [
      {
        id: `group ${key}`,
        kind: 'verdict',
        noun: 'consumer group',
        what: `group ${group}`,
        word: level === 'ok' ? 'OK' : word,
        level,
        row: key,
        source,
        ...(rows.some(({ stale }) => stale) ? { unseen: true } : {}),
      },
    ];
  });
};

const levelWords: Readonly<Record<Level, string>> = {
  ok: 'OK',
  unknown: 'UNKNOWN',
  warn: 'WARN',
  crit: 'CRIT',
};

/** A signal without data is reported once by its source, not once per signal. */
const signalStanding = (row: SignalRow): SubjectStatus => ({
  id: `signal ${row.key}`,
  kind: 'verdict',
  noun: 'signal',
  what: [row.title, ...labelValues(row.labels)].join(' '),
  word: levelWords[row.level],
  ...defined({ why: row.verdict?.why }),
  level: row.level,
  row: row.key,
  source: row.source,
  ...(row.stale || row.level === 'unknown' ? { unseen: true } : {}),
});

/** The status of everything with a verdict: services, breakers, consumer groups, pools, signals. */
export const verdictStatuses = (snapshot: Snapshot): readonly SubjectStatus[] => [
  ...healthStandings(snapshot),
  ...breakerStandings(snapshot),
  ...groupStandings(snapshot),
  ...poolStandings(snapshot),
  ...snapshot.signals.map(signalStanding),
];

/** The status of all nodes. Cordoning is a change too, although a cordoned node is OK. */
export const nodeStatuses = ({ kinds }: Snapshot): readonly SubjectStatus[] =>
  kinds.nodes.rows.map(({ key, fact, level, stale, feed }): SubjectStatus => {
    const { name, detail, source } = fact;
    return {
      id: `node ${key}`,
      kind: 'verdict',
      noun: 'node',
      what: `node ${name}`,
      word: stateWord('nodes', fact),
      ...defined({ why: detail }),
      level,
      row: key,
      source,
      comes: feed,
      ...(stale ? { unseen: true } : {}),
    };
  });
