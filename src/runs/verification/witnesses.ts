import { defined } from '../../domain/base/defined.ts';
import { judgeThresholdOnce } from '../../domain/facts/threshold.ts';
import type { DeclaredEffect, InstanceFilter, Interruption } from '../../domain/runbooks/operation.ts';
import type { Witnesses } from '../../expressions/witness/former.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { deriveAgain } from '../../store/derive-again.ts';
import type { PendingRun, PendingStep } from '../context/pending-run.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';

const fieldsOf = (filter: InstanceFilter): DeclaredEffect['where'] =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));

/** A service that stops or restarts takes the rows of its instances with it. One that starts ends nothing. */
const ofInterruption = ({ does, instances, affected = [{}] }: Interruption): readonly DeclaredEffect[] => {
  if (does === 'starts') return [];
  return affected.map((instanceFilter) => ({
    does: does === 'stops' ? 'ends' : 'replaces',
    kind: 'workloads',
    where: fieldsOf({ ...instances, ...instanceFilter }),
  }));
};

/** An operation acts on its own source: an object of the same name in another one is another object. */
const inSource = (effect: DeclaredEffect, source: string): DeclaredEffect => ({
  ...effect,
  where: { source, ...effect.where },
});

const ofStep = ({ act, effects = [] }: PendingStep): readonly DeclaredEffect[] => {
  if (act === undefined) return effects;
  const { plan, source } = act;
  const own = [...[plan.interrupts ?? []].flat().flatMap(ofInterruption), ...(plan.effects ?? [])];
  return [...own.map((effect) => inSource(effect, source)), ...effects];
};

/** Returns what the steps of a run end or replace, by the declarations of their operations and of the runbook. */
export const effectsOf = (steps: readonly PendingStep[]): readonly DeclaredEffect[] => {
  // The last declaration about the same rows counts: scaled to 0 and back, a workload has new pods.
  const byRows = steps
    .flatMap(ofStep)
    .map((effect) => [JSON.stringify([effect.kind, effect.where]), effect] as const);
  return [...new Map(byRows).values()];
};

/** Returns what the verification of a run needs to tell what has gone from what the run has ended. */
export const witnessesOf = (
  { steps, before, restarts }: Pick<PendingRun, 'steps' | 'before' | 'restarts'>,
  { facts }: EnvironmentReader,
  clock: Clock,
): Witnesses => ({
  effects: effectsOf(steps),
  derive: deriveAgain(facts.getState().frame, clock.now()),
  judge: (signal, value) => {
    const spec = facts.getState().frame.signals.find(({ id }) => id === signal);
    return spec && judgeThresholdOnce(value, spec.threshold, clock.now()).level;
  },
  ...defined({ known: before?.known }),
  restarts,
});
