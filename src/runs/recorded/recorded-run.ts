import { defined } from '../../domain/base/defined.ts';
import type { ActStep, Runbook } from '../../domain/runbooks/runbook.ts';
import type { PlannedStep, Proposal } from '../../domain/runs/proposal.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { ledgerOwnerProblem } from '../../persistence/ledger/ledger-owner.ts';
import { readLedger } from '../../persistence/ledger/read-ledger.ts';
import type { StateStore } from '../../persistence/state-store.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { foreignProblem, type WrittenRecord, writtenHere, writtenThere } from '../records/foreign-records.ts';
import type { OwnRuns } from '../records/own-runs.ts';
import { gateLike, strangeCall } from '../undo/undo.ts';
import { recordedGate, undoProblem } from './derived-undo.ts';

/** A run by its ID, with what may follow from it. */
export type FoundRun =
  | { readonly is: 'unknown' }
  /** Its records are shown, and nothing is carried out that follows from them. */
  | { readonly is: 'foreign'; readonly why: string; readonly proposal?: Proposal }
  /** Its consequences are not known, because a source of its steps is not reached. */
  | { readonly is: 'unreached'; readonly why: string; readonly proposal: Proposal }
  | {
      readonly is: 'own' | 'recorded';
      readonly events: readonly RunEvent[];
      /** The least gate of the undo of a step. */
      gateOf(step: PlannedStep | undefined): Pick<ActStep, 'gate' | 'danger'>;
    };

interface RecordedRunParts {
  readonly engine: EnvironmentReader;
  readonly stateDir: string;
  readonly own: OwnRuns;
  /** The account of this process, as in the ledger. */
  readonly user: string;
  readonly mask: (text: string) => string;
  /** Actions of the environment that are no runbooks of its profile. */
  readonly generic?: readonly Runbook[];
  readonly approvals?: StateStore['approvals'];
}

const plannedIn = (events: readonly RunEvent[]): Proposal | undefined => {
  const planned = events.find(({ event }) => event === 'planned');
  return planned?.event === 'planned' ? planned.proposal : undefined;
};

/** Why the undo of a recorded run does not follow from this profile; undefined when it does. */
const derivationProblem = async (
  events: readonly RunEvent[],
  proposal: Proposal,
  parts: Pick<RecordedRunParts, 'engine' | 'mask'>,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const acted = new Set(events.flatMap((event) => (event.event === 'acting' ? [event.step] : [])));
  for (const step of proposal.steps) {
    const problem = acted.has(step.id) ? await undoProblem(step, parts, signal) : undefined;
    if (problem !== undefined) return problem;
  }
  return strangeCall(events, proposal);
};

/**
 * Finds a run: one of this process by its memory, any other by its records. A record only names what was done: its undo
 * must follow from the profile of this process, and its writer must be known.
 */
export const findRun = async (
  run: string,
  parts: RecordedRunParts,
  signal: AbortSignal,
): Promise<FoundRun> => {
  const { engine, stateDir, own, user, mask, generic = [], approvals } = parts;
  const mine = own.find(run);
  if (mine !== undefined && mine.events.length > 0)
    return { is: 'own', events: mine.events, gateOf: gateLike };
  const here = (await readLedger(stateDir, { run })).map(writtenHere);
  const { system, env, guard, runbooks } = engine.profile;
  const shown = plannedIn(here.map(({ entry }) => entry));
  const foreign = (why: string): FoundRun => ({
    is: 'foreign',
    why,
    ...defined({ proposal: shown }),
  });
  let records: readonly WrittenRecord[] = here;
  try {
    if (approvals !== undefined) records = (await approvals(run)).map(writtenThere);
  } catch (error) {
    return foreign(`opsdeck cannot read who wrote the records of the run: ${errorMessage(error)}`);
  }
  if (records.length === 0) return { is: 'unknown' };
  const exposed = approvals === undefined ? await ledgerOwnerProblem(stateDir) : undefined;
  const strange = exposed ?? foreignProblem(records, user, guard.approval?.users);
  if (strange !== undefined) return foreign(strange);
  const events = records.map(({ entry }) => entry);
  const proposal = plannedIn(events);
  if (proposal === undefined) return foreign('the ledger has no plan of the run. See opsdeck audit verify');
  // The environment is judged with the plan: an undo elsewhere is refused there, with its place.
  if (proposal.system === system && proposal.env === env) {
    try {
      const problem = await derivationProblem(events, proposal, { engine, mask }, signal);
      if (problem !== undefined) return foreign(problem);
    } catch (error) {
      if (!(error instanceof TunnelError) && !signal.aborted) throw error;
      const remedy = error instanceof TunnelError ? error.remedy : undefined;
      return {
        is: 'unreached',
        why: remedy === undefined ? errorMessage(error) : `${errorMessage(error)}. ${remedy}`,
        proposal,
      };
    }
  }
  return {
    is: 'recorded',
    events,
    gateOf: (step) => recordedGate(proposal, step, { engine, runbooks: [...runbooks, ...generic], mask }),
  };
};
