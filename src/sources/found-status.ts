import type { ActEvent } from '../domain/operation.ts';
import type { ProgramEnd } from '../platform/processes/program.ts';

/**
 * A program's exit status as data; nothing for one that was ended by a signal. What it said comes as output. `text`: the same, where
 * that has more in its lines than the program wrote.
 */
export function* statusOf(
  { status }: Pick<ProgramEnd, 'status'>,
  text?: string,
): Generator<ActEvent, void, undefined> {
  if (status !== undefined) yield { is: 'found', found: { status, ...(text === undefined ? {} : { text }) } };
}
