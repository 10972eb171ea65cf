import { type OperationCall, type Pin, usedParts } from '../../domain/operation.ts';
import type { Engine } from '../../engine/engine.ts';

/**
 * What the targets of a call show now, in the words of its operation: it is planned, which only reads, and the plan is
 * thrown away. Rejects with what the operation throws.
 */
export const readPins = async (
  { use, with: values }: Pick<OperationCall, 'use' | 'with'>,
  engine: Engine,
  signal: AbortSignal,
): Promise<readonly Pin[]> => {
  const { source, name } = usedParts(use);
  const operation = engine.sources.get(source)?.operations.find((one) => one.name === name);
  if (operation === undefined) throw new Error(`there is no ${use} here`);
  const { targets } = await operation.plan(values, signal);
  return targets.map((target) => ({ name: target.name, uid: target.uid, saw: target.saw }));
};
