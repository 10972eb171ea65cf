import type { Millis } from '../../../domain/base/fault.ts';
import type { Note } from '../../../domain/facts/facts.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import { splitLines } from '../../../logs/reading/line-splitter.ts';
import { oneLine, sanitizeDeep } from '../../../platform/masking/sanitize.ts';
import { parseBoundedJson } from '../../../platform/network/bounded-json.ts';
import { createReopenPace } from '../../../platform/runtime/reopen-pace.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { staleAfter } from '../../kit/contract/connection.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { entries, field, number, text } from '../../kit/values/wire-value.ts';
import type { Daemon } from './daemon.ts';

/** Listens to the daemon's events while changes are of interest. */
interface EventWatch {
  /** Returns a function that stops the watch. */
  watch(wake: () => void): () => void;
  /** The daemon has responded: reconnect a broken stream. */
  onSuccess(): void;
  /** The daemon has not responded: an open stream is no longer trusted. */
  onFailure(): void;
}

const cancelled = (): DOMException => new DOMException('no longer needed', 'AbortError');

/** Creates a watch. Events missed while disconnected are covered by the next poll. */
export const createEventWatch = (daemon: Daemon): EventWatch => {
  let onChange: (() => void) | undefined;
  let listening: AbortController | undefined;
  const pace = createReopenPace(daemon.now);

  const listen = async (controller: AbortController): Promise<void> => {
    try {
      for await (const event of readDockerEvents(daemon, {}, controller.signal))
        if (event.isChange) onChange?.();
    } catch {
      // The feed itself reports a daemon that does not respond.
    } finally {
      if (listening === controller) {
        pace.ended();
        listening = undefined;
      }
    }
  };
  const begin = (): void => {
    if (onChange === undefined || listening !== undefined || pace.waitMs() > 0) return;
    pace.opened();
    listening = new AbortController();
    void listen(listening);
  };
  const end = (): void => {
    listening?.abort(cancelled());
    listening = undefined;
  };

  return {
    watch: (wake) => {
      onChange = wake;
      begin();
      return () => {
        onChange = undefined;
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
 * Container events of the last hour, newest first, as far as the daemon remembers them. The request ends at the
 * daemon's present time: an end in its future would keep the response open.
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
      let requestedPath = '/info';
      try {
        const until = await daemon.clock.fetchTime(signal);
        requestedPath = dockerEventsPath(daemon, {});
        const events = await read(until, signal);
        const items = events.map((event) => ({
          source: daemon.source,
          at: Math.min(daemon.now(), event.at - daemon.clock.offsetMs()),
          title: event.name,
          text: describeEvent(event),
        }));
        return { items, faults: [] };
      } catch (error) {
        return { items: [], faults: [daemon.fault(requestedPath, error)] };
      }
    },
  };
};

/** An event of a container. */
export interface DockerEvent {
  readonly action: string;
  readonly name: string;
  readonly service: string;
  /** Ms since the epoch, the daemon's clock. */
  readonly at: Millis;
  readonly exitCode: string;
  /** True: the container itself changed; false for the side effects of health checks and exec. */
  readonly isChange: boolean;
}

/** A health check runs a program in the container every few seconds: three events each, without a change. */
const ignoredActions = /^(exec_|attach|detach|top|resize|copy|export|archive|extract)/;

const parseEventJson = (line: string): unknown => {
  try {
    return sanitizeDeep(parseBoundedJson(line));
  } catch {
    throw new WireError(
      'malformed',
      'the response is not an event stream: check that the address is a Docker daemon',
    );
  }
};

/** Parses one line of the stream; undefined for events of other objects. Throws WireError `malformed`. */
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

/** Times on the daemon's clock. */
interface EventWindow {
  readonly since?: Millis;
  /** Absent: unlimited. */
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

/** Streams the events of a window. Throws WireError. */
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
