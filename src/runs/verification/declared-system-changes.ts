import { defined } from '../../domain/base/defined.ts';
import type { DeclaredSystemChanges } from '../../domain/facts/fingerprint.ts';
import type { PendingStep } from '../context/pending-run.ts';
import {
  createSameSystem,
  type FingerprintReader,
  type SameSystem,
  type SystemBaseline,
} from '../evidence/same-system.ts';
import { isChanging } from '../policy/danger.ts';

const isChange = ({ planned }: PendingStep): boolean => isChanging(planned.danger);

/**
 * The steps in which a person may restart something: those that declare a change. All of them where the run sends no change of its own,
 * whose success a restart could be taken for.
 */
const restartingByHand = (steps: readonly PendingStep[]): readonly PendingStep[] => {
  const manual = steps.filter(({ planned }) => planned.manual);
  return steps.some((step) => step.act !== undefined && isChange(step)) ? manual.filter(isChange) : manual;
};

/** The changes of fingerprints that the steps of a run declare. */
export const declaredSystemChanges = (steps: readonly PendingStep[]): DeclaredSystemChanges => ({
  parts: steps.flatMap(({ act, changesSystem = [] }) => [
    ...changesSystem,
    ...(act?.plan.changesSystem ?? []),
  ]),
  restarts:
    restartingByHand(steps).length > 0 ||
    steps.some(
      ({ act }) =>
        act?.plan.interrupts !== undefined ||
        (act?.operation.mayRestart === true && isChanging(act.plan.danger)),
    ),
});

/** The comparison for a run; undefined before its baseline was read. */
export const sameSystemOf = (
  { systems: before, steps }: { readonly systems?: SystemBaseline; readonly steps: readonly PendingStep[] },
  reader: FingerprintReader,
): { readonly systems?: SameSystem } =>
  defined({
    systems:
      before === undefined
        ? undefined
        : createSameSystem({ ...reader, before, changes: declaredSystemChanges(steps) }),
  });
