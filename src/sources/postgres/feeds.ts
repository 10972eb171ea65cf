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
import { type Feed, onDemandStaleMs } from '../source.ts';
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

/** Faults of our own login or configuration: an application may still be able to log in. */
const clientFaultKinds: ReadonlySet<FaultKind> = new Set(['denied', 'unconfigured', 'bug', 'missing']);

const zService = z.object({ service: z.string() });

/** The health row that a config declares, in parsed or raw form; undefined when it declares none. */
export const expectedDatabaseHealth = (config: unknown): readonly ExpectedHealth[] | undefined => {
  const named = zService.safeParse(config).data;
  return named && [{ service: named.service, instance: '' }];
};

/**
 * Logs in as an application would, runs a query, and logs out. The row is down when the server does not respond, is
 * starting up or is at max_connections; unknown when our login is rejected. A standby is up, and marked as such.
 */
export const postgresHealthFeed = (client: PostgresClient): Feed => {
  const { source, config } = client;
  const expected: ExpectedHealth = { service: config.service ?? source, instance: '' };
  const row = (fields: Pick<Health, 'status' | 'detail' | 'latencyMs'>): Health => ({
    source,
    env: client.env,
    at: client.now(),
    ...expected,
    components: [],
    ...fields,
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

/** Result of one query. */
interface QueryFeedResult {
  readonly items: readonly (AnyFact | Note | Sample)[];
  readonly samples?: readonly Sample[];
  readonly faults?: readonly Fault[];
}

interface QueryFeedOptions {
  readonly name: string;
  /** Distinguishes it from other feeds of the same name. */
  readonly part?: string;
  readonly kind: FeedKind;
  readonly signals?: readonly string[];
  /** 0: read only on demand. */
  readonly everyMs?: number;
  readonly requests?: number;
  read(signal: AbortSignal): Promise<QueryFeedResult>;
}

/** Creates a feed from a query; a failed query yields only its fault. */
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

/** Reads every client session except our own, with its pin. Throws SqlError. */
export const readSessions = async (
  client: PostgresClient,
  signal: AbortSignal,
): Promise<readonly SessionSnapshot[]> => (await client.ask(sessionsSql, signal)).rows.map(parseSession);

/**
 * Client sessions of the whole server, the longest transaction first, with their blockers (`pg_blocking_pids`), without
 * our own. Fault beside the rows: `denied` where our role may not see the activity of others.
 */
export const sessionsFeed = (client: PostgresClient): Feed =>
  postgresFeed(client, {
    name: 'sessions',
    kind: 'sessions',
    read: async (signal) => {
      const sessions = await readSessions(client, signal);
      const stamp = { source: client.source, at: client.now() };
      const blocked = sessions.flatMap(({ fact }) => fact.blockedBy);
      const items = sessions.map(({ fact, started }): DbSession => {
        const blocks = blocked.filter((pid) => pid === fact.pid).length;
        const startedAt = timestampToMillis(started);
        return {
          ...stamp,
          ...fact,
          ...(blocks === 0 ? {} : { blocks }),
          ...(startedAt === undefined ? {} : { startedAt: client.toClock(startedAt) }),
        };
      });
      const hidden = sessions.filter(({ isHidden }) => isHidden).length;
      return { items, faults: hiddenSessionFaults(client, hidden, sessions.length) };
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
