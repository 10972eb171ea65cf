import type { Millis } from '../../domain/fault.ts';
import type { Proposal } from '../../domain/proposal.ts';
import type { Runbook } from '../../domain/runbook.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ProposalRequest } from '../door.ts';
import type { Held } from '../held.ts';
import { maskDeep } from '../mask-deep.ts';
import { withDeadline } from '../planning/source-reads.ts';
import { withTypedName } from '../policy/gates.ts';
import { blastCheck } from '../policy/limits.ts';
import type { Ruling } from '../policy/ruling.ts';
import type { Carried } from './blast.ts';
import { blastOf } from './blast.ts';
import type { CheckParts } from './check-parts.ts';
import { lockCheck } from './lock.ts';
import { permissionCheck } from './permission.ts';
import { refusalOf, standingChecks, wallOf } from './standing.ts';
import { actsOf, type Subject } from './subject.ts';

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
): Promise<Carried> => {
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
export const subjectOf = ({ proposal, steps }: Held): Subject => ({
  run: proposal.run,
  runbook: proposal.runbook,
  danger: proposal.danger,
  acts: actsOf(steps),
  ...(proposal.override === undefined ? {} : { override: proposal.override }),
});

/** A reason that breaks nothing is not kept: it must not break what begins later. */
const breaks = (looked: readonly Ruling[]): boolean =>
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
  held: Held,
  { override, runbook }: ProposalRequest,
  parts: CheckParts,
  signal: AbortSignal,
): Promise<Held> => {
  const { proposal } = held;
  if (proposal.refusal !== undefined) return held;
  if (override !== undefined && override.trim() === '') {
    const why = 'breaking a freeze needs a reason: say why it cannot wait';
    return { ...held, proposal: { ...withOverride(proposal, false), refusal: { ending: 'forbidden', why } } };
  }
  const { engine, clock } = parts;
  const subject = subjectOf(held);
  const { acts } = subject;
  const [permission, standing, lock, carried] = await Promise.all([
    permissionCheck(subject, clock, signal),
    standingChecks(subject, parts, acts.length),
    lockCheck(subject, parts, wallOf(parts)),
    carriedBy(runbook, proposal.names, engine, clock, signal),
  ]);
  const blast = blastOf(acts, carried);
  const looked = [...permission, ...standing, ...lock, ...blastCheck(blast, engine.profile.guard.blast)];
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
