import type { Millis } from '../../domain/base/fault.ts';
import type { ApprovalRule, AuthorityLevel, Guard } from '../../domain/runbooks/guard.ts';
import type { Danger } from '../../domain/runbooks/operation.ts';
import type { Runbook } from '../../domain/runbooks/runbook.ts';
import type { ApprovalRecord } from '../../domain/runs/approval.ts';
import { actorText } from '../../domain/team/actor.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { isAtLeast, isChanging } from './danger.ts';
import { roleCheck } from './ruling.ts';
import { isSamePerson, readsLike, unmappedAccountProblem } from './same-person.ts';

/** Time for which a request waits where the profile sets none. */
export const usualApprovalMs: Millis = 10 * 60_000;

/** The rule of a runbook with `approval: true` in a profile without `guard.approval`. */
const runbookRule: ApprovalRule = { forMs: usualApprovalMs, mayBreak: false };

/** A run, as far as the need of an approval depends on it. */
interface RunToApprove {
  readonly danger: Danger;
  /** True: an automatic reset, which was approved with its change. */
  readonly reset?: true | undefined;
  /** True: it acts on a simulator. */
  readonly drill?: true | undefined;
}

/**
 * The rule by which a run needs the approval of another person; undefined when it needs none: a run that only reads, a
 * drill, the automatic reset of an approved change, and what the profile does not name.
 */
export const approvalRuleOf = (
  { approval }: Pick<Guard, 'approval'>,
  { approval: byRunbook }: Pick<Runbook, 'approval'>,
  { danger, reset, drill }: RunToApprove,
): ApprovalRule | undefined => {
  if (reset === true || drill === true || !isChanging(danger)) return undefined;
  if (byRunbook === true) return approval ?? runbookRule;
  return approval?.danger !== undefined && isAtLeast(danger, approval.danger) ? approval : undefined;
};

/** The request to be sent now, as its executor knows it. */
export interface ExpectedApproval {
  readonly run: string;
  readonly runbook: string;
  readonly danger: Danger;
  readonly system: string;
  readonly env: string;
  /** Hash of the plan with its reason. */
  readonly plan: string;
  /** The person who requested it. */
  readonly user: string;
  /** Time since the request. */
  readonly elapsedMs: Millis;
  /** True: its confirmation is on record, so that one is not a second use. */
  readonly isConfirmed: boolean;
}

/** `waiting`: an approval may still come. `ended`: this request cannot be approved any more. */
export type ApprovalVerdict =
  | { readonly is: 'approved'; readonly by: ApprovalRecord }
  | { readonly is: 'waiting' | 'ended'; readonly why: string };

/** Why a user and the database user of a record do not stand for one person; undefined when they do. */
const userProblem = ({ user, role }: ApprovalRecord, { users }: ApprovalRule): string | undefined => {
  if (users === undefined) return unmappedAccountProblem(user);
  const expected = Object.hasOwn(users, user) ? users[user] : undefined;
  if (expected === undefined)
    return `guard.approval.users has no database user for ${user}. Add one to the profile`;
  return expected === role
    ? undefined
    : `${user} has the database user ${expected}, but ${role} wrote the record, so another person may have written it`;
};

/** Why this account cannot request an approval; undefined when it can. The database user is known only with the record. */
export const requesterProblem = (user: string, { users }: ApprovalRule): string | undefined => {
  if (users === undefined) return unmappedAccountProblem(user);
  return Object.hasOwn(users, user)
    ? undefined
    : `guard.approval.users has no database user for ${user}. Add one to the profile`;
};

interface Judged {
  readonly expected: ExpectedApproval;
  readonly rule: ApprovalRule;
  readonly authority: readonly AuthorityLevel[] | undefined;
  readonly request: ApprovalRecord;
}

/** Why an approval does not count; undefined when it does. */
const approvalProblem = (
  approvalRecord: ApprovalRecord,
  { expected, rule, authority, request }: Judged,
): string | undefined => {
  const { entry, user, role } = approvalRecord;
  if (entry.event !== 'approved' || entry.run !== expected.run) return 'the approval belongs to another run';
  if (approvalRecord.system !== expected.system || approvalRecord.env !== expected.env)
    return `the approval was given in another environment, ${approvalRecord.system}/${approvalRecord.env}`;
  if (approvalRecord.merged)
    return 'the approval was recorded without the state database, which alone shows the author';
  if (entry.plan !== expected.plan) return 'the approval is for another plan of the run';
  if (isSamePerson(user, expected.user))
    return `${user} requested the run: another person must approve the run`;
  const strange = userProblem(approvalRecord, rule);
  if (strange !== undefined) return strange;
  // With mapped accounts the database tells them apart, however they read.
  if (rule.users === undefined && readsLike(user, expected.user))
    return `${user} reads like ${expected.user}, who requested the run: if they are two persons, map both in guard.approval.users`;
  if (rule.users !== undefined && role === request.role)
    return `the database user ${role} wrote both the request and the approval`;
  const barred = roleCheck(expected, authority, user).find(({ does }) => does === 'forbids');
  return barred?.check.why;
};

/** The request to which approvals refer: the newest one of this plan, by its requester, with the database. */
const requestOf = (
  records: readonly ApprovalRecord[],
  { run, plan, user, system, env }: ExpectedApproval,
): ApprovalRecord | undefined =>
  records.findLast(
    (record) =>
      record.entry.event === 'approval-requested' &&
      record.entry.run === run &&
      record.entry.plan === plan &&
      record.user === user &&
      record.system === system &&
      record.env === env &&
      !record.merged,
  );

/** Why the request is over: it was refused, withdrawn, used, or has expired. */
const endOf = (
  records: readonly ApprovalRecord[],
  { expected, rule, request }: Judged,
): string | undefined => {
  const own = records.filter(({ entry }) => entry.run === expected.run);
  // A refusal counts whoever wrote it: a wrong one costs a new request, a disregarded one an unwanted change.
  const stopped = own.find(
    ({ seq, entry }) =>
      seq > request.seq && (entry.event === 'approval-refused' || entry.event === 'approval-withdrawn'),
  );
  if (stopped?.entry.event === 'approval-refused')
    return `${actorText(stopped)} refused the run: ${stopped.entry.why}`;
  if (stopped?.entry.event === 'approval-withdrawn')
    return `${actorText(stopped)} withdrew the approval: ${stopped.entry.why}`;
  const uses = own.filter(({ entry }) => entry.event === 'confirmed').length;
  const hasActed = own.some(({ entry }) => entry.event === 'acting');
  if (uses > (expected.isConfirmed ? 1 : 0) || (hasActed && !expected.isConfirmed))
    return 'the approval was used for an earlier start of the run: request a new one';
  if (own.some(({ entry }) => entry.event === 'ended')) return 'the run has ended, so no approval is needed';
  return !hasActed && expected.elapsedMs > rule.forMs
    ? `the request is older than ${formatDuration(rule.forMs)}. Request the approval again`
    : undefined;
};

/**
 * Judges the records of a run. Deny by default: only an approval of exactly this plan, by another person who may run it,
 * after the request and within its time, counts. `records`: those of the run in the shared ledger, in order.
 */
export const approvalVerdict = (
  records: readonly ApprovalRecord[],
  expected: ExpectedApproval,
  rule: ApprovalRule,
  authority: readonly AuthorityLevel[] | undefined,
): ApprovalVerdict => {
  const request = requestOf(records, expected);
  if (request === undefined)
    return { is: 'ended', why: 'the ledger has no request for the approval of this plan' };
  const strange = userProblem(request, rule);
  if (strange !== undefined) return { is: 'ended', why: strange };
  const judged: Judged = { expected, rule, authority, request };
  const over = endOf(records, judged);
  if (over !== undefined) return { is: 'ended', why: over };
  const given = records.filter(({ seq, entry }) => seq > request.seq && entry.event === 'approved');
  const by = given.find((approvalRecord) => approvalProblem(approvalRecord, judged) === undefined);
  if (by !== undefined) return { is: 'approved', by };
  const reasons = given.map(
    (approvalRecord) =>
      `record ${approvalRecord.seq} does not count: ${approvalProblem(approvalRecord, judged)}`,
  );
  return { is: 'waiting', why: ['no other person has approved the run yet', ...reasons].join('; ') };
};

/** Accounts that may approve a run: those that may run it and have a database user where users are mapped, or any other person. */
export const approversText = (
  run: { readonly runbook: string; readonly danger: Danger },
  { users }: ApprovalRule,
  authority: readonly AuthorityLevel[] | undefined,
  requester: string,
): string => {
  const mayRun = (levels: readonly AuthorityLevel[] | undefined, name: string): boolean =>
    roleCheck(run, levels, name).every(({ does }) => does === 'passes');
  const forAll = authority?.filter(({ who }) => who.includes('*'));
  if (users === undefined && mayRun(forAll, '')) return `any person except ${requester}`;
  const names = users === undefined ? authority?.flatMap(({ who }) => who) : Object.keys(users);
  const mayStandFor = (name: string): boolean =>
    users === undefined
      ? !readsLike(name, requester) && unmappedAccountProblem(name) === undefined
      : !isSamePerson(name, requester);
  const may = [...new Set(names)].filter(
    (name) => name !== '*' && mayStandFor(name) && mayRun(authority, name),
  );
  return may.length === 0 ? 'the profile names no account that may approve the run' : may.join(', ');
};
