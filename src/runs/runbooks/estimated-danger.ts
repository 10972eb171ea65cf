import { type Danger, splitUse } from '../../domain/runbooks/operation.ts';
import type { ActStep } from '../../domain/runbooks/runbook.ts';
import type { Operation, Source } from '../../sources/kit/contract/source.ts';
import { estimatedDanger, type OperationDanger } from '../policy/danger.ts';

type With = NonNullable<ActStep['with']>;

/**
 * The danger of an operation with these parameters. An unbound method is unknown; the step must then declare its
 * danger.
 */
const toldBy = (operation: Operation | undefined, params: With): OperationDanger | undefined => {
  try {
    return operation?.danger(params);
  } catch {
    return 'as-step';
  }
};

/** The estimated danger of a step, before its parameters are bound. */
export const estimatedStepDanger = (
  { use, with: params = {}, danger }: ActStep,
  sources: ReadonlyMap<string, Pick<Source, 'operations'>>,
): Danger => {
  const { source, name } = splitUse(use ?? '');
  const operation = sources.get(source)?.operations.find((candidate) => candidate.name === name);
  return estimatedDanger(toldBy(operation, params), danger);
};
