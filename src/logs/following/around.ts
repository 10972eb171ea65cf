/** Why a line is shown: it passes, or stands in front of one that does, or behind. */
export type Role = 'hit' | 'before' | 'after';

/** A line that is shown. */
export interface Shown<T> {
  readonly item: T;
  readonly role: Role;
  /** True: lines between it and the one that was shown before are not, so that something has to tell the two apart. */
  readonly isApart: boolean;
}

/**
 * Lines around those that pass, of one stream, as grep's -B and -A show them: each once, in order. Gives, for each line, what
 * is to be shown now. The first line that is shown is not apart: there is nothing before it.
 */
export const createAround = <T>(
  before: number,
  after: number,
): ((item: T, passes: boolean) => readonly Shown<T>[]) => {
  let held: T[] = [];
  let left = 0;
  let isFirst = true;
  /** Lines were passed over since the last one that was shown. */
  let hasSkipped = false;
  return (item, passes) => {
    if (!passes && left > 0) {
      left--;
      return [{ item, role: 'after', isApart: false }];
    }
    if (!passes) {
      held.push(item);
      if (held.length > before) {
        held.shift();
        hasSkipped = true;
      }
      return [];
    }
    const isApart = !isFirst && hasSkipped;
    const shown = [...held, item].map((one, index): Shown<T> => {
      const role = index < held.length ? 'before' : 'hit';
      return { item: one, role, isApart: isApart && index === 0 };
    });
    held = [];
    hasSkipped = false;
    left = after;
    isFirst = false;
    return shown;
  };
};
