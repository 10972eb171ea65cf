import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { sumKnown } from '../../domain/base/sums.ts';
import type { Snapshot } from '../../domain/facts/snapshot.ts';
import type { OperationImpact } from '../../domain/runbooks/operation.ts';
import type { Runbook } from '../../domain/runbooks/runbook.ts';
import type {
  BlastRadius,
  GateCheck,
  ImpactSum,
  MissingRequirement,
  Proposal,
} from '../../domain/runs/proposal.ts';
import { isBlankText } from '../../domain/text/visible-text.ts';
import type { Pool } from '../../kinds/pools/fact.ts';
import type { TargetLease } from '../../platform/files/target-locks.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { approvalCheck, approvalPreview } from '../approvals/approval-check.ts';
import type { CheckParts } from '../context/check-parts.ts';
import { type CheckedRun, changingActsOf } from '../context/check-parts.ts';
import type { ProposalRequest } from '../context/executor-api.ts';
import type { PendingAct, PendingRun } from '../context/pending-run.ts';
import type { ProposalRefusal } from '../context/source-reads.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { unaskedChecklistRuling } from '../policy/checklists.ts';
import { withTypedName } from '../policy/gates.ts';
import { blastRadiusCheck, percentOf } from '../policy/limits.ts';
import { missingRequirements } from '../policy/missing-requirements.ts';
import { type CheckRuling, isOverridable } from '../policy/ruling.ts';
import { withDeadline } from '../reads/read-deadline.ts';
import { maskDeep } from '../records/recorder.ts';
import { continuousChecks, refusalFor, refusalOf } from './continuous-checks.ts';
import { countObjects, lockCheck, takeLocks } from './lock.ts';
import { permissionCheck } from './permission.ts';
import { plannedReportCheck, reportCheck } from './report-check.ts';
import { confirmedTargetChecks, proposedTargetChecks } from './target-checks.ts';
import { unplannedRun } from './unplanned-run.ts';

type Share = NonNullable<OperationImpact['share']>;

/** Merges shares: parts of the same whole are added once per target. The most affected whole comes first. */
const sharesOf = (acts: readonly PendingAct[]): readonly Share[] => {
  const wholes = new Map<string, { share: Share; readonly seen: Set<string> }>();
  for (const { plan } of acts) {
    if (plan.reach?.share === undefined) continue;
    const { parts, ...share } = plan.reach.share;
    const key = `${share.of} ${share.whole}`;
    const targets = [(parts ?? plan.targets.map(({ uid }) => uid)).join(' ')];
    const known = wholes.get(key);
    const added = (parts ?? targets).filter((text) => known?.seen.has(text) !== true);
    const part = parts === undefined ? share.part : added.length;
    if (known === undefined) wholes.set(key, { share, seen: new Set(added) });
    else if (added.length > 0) {
      for (const text of added) known.seen.add(text);
      known.share = { ...share, part: Math.min(share.whole, known.share.part + part) };
    } else if (share.part > known.share.part) known.share = share;
  }
  return [...wholes.values()].map(({ share }) => share).sort((a, b) => percentOf(b) - percentOf(a));
};

/** Impact data of the targets from outside their plans. */
type KnownImpact = Pick<BlastRadius, ImpactSum | 'lowerBounds'>;

const impactSums: readonly ImpactSum[] = ['connections', 'requestsPerSecond'];

/**
 * The combined blast radius of some actions. `carried` overrides the plans: the profile's author asks for it.
 */
export const blastRadiusOf = (acts: readonly PendingAct[], carried: KnownImpact): BlastRadius => {
  const [share, ...otherShares] = sharesOf(acts);
  const plannedSum = (sum: ImpactSum): number | undefined =>
    sumKnown(acts.map(({ plan }) => plan.reach?.[sum]));
  const connections = carried.connections ?? plannedSum('connections');
  const requestsPerSecond = carried.requestsPerSecond ?? plannedSum('requestsPerSecond');
  const lowerBounds = impactSums.filter((sum) => {
    if (carried[sum] !== undefined) return carried.lowerBounds?.includes(sum) === true;
    return plannedSum(sum) !== undefined && acts.some(({ plan }) => plan.reach?.[sum] === undefined);
  });
  return {
    objects: countObjects(acts),
    ...defined({ share }),
    ...(otherShares.length === 0 ? {} : { otherShares }),
    ...defined({ connections, requestsPerSecond }),
    ...(lowerBounds.length === 0 ? {} : { lowerBounds }),
  };
};

interface Admission {
  /** All checks made, for the ledger. */
  readonly checks: readonly GateCheck[];
  readonly refusal?: ProposalRefusal;
  /** The lease on the targets, held until the run has ended. */
  readonly taken?: TargetLease;
}

/**
 * Rules on the checklists of a confirmed run, by data that is read again. A reason that was given for another check does
 * not override a list.
 */
export const confirmedChecklistRulings = async (
  pending: PendingRun,
  { checklists }: Pick<CheckParts, 'checklists'>,
  signal: AbortSignal,
): Promise<readonly CheckRuling[]> => {
  const { override, checks: shown = [] } = pending.proposal;
  const wasAsked = shown.some(({ what, asks }) => what === 'checklist' && asks === true);
  const rulings = await checklists.rulings(checkedRunOf(pending), wasAsked ? override : undefined, signal);
  return wasAsked ? rulings : rulings.map(unaskedChecklistRuling);
};

/** Repeats the checks of a confirmed run; `armed`: the reason for arming, if there is one. Locks are taken last, when nothing else forbids the run. */
export const admitRun = async (
  pending: PendingRun,
  parts: CheckParts,
  signal: AbortSignal,
  armed?: string,
): Promise<Admission> => {
  const subject = checkedRunOf(pending);
  const [permission, standing, targets, lists, approval, reports] = await Promise.all([
    permissionCheck(subject, parts.clock, signal),
    continuousChecks(subject, parts, subject.acts.length),
    confirmedTargetChecks(pending, parts, signal),
    confirmedChecklistRulings(pending, parts, signal),
    approvalCheck(pending, parts, armed),
    reportCheck(pending, parts),
  ]);
  const rulings = [...permission, ...standing, ...targets, ...lists, ...approval, ...reports];
  // The blast radius comes from the plan; its targets are read again before each step.
  const blast = (pending.proposal.checks ?? []).filter(({ what }) => what === 'blast');
  const { profile } = parts.engine;
  const refusal = refusalOf(rulings, profile);
  const checks = [...rulings.map(({ check }) => check), ...blast];
  if (refusal !== undefined || signal.aborted) return { checks, ...defined({ refusal }) };
  const lock = await takeLocks(subject, parts, parts.clock.wallNow());
  const refused = refusalOf(lock.rulings, profile);
  return {
    checks: [...checks, ...lock.rulings.map(({ check }) => check)],
    ...defined({ refusal: refused, taken: lock.taken }),
  };
};

/** The current value of a signal over all its series. Undefined when one of them is unknown. */
const signalNow = ({ signals }: Snapshot, id: string | undefined): number | undefined => {
  const rows = signals.filter((row) => row.id === id);
  const values = rows.flatMap(({ value, stale }) => (typeof value === 'number' && !stale ? [value] : []));
  return values.length < rows.length ? undefined : sumKnown(values);
};

/** Connections in use in the pools named like the targets; a lower bound if a target has no pool, or a pool no current value. */
export const pooledConnections = ({ kinds }: Snapshot, names: readonly string[]): KnownImpact => {
  const isPoolOf = (target: string, { service, name }: Pool): boolean =>
    target === service || target === name;
  const pools = kinds.pools.rows.filter(({ fact }) => names.some((name) => isPoolOf(name, fact)));
  const values = pools.map(({ fact, stale }) => (stale ? undefined : fact.active));
  const connections = sumKnown(values);
  if (connections === undefined) return {};
  const isComplete =
    !values.includes(undefined) && names.every((name) => pools.some(({ fact }) => isPoolOf(name, fact)));
  return { connections, ...(isComplete ? {} : { lowerBounds: ['connections'] }) };
};

/** Maximum time the preview waits for signals that have not been read yet. */
const readMs: Millis = 5000;

/** Reads the signals that the preview shows, which a headless run has not read yet. */
const readSignals = async (
  engine: EnvironmentReader,
  signalIds: readonly string[],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> => {
  const { signals } = engine.snapshot();
  const unread = signalIds.filter((id) => signals.every((row) => row.id !== id || row.value === undefined));
  const feeds = engine.feeds.filter((feed) => (feed.signals ?? []).some((id) => unread.includes(id)));
  if (feeds.length === 0) return;
  const limit = clock.deadline(readMs);
  const ids = feeds.map(({ id }) => id);
  await withDeadline((stop) => engine.readNow(ids, AbortSignal.any([stop, limit.signal])), clock, signal)
    // A signal that could not be read stays unknown and is not shown.
    .catch(() => {});
  limit.clear();
};

/**
 * The load on the targets: from the signals that the runbook names, otherwise from the pools. Absent when unknown.
 */
const carriedBy = async (
  { impact }: Runbook,
  names: readonly string[],
  engine: EnvironmentReader,
  clock: Clock,
  signal: AbortSignal,
): Promise<KnownImpact> => {
  const signalIds = [impact?.requests, impact?.connections].filter((id) => id !== undefined);
  if (signalIds.length > 0) await readSignals(engine, signalIds, clock, signal);
  const snapshot = engine.snapshot();
  const connections = signalNow(snapshot, impact?.connections);
  const requestsPerSecond = signalNow(snapshot, impact?.requests);
  return {
    ...(connections === undefined ? pooledConnections(snapshot, names) : { connections }),
    ...defined({ requestsPerSecond }),
  };
};

/** The run of a proposal, in the form that the checks need. */
export const checkedRunOf = ({ proposal, steps, runbook }: PendingRun): CheckedRun => ({
  run: proposal.run,
  runbook: proposal.runbook,
  danger: proposal.danger,
  acts: changingActsOf(steps),
  ...(runbook.generic === undefined || proposal.undoes !== undefined ? {} : { verb: runbook.generic.verb }),
  ...defined({ override: proposal.override }),
});

/** Drops an override reason that overrides nothing: it must not override a freeze that begins later. */
const withUsedReasons = (proposal: Proposal, rulings: readonly CheckRuling[]): Proposal => {
  const overridden = rulings.filter(({ does }) => does === 'asks').map(({ check }) => check.what);
  const { override, outage, ...rest } = proposal;
  const isUsed = overridden.some((what) => isOverridable(what) && what !== 'outage');
  return {
    ...rest,
    ...(override === undefined || !isUsed ? {} : { override }),
    ...(outage === undefined || !overridden.includes('outage') ? {} : { outage }),
  };
};

/** Adds to the refusal of a draft what its gates would ask for, so that a review is not followed by the next refusal. */
const withUnplannedChecks = (
  pending: PendingRun,
  missing: readonly MissingRequirement[],
  parts: CheckParts,
): PendingRun => {
  const { engine, clock, who, mask } = parts;
  const { danger, gate, rulings } = unplannedRun(pending.runbook, {
    profile: engine.profile,
    sources: engine.sources,
    user: who.user,
    wall: clock.wallNow(),
  });
  const refusal = refusalFor([...missing, ...missingRequirements(rulings, engine.profile)]);
  return {
    ...pending,
    proposal: { ...pending.proposal, danger, gate, ...maskDeep(defined({ refusal }), mask) },
  };
};

/**
 * Adds the checks to a proposal: their results, the blast radius, a stricter gate where a check asks for one, and a
 * refusal where one forbids the run. A proposal that is already refused is not checked.
 */
export const withChecks = async (
  pending: PendingRun,
  { override, outage, runbook }: ProposalRequest,
  parts: CheckParts,
  signal: AbortSignal,
): Promise<PendingRun> => {
  const { proposal } = pending;
  const { missing: unmet } = proposal.refusal ?? {};
  if (unmet !== undefined) return withUnplannedChecks(pending, unmet, parts);
  if (proposal.refusal !== undefined) return pending;
  if ([override, outage].some((reason) => reason !== undefined && isBlankText(reason))) {
    const why = 'an override requires a reason: say why this cannot wait';
    return {
      ...pending,
      proposal: { ...withUsedReasons(proposal, []), refusal: { ending: 'forbidden', why } },
    };
  }
  const { engine, clock } = parts;
  const subject = checkedRunOf(pending);
  const { acts } = subject;
  const [permission, standing, targets, lists, reports, lock, approval, carried] = await Promise.all([
    permissionCheck(subject, clock, signal),
    continuousChecks(subject, parts, acts.length),
    proposedTargetChecks(pending, parts, proposal, signal),
    parts.checklists.rulings(subject, override, signal),
    plannedReportCheck(pending, parts),
    lockCheck(subject, parts, parts.clock.wallNow()),
    approvalPreview(pending, parts),
    carriedBy(runbook, proposal.names, engine, clock, signal),
  ]);
  const blast = blastRadiusOf(acts, carried);
  const rulings = [
    ...permission,
    ...standing,
    ...targets,
    ...lists,
    ...reports.rulings,
    ...lock,
    ...approval,
    ...blastRadiusCheck(blast, engine.profile.guard.blast),
  ];
  const refusal = refusalOf(rulings, engine.profile);
  const asks = rulings.some(({ does }) => does === 'asks');
  const reasoned = withUsedReasons(proposal, rulings);
  // A doubt concerns the whole run, so every name is typed.
  const { typeNames: _, ...whole } = reasoned;
  const outcome = {
    ...(blast.objects === 0 ? {} : { blast }),
    ...(rulings.length === 0 ? {} : { checks: rulings.map(({ check }) => check) }),
    ...defined({ refusal }),
  };
  return {
    ...pending,
    ...(reports.before.length === 0 ? {} : { reportedBefore: reports.before }),
    proposal: {
      ...(asks ? whole : reasoned),
      gate: asks ? withTypedName(proposal.gate, proposal.names) : proposal.gate,
      ...maskDeep(outcome, parts.mask),
    },
  };
};
