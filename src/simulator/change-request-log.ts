import type { Millis } from '../domain/fault.ts';
import type { Handler } from './servers/http-server.ts';

/** One request that the world was asked to change something by, whatever it answered. */
export interface ChangeRequest {
  /** When it arrived, on the caller's clock. */
  readonly at: Millis;
  readonly env: string;
  /** Which server got it, as in `${world.…}`: bus-0, deploy, kubernetes, postgres, kafka. */
  readonly server: string;
  /** 'POST /actuator/loggers/root', 'pg_terminate_backend', 'CreateTopics', 'systemctl restart api'. */
  readonly line: string;
  readonly body?: string;
}

/** Everything that arrived to change the world, oldest first: what was refused must not be in it. */
export interface ChangeLog {
  note(change: ChangeRequest): void;
  all(): readonly ChangeRequest[];
}

/** More are dropped, the oldest first: a world may run for days. */
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

/** Who notes what arrives at one server. */
export type RecordChange = (line: string, body?: string) => void;

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Prometheus takes a long query as a form: it reads all the same. */
const formQueries = /^\/api\/v1\/(query|query_range|series|labels)$/;

/** The handler, with every request noted that is none of those that only read. */
export const recordingHandler =
  (handler: Handler, note: RecordChange): Handler =>
  (ask) => {
    if (!readingMethods.has(ask.method) && !formQueries.test(ask.rawPath))
      note(`${ask.method} ${ask.rawPath}`, ask.body);
    return handler(ask);
  };
