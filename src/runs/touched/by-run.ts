import type { PlannedStep } from '../../domain/proposal.ts';
import type { Diagnosed, ProofState, RunEvent } from '../../domain/run.ts';
import type { ActStep, Runbook } from '../../domain/runbook.ts';
import type { Touch } from '../../domain/touch.ts';
import { type Read, typesOf, typesOfExpression } from './types-of.ts';

/** A run as far as it tells what was used: its runbook, and its steps as they were planned. */
export interface Followed {
  readonly runbook: Runbook;
  readonly planned: readonly PlannedStep[];
}

interface Reading {
  readonly use?: string;
  readonly that?: string;
}

const sourceOf = (use: string): string => use.slice(0, use.indexOf('.'));

const typesRead = ({ use, that }: Reading, read: Read): readonly string[] =>
  use === undefined ? typesOfExpression(that ?? '', read) : typesOf(read.profile, [sourceOf(use)]);

/** What a turn of a loop ('a1/2') is a turn of. */
const stepIdOf = (id: string): string => id.replace(/\/\d+$/, '');

/** A diagnose step that has brought something, without a fault. A person's look is no step of the program. */
const diagnosed = ({ runbook }: Followed, found: Diagnosed, read: Read): readonly Touch[] => {
  const step = runbook.diagnose.find(({ id }) => id === found.step);
  if (step === undefined || !found.done || found.faults.length > 0) return [];
  if (!found.lines.some((line) => line.trim() !== '')) return [];
  if (step.that !== undefined && found.lines.some((line) => line.startsWith('unknown'))) return [];
  const { covers: ids = [], manual } = step;
  const by = `${runbook.id} ${step.id}`;
  const danger = manual === true ? 'manual' : 'read';
  return [{ ids, kind: 'diagnose', by, danger, types: typesRead(step, read) }];
};

const actStepOf = ({ runbook }: Followed, id: string): ActStep | undefined =>
  runbook.act.find((step) => step.id === stepIdOf(id));

/** A step that was carried out on something: in the danger with which it was planned. */
const acted = (run: Followed, id: string, read: Read): readonly Touch[] => {
  const step = actStepOf(run, id);
  const planned = run.planned.find((one) => one.id === id);
  if (step?.use === undefined || planned?.plan === undefined) return [];
  const { targets, calls } = planned.plan;
  if (targets.length === 0 && calls.length === 0) return [];
  const types = typesOf(read.profile, [sourceOf(step.use)]);
  const by = `${run.runbook.id} ${step.id}`;
  return [{ ids: step.covers ?? [], kind: 'act', by, danger: planned.danger, types }];
};

const ticked = (run: Followed, id: string): readonly Touch[] => {
  const step = actStepOf(run, id);
  if (step?.manual !== true) return [];
  const by = `${run.runbook.id} ${step.id}`;
  return [{ ids: step.covers ?? [], kind: 'act', by, danger: 'manual', types: [] }];
};

const proven = ({ runbook }: Followed, proofs: readonly ProofState[], read: Read): readonly Touch[] => {
  const steps = runbook.verify === 'none' ? [] : runbook.verify;
  const hold = new Set(proofs.flatMap(({ id, value }) => (value === 'true' ? [id] : [])));
  return steps.flatMap((step) => {
    if (!hold.has(step.id)) return [];
    const by = `${runbook.id} ${step.id}`;
    const types = typesRead(step, read);
    return [{ ids: step.covers ?? [], kind: 'verify' as const, by, danger: 'read' as const, types }];
  });
};

/**
 * Follows one run and returns, with its last event, the entries that it used. Only a run that recovered used any: what a
 * failed one did is no evidence. Of its proofs those count that hold in the last reading.
 */
export const followRun = (run: Followed): ((event: RunEvent, read: Read) => readonly Touch[]) => {
  const used: Touch[] = [];
  let proofs: readonly ProofState[] = [];
  return (event, read) => {
    if (event.event === 'diagnosed') used.push(...diagnosed(run, event.found, read));
    else if (event.event === 'acted' && event.ok) used.push(...acted(run, event.step, read));
    else if (event.event === 'ticked' && event.done && event.ask !== true)
      used.push(...ticked(run, event.step));
    else if (event.event === 'verifying') proofs = event.proofs;
    if (event.event !== 'ended' || event.ending !== 'recovered') return [];
    return [...used, ...proven(run, proofs, read)];
  };
};
