import { ProgramError, WireError } from '../../platform/failures.ts';
import type { RunInside } from '../../platform/inside/inside.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import type { ProgramEvent } from '../../platform/processes/program.ts';
import { whenAborted } from '../../scheduler/bounded.ts';
import { cutFault } from './cut-fault.ts';
import { isGone, lateError } from './dial-through.ts';
import type { Reach } from './reach.ts';
import type { Way } from './way.ts';

/** 128 and more: a signal has ended it (POSIX, shell exit statuses), perhaps with all that was in its container. */
const wasKilled = (event: ProgramEvent): boolean => event.is === 'ended' && (event.end.status ?? 0) > 128;

/**
 * Programs along a way: each at the end that it names, else at the first live one. When that fails, the ends are looked
 * for at once: a program says nothing about an end that is gone. Throws TunnelError, and a ProgramError when the way
 * holds and the program cannot be started, or does not end.
 */
export const runThrough = (way: Way, reach: Reach): RunInside =>
  async function* (program, signal): AsyncGenerator<ProgramEvent, void, undefined> {
    const cut = (why: string): TunnelError => new TunnelError(`${way.words}: ${why}`);
    if (reach.ends().length === 0) await Promise.race([reach.look(), whenAborted(signal)]);
    const { at } = program;
    const end = reach.ends().find(({ name }) => at === undefined || name === at);
    if (end === undefined) throw cut(at === undefined ? 'nothing lives there now' : `${at} is gone`);
    const stillThere = async (): Promise<void> => {
      await reach.doubt(signal);
      if (isGone(end, reach.ends())) throw cut(`${end.name} is gone`);
    };
    try {
      for await (const event of way.run({ ...program, at: end.name }, signal)) {
        if (wasKilled(event)) await stillThere();
        yield event;
      }
    } catch (error) {
      const failure = failureOf(error, way, signal);
      if (failure instanceof TunnelError && !signal.aborted) await stillThere();
      throw failure;
    }
  };

/** Only a program's own failure is told as such. */
const failureOf = (error: unknown, { words }: Way, signal: AbortSignal): unknown => {
  if (error instanceof ProgramError || !(error instanceof WireError)) return error;
  if (signal.aborted) return lateError(signal, words);
  const { message, remedy } = cutFault('', words, error, 0);
  return new TunnelError(message.replace(/^tunnel cut: /, ''), remedy);
};
