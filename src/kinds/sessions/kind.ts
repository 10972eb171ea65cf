import { redactSecretForms } from '../../domain/mask/mask-text.ts';
import { cutText } from '../../domain/text/cut-text.ts';
import { formatAge } from '../../domain/text/duration.ts';
import { formatLatency } from '../../domain/text/format.ts';
import { joinParts } from '../define/check-words.ts';
import { defineKind } from '../define/define-kind.ts';
import { type Field, fieldsOf } from '../define/fields.ts';
import type { DbSession } from './fact.ts';
import { blockedText, isIdleInTransaction, isSameTransaction, sessionWords } from './state.ts';

const { id, idNumber, text, number, list, withoutWords, unprinted } = fieldsOf<DbSession>();

/** A text that our role sees only with pg_monitor: of a hidden session it is unknown, and no hidden session passes for idle. */
const seen = <J>(field: Field<DbSession, J>): Field<DbSession, J> => ({
  ...field,
  of: (fact, level) => (fact.state === '' ? undefined : field.of(fact, level)),
});

const fields = {
  database: id('database', (f) => f.database),
  pid: idNumber('process ID of the server process that serves the session', (f) => f.pid),
  user: id('database role that is logged in', (f) => f.user),
  state: withoutWords(seen(text('session state', (f) => f.state)), {
    blocked: 'blockedBy matches /./',
    blocking: 'blocks > 0',
    'long idle in transaction': 'state = "idle in transaction" and durationMs > 60000',
    unknown: 'level = unknown',
  }),
  durationMs: number('time since the current query, or the idleness, began', 'ms', (f) => f.durationMs),
  waiting: seen(text('event that the session waits for, such as a lock', (f) => f.waiting)),
  blockedBy: list(
    'process IDs of the sessions whose locks this session waits for',
    (f) => f.blockedBy.map(String),
    (f) => f.blockedBy,
  ),
  blocks: unprinted(
    number('number of other sessions that wait for a lock of this session', '', (f) => f.blocks),
  ),
  query: seen(text('SQL statement', (f) => f.query)),
};

/** Characters of a statement shown to recognize it. */
const statementLetters = 60;

/** Database sessions. */
export const sessions = defineKind<DbSession, typeof fields>({
  name: 'sessions',
  says: 'Database sessions',
  fields,
  state: (f) => (f.state === '' ? 'unknown' : f.state),
  levels: {
    words: {
      blocked: 'warn',
      blocking: 'warn',
      'long idle in transaction': 'warn',
      disabled: 'unknown',
      unknown: 'unknown',
    },
    of: sessionWords,
    meanings: {
      blocked: 'the session waits for a lock of another session',
      blocking: 'other sessions wait for a lock of this session',
      'long idle in transaction':
        'the session has done nothing for over a minute in an open transaction, which keeps locks',
      disabled: 'the server does not show what the session does, because track_activities is off',
      unknown: 'the role that opsdeck uses may not see the session. Grant pg_monitor to that role',
    },
  },
  bounds: 'durationMs',
  inTotal: false,
  inHeader: false,
  identity: (f) => [f.database, f.pid],
  label: (f) => joinParts(f.database, String(f.pid)),
  pin: (f) => (f.startedAt === undefined ? undefined : `${f.pid}@${f.startedAt}`),
  // The system gives the pid of a session that has ended to another one.
  object: (f) => f.startedAt?.toString(),
  // Another statement in the same transaction keeps its locks and its snapshot.
  noEvidence: (was, is) =>
    isIdleInTransaction(was) && isSameTransaction(was, is)
      ? 'is still in the same transaction and keeps all locks'
      : undefined,
  // Describes a session: 'billing · idle in transaction · 4m · UPDATE stock …'.
  choice: ({ user, application, state, transactionMs, durationMs, query }) => {
    const ms = transactionMs ?? durationMs;
    const statement = query.replaceAll(/\s+/g, ' ').trim();
    return joinParts(
      user,
      application === undefined || application === user ? '' : application,
      state,
      ms === undefined ? '' : formatAge(ms),
      cutText(redactSecretForms(statement), statementLetters),
    );
  },
  words: (r) => ({
    name: joinParts(r.database, String(r.pid)),
    state: r.state,
    details: [
      r.user,
      r.durationMs === null ? undefined : `for ${formatLatency(r.durationMs)}`,
      r.waiting,
      blockedText(r.blockedBy),
      r.query,
    ],
  }),
  belongsTo: (f) => f.application ?? '',
  logNames: ({ application = '', database }) => ({
    title: application === '' ? database : application,
    names: [application],
    word: application,
  }),
});
