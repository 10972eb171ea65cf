import type { Proposal } from '../../domain/proposal.ts';
import type { ProposalRequest } from '../door.ts';
import type { Held } from '../held.ts';
import { maskDeep } from '../mask-deep.ts';
import { withTypedName } from '../policy/gates.ts';
import { blastCheck } from '../policy/limits.ts';
import type { Ruling } from '../policy/ruling.ts';
import { blastOf } from './blast.ts';
import { carriedBy } from './carried.ts';
import type { CheckParts } from './check-parts.ts';
import { lockCheck } from './lock.ts';
import { permissionCheck } from './permission.ts';
import { refusalOf, standingChecks, wallOf } from './standing.ts';
import { actsOf, type Subject } from './subject.ts';

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
