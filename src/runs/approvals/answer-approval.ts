import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import { baseRunbookId } from '../../domain/runbooks/runbook.ts';
import type { WaitingApproval } from '../../domain/runs/approval.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import { actorText } from '../../domain/team/actor.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { isBlankText } from '../../domain/text/visible-text.ts';
import type { Ledger } from '../../persistence/ledger/ledger.ts';
import { LedgerError } from '../../persistence/ledger/ledger-error.ts';
import type { LedgerActor, LedgerRecord } from '../../persistence/ledger/ledger-record.ts';
import { newestRecords } from '../../persistence/ledger/read-ledger.ts';
import type { StateStore } from '../../persistence/state-store.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { answerFlag } from '../policy/answer-flags.ts';
import { approvalRuleOf, approvalVerdict, type ExpectedApproval } from '../policy/approvals.ts';
import { isSamePerson } from '../policy/same-person.ts';
import { namesToType, namesTyped, typedTokens } from '../policy/typed-token.ts';
import { createRunRecorder, type RunRecorder } from '../records/recorder.ts';
import { planHash } from './plan-hash.ts';

/** The answer to a request: recorded, or why it was not. Nothing is sent by it. */
export type ApprovalAnswer = { readonly is: 'recorded' } | { readonly is: 'refused'; readonly why: string };

/** Answers requests for approval, with the identity of this process. */
export interface ApprovalDesk {
  /** The requests of this environment, oldest first. Rejects with a LedgerError. */
  waiting(): Promise<readonly WaitingApproval[]>;
  /**
   * Approves exactly this plan, by its typed names. `seen`: hash of the plan that was shown; another one is refused. Rejects
   * while the shared ledger cannot be read or written.
   */
  approve(run: string, typed: readonly string[], seen?: string): Promise<ApprovalAnswer>;
  /** Refuses a request, or withdraws an approval that was given. */
  stop(run: string, why: string): Promise<ApprovalAnswer>;
}

interface Parts {
  readonly profile: Pick<Profile, 'system' | 'env' | 'guard' | 'authority' | 'runbooks'>;
  readonly ledger: Ledger;
  readonly state: Pick<StateStore, 'dir' | 'approvals'>;
  readonly who: LedgerActor;
  readonly clock: Clock;
  readonly mask: (text: string) => string;
}

type Event<K extends RunEvent['event']> = Extract<RunEvent, { event: K }>;

/** Age of records that are not read any more: a multiple of the longest request, so that a skewed clock hides none. */
const readForMs: Millis = 24 * 3_600_000;

/** Events after which an approval can be neither given nor withdrawn. */
const over: ReadonlySet<RunEvent['event']> = new Set<RunEvent['event']>([
  ...(['acting', 'ended', 'approval-refused', 'approval-withdrawn'] as const),
]);

/** A request, and whether its run has used the approval: it sends its first call after the cancel window. */
interface RecordedRequest {
  readonly request: WaitingApproval;
  readonly isConfirmed: boolean;
}

/** The request of a run by its records, oldest first; undefined when there is none to answer, or its plan is not the recorded one. */
const requestIn = (records: readonly LedgerRecord[], me: string): RecordedRequest | undefined => {
  const planned = records.find((record) => record.entry.event === 'planned')?.entry as
    | Event<'planned'>
    | undefined;
  const askedRecord = records.find(({ entry }) => entry.event === 'approval-requested');
  if (planned === undefined || askedRecord === undefined) return undefined;
  const entry = askedRecord.entry as Event<'approval-requested'>;
  if (records.some((record) => over.has(record.entry.event))) return undefined;
  const { proposal } = planned;
  if (planHash(proposal, entry.armed) !== entry.plan) return undefined;
  const requestedAt = Date.parse(askedRecord.at);
  const request: WaitingApproval = {
    ...{ run: entry.run, proposal, plan: entry.plan, user: askedRecord.who, host: askedRecord.host },
    isOwn: isSamePerson(askedRecord.who, me),
    ...defined({ armed: entry.armed, cockpit: entry.cockpit }),
    ...{ requestedAt, until: requestedAt + entry.forMs, tokens: typedTokens(proposal) },
    isApproved: records.some(
      (record) => record.entry.event === 'approved' && record.entry.plan === entry.plan,
    ),
  };
  return { request, isConfirmed: records.some((record) => record.entry.event === 'confirmed') };
};

const refused = (why: string): ApprovalAnswer => ({ is: 'refused', why });

/** Why it was not this plan that was read, or its names were not typed; undefined when both hold. */
const readingRefusal = (
  { proposal, plan }: WaitingApproval,
  typed: readonly string[],
  seen: string | undefined,
): string | undefined => {
  if (seen !== undefined && seen !== plan)
    return 'the plan has changed since you saw the request: open the request again';
  const given = namesTyped(proposal, typed);
  const strange = given.filter((name) => !proposal.names.includes(name));
  if (strange.length > 0)
    return `${strange.join(', ')} is not a target of this run. Type ${proposal.names.join(', ')}`;
  const lacking = namesToType(proposal).filter((name) => !given.includes(name));
  return lacking.length === 0
    ? undefined
    : `type the exact name of the target: ${lacking.join(', ')} ${answerFlag.confirm}`;
};

/** The records of an environment since a time that a request can depend on, oldest first. */
const recordsSince = async (
  { profile: { system, env }, state }: Parts,
  earliest: Millis,
): Promise<readonly LedgerRecord[]> => {
  const records: LedgerRecord[] = [];
  for await (const record of newestRecords(state.dir)) {
    // A merged record is older than the ones before it.
    if (record.merged === undefined && Date.parse(record.at) < earliest) break;
    if (record.system === system && record.env === env) records.push(record);
  }
  return records.toReversed();
};

const noDatabase = refused(
  'this environment has no state database, so nothing can be approved. Set state: in the profile',
);

/** Creates the desk of an open environment. Performs no I/O. */
export const createApprovalDesk = (parts: Parts): ApprovalDesk => {
  const { profile, ledger, state, who, clock, mask } = parts;
  const { system, env, guard, authority } = profile;
  const wall = (): Millis => clock.wallNow();

  const requests = async (): Promise<readonly RecordedRequest[]> => {
    const records = await recordsSince(parts, wall() - readForMs);
    const byRun = Map.groupBy(records, ({ entry }) => entry.run);
    return [...byRun.values()].flatMap((ofRun) => requestIn(ofRun, mask(who.user)) ?? []);
  };

  const isWaiting = ({ request, isConfirmed }: RecordedRequest): boolean =>
    !isConfirmed && wall() <= request.until;

  const record = async (run: string, event: Parameters<RunRecorder['must']>[0]): Promise<void> => {
    const recorder = createRunRecorder(run, { ledger, clock, who, mask, system, env }, () => {});
    if (!(await recorder.must(event))) throw new LedgerError(recorder.trouble() ?? '');
  };

  const expectedOf = ({ run, proposal, plan, user, requestedAt }: WaitingApproval): ExpectedApproval => ({
    ...{ run, plan, user, system, env },
    ...{ runbook: proposal.runbook, danger: proposal.danger },
    elapsedMs: wall() - requestedAt,
    isConfirmed: false,
  });

  const ruleOf = ({ proposal }: WaitingApproval) => {
    const runbook = profile.runbooks.find(({ id }) => id === baseRunbookId(proposal.runbook));
    return approvalRuleOf(guard, runbook ?? {}, proposal);
  };

  const requestOf = async (run: string): Promise<RecordedRequest | undefined> => {
    // Reads what others have recorded, or rejects.
    await state.approvals?.(run);
    return (await requests()).find(({ request }) => request.run === run);
  };

  const noRequest = (run: string): ApprovalAnswer =>
    refused(
      `run ${run} is not waiting for approval in ${system}/${env}: the request was answered, or has ended or expired`,
    );

  return {
    waiting: async () => (await requests()).filter(isWaiting).map(({ request }) => request),
    approve: async (run, typed, seen) => {
      if (state.approvals === undefined) return noDatabase;
      const found = await requestOf(run);
      if (found === undefined || !isWaiting(found)) return noRequest(run);
      const { request } = found;
      const { plan } = request;
      const unread = readingRefusal(request, typed, seen);
      if (unread !== undefined) return refused(unread);
      const rule = ruleOf(request);
      if (rule === undefined)
        return refused(
          'the profile on this machine requires no approval for this run: compare this profile with that of the requester',
        );
      const records = await state.approvals(run);
      const mine = {
        ...{ seq: Number.MAX_SAFE_INTEGER, user: mask(who.user), host: who.host, system, env, merged: false },
        // The database decides which user it is; this is the one that it has to be.
        role: rule.users?.[mask(who.user)] ?? '',
        entry: { event: 'approved', plan, run, at: clock.now() } as const,
      };
      const before = approvalVerdict([...records, mine], expectedOf(request), rule, authority);
      if (before.is !== 'approved') return refused(before.why);
      if (before.by !== mine) return refused(`${actorText(before.by)} has already approved this run`);
      await record(run, { event: 'approved', plan });
      const after = approvalVerdict(await state.approvals(run), expectedOf(request), rule, authority);
      return after.is === 'waiting'
        ? refused(`your approval is recorded, but is not valid: ${after.why}`)
        : { is: 'recorded' };
    },
    stop: async (run, why) => {
      if (state.approvals === undefined) return noDatabase;
      if (isBlankText(why)) return refused('a refusal requires a reason: say why the run is refused');
      const found = await requestOf(run);
      // What is approved can be withdrawn until something is sent, also after its time.
      if (found === undefined || (!found.request.isApproved && !isWaiting(found))) return noRequest(run);
      const { isApproved, plan } = found.request;
      await record(run, { event: isApproved ? 'approval-withdrawn' : 'approval-refused', plan, why });
      const hasActed = (await state.approvals(run)).some(({ entry }) => entry.event === 'acting');
      return hasActed
        ? refused(
            'the first call was already sent. Your answer is recorded, and the run ends before the next call',
          )
        : { is: 'recorded' };
    },
  };
};

/** 'ana@vm-1 waits 4m for the approval of: Restart billing'. */
export const waitingText = ({ user, host, until, proposal }: WaitingApproval, now: Millis): string =>
  `${user}@${host} waits for the approval of: ${proposal.title} (${formatDuration(Math.max(0, until - now))} left)`;
