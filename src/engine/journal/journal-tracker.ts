import type { Millis } from '../../domain/base/fault.ts';
import type { JournalEntry } from '../../domain/facts/journal.ts';
import type { Level } from '../../domain/facts/level.ts';
import { levelRank, worstLevel } from '../../domain/facts/level.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { joinFirst, pluralize } from '../../domain/text/count-text.ts';
import { formatAge } from '../../domain/text/duration.ts';
import type { Alert } from '../../kinds/alerts/fact.ts';
import { alertSubject } from '../../kinds/alerts/merged-alerts.ts';
import {
  createStatusComparison,
  type JournalChange,
  journalEntryOf,
  transitionText,
} from './status-comparison.ts';
import { nodeStatuses, sourceStatuses, verdictStatuses } from './verdict-statuses.ts';
import { createWorkloadChangeTracker, createWorkloadStatuses } from './workload-changes.ts';

/** Changes of one subject within this time belong together. */
const togetherMs: Millis = 120_000;
/** The number of changes reported immediately: the failure and the recovery. */
const toldAtOnce = 2;

interface Flapping {
  readonly listed: number;
  readonly last: Millis;
  /** Changes not yet reported, since when, and the state before them. */
  readonly held?: {
    readonly since: Millis;
    readonly from: string;
    readonly count: number;
    readonly newest: JournalChange;
  };
}

/** The identity of a subject. A burst has no name and uses its noun. */
const flapNameOf = ({ kind, noun, what, row }: JournalChange): string =>
  `${kind} ${row === undefined ? noun : what}`;

const summary = (
  { since, from, count, newest }: NonNullable<Flapping['held']>,
  time: Millis,
): JournalChange => ({
  ...newest,
  at: time,
  from,
  why: `${count} times in ${formatAge(time - since)}${newest.why === undefined ? '' : `, ${newest.why}`}`,
});

/**
 * Folds flapping. The first two changes of a subject are reported immediately; further ones within two minutes of the
 * last are held back and reported as one, with their number, every two minutes.
 */
export const createFlapFolder = (): ((
  changes: readonly JournalChange[],
  time: Millis,
) => readonly JournalChange[]) => {
  const flapping = new Map<string, Flapping>();

  const take = (change: JournalChange): readonly JournalChange[] => {
    const name = flapNameOf(change);
    const { listed, held, last } = flapping.get(name) ?? { listed: 0, last: Number.NEGATIVE_INFINITY };
    const isApart = change.at - last > togetherMs && held === undefined;
    if (isApart || listed < toldAtOnce) {
      flapping.set(name, { listed: isApart ? 1 : listed + 1, last: change.at });
      return [change];
    }
    const { since = change.at, from = change.from, count = 0 } = held ?? {};
    flapping.set(name, { listed, last: change.at, held: { since, from, count: count + 1, newest: change } });
    return [];
  };

  const due = (time: Millis): readonly JournalChange[] => {
    const listed: JournalChange[] = [];
    for (const [name, { held, last }] of flapping) {
      if (held !== undefined && time - held.since >= togetherMs) {
        listed.push(held.count === 1 ? { ...held.newest, at: time } : summary(held, time));
        flapping.set(name, { listed: toldAtOnce, last });
      } else if (held === undefined && time - last > togetherMs) flapping.delete(name);
    }
    return listed;
  };

  return (changes, time) => [...due(time), ...changes.flatMap(take)];
};

/** Up to this many changes of one kind at a time are reported individually. */
const toldSingly = 4;
/** The number of names and of distinct transitions listed in a folded entry. */
const named = 3;
/** The maximum number of entries per snapshot. */
const mostAtOnce = 20;

const plural = (noun: string): string => (noun.endsWith('s') ? `${noun}es` : `${noun}s`);

/** 'OK → OOMKilled 9,000, OK → restarts 12 and 3 others' */
const stepsOf = (changes: readonly JournalChange[]): string => {
  const counts = [...Map.groupBy(changes, transitionText)].toSorted(([, a], [, b]) => b.length - a.length);
  const listed = counts
    .slice(0, named)
    .map(([step, same]) => (counts.length === 1 ? step : `${step} ${same.length}×`));
  const others = counts.length - listed.length;
  return `${listed.join(', ')}${others > 0 ? ` and ${pluralize(others, 'other change')}` : ''}`;
};

const burstNameOf = ({ noun, what }: JournalChange): string =>
  what.startsWith(`${noun} `) ? what.slice(noun.length + 1) : what;

const folded = (changes: readonly JournalChange[], first: JournalChange): JournalChange => {
  const { at, kind, noun, source } = first;
  return {
    at,
    kind,
    noun,
    what: `${changes.length} ${plural(noun)}`,
    from: '',
    to: stepsOf(changes),
    why: joinFirst(changes.map(burstNameOf), named),
    level: worstLevel(changes.map(({ level }) => level)),
    source: changes.every((change) => change.source === source) ? source : '',
  };
};

/**
 * Limits the changes of one snapshot: many of one kind become one entry with their number, and the rest is
 * summarized, keeping the worst.
 */
export const foldBursts = (changes: readonly JournalChange[]): readonly JournalChange[] => {
  const groups = Map.groupBy(changes, ({ kind, noun }) => `${kind} ${noun}`);
  const listed = [...groups.values()].flatMap((group): readonly JournalChange[] => {
    const [first] = group;
    return first === undefined || group.length <= toldSingly ? group : [folded(group, first)];
  });
  if (listed.length <= mostAtOnce) return listed;
  const byRank = listed.toSorted((a, b) => levelRank[b.level] - levelRank[a.level]);
  const omitted = byRank.slice(mostAtOnce - 1);
  const [first] = omitted;
  if (first === undefined) return listed;
  const { at, kind } = first;
  const more: JournalChange = {
    at,
    kind,
    noun: 'change',
    what: `${omitted.length} more at the same time`,
    from: '',
    to: 'too many things changed at once to list them',
    level: worstLevel(omitted.map(({ level }) => level)),
    source: '',
  };
  return [...byRank.slice(0, mostAtOnce - 1), more];
};

interface KnownAlert {
  readonly fact: Alert;
  readonly level: Level;
}

const nameOf = ({ name, labels }: Alert): string => {
  const subject = alertSubject(labels);
  return subject === '' ? `alert ${name}` : `alert ${name} · ${subject}`;
};

const changeOf = (
  key: string,
  fact: Alert,
  from: string,
  to: string,
  level: Level,
): Omit<JournalChange, 'at'> => ({
  kind: 'alert',
  noun: 'alert',
  what: nameOf(fact),
  from,
  to,
  ...(fact.summary === '' ? {} : { why: fact.summary }),
  level,
  row: key,
  source: fact.source,
});

interface Look {
  readonly alerts: ReadonlyMap<string, KnownAlert>;
  /** Sources that have answered: their first alerts are not news. */
  readonly answered: ReadonlySet<string>;
}

/** The known alerts after this snapshot; for an unavailable source, the previous ones. */
const lookAt = ({ kinds: { alerts } }: Snapshot, before: Look): Look => {
  const fresh = alerts.rows.filter(({ stale }) => !stale);
  const blind = new Set([
    ...alerts.faults.map(({ source }) => source),
    ...alerts.rows.filter(({ stale }) => stale).map(({ fact }) => fact.source),
  ]);
  const kept = [...before.alerts].filter(([, { fact }]) => blind.has(fact.source));
  const answered = fresh.map(({ fact }) => fact.source);
  return {
    alerts: new Map([...kept, ...fresh.map(({ key, fact, level }) => [key, { fact, level }] as const)]),
    answered: new Set([...before.answered, ...answered]),
  };
};

/**
 * The alerts that started, changed and ended between two snapshots. An alert has ended when it is no longer listed,
 * but not while its source is unavailable or partly available.
 */
const createAlertChanges = (): ((snapshot: Snapshot) => readonly JournalChange[]) => {
  let before: Look | undefined;
  /** Sources unavailable at the first snapshot: their first data is not news. */
  const blindFirst = new Set<string>();
  return (snapshot) => {
    const { at, kinds } = snapshot;
    if (!kinds.alerts.isProvided || kinds.alerts.waiting > 0) return [];
    const was = before ?? { alerts: new Map(), answered: new Set() };
    const now = lookAt(snapshot, was);
    const isFirst = before === undefined;
    if (isFirst) for (const { source } of kinds.alerts.faults) blindFirst.add(source);
    // A source that answered without alerts counts as seen: its first alert is news.
    const isKnown = (source: string): boolean =>
      !isFirst && (was.answered.has(source) || !blindFirst.has(source));
    before = now;
    const changed = [...now.alerts].flatMap(([key, { fact, level }]): readonly JournalChange[] => {
      const from = was.alerts.get(key)?.fact.state.toUpperCase() ?? '';
      const to = fact.state.toUpperCase();
      return from === to || !isKnown(fact.source) ? [] : [{ at, ...changeOf(key, fact, from, to, level) }];
    });
    const ended = [...was.alerts].flatMap(([key, { fact }]): readonly JournalChange[] =>
      now.alerts.has(key) ? [] : [{ at, ...changeOf(key, fact, fact.state.toUpperCase(), 'resolved', 'ok') }],
    );
    return [...changed, ...ended];
  };
};

/** A changed verdict already implies the restart, so that is not reported as well. */
const withoutVerdicts = (
  changes: readonly JournalChange[],
  verdicts: readonly JournalChange[],
): readonly JournalChange[] => {
  const rows = new Set(verdicts.map(({ row }) => row));
  return changes.filter(({ kind, row }) => kind !== 'verdict' || !rows.has(row));
};

/**
 * Reports the changes between two snapshots of one environment: verdicts, alerts, workloads and their configuration,
 * sources. At most 20 entries per snapshot. The first known state is not news.
 */
export const createJournalTracker = (): ((snapshot: Snapshot) => readonly JournalEntry[]) => {
  const compare = createStatusComparison();
  const alerts = createAlertChanges();
  const workloads = createWorkloadChangeTracker();
  const workloadStatuses = createWorkloadStatuses();
  const fold = createFlapFolder();
  return (snapshot) => {
    const statuses = [
      verdictStatuses(snapshot),
      workloadStatuses(snapshot),
      nodeStatuses(snapshot),
      sourceStatuses(snapshot),
    ];
    const verdicts = compare(statuses, snapshot.at);
    const changes = [...withoutVerdicts(workloads(snapshot), verdicts), ...verdicts, ...alerts(snapshot)];
    return fold(foldBursts(changes), snapshot.at).map(journalEntryOf);
  };
};
