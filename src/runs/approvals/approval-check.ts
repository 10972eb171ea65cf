import type { ApprovalRule } from '../../domain/runbooks/guard.ts';
import { baseRunbookId, type Runbook } from '../../domain/runbooks/runbook.ts';
import type { Proposal } from '../../domain/runs/proposal.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { CheckParts } from '../context/check-parts.ts';
import type { PendingRun } from '../context/pending-run.ts';
import { elapsedSince } from '../environment/clock-instant.ts';
import {
  type ApprovalVerdict,
  approvalRuleOf,
  approvalVerdict,
  approversText,
  requesterProblem,
} from '../policy/approvals.ts';
import { asks, type CheckRuling, forbids, passes, type SettingEdit } from '../policy/ruling.ts';
import { maskDeep } from '../records/recorder.ts';
import { planHash } from './plan-hash.ts';

const what = 'approval';

/** The rule by which this run needs an approval; undefined: it needs none. An undo is judged like its runbook. */
export const approvalRuleFor = (
  { proposal, runbook }: Pick<PendingRun, 'proposal' | 'runbook'>,
  { engine, drill }: Pick<CheckParts, 'engine' | 'drill'>,
): ApprovalRule | undefined => {
  const { guard, runbooks } = engine.profile;
  const undone = runbooks.find(({ id }) => id === baseRunbookId(proposal.runbook));
  const askedRunbook: Pick<Runbook, 'approval'> = undone?.approval === true ? undone : runbook;
  const { danger, reset } = proposal;
  return approvalRuleOf(guard, askedRunbook, { danger, reset, ...(drill ? { drill: true as const } : {}) });
};

/** The hash of what would be sent now: the plan as recorded, and the present reason for arming. */
export const currentPlanHash = (
  proposal: Proposal,
  mask: CheckParts['mask'],
  reason: string | undefined,
): string => planHash(maskDeep(proposal, mask), reason === undefined ? undefined : mask(reason));

/** Judges the approval of a run by the shared ledger as it is now. Rejects while that cannot be read. */
export const approvalOf = async (
  pending: PendingRun,
  rule: ApprovalRule,
  parts: CheckParts,
  reason: string | undefined,
): Promise<ApprovalVerdict> => {
  const { proposal, approval } = pending;
  const { approvals, engine, clock, who, mask } = parts;
  const { run, runbook, danger } = proposal;
  if (approvals === undefined)
    return { is: 'ended', why: 'this machine has no shared ledger. Set state: in the profile' };
  if (approval === undefined)
    return { is: 'ended', why: 'the run has not asked for an approval yet: start the run first' };
  const { system, env, authority } = engine.profile;
  const records = await approvals(run);
  return approvalVerdict(
    records,
    {
      ...{ run, runbook, danger, system, env, user: mask(who.user) },
      plan: currentPlanHash(proposal, mask, reason),
      elapsedMs: elapsedSince(approval.requestedAt, clock.now(), clock),
      isConfirmed: approval.isConfirmed,
    },
    rule,
    authority,
  );
};

const breakGlassReason = async ({ admission }: CheckParts): Promise<string | undefined> => {
  const state = await admission?.();
  return state?.is === 'break-glass' ? state.why : undefined;
};

const withoutDatabase = (rule: ApprovalRule, why: string): CheckRuling =>
  rule.mayBreak
    ? asks(what, `break-glass is on, so the run starts without the approval of another person: ${why}`)
    : forbids(
        what,
        'another person must approve the run: break-glass does not replace an approval here',
        'wait until the state database answers. To continue without approval in such a case, allow guard.approval.breakGlass in the profile',
      );

/** The change of the profile that maps a database user to an account. */
const mappedUser = (user: string): SettingEdit => ({
  path: ['guard', 'approval', 'users', user],
  value: 'DATABASE_USER',
});

/** Lines of the preview about the approval of a run. Empty if it needs none. */
export const approvalPreview = async (
  pending: Pick<PendingRun, 'proposal' | 'runbook'>,
  parts: CheckParts,
): Promise<readonly CheckRuling[]> => {
  const rule = approvalRuleFor(pending, parts);
  if (rule === undefined) return [];
  const broken = await breakGlassReason(parts);
  if (broken !== undefined) return [withoutDatabase(rule, broken)];
  if (parts.approvals === undefined)
    return [
      forbids(
        what,
        'another person must approve the run, and approvals need a state database',
        'set state: postgres://… in the profile',
        { path: ['state'], value: 'postgres://USER@HOST/DATABASE' },
      ),
    ];
  const { user } = parts.who;
  const problem = requesterProblem(parts.mask(user), rule);
  if (problem !== undefined) {
    const users = rule.users === undefined ? undefined : mappedUser(user);
    return [forbids(what, `another person must approve the run, and ${problem}`, undefined, users)];
  }
  const { runbook, danger } = pending.proposal;
  const may = approversText({ runbook, danger }, rule, parts.engine.profile.authority, user);
  return [asks(what, `another person must approve the run: ${may}`)];
};

/**
 * Checks the approval in the ledger itself, for a confirmed run: at its admission, and again before each call. Empty when it
 * needs none; whatever is not an approval that counts forbids it.
 */
export const approvalCheck = async (
  pending: PendingRun,
  parts: CheckParts,
  reason: string | undefined,
): Promise<readonly CheckRuling[]> => {
  const rule = approvalRuleFor(pending, parts);
  if (rule === undefined) return [];
  const broken = await breakGlassReason(parts);
  if (broken !== undefined) return [withoutDatabase(rule, broken)];
  try {
    const verdict = await approvalOf(pending, rule, parts, reason);
    if (verdict.is === 'approved') {
      const { user, host, role, seq } = verdict.by;
      const why = `approved by ${user}@${host} (database user ${role}, record ${seq})`;
      return [passes(what, why)];
    }
    return [forbids(what, `the run is not approved: ${verdict.why}`)];
  } catch (error) {
    const why = errorMessage(error);
    return [forbids(what, `the approval cannot be read: ${why}`)];
  }
};
