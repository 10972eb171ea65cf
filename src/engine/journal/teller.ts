import type { JournalEntry } from '../../domain/journal.ts';
import type { Level } from '../../domain/level.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Alert } from '../../kinds/alerts/fact.ts';
import { aboutOf } from '../../kinds/alerts/labels.ts';
import { foldBursts } from './bursts.ts';
import { type Change, entryOf } from './change.ts';
import { createFlaps } from './flaps.ts';
import { sourceStandings } from './sources.ts';
import { createComparison } from './standing.ts';
import { verdictStandings } from './verdicts.ts';
import { createWorkloadChanges, workloadStandings } from './workloads.ts';

interface Stood {
  readonly fact: Alert;
  readonly level: Level;
}

const nameOf = ({ name, labels }: Alert): string => {
  const thing = aboutOf(labels);
  return thing === '' ? `alert ${name}` : `alert ${name} · ${thing}`;
};

const changeOf = (key: string, fact: Alert, from: string, to: string, level: Level): Omit<Change, 'at'> => ({
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
  readonly alerts: ReadonlyMap<string, Stood>;
  /** Sources that have answered: the first alerts of one tell nothing. */
  readonly answered: ReadonlySet<string>;
}

/** What is known after this look: of a source that cannot be seen, what was known before. */
const lookAt = ({ kinds: { alerts } }: Snapshot, before: Look): Look => {
  const fresh = alerts.rows.filter(({ stale }) => !stale);
  const blind = new Set([
    ...alerts.blind.map(({ source }) => source),
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
 * What alerts began, changed and ended between two looks. One that is not listed any more has ended; one whose source
 * does not answer, or answers in part, has not.
 */
const createAlertChanges = (): ((snapshot: Snapshot) => readonly Change[]) => {
  let before: Look | undefined;
  /** Sources that could not be seen at the first look: what they tell at first is no news. */
  const blindFirst = new Set<string>();
  return (snapshot) => {
    const { at, kinds } = snapshot;
    if (!kinds.alerts.asked || kinds.alerts.waiting > 0) return [];
    const was = before ?? { alerts: new Map(), answered: new Set() };
    const now = lookAt(snapshot, was);
    const isFirst = before === undefined;
    if (isFirst) for (const { source } of kinds.alerts.blind) blindFirst.add(source);
    // A source that answered without an alert has been looked at: its first alert is news.
    const isKnown = (source: string): boolean =>
      !isFirst && (was.answered.has(source) || !blindFirst.has(source));
    before = now;
    const changed = [...now.alerts].flatMap(([key, { fact, level }]): readonly Change[] => {
      const from = was.alerts.get(key)?.fact.state.toUpperCase() ?? '';
      const to = fact.state.toUpperCase();
      return from === to || !isKnown(fact.source) ? [] : [{ at, ...changeOf(key, fact, from, to, level) }];
    });
    const ended = [...was.alerts].flatMap(([key, { fact }]): readonly Change[] =>
      now.alerts.has(key) ? [] : [{ at, ...changeOf(key, fact, fact.state.toUpperCase(), 'resolved', 'ok') }],
    );
    return [...changed, ...ended];
  };
};

/** A thing whose verdict changed need not be told to have been started again as well. */
const withoutVerdicts = (changes: readonly Change[], verdicts: readonly Change[]): readonly Change[] => {
  const rows = new Set(verdicts.map(({ row }) => row));
  return changes.filter(({ kind, row }) => kind !== 'verdict' || !rows.has(row));
};

/**
 * Tells what changed between two looks at one environment: verdicts, alerts, what runs and how it is set up, sources.
 * At most 20 entries a look, whatever happens; the first known state of anything tells nothing.
 */
export const createTeller = (): ((snapshot: Snapshot) => readonly JournalEntry[]) => {
  const compare = createComparison();
  const alerts = createAlertChanges();
  const workloads = createWorkloadChanges();
  const fold = createFlaps();
  return (snapshot) => {
    const standings = [
      ...verdictStandings(snapshot),
      ...workloadStandings(snapshot),
      ...sourceStandings(snapshot),
    ];
    const verdicts = compare(standings, snapshot.at);
    const changes = [...withoutVerdicts(workloads(snapshot), verdicts), ...verdicts, ...alerts(snapshot)];
    return fold(foldBursts(changes), snapshot.at).map(entryOf);
  };
};
