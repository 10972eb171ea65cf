import type { Millis } from '../../domain/fault.ts';
import type { JournalEntry, JournalKind } from '../../domain/journal.ts';
import type { Level } from '../../domain/level.ts';

/** One change between two looks, before many of them are told as one. */
export interface Change {
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
export const stepOf = ({ from, to }: Pick<Change, 'from' | 'to'>): string => {
  if (from === '') return to;
  return from === to ? `${to} again` : `${from} → ${to}`;
};

/** The journal's line of a change. */
export const entryOf = (change: Change): JournalEntry => {
  const { at, kind, level, what, why, row, source } = change;
  return {
    at,
    kind,
    level,
    what,
    change: why === undefined || why === '' ? stepOf(change) : `${stepOf(change)}: ${why}`,
    ...(row === undefined ? {} : { row }),
    source,
  };
};
