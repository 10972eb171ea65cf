import type { Millis } from '../../domain/fault.ts';
import type { OperationImpact } from '../../domain/operation.ts';
import type { BlastRadius, GateCheck, Proposal } from '../../domain/proposal.ts';
import type { Runbook } from '../../domain/runbook.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Clock } from '../../platform/clock.ts';
import type { TargetLease } from '../../platform/files/target-locks.ts';
import type { ProposalRequest } from '../door.ts';
import type { PendingAct, PendingRun } from '../pending-run.ts';
import type { ProposalRefusal } from '../planning/source-reads.ts';
import { withDeadline } from '../planning/source-reads.ts';
import { withTypedName } from '../policy/gates.ts';
import { blastRadiusCheck, percentOf } from '../policy/limits.ts';
import type { CheckRuling } from '../policy/ruling.ts';
import { maskDeep } from '../recorder.ts';
import type { CheckParts } from './check-parts.ts';
import { type CheckedRun, changingActsOf } from './check-parts.ts';
import { continuousChecks, refusalOf, wallTimeOf } from './continuous-checks.ts';
import { countObjects, lockCheck, takeLocks } from './lock.ts';
import { permissionCheck } from './permission.ts';

type Share = NonNullable<OperationImpact['share']>;

/** Parts of the same whole are put together, each target's once; of several wholes the one that is hit most stands. */
const shareOf = (acts: readonly PendingAct[]): Share | undefined => {
  const wholes = new Map<string, { share: Share; readonly seen: Set<string> }>();
  for (const { plan } of acts) {
    const share = plan.reach?.share;
    if (share === undefined) continue;
    const key = `${share.of} ${share.whole}`;
    const targets = plan.targets.map(({ uid }) => uid).join(' ');
    const known = wholes.get(key);
    if (known === undefined) wholes.set(key, { share, seen: new Set([targets]) });
    else if (!known.seen.has(targets)) {
      known.seen.add(targets);
      known.share = { ...share, part: Math.min(share.whole, known.share.part + share.part) };
    } else if (share.part > known.share.part) known.share = share;
  }
  return [...wholes.values()]
    .map(({ share }) => share)
    .sort((a, b) => percentOf(b) - percentOf(a))
    .at(0);
};

/** A sum in which nothing unknown is counted as 0. */
const sumOrUnknown = (numbers: readonly (number | undefined)[]): number | undefined => {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, number) => sum + number, 0);
};

/** What is known of a target from elsewhere than its plan. */
type KnownImpact = Pick<OperationImpact, 'connections' | 'requestsPerSecond'>;

/** How far some acts reach together. `carried` stands before what the plans tell: it is what the profile's author asks for. */
export const blastRadiusOf = (acts: readonly PendingAct[], carried: KnownImpact): BlastRadius => {
  const share = shareOf(acts);
  const connections = carried.connections ?? sumOrUnknown(acts.map(({ plan }) => plan.reach?.connections));
  const requestsPerSecond =
    carried.requestsPerSecond ?? sumOrUnknown(acts.map(({ plan }) => plan.reach?.requestsPerSecond));
  return {
    objects: countObjects(acts),
    ...(share === undefined ? {} : { share }),
    ...(connections === undefined ? {} : { connections }),
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
  };
};

interface Admission {
  /** Everything that was looked at, for the ledger. */
  readonly checks: readonly GateCheck[];
  readonly refusal?: ProposalRefusal;
  /** Held until the run has ended. */
  readonly taken?: TargetLease;
}

/** The checks of a confirmed run, made anew. Its targets are taken last, when nothing else forbids it. */
export const admitRun = async (
  held: PendingRun,
  parts: CheckParts,
  signal: AbortSignal,
): Promise<Admission> => {
  const subject = checkedRunOf(held);
  const [permission, standing] = await Promise.all([
    permissionCheck(subject, parts.clock, signal),
    continuousChecks(subject, parts, subject.acts.length),
  ]);
  const looked = [...permission, ...standing];
  // How far it reaches was planned, and its targets are read again before each step.
  const blast = (held.proposal.checks ?? []).filter(({ what }) => what === 'blast');
  const refusal = refusalOf(looked);
  const checks = [...looked.map(({ check }) => check), ...blast];
  if (refusal !== undefined || signal.aborted)
    return { checks, ...(refusal === undefined ? {} : { refusal }) };
  const lock = await takeLocks(subject, parts, wallTimeOf(parts));
  const refused = refusalOf(lock.looked);
  return {
    checks: [...checks, ...lock.looked.map(({ check }) => check)],
    ...(refused === undefined ? {} : { refusal: refused }),
    ...(lock.taken === undefined ? {} : { taken: lock.taken }),
  };
};

const sumOf = (numbers: readonly number[]): number | undefined =>
  numbers.length === 0 ? undefined : numbers.reduce((sum, number) => sum + number, 0);

/** What a signal reads now, all its series together; undefined when one of them is not known. */
const signalNow = ({ signals }: Snapshot, id: string | undefined): number | undefined => {
  const rows = signals.filter((row) => row.id === id);
  const values = rows.flatMap(({ value, stale }) => (typeof value === 'number' && !stale ? [value] : []));
  return values.length < rows.length ? undefined : sumOf(values);
};

/** Connections in use in the pools that are called as one of the targets is. */
const connectionsOf = ({ kinds }: Snapshot, names: readonly string[]): number | undefined =>
  sumOf(
    kinds.pools.rows.flatMap(({ fact, stale }) =>
      !stale && (names.includes(fact.service) || names.includes(fact.name)) && fact.active !== undefined
        ? [fact.active]
        : [],
    ),
  );

/** How long the card waits for signals that nobody has read yet. */
const readMs: Millis = 5000;

/** Reads what a headless run has not read: the signals that the card is to tell of. */
const readSignals = async (
  engine: Engine,
  wanted: readonly string[],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> => {
  const { signals } = engine.snapshot();
  const unread = wanted.filter((id) => signals.every((row) => row.id !== id || row.value === undefined));
  const feeds = engine.feeds.filter((feed) => (feed.signals ?? []).some((id) => unread.includes(id)));
  if (feeds.length === 0) return;
  const limit = clock.deadline(readMs);
  const ids = feeds.map(({ id }) => id);
  await withDeadline((stop) => engine.readNow(ids, AbortSignal.any([stop, limit.signal])), clock, signal)
    // What could not be read stays unknown, and is not told.
    .catch(() => {});
  limit.clear();
};

/** How much the targets carry now: by the signals that the runbook names, or else by the pools. Unknown stays absent. */
const carriedBy = async (
  { impact }: Runbook,
  names: readonly string[],
  engine: Engine,
  clock: Clock,
  signal: AbortSignal,
): Promise<KnownImpact> => {
  const wanted = [impact?.requests, impact?.connections].filter((id) => id !== undefined);
  if (wanted.length > 0) await readSignals(engine, wanted, clock, signal);
  const snapshot = engine.snapshot();
  const connections = signalNow(snapshot, impact?.connections) ?? connectionsOf(snapshot, names);
  const requestsPerSecond = signalNow(snapshot, impact?.requests);
  return {
    ...(connections === undefined ? {} : { connections }),
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
  };
};

/** The run of a proposal, as checks look at it. */
export const checkedRunOf = ({ proposal, steps }: PendingRun): CheckedRun => ({
  run: proposal.run,
  runbook: proposal.runbook,
  danger: proposal.danger,
  acts: changingActsOf(steps),
  ...(proposal.override === undefined ? {} : { override: proposal.override }),
});

/** A reason that breaks nothing is not kept: it must not break what begins later. */
const breaks = (looked: readonly CheckRuling[]): boolean =>
  looked.some(({ check, does }) => (check.what === 'freeze' || check.what === 'quiet') && does === 'asks');

const withOverride = (proposal: Proposal, keep: boolean): Proposal => {
  if (keep) return proposal;
  const { override: _, ...rest } = proposal;
  return rest;
};

/**
 * A proposal with what stands in its way: each check on its card, how far it reaches, a gate that is raised where a
 * check asks for more, and a refusal where one forbids it. One that is refused already is not looked at.
 */
export const withChecks = async (
  held: PendingRun,
  { override, runbook }: ProposalRequest,
  parts: CheckParts,
  signal: AbortSignal,
): Promise<PendingRun> => {
  const { proposal } = held;
  if (proposal.refusal !== undefined) return held;
  if (override !== undefined && override.trim() === '') {
    const why = 'overriding a freeze requires a reason: say why this cannot wait';
    return { ...held, proposal: { ...withOverride(proposal, false), refusal: { ending: 'forbidden', why } } };
  }
  const { engine, clock } = parts;
  const subject = checkedRunOf(held);
  const { acts } = subject;
  const [permission, standing, lock, carried] = await Promise.all([
    permissionCheck(subject, clock, signal),
    continuousChecks(subject, parts, acts.length),
    lockCheck(subject, parts, wallTimeOf(parts)),
    carriedBy(runbook, proposal.names, engine, clock, signal),
  ]);
  const blast = blastRadiusOf(acts, carried);
  const looked = [
    ...permission,
    ...standing,
    ...lock,
    ...blastRadiusCheck(blast, engine.profile.guard.blast),
  ];
  const refusal = refusalOf(looked);
  const asks = looked.some(({ does }) => does === 'asks');
  const found = {
    ...(blast.objects === 0 ? {} : { blast }),
    ...(looked.length === 0 ? {} : { checks: looked.map(({ check }) => check) }),
    ...(refusal === undefined ? {} : { refusal }),
  };
  return {
    ...held,
    proposal: {
      ...withOverride(proposal, breaks(looked)),
      gate: asks ? withTypedName(proposal.gate, proposal.names) : proposal.gate,
      ...maskDeep(found, parts.mask),
    },
  };
};
