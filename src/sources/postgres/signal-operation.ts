import { parseDuration } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import type { ActEvent, Drift, Permit, Plan, Target } from '../../domain/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { defineOperation, type OperationBehavior } from '../define-operation.ts';
import type { PostgresClient, PostgresParts } from './client.ts';
import { notApplicable, planned } from './client.ts';
import type { ReadSession } from './parse.ts';
import { textOf, truthOf } from './parse.ts';
import { readSessions } from './sessions-feed.ts';
import { callLine, sendStatement } from './statement-call.ts';
import { signalBackend, tagged } from './statements.ts';
import {
  cancelParams,
  type TerminateParams,
  terminateParams,
  victimState,
  victimsOf,
  victimWords,
  whySpared,
} from './victims.ts';

type Signal = keyof typeof signalBackend;

/** What pins a backend: a pid alone may be another's by now. */
interface Pin {
  readonly pid: number;
  readonly started: string;
}

const isSame = ({ fact, started }: ReadSession, pin: Pin): boolean =>
  fact.pid === pin.pid && started === pin.started;

/** A backend ends a moment after it was told to. */
const looks = 10;
const pauseMs = 200;

/** Which of them are gone (or run nothing any more), read again until all are. */
async function* lookAfter(
  client: PostgresClient,
  name: Signal,
  pins: readonly Pin[],
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  let left: readonly ReadSession[] = [];
  for (let look = 0; look < looks; look += 1) {
    try {
      const now = await readSessions(client, signal);
      left = now.filter((session) => pins.some((pin) => isSame(session, pin)) && isLeft(name, session));
    } catch (error) {
      yield {
        is: 'output',
        text: `how they are now could not be read: ${client.fault('sessions', error).message}`,
      };
      return;
    }
    if (left.length === 0 || signal.aborted) break;
    await change.clock.sleep(pauseMs, signal);
  }
  const gone = name === 'cancel' ? 'stopped' : 'gone';
  yield { is: 'output', text: `${pins.length - left.length} of ${pins.length} ${gone}` };
  for (const session of left) yield { is: 'output', text: `still there: ${victimWords(session)}` };
}

const isLeft = (name: Signal, { fact }: ReadSession): boolean =>
  name === 'terminate' || fact.state === 'active';

/**
 * Whose sessions we may end. Source: PostgreSQL, src/backend/storage/ipc/signalfuncs.c: a superuser's only as a superuser,
 * anybody else's with the privileges of their role or of pg_signal_backend.
 */
const permits = tagged(
  'permit',
  `
SELECT current_user AS me, a.usename AS "user", r.rolsuper AS super,
  current_setting('is_superuser') = 'on' OR (NOT r.rolsuper AND (pg_has_role(current_user, a.usesysid, 'USAGE')
    OR pg_has_role(current_user, 'pg_signal_backend', 'USAGE'))) AS allowed
FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid WHERE a.pid = ANY($1::int[])`,
);

/** Whether our role may end all of these sessions; of one that is gone nothing is said. Throws SqlError. */
export const signalPermit = async (
  client: PostgresClient,
  pids: readonly number[],
  signal: AbortSignal,
): Promise<Permit> => {
  const { rows } = await client.ask(permits, signal, { values: [pids.map(String)] });
  const denied = rows.find((row) => !truthOf(row, 'allowed'));
  if (denied !== undefined) {
    const [me, user] = [textOf(denied, 'me'), textOf(denied, 'user')];
    if (truthOf(denied, 'super'))
      return {
        allowed: false,
        why: `${me} may not end a session of ${user}, who is a superuser`,
        remedy: 'only a superuser may',
      };
    return {
      allowed: false,
      why: `${me} may not end a session of ${user}`,
      remedy: `GRANT pg_signal_backend TO ${me}`,
    };
  }
  const [first] = rows;
  if (first === undefined) return { allowed: 'unknown', why: 'these sessions are gone' };
  return { allowed: true, why: `${textOf(first, 'me')} may end these sessions` };
};

/** Sends one signal to each of these backends. */
async function* sendSignals(
  client: PostgresClient,
  name: Signal,
  pins: readonly Pin[],
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  for (const { pid, started } of pins) {
    if (signal.aborted) return;
    const statement = { text: signalBackend[name], values: [pid, started] };
    yield* sendStatement(
      client,
      change,
      statement,
      ({ rows: [row] }) => ({
        status:
          row === undefined
            ? `pid ${pid} was gone already`
            : row.done === 't'
              ? 'signalled'
              : 'not signalled',
        ok: row === undefined || row.done === 't',
      }),
      signal,
    );
  }
}

/**
 * Cancels their statements, and after `waitMs` ends the sessions that still have the transaction that they had: a client
 * that gave up is left alone with what it does since.
 */
async function* cancelThenTerminate(
  client: PostgresClient,
  pins: readonly Pin[],
  waitMs: Millis,
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const beganAt = change.clock.now();
  yield* sendSignals(client, 'cancel', pins, change, signal);
  await change.clock.sleep(waitMs, signal);
  if (signal.aborted) return;
  const sinceMs = change.clock.now() - beganAt;
  const now = await readSessions(client, signal);
  const there = now.filter((session) => pins.some((pin) => isSame(session, pin)));
  const stubborn = there.filter(({ fact }) => (fact.transactionMs ?? -1) >= sinceMs);
  for (const session of there.filter((one) => !stubborn.includes(one)))
    yield { is: 'output', text: `gave up its statement, not ended: ${victimWords(session)}` };
  const meant = pins.filter((pin) => stubborn.some((session) => isSame(session, pin)));
  if (meant.length === 0) return;
  yield* sendSignals(client, 'terminate', meant, change, signal);
  yield* lookAfter(client, 'terminate', meant, change, signal);
}

const lost: Readonly<Record<Signal, string>> = {
  cancel: 'what these statements have done so far is rolled back',
  terminate: 'what these sessions have not committed is rolled back; their clients see a broken connection',
};

/**
 * `cancel` ends statements, `terminate` sessions: the ones with these pids, or those that typed filters mean. Each is
 * pinned by pid and start of its backend, which the statement itself looks at again. Source: PostgreSQL docs, Server
 * Signaling Functions.
 */
const behaviorOf =
  (name: Signal) =>
  ({ client }: PostgresParts): OperationBehavior<TerminateParams> => ({
    plan: async (params, signal) => {
      const { victims, all } = await chosen(client, name, params, signal);
      const firstMs = cancelFirstOf(params);
      return {
        targets: victims.map((victim) => targetOf(client, victim)),
        calls: (firstMs === undefined ? [name] : (['cancel', 'terminate'] as const)).flatMap((sent) =>
          victims.map((victim, target) => ({
            line: callLine(signalBackend[sent], [victim.fact.pid, victim.started]),
            target,
          })),
        ),
        objects: victims.map((victim) => `${elsewhere(client, victim)}${victimWords(victim)}`),
        lost: lost[name],
        reach: {
          share: { part: victims.length, whole: all, of: 'connections' },
          connections: victims.length,
        },
        earlier: victims.map(({ fact, started }): Pin => ({ pid: fact.pid, started })),
      };
    },

    permits: (plan, signal) =>
      signalPermit(
        client,
        pinsOf(plan).map(({ pid }) => pid),
        signal,
      ),

    recheck: async (plan, signal) => driftOf(client, plan, signal),

    act: async function* (plan, change, signal) {
      const pins = pinsOf(plan);
      const firstMs = cancelFirstOf(plan.params);
      if (firstMs !== undefined) return yield* cancelThenTerminate(client, pins, firstMs, change, signal);
      yield* sendSignals(client, name, pins, change, signal);
      yield* lookAfter(client, name, pins, change, signal);
    },
  });

export const cancel = defineOperation(
  { name: 'cancel', danger: 'disruptive', params: cancelParams },
  behaviorOf('cancel'),
);

export const terminate = defineOperation(
  { name: 'terminate', danger: 'disruptive', params: terminateParams },
  behaviorOf('terminate'),
);

/** How long those are given whose statements are cancelled first; undefined: they are not. */
const cancelFirstOf = ({ cancelFirst }: TerminateParams): Millis | undefined =>
  parseDuration(cancelFirst ?? '');

const elsewhere = ({ database }: PostgresClient, { fact }: ReadSession): string =>
  fact.database === database ? '' : `in the database ${fact.database}: `;

const targetOf = (client: PostgresClient, victim: ReadSession): Target => ({
  // A pid may be one of another database of the same server: then that is what is confirmed.
  name: victim.fact.database === '' ? client.database : victim.fact.database,
  uid: `${client.where} pid ${victim.fact.pid} started ${victim.started}`,
  saw: victimState(victim),
  where: `${client.where} pid ${victim.fact.pid}`,
});

const chosen = async (
  client: PostgresClient,
  name: Signal,
  { pid, where }: TerminateParams,
  signal: AbortSignal,
): Promise<{ readonly victims: readonly ReadSession[]; readonly all: number }> => {
  const sessions = await planned(client, 'sessions', () => readSessions(client, signal));
  if (where !== undefined) {
    // A session that runs no statement has none to cancel.
    const found = victimsOf(sessions, where, client.database).filter(
      ({ fact }) => name === 'terminate' || fact.state === 'active',
    );
    if (found.length > 0) return { victims: found, all: sessions.length };
    throw notApplicable(`no session of ${client.database} is meant by ${JSON.stringify(where)}`);
  }
  const victims = [...new Set([pid ?? []].flat())].map((one) => {
    const session = sessions.find(({ fact }) => fact.pid === one);
    if (session === undefined)
      throw notApplicable(`no client's session has the pid ${one}, or it is our own`);
    const spared = whySpared(session);
    if (spared !== undefined) throw notApplicable(`pid ${one} is not ended: ${spared}`);
    if (name === 'cancel' && session.fact.state !== 'active')
      throw notApplicable(
        `pid ${one} runs no statement (it is ${session.fact.state}): cancel would do nothing; terminate ends it`,
      );
    return session;
  });
  return { victims, all: sessions.length };
};

const isPin = (value: unknown): value is Pin =>
  typeof value === 'object' && value !== null && 'pid' in value && 'started' in value;

const pinsOf = (plan: Plan): readonly Pin[] =>
  Array.isArray(plan.earlier) ? plan.earlier.filter(isPin) : [];

/** One that is gone meanwhile is no harm as long as another of them is there; one that does something else now is. */
const driftOf = async (
  client: PostgresClient,
  plan: Plan,
  signal: AbortSignal,
): Promise<Drift | undefined> => {
  const now = await readSessions(client, signal);
  const found = pinsOf(plan).map((pin) => now.find((session) => isSame(session, pin)));
  const [first] = plan.targets;
  if (first !== undefined && found.every((session) => session === undefined))
    return { target: first.where, planned: first.saw, found: 'gone already' };
  for (const [index, session] of found.entries()) {
    const target = plan.targets[index];
    if (session !== undefined && target !== undefined && victimState(session) !== target.saw)
      return { target: target.where, planned: target.saw, found: victimState(session) };
  }
  return undefined;
};
