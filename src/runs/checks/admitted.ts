import type { GateCheck } from '../../domain/proposal.ts';
import type { TakenLocks } from '../../platform/files/target-locks.ts';
import type { Held } from '../held.ts';
import type { Refusal } from '../planning/source-reads.ts';
import type { CheckParts } from './check-parts.ts';
import { takeLocks } from './lock.ts';
import { permissionCheck } from './permission.ts';
import { subjectOf } from './proposed.ts';
import { refusalOf, standingChecks, wallOf } from './standing.ts';

export interface Admitted {
  /** Everything that was looked at, for the ledger. */
  readonly checks: readonly GateCheck[];
  readonly refusal?: Refusal;
  /** Held until the run has ended. */
  readonly taken?: TakenLocks;
}

/** The checks of a confirmed run, made anew. Its targets are taken last, when nothing else forbids it. */
export const admitted = async (held: Held, parts: CheckParts, signal: AbortSignal): Promise<Admitted> => {
  const subject = subjectOf(held);
  const [permission, standing] = await Promise.all([
    permissionCheck(subject, parts.clock, signal),
    standingChecks(subject, parts, subject.acts.length),
  ]);
  const looked = [...permission, ...standing];
  // How far it reaches was planned, and its targets are read again before each step.
  const blast = (held.proposal.checks ?? []).filter(({ what }) => what === 'blast');
  const refusal = refusalOf(looked);
  const checks = [...looked.map(({ check }) => check), ...blast];
  if (refusal !== undefined || signal.aborted)
    return { checks, ...(refusal === undefined ? {} : { refusal }) };
  const lock = await takeLocks(subject, parts, wallOf(parts));
  const refused = refusalOf(lock.looked);
  return {
    checks: [...checks, ...lock.looked.map(({ check }) => check)],
    ...(refused === undefined ? {} : { refusal: refused }),
    ...(lock.taken === undefined ? {} : { taken: lock.taken }),
  };
};
