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

/** The changes of fingerprints that the steps of a run declare. A person may restart anything in a manual step. */
export const declaredSystemChanges = (steps: readonly PendingStep[]): DeclaredSystemChanges => ({
  parts: steps.flatMap(({ act, changesSystem = [] }) => [
    ...changesSystem,
    ...(act?.plan.changesSystem ?? []),
  ]),
  restarts: steps.some(
    ({ act, planned }) =>
      planned.manual ||
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
