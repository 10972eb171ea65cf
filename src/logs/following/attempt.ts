import type { Fault, Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import { toFault } from '../../platform/fault.ts';
import type { Resume, Tail } from '../reading/tail.ts';
import type { Breathe } from './breather.ts';
import type { Lane } from './lane.ts';
import type { Telling } from './telling.ts';

/** What became of one opening of a stream. */
export interface Attempt {
  readonly fault: Fault | undefined;
  readonly ms: Millis;
  /** True: it said nothing. */
  readonly isSilent: boolean;
}

interface AttemptParts {
  readonly clock: Clock;
  readonly breathe: Breathe;
  readonly lane: Lane;
  readonly telling: Telling;
  readonly source: string;
  /** It is open and says something, or has been for a while; or this is wrong with it. */
  live(fault?: Fault): void;
}

/** What is open so long is live, though it says nothing. */
const openedMs: Millis = 2000;

/** Reads a tail from one place on until it breaks, ends or the signal aborts. Never rejects. */
export const attempt = async (
  parts: AttemptParts,
  tail: Tail,
  resume: Resume,
  signal: AbortSignal,
): Promise<Attempt> => {
  const { clock, lane } = parts;
  const began = clock.now();
  let fault: Fault | undefined;
  let lines = 0;
  const over = new AbortController();
  // A signal made of several looks through them each time that it is asked; this is asked after every line.
  let isAborted = signal.aborted;
  const abort = (): void => {
    isAborted = true;
  };
  signal.addEventListener('abort', abort);
  const live = (): void => {
    parts.live();
    if (lane.phase === 'quiet') lane.enter('live');
  };
  void clock.sleep(openedMs, AbortSignal.any([over.signal, signal])).then(() => {
    if (over.signal.aborted || signal.aborted || lines > 0 || fault !== undefined) return;
    live();
    parts.telling.back();
  });
  const counted = (): void => {
    if (lines === 0) live();
    lines++;
    // All of the history that was asked for has come.
    if (lines === resume.lines && lane.phase === 'history') lane.enter('live');
  };
  try {
    for await (const event of tail.open(resume, signal)) {
      if (event.is === 'fault') fault = event.fault;
      if (event.is === 'fault') parts.live(event.fault);
      if (event.is === 'line' || event.is === 'chunk') counted();
      parts.telling.take(event);
      if (lane.isFull) await lane.room(signal);
      const pause = parts.breathe();
      if (pause !== undefined) await pause;
      if (isAborted) break;
    }
  } catch (error) {
    if (!signal.aborted) fault = toFault(parts.source, tail.stream, error, clock.now());
  }
  over.abort();
  signal.removeEventListener('abort', abort);
  return { fault, ms: clock.now() - began, isSilent: lines === 0 };
};
