import type { OperationCall, Pin } from '../../domain/operation.ts';
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
  const at = use.lastIndexOf('.');
  const operation = engine.sources
    .get(use.slice(0, at))
    ?.operations.find(({ name }) => name === use.slice(at + 1));
  if (operation === undefined) throw new Error(`there is no ${use} here`);
  const { targets } = await operation.plan(values, signal);
  return targets.map(({ name, uid, saw }) => ({ name, uid, saw }));
};
