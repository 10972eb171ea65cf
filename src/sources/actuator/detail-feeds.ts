import type { Note } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import type { Feed } from '../kit/contract/source.ts';
import { entries, field, number, requiredEntries, requiredList, text } from '../kit/values/wire-value.ts';
import { environmentLines, meterLines } from './environment.ts';
import { type ActuatorInstance, createInstanceFeed, endpointNotExposed } from './instance.ts';
import { parseLogger } from './parse.ts';
import { threadLines } from './threads.ts';

interface DetailLine {
  readonly title: string;
  readonly text: string;
}

const maxShownEvents = 100;

/** Formats the info endpoint as lines, with nested names joined by dots. */
export const infoLines = (body: unknown, above = ''): readonly DetailLine[] =>
  entries(body).flatMap(([name, value]) =>
    entries(value).length > 0
      ? infoLines(value, `${above}${name}.`)
      : [{ title: `${above}${name}`, text: typeof value === 'string' ? value : JSON.stringify(value) }],
  );

/** Loggers with a configured level, by name. Throws `malformed` without loggers. */
export const loggerLines = (body: unknown): readonly DetailLine[] =>
  requiredEntries(field(body, 'loggers'), 'loggers').flatMap(([name, logger]) => {
    const configured = text(field(logger, 'configuredLevel'));
    return configured === undefined ? [] : [{ title: name, text: parseLogger(logger).effective }];
  });

/**
 * Events of circuit breakers without successful calls: transitions first, then the rest, each newest first. A breaker
 * keeps its last 100 events, so many calls displace its transition, which is reported.
 * Throws `malformed` without events. Source: resilience4j, circuitbreakerevents endpoint.
 */
export const breakerEventLines = (body: unknown): readonly DetailLine[] => {
  const all = requiredList(field(body, 'circuitBreakerEvents'), 'circuitBreakerEvents');
  const isTransition = (event: unknown): boolean => field(event, 'type') === 'STATE_TRANSITION';
  const others = all.filter((event) => !isTransition(event) && field(event, 'type') !== 'SUCCESS');
  return [
    ...all.filter(isTransition).reverse().map(breakerEventLine),
    ...eventOverflowLines(all),
    ...others.slice(-maxShownEvents).reverse().map(breakerEventLine),
  ];
};

const nameOf = (event: unknown): string => text(field(event, 'circuitBreakerName')) ?? '';

const breakerEventLine = (event: unknown): DetailLine => {
  const took = number(field(event, 'durationInMs'));
  const parts = [
    text(field(event, 'creationTime')),
    text(field(event, 'stateTransition')),
    text(field(event, 'errorMessage')),
    took === undefined ? undefined : `${took} ms`,
  ];
  return {
    title: `${nameOf(event)} ${text(field(event, 'type')) ?? ''}`.trim(),
    text: parts.filter((part) => part !== undefined).join(' '),
  };
};

/** For each breaker with events but no transition: the minimum time since its state last changed. */
const eventOverflowLines = (all: readonly unknown[]): readonly DetailLine[] =>
  [...new Set(all.map(nameOf))].flatMap((name) => {
    const own = all.filter((event) => nameOf(event) === name);
    if (own.some((event) => field(event, 'type') === 'STATE_TRANSITION')) return [];
    const oldest = text(field(own[0], 'creationTime')) ?? 'an unknown time';
    return [
      {
        title: `${name} has no recorded transition`,
        text: `none in the last ${own.length} events: the last transition was before ${oldest.replace(/\[.*\]$/, '')}`,
      },
    ];
  });

interface Detail {
  readonly name: string;
  readonly path: string;
  lines(body: unknown): readonly { readonly title: string; readonly text: string }[];
}

const details: readonly Detail[] = [
  { name: 'info', path: '/info', lines: infoLines },
  { name: 'loggers', path: '/loggers', lines: loggerLines },
  { name: 'events', path: '/circuitbreakerevents', lines: breakerEventLines },
  { name: 'threads', path: '/threaddump', lines: threadLines },
  { name: 'environment', path: '/env', lines: environmentLines },
  { name: 'meters', path: '/metrics', lines: meterLines },
];

/** Feeds that are read on demand: build, logger levels, events of circuit breakers, threads, properties, names of meters. */
export const actuatorDetailFeeds = (instance: ActuatorInstance): readonly Feed[] =>
  details.map((detail) =>
    createInstanceFeed(
      instance,
      { name: detail.name, kind: 'notes', onDemand: true },
      async (signal): Promise<Reading<Note>> => {
        try {
          const body = await instance.ask(detail.path, signal, endpointNotExposed(detail.path.slice(1)));
          const stamp = { source: instance.source, at: instance.now() };
          const who = instance.name === '' ? '' : `${instance.name} `;
          return {
            items: detail.lines(body).map(({ title, text }) => ({ ...stamp, title: `${who}${title}`, text })),
            faults: [],
          };
        } catch (error) {
          return { items: [], faults: [instance.endpoint.fault(detail.path, error)] };
        }
      },
    ),
  );
