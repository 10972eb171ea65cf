import type { ActEvent } from '../../../domain/runbooks/operation.ts';

/** The objects that an act was to end, and their state now. */
interface EndedObjects {
  readonly total: number;
  /** The end of those that are not left: 'gone', 'stopped'. */
  readonly outcome: string;
  /** Those that are left, each in words: 'still running: pid 2102'. */
  readonly left: readonly string[];
}

/** The progress line of a step while it waits. */
const waitLine = 'waiting until the object has ended';

/**
 * Reports how many objects have ended. A request that was accepted is no success while its object goes on: then the step
 * has failed.
 */
export function* reportEnded({ total, outcome, left }: EndedObjects): Generator<ActEvent> {
  const count = `${total - left.length} of ${total} ${outcome}`;
  yield { is: 'output', text: count };
  if (left.length === 0) return;
  for (const text of left) yield { is: 'output', text };
  yield { is: 'answered', line: waitLine, status: `${count}; ${left.join('; ')}`, ok: false, waited: true };
}

/** Reports that it cannot be known whether the objects have ended, which is no success either. */
export function* reportUnknownEnd(why: string): Generator<ActEvent> {
  yield { is: 'answered', line: waitLine, status: `unknown: ${why}`, ok: false, waited: true };
}
