import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { GenericAction } from '../../domain/runbooks/generic-action.ts';
import {
  type ActEvent,
  type DeclaredEffect,
  notApplicable,
  type PermissionResult,
  type Plan,
  type Target,
  type TargetDrift,
} from '../../domain/runbooks/operation.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { defineOperation, type OperationBehavior, readForPlan } from '../kit/operations/define-operation.ts';
import { reportEnded, reportUnknownEnd } from '../kit/operations/report-ended.ts';
import type { PostgresClient, PostgresContext } from './client.ts';
import { readSessions } from './feeds.ts';
import type { SessionSnapshot } from './parse.ts';
import { booleanColumn, textColumn } from './parse.ts';
import { displayStatement, sendStatement } from './send-statement.ts';
import {
  cancelParams,
  matchingSessions,
  protectionReason,
  sessionStateText,
  sessionSummary,
  type TerminateParams,
  terminateParams,
} from './session-filter.ts';
import { signalBackendSql, taggedSql } from './statements.ts';

type BackendSignal = keyof typeof signalBackendSql;

/** Identifies a backend: a pid alone may have been reused. */
interface BackendPin {
  readonly pid: number;
  readonly started: string;
}

const isSameBackend = ({ fact, started }: SessionSnapshot, pin: BackendPin): boolean =>
  fact.pid === pin.pid && started === pin.started;

/** A backend ends shortly after the signal, or when it has rolled back. */
const maxVerifyAttempts = 50;
const verifyIntervalMs = 200;

/** Reports which backends have ended (or become idle), polling until all have. */
async function* verifySignals(
  client: PostgresClient,
  name: BackendSignal,
  pins: readonly BackendPin[],
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  let remaining: readonly SessionSnapshot[] = [];
  for (let attempt = 0; attempt < maxVerifyAttempts; attempt += 1) {
    try {
      const now = await readSessions(client, signal);
      remaining = now.filter(
        (session) => pins.some((pin) => isSameBackend(session, pin)) && isStillRunning(name, session),
      );
    } catch (error) {
      yield* reportUnknownEnd(`cannot read the current sessions: ${client.fault('sessions', error).message}`);
      return;
    }
    if (remaining.length === 0 || signal.aborted) break;
    await change.clock.sleep(verifyIntervalMs, signal);
  }
  const outcome = name === 'cancel' ? 'stopped' : 'gone';
  const left = remaining.map((session) => `still running: ${sessionSummary(session)}`);
  yield* reportEnded({ total: pins.length, outcome, left });
}

const isStillRunning = (name: BackendSignal, { fact }: SessionSnapshot): boolean =>
  name === 'terminate' || fact.state === 'active';

/**
 * Sessions that our role may end. Source: PostgreSQL, src/backend/storage/ipc/signalfuncs.c: those of a superuser only
 * as a superuser, others with the privileges of their role or of pg_signal_backend.
 */
const signalPermitSql = taggedSql(
  'permit',
  `
SELECT current_user AS me, a.usename AS "user", r.rolsuper AS super,
  current_setting('is_superuser') = 'on' OR (NOT r.rolsuper AND (pg_has_role(current_user, a.usesysid, 'USAGE')
    OR pg_has_role(current_user, 'pg_signal_backend', 'USAGE'))) AS allowed
FROM pg_stat_activity a JOIN pg_roles r ON r.oid = a.usesysid WHERE a.pid = ANY($1::int[])`,
);

/** Checks whether our role may end all of these sessions; ignores those that have ended. Throws SqlError. */
export const signalPermit = async (
  client: PostgresClient,
  pids: readonly number[],
  signal: AbortSignal,
): Promise<PermissionResult> => {
  const { rows } = await client.ask(signalPermitSql, signal, { values: [pids.map(String)] });
  const denied = rows.find((row) => !booleanColumn(row, 'allowed'));
  if (denied !== undefined) {
    const me = textColumn(denied, 'me');
    const user = textColumn(denied, 'user');
    if (booleanColumn(denied, 'super'))
      return {
        allowed: false,
        why: `${me} may not terminate sessions of ${user}, who is a superuser`,
        remedy: 'connect as a superuser',
      };
    return {
      allowed: false,
      why: `${me} may not terminate sessions of ${user}`,
      remedy: `GRANT pg_signal_backend TO ${me}`,
    };
  }
  const [first] = rows;
  if (first === undefined) return { allowed: 'unknown', why: 'these sessions no longer exist' };
  return { allowed: true, why: `${textColumn(first, 'me')} is allowed to terminate these sessions` };
};

/** Sends one signal to each of these backends. */
async function* sendSignals(
  client: PostgresClient,
  name: BackendSignal,
  pins: readonly BackendPin[],
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  for (const { pid, started } of pins) {
    if (signal.aborted) return;
    const statement = { text: signalBackendSql[name], values: [pid, started] };
    yield* sendStatement(
      client,
      change,
      statement,
      ({ rows: [row] }) => ({
        status:
          row === undefined
            ? `pid ${pid} no longer exists`
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
 * Cancels their statements, and after `waitMs` ends the sessions that are still in the same transaction. A client that
 * has rolled back is left alone.
 */
async function* cancelThenTerminate(
  client: PostgresClient,
  pins: readonly BackendPin[],
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
  const survivors = now.filter((session) => pins.some((pin) => isSameBackend(session, pin)));
  const stubborn = survivors.filter(({ fact }) => (fact.transactionMs ?? -1) >= sinceMs);
  for (const session of survivors.filter((survivor) => !stubborn.includes(survivor)))
    yield { is: 'output', text: `statement canceled, session kept: ${sessionSummary(session)}` };
  const stillActive = pins.filter((pin) => stubborn.some((session) => isSameBackend(session, pin)));
  if (stillActive.length === 0) return;
  yield* sendSignals(client, 'terminate', stillActive, change, signal);
  yield* verifySignals(client, 'terminate', stillActive, change, signal);
}

const signalLosses: Readonly<Record<BackendSignal, string>> = {
  cancel: 'the work of these statements so far is rolled back',
  terminate: 'uncommitted work of these sessions is rolled back, and their clients lose the connection',
};

/** The sessions that wait for a lock of these, directly or behind one another. */
const waitingFor = (pids: ReadonlySet<number>, sessions: readonly SessionSnapshot[]): ReadonlySet<number> => {
  const more = sessions.filter(
    ({ fact }) => !pids.has(fact.pid) && fact.blockedBy.some((pid) => pids.has(pid)),
  );
  if (more.length === 0) return pids;
  return waitingFor(new Set([...pids, ...more.map(({ fact }) => fact.pid)]), sessions);
};

/** They end, or lose their statement, after which their clients may leave; those that waited for them can complete. */
const sessionEffects = (
  victims: readonly SessionSnapshot[],
  sessions: readonly SessionSnapshot[],
): readonly DeclaredEffect[] => {
  const pids = waitingFor(new Set(victims.map(({ fact }) => fact.pid)), sessions);
  return [...pids].map((pid) => ({ does: 'ends', kind: 'sessions', where: { pid } }));
};

/**
 * `cancel` ends statements, `terminate` ends sessions: those with the given pids, or those that match typed filters.
 * Each is pinned by pid and backend start, which the statement itself checks again. Source: PostgreSQL docs, Server
 * Signaling Functions.
 */
const signalBehavior =
  (name: BackendSignal) =>
  ({ client }: PostgresContext): OperationBehavior<TerminateParams> => ({
    plan: async (params, signal) => {
      const { victims, sessions } = await selectSessions(client, name, params, signal);
      const firstMs = cancelGraceMs(params);
      return {
        targets: victims.map((victim) => sessionTarget(client, victim)),
        calls: (firstMs === undefined ? [name] : (['cancel', 'terminate'] as const)).flatMap((sent) =>
          victims.map((victim, target) => ({
            line: displayStatement(signalBackendSql[sent], [victim.fact.pid, victim.started]),
            target,
          })),
        ),
        objects: victims.map((victim) => `${otherDatabasePrefix(client, victim)}${sessionSummary(victim)}`),
        lost: signalLosses[name],
        effects: sessionEffects(victims, sessions),
        reach: {
          share: { part: victims.length, whole: sessions.length, of: 'connections' },
          connections: victims.length,
        },
        earlier: victims.map(({ fact, started }): BackendPin => ({ pid: fact.pid, started })),
      };
    },

    permits: (plan, signal) =>
      signalPermit(
        client,
        plannedPins(plan).map(({ pid }) => pid),
        signal,
      ),

    recheck: async (plan, signal) => sessionDrift(client, plan, signal),

    act: async function* (plan, change, signal) {
      const pins = plannedPins(plan);
      const firstMs = cancelGraceMs(plan.params);
      if (firstMs !== undefined) return yield* cancelThenTerminate(client, pins, firstMs, change, signal);
      yield* sendSignals(client, name, pins, change, signal);
      yield* verifySignals(client, name, pins, change, signal);
    },
  });

/** An action on the rows of sessions. `left`: a session that it has not ended. */
const sessionAction = (
  verb: BackendSignal,
  title: string,
  where: string | undefined,
  check: string,
  left: string,
): GenericAction => ({
  id: `${verb}-session`,
  verb,
  title,
  step: `${title} \${param.pids}`,
  on: 'sessions',
  ...defined({ where }),
  params: [{ name: 'pids', type: 'choices', from: 'sessions.pid', title: 'Sessions (pid)' }],
  with: { pid: '${param.pids}' },
  verify: [
    {
      id: 'v1',
      title: check,
      that: `not any(sessions[source = "$source" and pid in (\${param.pids})] | ${left})`,
      withinMs: 30_000,
      forMs: 0,
    },
  ],
});

export const cancelOperation = defineOperation(
  {
    name: 'cancel',
    danger: 'disruptive',
    params: cancelParams,
    actions: [
      sessionAction(
        'cancel',
        'Cancel statement of session',
        'state = active',
        'The statements have ended',
        'state = active and query = ${before}',
      ),
    ],
  },
  signalBehavior('cancel'),
);

export const terminateOperation = defineOperation(
  {
    name: 'terminate',
    danger: 'disruptive',
    params: terminateParams,
    actions: [
      sessionAction('terminate', 'Terminate session', undefined, 'The sessions are gone', 'not (new)'),
    ],
  },
  signalBehavior('terminate'),
);

/** Time between cancel and terminate; undefined: no cancel first. */
const cancelGraceMs = ({ cancelFirst }: TerminateParams): Millis | undefined =>
  parseDuration(cancelFirst ?? '');

const otherDatabasePrefix = ({ database }: PostgresClient, { fact }: SessionSnapshot): string =>
  fact.database === database ? '' : `in the database ${fact.database}: `;

/** 'pid 2103 (outbox-repair)': the client of a session is what a person knows. */
const sessionName = ({ fact: { pid, application = '' } }: SessionSnapshot): string =>
  application === '' ? `pid ${pid}` : `pid ${pid} (${application})`;

const sessionTarget = (client: PostgresClient, victim: SessionSnapshot): Target => ({
  // The backend may belong to another database of the same server: then that name is confirmed.
  name: victim.fact.database === '' ? client.database : victim.fact.database,
  uid: `${client.displayAddress} pid ${victim.fact.pid} started ${victim.started}`,
  saw: sessionStateText(victim),
  where: `${sessionName(victim)} at ${client.displayAddress}`,
});

const selectSessions = async (
  client: PostgresClient,
  name: BackendSignal,
  { pid, where }: TerminateParams,
  signal: AbortSignal,
): Promise<{
  readonly victims: readonly SessionSnapshot[];
  readonly sessions: readonly SessionSnapshot[];
}> => {
  const sessions = await readForPlan(client, 'sessions', () => readSessions(client, signal));
  if (where !== undefined) {
    // A session without a running statement has none to cancel.
    const matched = matchingSessions(sessions, where, client.database).filter(
      ({ fact }) => name === 'terminate' || fact.state === 'active',
    );
    if (matched.length > 0) return { victims: matched, sessions };
    throw notApplicable(
      `no session of ${client.database} matches ${JSON.stringify(where)}, so there is nothing to ${name}`,
    );
  }
  const victims = [...new Set([pid ?? []].flat())].map((value) => {
    const session = sessions.find(({ fact }) => fact.pid === value);
    if (session === undefined)
      throw notApplicable(
        `the session with pid ${value} has ended, or belongs to opsdeck: choose another session`,
      );
    const spared = protectionReason(session);
    if (spared !== undefined) throw notApplicable(`pid ${value} is protected: ${spared}`);
    if (name === 'cancel' && session.fact.state !== 'active')
      throw notApplicable(
        `pid ${value} runs no statement (state: ${session.fact.state}): there is nothing to cancel. Use terminate`,
      );
    return session;
  });
  return { victims, sessions };
};

const isBackendPin = (value: unknown): value is BackendPin =>
  typeof value === 'object' && value !== null && 'pid' in value && 'started' in value;

const plannedPins = (plan: Plan): readonly BackendPin[] =>
  Array.isArray(plan.earlier) ? plan.earlier.filter(isBackendPin) : [];

/** A session that has ended is not drift while another one remains; a session in another state is. */
const sessionDrift = async (
  client: PostgresClient,
  plan: Plan,
  signal: AbortSignal,
): Promise<TargetDrift | undefined> => {
  const now = await readSessions(client, signal);
  const sessions = plannedPins(plan).map((pin) => now.find((session) => isSameBackend(session, pin)));
  const [first] = plan.targets;
  if (first !== undefined && sessions.every((session) => session === undefined))
    return { target: first.where, planned: first.saw, found: 'the session has ended' };
  for (const [index, session] of sessions.entries()) {
    const target = plan.targets[index];
    if (session !== undefined && target !== undefined && sessionStateText(session) !== target.saw)
      return { target: target.where, planned: target.saw, found: sessionStateText(session) };
  }
  return undefined;
};
