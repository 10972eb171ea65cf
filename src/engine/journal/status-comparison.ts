import type { Millis } from '../../domain/fault.ts';
import type { JournalEntry, JournalKind } from '../../domain/journal.ts';
import type { Level } from '../../domain/level.ts';

/** One change between two looks, before many of them are told as one. */
export interface JournalChange {
  readonly at: Millis;
  readonly kind: JournalKind;
  /** What sort of thing it is, in the singular: 'breaker', 'pod'. */
  readonly noun: string;
  readonly what: string;
  /** How it stood before; '' when it was not there. */
  readonly from: string;
  readonly to: string;
  /** What explains it: the value and its limit, what the source said. */
  readonly why?: string;
  readonly level: Level;
  readonly row?: string;
  readonly source: string;
}

/** 'CLOSED → OPEN'; of what has been elsewhere meanwhile 'CLOSED again'. */
export const transitionText = ({ from, to }: Pick<JournalChange, 'from' | 'to'>): string => {
  if (from === '') return to;
  return from === to ? `${to} again` : `${from} → ${to}`;
};

/** The journal's line of a change. */
export const journalEntryOf = (change: JournalChange): JournalEntry => {
  const { at, kind, level, what, why, row, source } = change;
  return {
    at,
    kind,
    level,
    what,
    change: why === undefined || why === '' ? transitionText(change) : `${transitionText(change)}: ${why}`,
    ...(row === undefined ? {} : { row }),
    source,
  };
};

/** How one thing stands at one look. */
export interface SubjectStatus {
  /** Tells it from everything else that stands. */
  readonly id: string;
  readonly kind: JournalKind;
  readonly noun: string;
  readonly what: string;
  readonly word: string;
  readonly why?: string;
  readonly level: Level;
  readonly row?: string;
  readonly source: string;
  /** It is there, but how it stands cannot be told now: what it was before still counts. */
  readonly unseen?: true;
  /** The feed that tells of it, where things come and go: one that comes later begins as not ready. */
  readonly comes?: string;
  /** One that has just come stands so on its way to be OK. */
  readonly begins?: true;
}

/** What is remembered of a thing between two looks. */
interface RememberedStatus {
  readonly word: string;
  /** It has come since the first look and has not been OK yet: becoming OK is how it begins. */
  readonly starting: boolean;
}

interface StatusSnapshot {
  readonly things: ReadonlyMap<string, RememberedStatus>;
  /** Feeds that have told of something. */
  readonly feeds: ReadonlySet<string>;
}

/** How a thing is remembered after this look; undefined: not at all. */
const stoodAfter = (
  one: SubjectStatus,
  was: RememberedStatus | undefined,
  before: StatusSnapshot,
): RememberedStatus | undefined => {
  if (one.unseen === true) return was;
  if (was === undefined && one.word.toLowerCase() === 'unknown') return undefined;
  const isNew = was === undefined && one.comes !== undefined && before.feeds.has(one.comes);
  return { word: one.word, starting: one.level !== 'ok' && (isNew || was?.starting === true) };
};

/** A known word has become another one, and not because the thing has just begun. */
const hasChanged = (one: SubjectStatus, was: RememberedStatus | undefined): was is RememberedStatus =>
  one.unseen !== true &&
  was !== undefined &&
  was.word !== one.word &&
  !(was.starting && (one.level === 'ok' || one.begins === true));

const changeOf = (
  { kind, noun, what, word, why, level, row, source }: SubjectStatus,
  from: string,
  at: Millis,
): JournalChange => ({
  at,
  kind,
  noun,
  what,
  from,
  to: word,
  ...(why === undefined ? {} : { why }),
  level,
  ...(row === undefined ? {} : { row }),
  source,
});

/**
 * Compares each look with the one before. The first known word of a thing tells nothing, nor does a thing that comes,
 * becomes OK or goes; one that is no longer known is a change. What cannot be seen for a while is compared with how it
 * stood before.
 */
export const createStatusComparison = (): ((
  now: readonly SubjectStatus[],
  at: Millis,
) => readonly JournalChange[]) => {
  let before: StatusSnapshot = { things: new Map(), feeds: new Set() };
  return (now, at) => {
    const things = new Map<string, RememberedStatus>();
    const changes: JournalChange[] = [];
    for (const one of now) {
      const was = before.things.get(one.id);
      const stood = stoodAfter(one, was, before);
      if (stood !== undefined) things.set(one.id, stood);
      if (hasChanged(one, was)) changes.push(changeOf(one, was.word, at));
    }
    const feeds = now.flatMap(({ comes }) => comes ?? []);
    before = { things, feeds: new Set([...before.feeds, ...feeds]) };
    return changes;
  };
};
