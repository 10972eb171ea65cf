import type { Millis } from '../../../domain/base/fault.ts';
import type { Handler } from './http-server.ts';

/** A request to change something, regardless of its response. */
export interface ChangeRequest {
  /** Arrival time, on the caller's clock. */
  readonly at: Millis;
  readonly env: string;
  /** The server that received it, as in `${world.…}`: bus-0, deploy, kubernetes, postgres, kafka. */
  readonly server: string;
  /** 'POST /actuator/loggers/root', 'pg_terminate_backend', 'CreateTopics', 'systemctl restart api'. */
  readonly line: string;
  readonly body?: string;
}

/** All requests to change something, oldest first. Tests prove with it that a refused action sent nothing. */
export interface ChangeLog {
  note(change: ChangeRequest): void;
  all(): readonly ChangeRequest[];
}

/** Limit of the log; the oldest entries are dropped, because a simulator may run for days. */
const keptMost = 10_000;

export const createChangeLog = (): ChangeLog => {
  const kept: ChangeRequest[] = [];
  return {
    note: (change) => {
      kept.push(change);
      if (kept.length > keptMost) kept.shift();
    },
    all: () => [...kept],
  };
};

/** Records the requests that arrive at one server. */
export type RecordChange = (line: string, body?: string) => void;

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Prometheus takes a long query as a form in a POST, which still only reads. */
const formQueries = /^\/api\/v1\/(query|query_range|series|labels)$/;

/** Wraps a handler so that every request is recorded, except those that only read. */
export const recordingHandler =
  (handler: Handler, note: RecordChange): Handler =>
  (ask) => {
    if (!readingMethods.has(ask.method) && !formQueries.test(ask.rawPath))
      note(`${ask.method} ${ask.rawPath}`, ask.body);
    return handler(ask);
  };
