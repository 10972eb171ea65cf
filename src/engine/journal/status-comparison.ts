import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { JournalEntry, JournalKind } from '../../domain/facts/journal.ts';
import type { Level } from '../../domain/facts/level.ts';

/** One change between two snapshots, before folding. */
export interface JournalChange {
  readonly at: Millis;
  readonly kind: JournalKind;
  /** The noun in the singular: 'breaker', 'pod'. */
  readonly noun: string;
  readonly what: string;
  /** The previous state; '' when it did not exist. */
  readonly from: string;
  readonly to: string;
  /** The explanation: the value and its limit, or the source's message. */
  readonly why?: string;
  readonly level: Level;
  readonly row?: string;
  readonly source: string;
}

/** 'CLOSED → OPEN'; after an intermediate state 'CLOSED again'. */
export const transitionText = ({ from, to }: Pick<JournalChange, 'from' | 'to'>): string => {
  if (from === '') return to;
  return from === to ? `${to} again` : `${from} → ${to}`;
};

/** Converts a change to a journal entry. */
export const journalEntryOf = (change: JournalChange): JournalEntry => {
  const { at, kind, level, what, why, row, source } = change;
  return {
    at,
    kind,
    level,
    what,
    change: why === undefined || why === '' ? transitionText(change) : `${transitionText(change)}: ${why}`,
    ...defined({ row }),
    source,
  };
};

/** The status of one subject at one snapshot. */
export interface SubjectStatus {
  /** Identifies the subject among all others. */
  readonly id: string;
  readonly kind: JournalKind;
  readonly noun: string;
  readonly what: string;
  readonly word: string;
  readonly why?: string;
  readonly level: Level;
  readonly row?: string;
  readonly source: string;
  /** The subject exists, but its state is unavailable: its previous state still counts. */
  readonly unseen?: true;
  /** The feed that reports it, where subjects come and go: a new one starts as not ready. */
  readonly comes?: string;
  /** The status is part of a normal start. */
  readonly begins?: true;
}

/** The remembered status of a subject between two snapshots. */
interface RememberedStatus {
  readonly word: string;
  /** It appeared after the first snapshot and has not been OK yet: becoming OK is part of its start. */
  readonly starting: boolean;
}

/** The remembered status after this snapshot; undefined to forget it. `feeds`: those that have reported something before. */
const stoodAfter = (
  subjectStatus: SubjectStatus,
  was: RememberedStatus | undefined,
  feeds: ReadonlySet<string>,
): RememberedStatus | undefined => {
  if (subjectStatus.unseen === true) return was;
  if (was === undefined && subjectStatus.word.toLowerCase() === 'unknown') return undefined;
  const isNew = was === undefined && subjectStatus.comes !== undefined && feeds.has(subjectStatus.comes);
  return {
    word: subjectStatus.word,
    starting: subjectStatus.level !== 'ok' && (isNew || was?.starting === true),
  };
};

/** True when a known status has changed, other than during a start. */
const hasChanged = (
  subjectStatus: SubjectStatus,
  was: RememberedStatus | undefined,
): was is RememberedStatus =>
  subjectStatus.unseen !== true &&
  was !== undefined &&
  was.word !== subjectStatus.word &&
  !(was.starting && (subjectStatus.level === 'ok' || subjectStatus.begins === true));

const changeOf = (
  { kind, noun, what, word, why, level, row, source }: SubjectStatus,
  from: string,
  time: Millis,
): JournalChange => ({
  at: time,
  kind,
  noun,
  what,
  from,
  to: word,
  ...defined({ why }),
  level,
  ...defined({ row }),
  source,
});

/** The subjects of one group as they were last given, and what is remembered of them. */
interface RememberedGroup {
  readonly given: readonly SubjectStatus[];
  readonly subjects: ReadonlyMap<string, RememberedStatus>;
}

/**
 * Compares consecutive snapshots, given as groups of subjects; a subject stays in its group. Not news: the first known status of
 * a subject, and its appearance, first OK or removal. Becoming unknown is a change. An unavailable subject is later compared with
 * its last known status. A group that is the same array again is skipped: thousands of pods are compared every second.
 */
export const createStatusComparison = (): ((
  now: readonly (readonly SubjectStatus[])[],
  time: Millis,
) => readonly JournalChange[]) => {
  let groups: readonly RememberedGroup[] = [];
  let feeds: ReadonlySet<string> = new Set();
  return (now, time) => {
    const changes: JournalChange[] = [];
    const compared = now.map((given, index): RememberedGroup => {
      const before = groups[index];
      if (before?.given === given) return before;
      const subjects = new Map<string, RememberedStatus>();
      for (const subjectStatus of given) {
        const was = before?.subjects.get(subjectStatus.id);
        const after = stoodAfter(subjectStatus, was, feeds);
        if (after !== undefined) subjects.set(subjectStatus.id, after);
        if (hasChanged(subjectStatus, was)) changes.push(changeOf(subjectStatus, was.word, time));
      }
      return { given, subjects };
    });
    const reporting = compared.flatMap((group, index) =>
      group === groups[index] ? [] : group.given.flatMap(({ comes }) => comes ?? []),
    );
    groups = compared;
    if (reporting.some((feed) => !feeds.has(feed))) feeds = new Set([...feeds, ...reporting]);
    return changes;
  };
};
