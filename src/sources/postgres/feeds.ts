import { z } from 'zod';
import type { AnyFact, Note, Sample } from '../../domain/facts.ts';
import type { Fault, FaultKind } from '../../domain/fault.ts';
import type { ExpectedHealth, FeedKind, Reading } from '../../domain/reading.ts';
import type { Health } from '../../kinds/health/fact.ts';
import type { DbSession } from '../../kinds/sessions/fact.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { RemediedError } from '../../platform/to-fault.ts';
import { staleAfter } from '../connection.ts';
import type { Feed } from '../source.ts';
import type { PostgresClient } from './client.ts';
import {
  booleanColumn,
  parseSession,
  type SessionSnapshot,
  singleRow,
  textColumn,
  timestampToMillis,
} from './parse.ts';
import { healthSql, sessionsSql } from './statements.ts';

/** That we may not log in, or have not been told how, is about us: an application may all the same. */
const clientFaultKinds: ReadonlySet<FaultKind> = new Set(['denied', 'unconfigured', 'bug', 'missing']);

const zService = z.object({ service: z.string() });

/** The health row that a config names, as the schema made it or as it was written; undefined when it names none. */
export const expectedDatabaseHealth = (config: unknown): readonly ExpectedHealth[] | undefined => {
  const named = zService.safeParse(config).data;
  return named && [{ service: named.service, instance: '' }];
};

/**
 * Logs in as an application would, asks, and logs out: a row that is down when nothing answers, when the server is
 * starting up or at max_connections; unknown when we are not let in. A standby is up, and says so.
 */
export const postgresHealthFeed = (client: PostgresClient): Feed => {
  const { source, config } = client;
  const expected: ExpectedHealth = { service: config.service ?? source, instance: '' };
  const row = (rest: Pick<Health, 'status' | 'detail' | 'latencyMs'>): Health => ({
    source,
    env: client.env,
    at: client.now(),
    ...expected,
    components: [],
    ...rest,
  });
  return {
    id: `${source}/health`,
    source,
    name: 'health',
    kind: 'health',
    probe: true,
    expects: [expected],
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    read: async (signal): Promise<Reading<Health>> => {
      try {
        const { rows, latencyMs } = await client.ask(healthSql, signal, { newConnection: true });
        const answer = singleRow(rows);
        textColumn(answer, 'version');
        const detail = booleanColumn(answer, 'recovering') ? 'in recovery (standby, read-only)' : '';
        return { items: [row({ status: 'up', detail, latencyMs })], faults: [] };
      } catch (error) {
        const fault = client.fault('health', error);
        if (fault.kind === 'cancelled') return { items: [], faults: [fault] };
        const status = clientFaultKinds.has(fault.kind) || error instanceof TunnelError ? 'unknown' : 'down';
        const detail = secretMasker.mask(fault.message.replace(`${client.displayAddress} health: `, ''));
        return { items: [row({ status, detail })], faults: [fault] };
      }
    },
  };
};

/** What one question brought. */
interface QueryFeedResult {
  readonly items: readonly (AnyFact | Note | Sample)[];
  readonly samples?: readonly Sample[];
  readonly faults?: readonly Fault[];
}

interface QueryFeedOptions {
  readonly name: string;
  /** What tells it from others of its name. */
  readonly part?: string;
  readonly kind: FeedKind;
  readonly signals?: readonly string[];
  /** 0: read only when asked. */
  readonly everyMs?: number;
  readonly requests?: number;
  read(signal: AbortSignal): Promise<QueryFeedResult>;
}

/** What an answer read on demand is worth: minutes, since nobody reads it again by itself. */
const onDemandStaleMs = 300_000;

/** A question as a feed that reads: when it fails, it brings its fault and nothing else. */
export const postgresFeed = (client: PostgresClient, question: QueryFeedOptions): Feed => {
  const { source, config } = client;
  const { name, part: of, kind, signals, everyMs = config.every, requests } = question;
  const feedName = of === undefined ? name : `${name}:${of}`;
  return {
    id: `${source}/${feedName}`,
    source,
    name,
    kind,
    ...(signals === undefined ? {} : { signals }),
    everyMs,
    staleMs: everyMs === 0 ? onDemandStaleMs : staleAfter(everyMs),
    timeoutMs: config.timeout,
    ...(requests === undefined ? {} : { requests }),
    read: async (signal) => {
      try {
        const { items, samples, faults = [] } = await question.read(signal);
        return { items, ...(samples === undefined ? {} : { samples }), faults };
      } catch (error) {
        return { items: [], faults: [client.fault(feedName, error)] };
      }
    },
  };
};

/** Every session of a client but our own, with what pins it. Throws SqlError. */
export const readSessions = async (
  client: PostgresClient,
  signal: AbortSignal,
): Promise<readonly SessionSnapshot[]> => (await client.ask(sessionsSql, signal)).rows.map(parseSession);

/**
 * Sessions of clients on the whole server, the longest transaction first, with who blocks them (`pg_blocking_pids`); our
 * own are left out. Fault beside the rows: `denied` where our role may not see what others do.
 */
export const sessionsFeed = (client: PostgresClient): Feed =>
  postgresFeed(client, {
    name: 'sessions',
    kind: 'sessions',
    read: async (signal) => {
      const found = await readSessions(client, signal);
      const stamp = { source: client.source, at: client.now() };
      const blocked = found.flatMap(({ fact }) => fact.blockedBy);
      const items = found.map(({ fact, started }): DbSession => {
        const blocks = blocked.filter((pid) => pid === fact.pid).length;
        const startedAt = timestampToMillis(started);
        return {
          ...stamp,
          ...fact,
          ...(blocks === 0 ? {} : { blocks }),
          ...(startedAt === undefined ? {} : { startedAt: client.toClock(startedAt) }),
        };
      });
      const hidden = found.filter(({ isHidden }) => isHidden).length;
      return { items, faults: hiddenSessionFaults(client, hidden, found.length) };
    },
  });

const hiddenSessionFaults = (client: PostgresClient, hidden: number, all: number): readonly Fault[] =>
  hidden === 0
    ? []
    : [
        client.fault(
          'sessions',
          new RemediedError(
            'denied',
            `${hidden} of ${all} sessions are hidden from this role`,
            'GRANT pg_monitor to this user',
          ),
        ),
      ];
