import type { SignalRow } from '../../domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../domain/runbooks/operation.ts';

/**
 * True when the action ends what is counted by its declaration: the messages of this queue, the elements of this key, what this signal
 * counts.
 */
const isEnded = ({ id, object, source }: SignalRow, effects: readonly DeclaredEffect[]): boolean =>
  effects.some(({ does, kind, where: { name, signal, source: of = source, ...more } }) => {
    if (does !== 'ends' || of !== source || Object.keys(more).length > 0) return false;
    return kind === 'signals'
      ? signal === id
      : kind === object?.kind && (name === undefined || name === object.name);
  });

/** Names one of the objects of before that is not there, or is another one. */
const changedObject = (
  then: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string | undefined => Object.keys(then).find((name) => now[name] !== then[name]);

/**
 * Explains that a value is read from another object than before, or that waiting things are fewer because they were removed, and not because they
 * were processed, or that this is no longer known. Undefined: they are not fewer, may have been processed, or the action ends them by its declaration.
 */
export const removedText = (
  row: SignalRow,
  was: SignalRow | undefined,
  effects: readonly DeclaredEffect[],
): string | undefined => {
  const { origin: now = {}, id, value } = row;
  const then = was?.origin;
  if (then === undefined || was?.value === value || isEnded(row, effects)) return undefined;
  if (then.objects !== undefined && now.objects === undefined)
    return `the origin of ${id} was known before the action, and is unknown now`;
  const other = changedObject(then.objects ?? {}, now.objects ?? {});
  if (other !== undefined)
    return `${id} is read from ${other}, which was removed, emptied or replaced after the action`;
  if (typeof value !== 'number' || typeof was?.value !== 'number' || value >= was.value) return undefined;
  if (then.taken === undefined) return undefined;
  if (now.taken === undefined)
    return `${id} is lower than before, and opsdeck can no longer tell whether consumers took elements`;
  // Counters of commands that were reset begin with 0.
  return now.taken === then.taken || now.taken === 0
    ? `${id} is lower than before, and no consumer has taken an element since, so the elements were removed or have expired`
    : undefined;
};
