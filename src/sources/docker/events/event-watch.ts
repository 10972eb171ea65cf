import type { Daemon } from '../daemon.ts';
import { eventsOf } from './events.ts';

/** Listens to the daemon's events for as long as somebody wants to know of changes. */
export interface EventWatch {
  /** Returns how to stop it. */
  watch(wake: () => void): () => void;
  /** The daemon has answered: a stream that broke is taken up again. */
  answered(): void;
  /** It has not: a stream that is still open is no longer believed. */
  failed(): void;
}

const cancelled = (): DOMException => new DOMException('no longer wanted', 'AbortError');

/** What was missed while nobody listened, the next reading in its turn brings. */
export const createEventWatch = (daemon: Daemon): EventWatch => {
  let wanted: (() => void) | undefined;
  let listening: AbortController | undefined;

  const listen = async (mine: AbortController): Promise<void> => {
    try {
      for await (const event of eventsOf(daemon, {}, mine.signal)) if (event.isChange) wanted?.();
    } catch {
      // The feed itself tells of a daemon that does not answer.
    } finally {
      if (listening === mine) listening = undefined;
    }
  };
  const begin = (): void => {
    if (wanted === undefined || listening !== undefined) return;
    listening = new AbortController();
    void listen(listening);
  };
  const end = (): void => {
    listening?.abort(cancelled());
    listening = undefined;
  };

  return {
    watch: (wake) => {
      wanted = wake;
      begin();
      return () => {
        wanted = undefined;
        end();
      };
    },
    answered: begin,
    failed: end,
  };
};
