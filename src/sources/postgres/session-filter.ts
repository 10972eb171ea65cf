import { z } from 'zod';
import { zOneOrMore } from '../../domain/facts/schema.ts';
import { matchesOr } from '../../domain/regex/matcher.ts';
import { compilePattern } from '../../domain/regex/pattern.ts';
import { formatAge, parseDuration } from '../../domain/text/duration.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import type { SessionSnapshot } from './parse.ts';

const zAge = z
  .string()
  .refine((written) => parseDuration(written) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is not a duration: use 30s, 10m or 1h30m`,
  })
  .meta({ examples: ['10m'] });

const zPid = z
  .union([
    z.int().min(1),
    z
      .string()
      .regex(/^\d{1,10}$/, { error: 'a pid is a number: see pg_stat_activity' })
      .transform(Number),
  ])
  .meta({ description: 'session pid' });

const zSessionFilter = z
  .strictObject({
    olderThan: zAge
      .meta({ description: 'minimum age of the running query. Without a query, of the state of the session' })
      .exactOptional(),
    transactionOlderThan: zAge
      .meta({ description: 'minimum age of the open transaction of the session' })
      .exactOptional(),
    state: zOneOrMore
      .meta({
        description:
          'state: state of the session, such as active or idle in transaction (default: any state but idle)',
      })
      .exactOptional(),
    user: zOneOrMore.exactOptional(),
    application: zOneOrMore.exactOptional(),
    query: z
      .string()
      .refine((pattern) => typeof compilePattern(pattern) !== 'string', {
        error: 'not a valid regular expression: check brackets and backslashes',
      })
      .meta({ description: 'regular expression that the statement must match' })
      .exactOptional(),
  })
  .refine((where) => Object.keys(where).length > 0, {
    error: 'add at least one condition: olderThan: 10m, user: NAME …',
  })
  .meta({
    description:
      'conditions that choose the sessions, all of which must match. Sessions of other databases, backups and opsdeck itself are never chosen',
  });

const sessionChoiceShape = {
  pid: z.union([zPid, z.array(zPid).min(1)]).exactOptional(),
  where: zSessionFilter.exactOptional(),
};

const hasOneChoice = ({ pid, where }: { readonly pid?: unknown; readonly where?: unknown }): boolean =>
  (pid === undefined) !== (where === undefined);

const choiceError = { error: 'name the sessions: pid: PID, or where: { olderThan: 10m }' };

export const cancelParams = z.strictObject(sessionChoiceShape).refine(hasOneChoice, choiceError);

export const terminateParams = z
  .strictObject({
    ...sessionChoiceShape,
    cancelFirst: zAge
      .meta({
        description:
          'cancels the statements first, and terminates only sessions whose transaction is still open after this time',
      })
      .exactOptional(),
  })
  .refine(hasOneChoice, choiceError);
export type TerminateParams = z.infer<typeof terminateParams>;

type SessionFilter = z.infer<typeof zSessionFilter>;

/** Dumps and restores are long-running by nature: ending one loses a backup. */
const backupApplications = /^(?:pg_dump|pg_dumpall|pg_restore|pg_basebackup|pgbackrest|barman)/i;

/** Reason a session is protected from being ended; undefined when it is not. */
export const protectionReason = ({ fact, isHidden, started }: SessionSnapshot): string | undefined => {
  if (fact.application === 'opsdeck') return 'a session of opsdeck itself';
  if (backupApplications.test(fact.application ?? ''))
    return `the session is a backup or restore (${fact.application})`;
  if (isHidden || started === '') return 'the activity is hidden from this role: GRANT pg_monitor';
  return undefined;
};

const isIncluded = (allowed: readonly string[] | undefined, value: string): boolean =>
  allowed === undefined || allowed.includes(value);

const isOlder = (age: string | undefined, ms: number | undefined): boolean =>
  age === undefined || (ms !== undefined && ms > (parseDuration(age) ?? Number.POSITIVE_INFINITY));

/** Sessions of a database that match a filter, without protected ones. */
export const matchingSessions = (
  sessions: readonly SessionSnapshot[],
  where: SessionFilter,
  database: string,
): readonly SessionSnapshot[] => {
  const pattern = where.query === undefined ? undefined : compilePattern(where.query);
  return sessions.filter((session) => {
    const { fact } = session;
    return (
      fact.database === database &&
      protectionReason(session) === undefined &&
      (where.state === undefined ? fact.state !== 'idle' : where.state.includes(fact.state)) &&
      isIncluded(where.user, fact.user) &&
      isIncluded(where.application, fact.application ?? '') &&
      isOlder(where.olderThan, fact.durationMs) &&
      isOlder(where.transactionOlderThan, fact.transactionMs) &&
      (pattern === undefined || (typeof pattern !== 'string' && matchesOr(pattern, fact.query, false)))
    );
  });
};

/** Describes a session in one line for a preview: user, client, state and its duration, query. */
export const sessionSummary = ({ fact }: SessionSnapshot): string => {
  const age = fact.durationMs === undefined ? '' : ` for ${formatAge(fact.durationMs)}`;
  const who = [fact.user, fact.application, fact.client].filter((part) => part !== '').join(' · ');
  return `pid ${fact.pid} · ${who} · ${fact.state}${age} · ${oneLine(fact.query, 120)}`;
};

/** The pinned value of a session: its state and the start of that state. */
export const sessionStateText = ({ fact, since }: SessionSnapshot): string => `${fact.state} since ${since}`;
