import type { Millis } from '../../../domain/fault.ts';
import { heapUsedOf, poolOf } from '../gauges.ts';
import type { Instance } from '../instance.ts';
import type { Surroundings } from '../part.ts';
import type { Served } from '../traffic.ts';
import { draw, type Entry, traceOf } from './entry.ts';
import { stackOf } from './stacks.ts';

const second: Millis = 1000;
/** So many failures of a second are written with their stack: nobody reads a thousand of them. */
const failuresTold = 2;
const nearlyFull = 0.8;
const full = 0.88;

const uriOf = ({ uri, at, ms }: Served): string =>
  uri.replace('{id}', draw(`${at}/${ms}`, 0xffff).toString(16).padStart(4, '0'));

const threadOf = ({ at, ms }: Served): string => `tomcat-handler-${draw(`${at}/${ms}`, 40)}`;

const traceFor = (of: string, { at, ms, uri }: Served): string => traceOf(`${of}/${at}/${ms}/${uri}`);

/** What a service writes of a request. */
export const requestEntry = (of: string, served: Served): Entry => {
  const { at, method, status, ms, exception, cause } = served;
  const uri = uriOf(served);
  const isBad = status >= 500;
  const why = cause ?? exception;
  return {
    at,
    level: isBad ? 'ERROR' : 'INFO',
    logger: 'api.Access',
    thread: threadOf(served),
    message: `${method} ${uri} ${status} ${ms} ms${isBad ? `: ${why}` : ''}`,
    brief: isBad ? 'request failed' : 'request',
    fields: { method, path: uri, status, duration_ms: ms, ...(isBad ? { error: why } : {}) },
    trace: traceFor(of, served),
  };
};

const failureEntry = (instance: Instance, served: Served): Entry => ({
  ...requestEntry(instance.name, served),
  stack: stackOf(instance.service.name, served.exception, served.cause),
});

const slaEntry = ({ name, service: { slaMs = 0 } }: Instance, served: Served): Entry => ({
  at: served.at,
  level: 'WARN',
  logger: 'sla.SlaMonitor',
  thread: threadOf(served),
  message: `SLA VIOLATION: ${served.method} ${uriOf(served)} took ${served.ms} ms, limit ${slaMs} ms`,
  trace: traceFor(name, served),
});

const requestEntries = (instance: Instance, served: readonly Served[]): readonly Entry[] => {
  const bad = served.filter(({ status }) => status >= 500);
  const good = served.filter(({ status }) => status < 500).at(-1);
  const { slaMs = Number.POSITIVE_INFINITY } = instance.service;
  const late = served.find(({ ms, status }) => status < 500 && ms > slaMs);
  return [
    ...(good === undefined ? [] : [requestEntry(instance.name, good)]),
    ...bad.slice(-failuresTold).map((one) => failureEntry(instance, one)),
    ...(late === undefined ? [] : [slaEntry(instance, late)]),
  ];
};

const breakerEntries = ({ breakers }: Instance, now: Millis): readonly Entry[] =>
  breakers.flatMap(({ name, events }) =>
    events
      .filter(({ at, type }) => type === 'STATE_TRANSITION' && at > now - second)
      .map(({ at, transition = '' }): Entry => {
        const [from = '', to = ''] = transition.split('_TO_');
        return {
          at,
          level: to === 'CLOSED' ? 'INFO' : 'WARN',
          logger: 'resilience.BreakerEvents',
          thread: 'tomcat-handler-3',
          message: `Circuit breaker '${name}' changed from ${from} to ${to}`,
          brief: 'circuit breaker changed',
          fields: { breaker: name, from, to },
        };
      }),
  );

/** What a service writes when what it works with runs out, now and then for as long as it lasts. */
const shortageEntries = (env: Surroundings, instance: Instance, now: Millis): readonly Entry[] => {
  const tick = Math.floor(now / second);
  const found: Entry[] = [];
  const pool = poolOf(env, instance);
  if (pool !== undefined && pool.pending > 2 && tick % 3 === 0) {
    const counts = `total=${pool.max}, active=${pool.active}, idle=${pool.idle}, waiting=${pool.pending}`;
    found.push({
      at: now,
      level: 'ERROR',
      logger: 'o.h.engine.jdbc.spi.SqlExceptionHelper',
      thread: 'tomcat-handler-11',
      message: `Unable to acquire JDBC Connection: HikariPool-1 - Connection is not available, request timed out after 3000ms (${counts})`,
      brief: 'no connection of the pool',
      fields: { error: 'context deadline exceeded', timeout: '3s', open: pool.active, waiting: pool.pending },
      stack: stackOf(
        instance.service.name,
        'SQLTransientConnectionException',
        `HikariPool-1 - Connection is not available (${counts})`,
      ),
    });
  }
  const heap = heapUsedOf(env, instance) / instance.heapMaxBytes;
  if (heap > nearlyFull && tick % 10 === 0)
    found.push({
      at: now,
      level: 'WARN',
      logger: 'memory.HeapMonitor',
      thread: 'scheduling-1',
      message: `heap is ${Math.round(100 * heap)} % full after a collection`,
    });
  if (heap > full && tick % 5 === 0)
    found.push({
      at: now,
      level: 'ERROR',
      logger: 'o.s.web.servlet.DispatcherServlet',
      thread: 'tomcat-handler-5',
      message: 'Handler dispatch failed: java.lang.OutOfMemoryError: Java heap space',
      stack: stackOf(instance.service.name, 'OutOfMemoryError', undefined),
    });
  return found;
};

/** What an instance has to say of the second that ends now, in the order of time: seen now, put into words when asked. */
export const entriesOf = (env: Surroundings, instance: Instance, now: Millis): (() => readonly Entry[]) => {
  if (!instance.running) return () => [];
  const served = instance.traffic.recent(now).filter(({ at }) => at > now - second);
  const troubles = [...breakerEntries(instance, now), ...shortageEntries(env, instance, now)];
  return () => [...requestEntries(instance, served), ...troubles].sort((a, b) => a.at - b.at);
};
