import type { Note } from '../../domain/facts.ts';
import type { Millis } from '../../domain/fault.ts';
import type { Reading } from '../../domain/reading.ts';
import { splitLines } from '../../logs/reading/line-splitter.ts';
import { oneLine, sanitizeDeep } from '../../platform/terminal/sanitize.ts';
import { WireError } from '../../platform/wire-error.ts';
import { staleAfter } from '../connection.ts';
import type { Feed } from '../source.ts';
import { entries, field, number, text } from '../wire-value.ts';
import type { Daemon } from './daemon.ts';

/** Listens to the daemon's events for as long as somebody wants to know of changes. */
interface EventWatch {
  /** Returns how to stop it. */
  watch(wake: () => void): () => void;
  /** The daemon has answered: a stream that broke is taken up again. */
  onSuccess(): void;
  /** It has not: a stream that is still open is no longer believed. */
  onFailure(): void;
}

const cancelled = (): DOMException => new DOMException('no longer needed', 'AbortError');

/** What was missed while nobody listened, the next reading in its turn brings. */
export const createEventWatch = (daemon: Daemon): EventWatch => {
  let wanted: (() => void) | undefined;
  let listening: AbortController | undefined;

  const listen = async (mine: AbortController): Promise<void> => {
    try {
      for await (const event of readDockerEvents(daemon, {}, mine.signal)) if (event.isChange) wanted?.();
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
    onSuccess: begin,
    onFailure: end,
  };
};

const eventRetentionMs: Millis = 3_600_000;
const maxShownEvents = 50;

const describeEvent = ({ action, exitCode }: DockerEvent): string =>
  exitCode === '' ? action : `${action}, exit ${exitCode}`;

/**
 * What happened to the containers in the last hour, newest first, as far as the daemon remembers it. Asked for up to the
 * daemon's own present: an end that is in its future would keep the answer open.
 */
export const dockerEventFeed = (daemon: Daemon): Feed => {
  const everyMs = 6 * daemon.config.every;

  const read = async (until: Millis, signal: AbortSignal): Promise<readonly DockerEvent[]> => {
    const events: DockerEvent[] = [];
    for await (const event of readDockerEvents(daemon, { since: until - eventRetentionMs, until }, signal)) {
      if (event.isChange) events.push(event);
      if (events.length > maxShownEvents) events.shift();
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
    read: async (signal): Promise<Reading<Note>> => {
      let asked = '/info';
      try {
        const until = await daemon.clock.fetchTime(signal);
        asked = dockerEventsPath(daemon, {});
        const events = await read(until, signal);
        const items = events.map((event) => ({
          source: daemon.source,
          at: Math.min(daemon.now(), event.at - daemon.clock.offsetMs()),
          title: event.name,
          text: describeEvent(event),
        }));
        return { items, faults: [] };
      } catch (error) {
        return { items: [], faults: [daemon.fault(asked, error)] };
      }
    },
  };
};

/** Something that happened to a container. */
interface DockerEvent {
  readonly action: string;
  readonly name: string;
  readonly service: string;
  /** Ms since the epoch, the daemon's clock. */
  readonly at: Millis;
  readonly exitCode: string;
  /** True: the container itself changed; false for what health checks and exec leave behind. */
  readonly isChange: boolean;
}

/** Health checks run a program in the container every few seconds: three events each, and nothing has changed. */
const ignoredActions = /^(exec_|attach|detach|top|resize|copy|export|archive|extract)/;

const parseEventJson = (line: string): unknown => {
  try {
    return sanitizeDeep(JSON.parse(line));
  } catch {
    throw new WireError('malformed', 'the response is not an event stream');
  }
};

/** One line of the stream; undefined for what is no container's. Throws WireError `malformed`. */
export const parseDockerEvent = (line: string): DockerEvent | undefined => {
  const event = parseEventJson(line);
  const action = text(field(event, 'Action'));
  if (action === undefined || text(field(event, 'Type')) !== 'container') return undefined;
  const attributes = new Map(
    entries(field(field(event, 'Actor'), 'Attributes')).map(([name, value]) => [name, text(value) ?? '']),
  );
  const nano = number(field(event, 'timeNano'));
  return {
    action: oneLine(action),
    name: oneLine(attributes.get('name') ?? ''),
    service: oneLine(attributes.get('com.docker.compose.service') ?? ''),
    at: nano === undefined ? 1000 * (number(field(event, 'time')) ?? 0) : nano / 1e6,
    exitCode: oneLine(attributes.get('exitCode') ?? ''),
    isChange: !ignoredActions.test(action),
  };
};

/** Moments of the daemon's clock. */
interface EventWindow {
  readonly since?: Millis;
  /** Absent: for ever. */
  readonly until?: Millis;
}

const secondsText = (ms: Millis): string => (ms / 1000).toFixed(3);

const dockerEventsPath = ({ config: { project } }: Daemon, { since, until }: EventWindow): string => {
  const filters = {
    type: ['container'],
    ...(project === undefined ? {} : { label: [`com.docker.compose.project=${project}`] }),
  };
  const from = since === undefined ? '' : `&since=${secondsText(since)}`;
  const to = until === undefined ? '' : `&until=${secondsText(until)}`;
  return `/events?filters=${encodeURIComponent(JSON.stringify(filters))}${from}${to}`;
};

/** The events of a span, as they come. Throws WireError. */
export async function* readDockerEvents(
  daemon: Daemon,
  span: EventWindow,
  signal: AbortSignal,
): AsyncGenerator<DockerEvent, void, undefined> {
  const { chunks } = await daemon.getStream(dockerEventsPath(daemon, span), signal);
  for await (const line of splitLines(chunks)) {
    const event = line.trim() === '' ? undefined : parseDockerEvent(line);
    if (event !== undefined) yield event;
  }
}
