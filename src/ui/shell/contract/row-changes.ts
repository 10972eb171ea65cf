import type { Millis } from '../../../domain/base/fault.ts';
import type { PaneId } from '../../kit/components/cursor.ts';
import type { PaneRow } from './pane-row.ts';

/** A row of a pane whose level changed. */
export interface RowChange {
  readonly pane: PaneId;
  readonly key: string;
}

/** A change of a row's level that was not seen yet. */
export interface UnseenChange {
  readonly at: Millis;
  /** True for a moment after the change: the row is drawn in inverse. */
  readonly flashes: boolean;
}

/** The rows with unseen changes, by pane and row key. */
export type UnseenChanges = Readonly<Record<PaneId, ReadonlyMap<string, UnseenChange>>>;

const none: ReadonlyMap<string, UnseenChange> = new Map();

/** The unseen change of a row; a row that repeats one of another pane has the change of that one. */
export const unseenChange = (
  changes: UnseenChanges,
  pane: PaneId,
  { key, origin }: Pick<PaneRow, 'key' | 'origin'>,
): UnseenChange | undefined => changes[origin?.pane ?? pane]?.get(origin?.key ?? key);

/** Updates the changes of some panes; the others stay the same object. Panes without changes are removed. */
const updated = (
  changes: UnseenChanges,
  panes: Iterable<PaneId>,
  update: (pane: PaneId, rows: Map<string, UnseenChange>) => void,
): UnseenChanges => {
  const next: Record<PaneId, ReadonlyMap<string, UnseenChange>> = { ...changes };
  for (const pane of new Set(panes)) {
    const rows = new Map(changes[pane] ?? none);
    update(pane, rows);
    if (rows.size === 0) delete next[pane];
    else next[pane] = rows;
  }
  return next;
};

/** Adds changes that happened at `at`. */
export const withChanges = (
  changes: UnseenChanges,
  added: readonly RowChange[],
  time: Millis,
  flashes: boolean,
): UnseenChanges => {
  const byPane = Map.groupBy(added, ({ pane }) => pane);
  return updated(changes, byPane.keys(), (pane, rows) => {
    for (const { key } of byPane.get(pane) ?? []) rows.set(key, { at: time, flashes });
  });
};

/** Removes rows. The same object if none of them has an unseen change. */
export const withoutChanges = (changes: UnseenChanges, removed: readonly RowChange[]): UnseenChanges => {
  const marked = removed.filter(({ pane, key }) => changes[pane]?.has(key) === true);
  if (marked.length === 0) return changes;
  const byPane = Map.groupBy(marked, ({ pane }) => pane);
  return updated(changes, byPane.keys(), (pane, rows) => {
    for (const { key } of byPane.get(pane) ?? []) rows.delete(key);
  });
};

/** Ends the flash of changes that are at least `flashMs` old. */
export const withoutFlash = (changes: UnseenChanges, now: Millis, flashMs: Millis): UnseenChanges => {
  const isOver = ({ at, flashes }: UnseenChange): boolean => flashes && now - at >= flashMs;
  const panes = Object.keys(changes).filter((pane) => [...(changes[pane] ?? none).values()].some(isOver));
  return panes.length === 0
    ? changes
    : updated(changes, panes, (_, rows) => {
        for (const [key, change] of rows) if (isOver(change)) rows.set(key, { ...change, flashes: false });
      });
};
