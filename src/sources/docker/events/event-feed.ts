import type { Note } from '../../../domain/facts.ts';
import type { Millis } from '../../../domain/fault.ts';
import type { Batch } from '../../../domain/reading.ts';
import { staleAfter } from '../../connection.ts';
import type { Feed } from '../../source.ts';
import type { Daemon } from '../daemon.ts';
import { type DockerEvent, eventsOf, eventsPath } from './events.ts';

const rememberedMs: Millis = 3_600_000;
const shown = 50;

const wordsOf = ({ action, exitCode }: DockerEvent): string =>
  exitCode === '' ? action : `${action}, exit ${exitCode}`;

/**
 * What happened to the containers in the last hour, newest first, as far as the daemon remembers it. Asked for up to the
 * daemon's own present: an end that is in its future would keep the answer open.
 */
export const eventFeed = (daemon: Daemon): Feed => {
  const everyMs = 6 * daemon.config.every;

  const read = async (until: Millis, signal: AbortSignal): Promise<readonly DockerEvent[]> => {
    const events: DockerEvent[] = [];
    for await (const event of eventsOf(daemon, { since: until - rememberedMs, until }, signal)) {
      if (event.isChange) events.push(event);
      if (events.length > shown) events.shift();
    }
    return events.reverse();
  };

  return {
    id: `${daemon.source}/events`,
    source: daemon.source,
    name: 'events',
    kind: 'notes',
    everyMs,
    staleMs: staleAfter(everyMs),
    timeoutMs: daemon.config.timeout,
    requests: 2,
    read: async (signal): Promise<Batch<Note>> => {
      let asked = '/info';
      try {
        const until = await daemon.time.ask(signal);
        asked = eventsPath(daemon, {});
        const events = await read(until, signal);
        const items = events.map((event) => ({
          source: daemon.source,
          at: Math.min(daemon.now(), event.at - daemon.time.ahead()),
          title: event.name,
          text: wordsOf(event),
        }));
        return { items, faults: [] };
      } catch (error) {
        return { items: [], faults: [daemon.fault(asked, error)] };
      }
    },
  };
};
