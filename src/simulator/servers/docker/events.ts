import type { ServerResponse } from 'node:http';
import type { Container, ContainerEvent } from '../../model/compose/container.ts';
import type { View } from '../sight.ts';
import { labelsOf, type Sight, seeDaemon } from './daemon.ts';

const lookEveryMs = 100;

const written = (sight: Sight, container: Container, event: ContainerEvent): string => {
  const at = sight.toClock(event.at);
  return `${JSON.stringify({
    status: event.action,
    id: container.id,
    from: container.image,
    Type: 'container',
    Action: event.action,
    Actor: {
      ID: container.id,
      Attributes: {
        ...labelsOf(sight, container),
        image: container.image,
        name: container.name,
        ...(event.exitCode === undefined ? {} : { exitCode: String(event.exitCode) }),
      },
    },
    scope: 'local',
    time: Math.floor(at / 1000),
    timeNano: Math.round(at * 1e6),
  })}\n`;
};

const msOf = (query: URLSearchParams, name: string): number | undefined =>
  query.has(name) ? 1000 * Number(query.get(name)) : undefined;

/** Answers `GET /events`: what has happened since then, and what happens until then; without `until`, for ever. */
export const answerEvents = (view: View, query: URLSearchParams, response: ServerResponse): void => {
  const since = msOf(query, 'since') ?? view.clock.now();
  const until = msOf(query, 'until') ?? Number.POSITIVE_INFINITY;
  const told = new Set<ContainerEvent>();
  const tell = (): void => {
    const sight = seeDaemon(view);
    const news = sight.compose.containers
      .flatMap((container) => container.events.map((event) => ({ container, event })))
      .filter(({ event }) => {
        const at = sight.toClock(event.at);
        return at >= since && at <= until && !told.has(event);
      })
      .sort((a, b) => a.event.at - b.event.at);
    for (const { container, event } of news) {
      told.add(event);
      response.write(written(sight, container, event));
    }
    if (until <= sight.at) response.end();
  };
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  response.once('close', view.clock.every(lookEveryMs, tell));
  tell();
};
