import type { Millis } from '../../../domain/fault.ts';
import { linesOf } from '../../../logs/reading/line-cutter.ts';
import { WireError } from '../../../platform/failures.ts';
import { oneLine, stripDeep } from '../../../platform/terminal/sanitize.ts';
import { entries, field, number, text } from '../../wire-value.ts';
import type { Daemon } from '../daemon.ts';

/** Something that happened to a container. */
export interface DockerEvent {
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
const noise = /^(exec_|attach|detach|top|resize|copy|export|archive|extract)/;

const parsed = (line: string): unknown => {
  try {
    return stripDeep(JSON.parse(line));
  } catch {
    throw new WireError('malformed', 'what came is no stream of events');
  }
};

/** One line of the stream; undefined for what is no container's. Throws WireError `malformed`. */
export const parseEvent = (line: string): DockerEvent | undefined => {
  const event = parsed(line);
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
    isChange: !noise.test(action),
  };
};

/** Moments of the daemon's clock. */
export interface Span {
  readonly since?: Millis;
  /** Absent: for ever. */
  readonly until?: Millis;
}

const secondsText = (ms: Millis): string => (ms / 1000).toFixed(3);

export const eventsPath = ({ config: { project } }: Daemon, { since, until }: Span): string => {
  const filters = {
    type: ['container'],
    ...(project === undefined ? {} : { label: [`com.docker.compose.project=${project}`] }),
  };
  const from = since === undefined ? '' : `&since=${secondsText(since)}`;
  const to = until === undefined ? '' : `&until=${secondsText(until)}`;
  return `/events?filters=${encodeURIComponent(JSON.stringify(filters))}${from}${to}`;
};

/** The events of a span, as they come. Throws WireError. */
export async function* eventsOf(
  daemon: Daemon,
  span: Span,
  signal: AbortSignal,
): AsyncGenerator<DockerEvent, void, undefined> {
  const { chunks } = await daemon.stream(eventsPath(daemon, span), signal);
  for await (const line of linesOf(chunks)) {
    const event = line.trim() === '' ? undefined : parseEvent(line);
    if (event !== undefined) yield event;
  }
}
