import type { ServerResponse } from 'node:http';
import type { Container } from '../../model/compose/container.ts';
import type { LogLine } from '../../model/logs/container-log.ts';
import type { View } from '../sight.ts';
import { seeDaemon } from './daemon.ts';
import { frame } from './frame.ts';
import { hasTerminal, stamp } from './pages.ts';

const lookEveryMs = 200;

/** Answers `GET /containers/{id}/logs`; a follower is told of what is written from then on, until the container ends. */
export const answerLogs = (
  view: View,
  container: Container,
  query: URLSearchParams,
  response: ServerResponse,
): void => {
  const sight = seeDaemon(view);
  const isTerminal = hasTerminal(sight, container);
  const since = 1000 * Number(query.get('since') ?? 0);
  const write = ({ at, text }: LogLine): void => {
    const line = `${query.get('timestamps') === '1' ? `${stamp(sight.toClock(at))} ` : ''}${text}`;
    if (isTerminal) response.write(`${line}\r\n`);
    else response.write(frame(`${line}\n`, /\bERROR\b/.test(text) ? 2 : 1));
  };
  response.writeHead(200);
  response.flushHeaders();
  const tail = query.get('tail') ?? 'all';
  const last = tail === 'all' ? {} : { last: Number(tail) };
  const until = query.has('until') ? 1000 * Number(query.get('until')) : Number.POSITIVE_INFINITY;
  // The last so many of all are counted before those that came later than wanted are left out.
  for (const line of container.log.read({ since: view.model.toModel(since), ...last }))
    if (sight.toClock(line.at) <= until) write(line);
  if (query.get('follow') !== '1' || !container.isRunning) {
    response.end();
    return;
  }
  const leave = container.log.follow(write);
  // The model moves on when somebody looks.
  const stop = view.clock.every(lookEveryMs, () => {
    seeDaemon(view);
    if (!container.isRunning) response.end();
  });
  response.once('close', () => {
    stop();
    leave();
  });
};
