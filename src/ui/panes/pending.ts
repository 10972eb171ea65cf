import type { Level } from '../../domain/level.ts';
import type { PaneRow } from './row.ts';

/** The level that a row will be raised to if its value stays where it is; undefined when none is on its way. */
export const pendingOf = ({ subject }: PaneRow): Level | undefined =>
  subject?.kind === 'signal' ? subject.signal.verdict?.pending?.level : undefined;

/** A row that may be folded away: it is OK, nothing is on its way, and it has nothing else to say. */
export const isCalm = (row: PaneRow): boolean =>
  row.level === 'ok' && row.notable !== true && pendingOf(row) === undefined;
