import type { Millis } from '../../domain/base/fault.ts';
import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import { isObject } from '../../domain/text/value-text.ts';
import { startStopwatch } from '../../platform/runtime/stopwatch.ts';
import { toAbortError, WireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { createAnsweringServers } from '../answering-servers.ts';
import { cutOnAbort, openSessionPool, withLiveSession } from '../session-pool.ts';
import { resolveMongoAddress } from './address.ts';
import { openMemberSession } from './find-member.ts';
import {
  type MongoCommand,
  type MongoDocument,
  MongoError,
  type MongoQuery,
  type MongoReplies,
  type MongoTarget,
} from './mongo-types.ts';
import { assertMongoRead } from './read-check.ts';
import type { MongoSession } from './session.ts';

/** A MongoDB deployment for reads. */
export interface MongoReader {
  /** Sends reading commands, in a pooled session. Throws MongoError, TunnelError. */
  ask(query: MongoQuery, signal: AbortSignal): Promise<MongoReplies>;
  /**
   * Returns the process that answers now, and those of all connections that have answered reads since a time (`others`).
   * `identify` asks a process over one connection. Throws what it throws.
   */
  serversSince(
    began: Millis,
    identify: (ask: (command: MongoCommand) => Promise<MongoDocument>) => Promise<SystemFingerprint>,
    signal: AbortSignal,
  ): Promise<SystemFingerprint>;
  close(): Promise<void>;
}

const defaultMaxDocuments = 1000;

/** A cursor ID must be sent as a 64-bit integer. */
const asLong = (id: unknown): unknown => (typeof id === 'number' ? { $numberLong: String(id) } : id);

/** Reads the rest of a cursor, up to a limit, into its first batch. */
const withWholeCursor = async (
  session: MongoSession,
  database: string,
  reply: MongoDocument,
  max: number,
): Promise<MongoDocument> => {
  const { cursor } = reply;
  if (!isObject(cursor) || !Array.isArray(cursor.firstBatch)) return reply;
  const documents: unknown[] = [...cursor.firstBatch];
  const collection = String(cursor.ns).slice(database.length + 1);
  let id = cursor.id;
  while (id !== 0 && documents.length < max) {
    const batchSize = max - documents.length;
    const more = await session.ask(database, { getMore: asLong(id), collection, batchSize });
    if (!isObject(more.cursor) || !Array.isArray(more.cursor.nextBatch))
      throw new MongoError(
        'malformed',
        'the server sent a cursor that opsdeck cannot read: check that the server is MongoDB',
      );
    documents.push(...more.cursor.nextBatch);
    id = more.cursor.id;
  }
  if (id !== 0) await session.ask(database, { killCursors: collection, cursors: [asLong(id)] });
  return { ...reply, cursor: { ...cursor, firstBatch: documents.slice(0, max) } };
};

const askOne = async (
  session: MongoSession,
  { database, command, mayFail }: MongoCommand,
  { timeoutMs, maxDocuments = defaultMaxDocuments }: MongoQuery,
): Promise<MongoDocument> => {
  const askedCommand = {
    ...command,
    // The server ends a read that opsdeck no longer waits for.
    ...(timeoutMs === undefined ? {} : { maxTimeMS: Math.max(1, Math.round(timeoutMs)) }),
    // A secondary answers when there is no primary, instead of refusing.
    ...(session.member.setName === undefined ? {} : { $readPreference: { mode: 'primaryPreferred' } }),
  };
  try {
    return await withWholeCursor(session, database, await session.ask(database, askedCommand), maxDocuments);
  } catch (error) {
    if (mayFail !== true || !(error instanceof MongoError) || error.code === 0) throw error;
    return { ok: 0, code: error.code, errmsg: error.message };
  }
};

/** Opens a reader; the first query logs in. */
export const openMongoReader = (target: MongoTarget, transport: Transport): MongoReader => {
  const { clock } = transport;
  const salted = new Map<string, Buffer>();
  const open = (signal: AbortSignal): Promise<MongoSession> =>
    openMemberSession(resolveMongoAddress(target), transport, { salted }, signal);
  const sessions = openSessionPool(open);
  const servers = createAnsweringServers<MongoSession>(clock);

  const askOn = (
    session: MongoSession,
    query: MongoQuery,
    signal: AbortSignal,
  ): Promise<Omit<MongoReplies, 'latencyMs'>> =>
    cutOnAbort(session, signal, async () => {
      const replies: MongoDocument[] = [];
      for (const command of query.commands) replies.push(await askOne(session, command, query));
      return { replies, member: session.member };
    });

  const askOnce = async (query: MongoQuery, signal: AbortSignal): Promise<MongoReplies> => {
    const elapsed = startStopwatch(clock);
    const session = await open(signal);
    try {
      return await servers.noted(session, signal, async () => {
        const answer = await askOn(session, query, signal);
        return { ...answer, latencyMs: elapsed() };
      });
    } finally {
      await session.end();
    }
  };

  /** Ends a kept session whose member has changed its role, since another one may be the primary now. */
  const assertSameRole = async (session: MongoSession, signal: AbortSignal): Promise<void> => {
    if (resolveMongoAddress(target).hosts.length === 1) return;
    const { role } = session.member;
    const now = await cutOnAbort(session, signal, session.greet);
    if (now.role === role && role === 'primary') return;
    session.cut(
      new WireError(
        'unreachable',
        'the role of the member (primary or secondary) changed during the reading: the next reading starts again',
      ),
    );
    throw new WireError(
      'unreachable',
      'the role of the member (primary or secondary) changed during the reading: the next reading starts again',
    );
  };

  return {
    ask: async (query, outerSignal) => {
      const signal = transport.within(outerSignal);
      for (const { command } of query.commands) assertMongoRead(command);
      if (signal.aborted) throw toAbortError(signal);
      if (query.newConnection === true) return askOnce(query, signal);
      const elapsed = startStopwatch(clock);
      const answer = await withLiveSession(sessions, signal, async (session, isKept) => {
        if (isKept) await assertSameRole(session, signal);
        return servers.noted(session, signal, () => askOn(session, query, signal));
      });
      return { ...answer, latencyMs: elapsed() };
    },
    serversSince: (began, identify, outerSignal) =>
      servers.since(
        began,
        sessions,
        (session, signal) =>
          identify((command) => {
            assertMongoRead(command.command);
            return cutOnAbort(session, signal, () => askOne(session, command, { commands: [] }));
          }),
        transport.within(outerSignal),
      ),
    close: sessions.close,
  };
};
