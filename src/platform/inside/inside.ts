import { ProgramError, WireError } from '../failures.ts';
import type { Program, ProgramEnd, ProgramEvent } from '../processes/program.ts';

/**
 * Runs a program at an end of a `via:` (`Program.at`; absent: the first): in a container, on another host. Its lines as
 * they come, then its end. Throws TunnelError when the way itself is lost, and ProgramError when the way holds and the
 * program cannot be started there, or does not end in time.
 */
export type RunInside = (program: Program, signal: AbortSignal) => AsyncIterable<ProgramEvent>;

/** How such a program ended and what was kept of what it had said; no status and no signal: it said far more, and was left. */
export const keptOfInside = async (events: AsyncIterable<ProgramEvent>): Promise<ProgramEnd> => {
  for await (const event of events) if (event.is === 'ended') return event.end;
  throw new WireError('unreachable', 'its end was not told');
};

/** The same of one that had to come to its end. Throws like it, and ProgramError for one that never stops talking. */
export const endOfInside = async (events: AsyncIterable<ProgramEvent>): Promise<ProgramEnd> =>
  whole(await keptOfInside(events));

/** What is passed on of one program where each line of it is written down. */
const mostLetters = 1024 * 1024;

/** The same events, with a line in the place of the lines that nobody would read any more. */
export async function* noMoreThanKept(
  events: AsyncIterable<ProgramEvent>,
): AsyncGenerator<ProgramEvent, void, undefined> {
  let passedOn = 0;
  for await (const event of events) {
    const wasEnough = passedOn > mostLetters;
    if (event.is === 'line') passedOn += event.text.length + 1;
    if (event.is === 'ended' || passedOn <= mostLetters) yield event;
    else if (!wasEnough) yield { is: 'line', text: '(it says more than is kept: the rest is not shown)' };
  }
}

/** One that was left because nothing good could come of it any more has no end of its own. */
const whole = (end: ProgramEnd): ProgramEnd => {
  if (end.status !== undefined || end.signal !== undefined || !end.cut) return end;
  throw new ProgramError('malformed', 'it wrote without end, so nobody listens any more', end);
};
