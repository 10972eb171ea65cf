import type { Millis } from '../../../domain/fault.ts';
import type { JournalEntry } from '../../../domain/journal.ts';
import { type Level, worse } from '../../../domain/level.ts';

/** How one row has stood: a level for each step, oldest first; absent where nothing tells. */
export interface Past {
  readonly steps: readonly (Level | undefined)[];
  /** The changes themselves, newest first. */
  readonly changes: readonly JournalEntry[];
}

export interface PastSpan {
  readonly now: Millis;
  readonly spanMs: Millis;
  readonly steps: number;
}

/** A row as it stands now. */
export interface Standing {
  readonly key: string;
  readonly level: Level;
  readonly since?: Millis;
}

interface Stretch {
  readonly from: Millis;
  readonly to: Millis;
  readonly level: Level;
}

const isOf =
  (key: string) =>
  ({ kind, row }: JournalEntry): boolean =>
    kind === 'verdict' && row === key;

/**
 * From each change to the next one a row stood as the change says. What was before the first one it does not tell; where
 * there is no change at all, the row has stood as it stands for as long as we know it.
 */
const stretchesOf = (journal: readonly JournalEntry[], row: Standing, now: Millis): readonly Stretch[] => {
  const changes = journal.filter(isOf(row.key));
  if (changes.length === 0)
    return row.since === undefined ? [] : [{ from: row.since, to: now, level: row.level }];
  return changes.map((change, index) => ({
    from: change.at,
    to: changes[index + 1]?.at ?? now,
    level: change.level,
  }));
};

/** The worst level of these rows in each step of the last `spanMs`, and what changed. `journal`: oldest first. */
export const pastOf = (
  journal: readonly JournalEntry[],
  rows: readonly Standing[],
  { now, spanMs, steps }: PastSpan,
): Past => {
  const known = journal.filter(({ at }) => at <= now);
  const stretches = rows.flatMap((row) => stretchesOf(known, row, now));
  const stepMs = spanMs / steps;
  const levels = Array.from({ length: steps }, (_, index): Level | undefined => {
    const [from, to] = [now - spanMs + index * stepMs, now - spanMs + (index + 1) * stepMs];
    return stretches
      .filter((one) => one.from < to && one.to >= from)
      .reduce<Level | undefined>(
        (worst, { level }) => (worst === undefined ? level : worse(worst, level)),
        undefined,
      );
  });
  const changes = known.filter((entry) => rows.some(({ key }) => isOf(key)(entry)));
  return { steps: levels, changes: changes.filter(({ at }) => at >= now - spanMs).toReversed() };
};

/** When a row that is not OK was OK last, as far as its changes tell. */
export const lastOk = (journal: readonly JournalEntry[], { key, level }: Standing): Millis | undefined => {
  if (level === 'ok') return undefined;
  const changes = journal.filter(isOf(key));
  const good = changes.findLastIndex((change) => change.level === 'ok');
  const left = changes[good + 1];
  return good >= 0 || /^(up|ok)\b/i.test(left?.change ?? '') ? left?.at : undefined;
};
