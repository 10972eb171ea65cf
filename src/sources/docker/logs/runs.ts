import type { Millis } from '../../../domain/fault.ts';
import type { Container } from '../containers/container.ts';
import { parseContainer } from '../containers/parse.ts';
import type { Daemon } from '../daemon.ts';
import { eventsOf } from '../events/events.ts';

/** The container as it is now. Throws WireError. */
export const lookAt = async (daemon: Daemon, id: string, signal: AbortSignal): Promise<Container> =>
  parseContainer(await daemon.json(`/containers/${id}/json`, signal));

/** Which of its runs is the present one, or the last: a container keeps its id and its log when it is started again. */
export const runOf = ({ startedAt = 0 }: Container): string => String(Math.floor(startedAt));

/** Between what a process writes first and the moment that is noted as its start lies so long at most. */
const noteMs: Millis = 250;

/**
 * From which moment on (the daemon's clock) lines are of the present run. Its first ones may bear a time a little before
 * its start is noted, and the last ones of the run before (`endedAt`) a time a little behind its end: in the middle of the
 * pause is neither.
 */
export const runBegins = (
  { startedAt = 0, finishedAt = 0 }: Container,
  endedAt: Millis | undefined,
): Millis => {
  const before = endedAt ?? (finishedAt < startedAt ? finishedAt : 0);
  return Math.max(startedAt - noteMs, (startedAt + before) / 2);
};

/** How the run before the present one ended. */
export interface LastEnd {
  readonly at: Millis;
  /** 'exit 137, OOMKilled' */
  readonly words: string;
}

/** By what the daemon remembers of its events from `since` on; undefined when it does not. */
export const lastEnd = async (
  daemon: Daemon,
  { name, startedAt = 0 }: Container,
  since: Millis,
  signal: AbortSignal,
): Promise<LastEnd | undefined> => {
  let end: LastEnd | undefined;
  let isOutOfMemory = false;
  try {
    for await (const event of eventsOf(daemon, { since, until: startedAt }, signal)) {
      if (event.name !== name) continue;
      if (event.action === 'start') isOutOfMemory = false;
      if (event.action === 'oom') isOutOfMemory = true;
      if (event.action === 'die')
        end = { at: event.at, words: `exit ${event.exitCode}${isOutOfMemory ? ', OOMKilled' : ''}` };
    }
  } catch {
    // It is only an ornament of a note: what cannot be had is left out.
    return undefined;
  }
  return end;
};
