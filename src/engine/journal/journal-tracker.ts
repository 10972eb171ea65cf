import { formatAge } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import type { JournalEntry } from '../../domain/journal.ts';
import type { Level } from '../../domain/level.ts';
import { levelRank, worstLevel } from '../../domain/level.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Alert } from '../../kinds/alerts/fact.ts';
import { alertSubject } from '../../kinds/alerts/merged-alerts.ts';
import {
  createStatusComparison,
  type JournalChange,
  journalEntryOf,
  transitionText,
} from './status-comparison.ts';
import { sourceStatuses, verdictStatuses } from './verdict-statuses.ts';
import { createWorkloadChangeTracker, workloadStatuses } from './workload-changes.ts';

/** Changes of one thing that follow each other within so long belong together. */
const togetherMs: Millis = 120_000;
/** So many of them are told as they come: that it broke, and that it came back. */
const toldAtOnce = 2;

interface Flapping {
  readonly told: number;
  readonly last: Millis;
  /** What was not told yet, since when, and how it stood before that. */
  readonly held?: {
    readonly since: Millis;
    readonly from: string;
    readonly count: number;
    readonly newest: JournalChange;
  };
}

/** What one thing is known by: a burst has no name of its own, and goes by its noun. */
const flapNameOf = ({ kind, noun, what, row }: JournalChange): string =>
  `${kind} ${row === undefined ? noun : what}`;

const summary = (
  { since, from, count, newest }: NonNullable<Flapping['held']>,
  at: Millis,
): JournalChange => ({
  ...newest,
  at,
  from,
  why: `${count} times in ${formatAge(at - since)}${newest.why === undefined ? '' : `, ${newest.why}`}`,
});

/**
 * Folds what goes to and fro. The first two changes of a thing are told at once; further ones within two minutes of the
 * last are held back and told as one, with their number, every two minutes.
 */
export const createFlapFolder = (): ((
  changes: readonly JournalChange[],
  at: Millis,
) => readonly JournalChange[]) => {
  const things = new Map<string, Flapping>();

  const take = (change: JournalChange): readonly JournalChange[] => {
    const name = flapNameOf(change);
    const { told, held, last } = things.get(name) ?? { told: 0, last: Number.NEGATIVE_INFINITY };
    const isApart = change.at - last > togetherMs && held === undefined;
    if (isApart || told < toldAtOnce) {
      things.set(name, { told: isApart ? 1 : told + 1, last: change.at });
      return [change];
    }
    const { since = change.at, from = change.from, count = 0 } = held ?? {};
    things.set(name, { told, last: change.at, held: { since, from, count: count + 1, newest: change } });
    return [];
  };

  const due = (at: Millis): readonly JournalChange[] => {
    const told: JournalChange[] = [];
    for (const [name, { held, last }] of things) {
      if (held !== undefined && at - held.since >= togetherMs) {
        told.push(held.count === 1 ? { ...held.newest, at } : summary(held, at));
        things.set(name, { told: toldAtOnce, last });
      } else if (held === undefined && at - last > togetherMs) things.delete(name);
    }
    return told;
  };

  return (changes, at) => [...due(at), ...changes.flatMap(take)];
};

/** More than so many things of one kind at one moment are told as one. */
const toldSingly = 4;
/** So many of them are named, and so many different steps of theirs are told. */
const named = 3;
/** Entries of one moment, whatever happens. */
const mostAtOnce = 20;

const plural = (noun: string): string => (noun.endsWith('s') ? `${noun}es` : `${noun}s`);

/** 'OK → OOMKilled 9,000, OK → restarts 12 and 3 others' */
const stepsOf = (changes: readonly JournalChange[]): string => {
  const counts = [...Map.groupBy(changes, transitionText)].toSorted(([, a], [, b]) => b.length - a.length);
  const told = counts
    .slice(0, named)
    .map(([step, same]) => (counts.length === 1 ? step : `${step} ${same.length}×`));
  const others = counts.length - told.length;
  return `${told.join(', ')}${others > 0 ? ` and ${others} other changes` : ''}`;
};

const burstNameOf = ({ noun, what }: JournalChange): string =>
  what.startsWith(`${noun} `) ? what.slice(noun.length + 1) : what;

const folded = (changes: readonly JournalChange[], first: JournalChange): JournalChange => {
  const names = changes.slice(0, named).map(burstNameOf).join(', ');
  const more = changes.length - named;
  const { at, kind, noun, source } = first;
  return {
    at,
    kind,
    noun,
    what: `${changes.length} ${plural(noun)}`,
    from: '',
    to: stepsOf(changes),
    why: `${names}${more > 0 ? ` and ${more} more` : ''}`,
    level: worstLevel(changes.map(({ level }) => level)),
    source: changes.every((one) => one.source === source) ? source : '',
  };
};

/**
 * The changes of one moment, bounded: many of one kind of thing are one with their number, and what is still too many
 * is announced by its number, the worst kept.
 */
export const foldBursts = (changes: readonly JournalChange[]): readonly JournalChange[] => {
  const groups = Map.groupBy(changes, ({ kind, noun }) => `${kind} ${noun}`);
  const told = [...groups.values()].flatMap((group): readonly JournalChange[] => {
    const [first] = group;
    return first === undefined || group.length <= toldSingly ? group : [folded(group, first)];
  });
  if (told.length <= mostAtOnce) return told;
  const byRank = told.toSorted((a, b) => levelRank[b.level] - levelRank[a.level]);
  const rest = byRank.slice(mostAtOnce - 1);
  const [first] = rest;
  if (first === undefined) return told;
  const { at, kind } = first;
  const more: JournalChange = {
    at,
    kind,
    noun: 'change',
    what: `${rest.length} more at the same time`,
    from: '',
    to: 'too many to list',
    level: worstLevel(rest.map(({ level }) => level)),
    source: '',
  };
  return [...byRank.slice(0, mostAtOnce - 1), more];
};

interface Stood {
  readonly fact: Alert;
  readonly level: Level;
}

const nameOf = ({ name, labels }: Alert): string => {
  const thing = alertSubject(labels);
  return thing === '' ? `alert ${name}` : `alert ${name} · ${thing}`;
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
const createAlertChanges = (): ((snapshot: Snapshot) => readonly JournalChange[]) => {
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

/** A thing whose verdict changed need not be told to have been started again as well. */
const withoutVerdicts = (
  changes: readonly JournalChange[],
  verdicts: readonly JournalChange[],
): readonly JournalChange[] => {
  const rows = new Set(verdicts.map(({ row }) => row));
  return changes.filter(({ kind, row }) => kind !== 'verdict' || !rows.has(row));
};

/**
 * Tells what changed between two looks at one environment: verdicts, alerts, what runs and how it is set up, sources.
 * At most 20 entries a look, whatever happens; the first known state of anything tells nothing.
 */
export const createJournalTracker = (): ((snapshot: Snapshot) => readonly JournalEntry[]) => {
  const compare = createStatusComparison();
  const alerts = createAlertChanges();
  const workloads = createWorkloadChangeTracker();
  const fold = createFlapFolder();
  return (snapshot) => {
    const standings = [
      ...verdictStatuses(snapshot),
      ...workloadStatuses(snapshot),
      ...sourceStatuses(snapshot),
    ];
    const verdicts = compare(standings, snapshot.at);
    const changes = [...withoutVerdicts(workloads(snapshot), verdicts), ...verdicts, ...alerts(snapshot)];
    return fold(foldBursts(changes), snapshot.at).map(journalEntryOf);
  };
};
