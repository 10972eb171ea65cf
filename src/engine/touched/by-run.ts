import { type Danger, moreDangerous } from '../../domain/operation.ts';
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

/** A diagnose step that has brought something, without a fault. */
const diagnosed = ({ runbook }: Followed, found: Diagnosed, read: Read): readonly Touch[] => {
  const step = runbook.diagnose.find(({ id }) => id === found.step);
  if (step === undefined || !found.done || found.faults.length > 0) return [];
  if (step.that !== undefined && found.lines.some((line) => line.startsWith('unknown'))) return [];
  const { covers: ids = [], manual } = step;
  const by = `${runbook.id} ${step.id}`;
  return [{ ids, by, danger: manual === true ? 'manual' : 'read', types: typesRead(step, read) }];
};

const actStepOf = ({ runbook }: Followed, id: string): ActStep | undefined =>
  runbook.act.find((step) => step.id === stepIdOf(id));

/** A step that was carried out: in the danger with which it was planned. */
const acted = (run: Followed, id: string, read: Read): readonly Touch[] => {
  const step = actStepOf(run, id);
  const planned = run.planned.find((one) => one.id === id);
  if (step?.use === undefined || planned === undefined) return [];
  const types = typesOf(read.profile, [sourceOf(step.use)]);
  return [{ ids: step.covers ?? [], by: `${run.runbook.id} ${step.id}`, danger: planned.danger, types }];
};

const ticked = (run: Followed, id: string): readonly Touch[] => {
  const step = actStepOf(run, id);
  if (step?.manual !== true) return [];
  return [{ ids: step.covers ?? [], by: `${run.runbook.id} ${step.id}`, danger: 'manual', types: [] }];
};

const proven = ({ runbook }: Followed, proofs: readonly ProofState[], read: Read): readonly Touch[] => {
  const steps = runbook.verify === 'none' ? [] : runbook.verify;
  const hold = new Set(proofs.flatMap(({ id, value }) => (value === 'true' ? [id] : [])));
  return steps.flatMap((step) => {
    if (!hold.has(step.id)) return [];
    const by = `${runbook.id} ${step.id}`;
    return [{ ids: step.covers ?? [], by, danger: 'read' as const, types: typesRead(step, read) }];
  });
};

/** The runbook itself, carried out to its end: as dangerous as its most dangerous step. */
const ended = ({ runbook, planned }: Followed, read: Read): readonly Touch[] => {
  const acts = planned.filter(({ manual }) => !manual);
  const danger = acts.reduce<Danger>((most, step) => moreDangerous(most, step.danger), 'read');
  const uses = [...runbook.act, ...runbook.diagnose].flatMap(({ use }) =>
    use === undefined ? [] : [sourceOf(use)],
  );
  return [{ ids: runbook.covers, by: runbook.id, danger, types: typesOf(read.profile, uses) }];
};

/** What one event of a run says was used. */
export const touchedByRun = (run: Followed, event: RunEvent, read: Read): readonly Touch[] => {
  if (event.event === 'diagnosed') return diagnosed(run, event.found, read);
  if (event.event === 'acted') return event.ok ? acted(run, event.step, read) : [];
  if (event.event === 'ticked') return event.done && event.ask !== true ? ticked(run, event.step) : [];
  if (event.event === 'verifying') return proven(run, event.proofs, read);
  if (event.event !== 'ended') return [];
  const isWhole = event.ending === 'recovered' || event.ending === 'executed-not-recovered';
  return isWhole ? ended(run, read) : [];
};
