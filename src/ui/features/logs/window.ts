import type { LogsState } from '../../../logs/ring/state.ts';
import { nextRow, rowBefore } from './steps.ts';

/** The rows that are in sight. */
export interface Seen {
  /** Ids, top to bottom. */
  readonly ids: readonly number[];
  /** Index into `ids` of the row under the cursor; -1: there is none. */
  readonly at: number;
  /** Lines of the screen above the row under the cursor. */
  readonly above: number;
}

interface Wanted {
  readonly cursor: number | undefined;
  /** Lines of the screen above the cursor's row. */
  readonly above: number;
  readonly room: number;
  /** Lines that a row takes. */
  heightOf(id: number): number;
}

/**
 * The rows around the cursor, as many as there is room for. The cursor stays where it stood; only where nothing older or
 * newer is left the rows move up or down. Costs what is seen, however many lines there are.
 */
export const rowsInSight = (lines: LogsState, { cursor, above, room, heightOf }: Wanted): Seen => {
  if (cursor === undefined || room < 1) return { ids: [], at: -1, above: 0 };
  const own = Math.min(room, heightOf(cursor));
  const [front, behind]: [number[], number[]] = [[], []];
  let [used, over] = [own, 0];
  const goUp = (limit: number): void => {
    for (;;) {
      const id = rowBefore(lines, front.at(-1) ?? cursor);
      if (id === undefined) return;
      const height = heightOf(id);
      if (over + height > limit || used + height > room) return;
      front.push(id);
      over += height;
      used += height;
    }
  };
  goUp(Math.min(above, room - own));
  for (;;) {
    const id = nextRow(lines, behind.at(-1) ?? cursor);
    if (id === undefined) break;
    const height = heightOf(id);
    if (used + height > room) break;
    behind.push(id);
    used += height;
  }
  goUp(room);
  return { ids: [...front.toReversed(), cursor, ...behind], at: front.length, above: over };
};
