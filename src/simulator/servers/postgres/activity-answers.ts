import type { Backend } from '../../model/database/sessions.ts';
import {
  isoMicroseconds,
  resultOfObjects,
  type StatementHandler,
  type StatementRequest,
} from './statement-request.ts';

const others = ({ db, pid }: StatementRequest): readonly Backend[] =>
  db.backends.filter((backend) => backend.pid !== pid && backend.application !== 'opsdeck');

const sessionColumns = [
  'pid',
  'database',
  'user',
  'application',
  'client',
  'state',
  'duration_ms',
  'transaction_ms',
  'wait_event_type',
  'wait_event',
  'query',
  'blocked_by',
  'started',
  'since',
];

/** The columns of a session of another role, without pg_read_all_stats. */
const hiddenColumns = {
  ...{ application: null, client: null, state: null, duration_ms: null, transaction_ms: null },
  ...{
    wait_event_type: null,
    wait_event: null,
    query: '<insufficient privilege>',
    started: null,
    since: null,
  },
} as const;

const waitOf = ({ state, blockedBy }: Backend) => {
  if (blockedBy.length > 0) return { wait_event_type: 'Lock', wait_event: 'transactionid' };
  return state === 'active'
    ? { wait_event_type: 'IO', wait_event: 'DataFileRead' }
    : { wait_event_type: 'Client', wait_event: 'ClientRead' };
};

const sessions: StatementHandler = (asking) => {
  const { db, toClock } = asking;
  const { now } = db.env;
  const rows = [...others(asking)]
    .sort(
      (a, b) =>
        (a.transactionAt ?? Infinity) - (b.transactionAt ?? Infinity) ||
        a.startedAt - b.startedAt ||
        a.pid - b.pid,
    )
    .map((backend) => ({
      pid: backend.pid,
      database: db.databaseOf(backend),
      user: backend.user,
      application: backend.application,
      client: backend.client,
      state: backend.state,
      duration_ms: Math.round(now - backend.since),
      transaction_ms: backend.transactionAt === undefined ? null : Math.round(now - backend.transactionAt),
      ...waitOf(backend),
      query: backend.query,
      blocked_by: backend.blockedBy.length === 0 ? null : backend.blockedBy.join(','),
      started: isoMicroseconds(toClock(backend.startedAt)),
      since: isoMicroseconds(toClock(backend.since)),
      ...(db.hidesSessions ? hiddenColumns : {}),
    }));
  return resultOfObjects(rows, sessionColumns);
};

const longest = (now: number, moments: readonly (number | undefined)[]): number | null => {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? null : (now - Math.min(...known)) / 1000;
};

const activity: StatementHandler = (asking) => {
  const { db } = asking;
  const { now } = db.env;
  const all = others(asking);
  const visible = db.hidesSessions ? [] : all;
  const inState = (state: Backend['state']) => visible.filter((backend) => backend.state === state);
  return resultOfObjects([
    {
      max: db.settings.number('max_connections'),
      usable: db.usable,
      client: db.backends.length,
      others: all.length,
      idle: inState('idle').length,
      active: visible.length - inState('idle').length,
      hidden: all.length - visible.length,
      blocked: visible.filter(({ blockedBy }) => blockedBy.length > 0).length,
      query: longest(
        now,
        inState('active').map(({ since }) => since),
      ),
      transaction: longest(
        now,
        visible.map(({ transactionAt }) => transactionAt),
      ),
      idle_in_transaction: longest(
        now,
        inState('idle in transaction').map(({ since }) => since),
      ),
    },
  ]);
};

const locks: StatementHandler = (asking) => {
  const { now } = asking.db.env;
  const rows = others(asking)
    .filter(({ blockedBy }) => blockedBy.length > 0)
    .map(({ pid, user, blockedBy, since, query }) => ({
      pid,
      locktype: 'transactionid',
      mode: 'ShareLock',
      relation: null,
      user,
      blocked_by: blockedBy.join(','),
      duration_ms: Math.round(now - since),
      query,
    }));
  return resultOfObjects(rows, [
    'pid',
    'locktype',
    'mode',
    'relation',
    'user',
    'blocked_by',
    'duration_ms',
    'query',
  ]);
};

/** Requires the same backend start, because PIDs can be reused. */
const signal =
  (act: (asking: StatementRequest, pid: number) => boolean): StatementHandler =>
  (asking) => {
    const [pid, started] = asking.values;
    const backend = others(asking).find(
      (candidate) =>
        String(candidate.pid) === pid && isoMicroseconds(asking.toClock(candidate.startedAt)) === started,
    );
    return resultOfObjects(backend === undefined ? [] : [{ done: act(asking, backend.pid) }], ['done']);
  };

/** There are no superusers, and the client's role has pg_signal_backend. */
const permit: StatementHandler = ({ db, values, user: me }) => {
  const pids: readonly string[] = (values[0] ?? '').match(/\d+/g) ?? [];
  return resultOfObjects(
    db.backends
      .filter(({ pid }) => pids.includes(String(pid)))
      .map(({ user }) => ({ me, user, super: false, allowed: true })),
    ['me', 'user', 'super', 'allowed'],
  );
};

/** Responses to session statements by tag. */
export const activityAnswers: Readonly<Record<string, StatementHandler>> = {
  sessions,
  activity,
  locks,
  permit,
  cancel: signal(({ db }, pid) => db.cancel(pid)),
  terminate: signal(({ db }, pid) => db.terminate(pid)),
};
