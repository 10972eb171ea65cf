import type { Millis } from '../../domain/fault.ts';
import type { OperationCall, StepUndo, TargetPin } from '../../domain/operation.ts';
import { PlanError, splitUse } from '../../domain/operation.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Clock } from '../../platform/clock.ts';
import { withDeadline } from '../planning/source-reads.ts';

/**
 * What the targets of a call show now, in the words of its operation: it is planned, which only reads, and the plan is
 * thrown away. Rejects with what the operation throws.
 */
export const readTargetPins = async (
  { use, with: values }: Pick<OperationCall, 'use' | 'with'>,
  engine: Engine,
  signal: AbortSignal,
): Promise<readonly TargetPin[]> => {
  const { source, name } = splitUse(use);
  const operation = engine.sources.get(source)?.operations.find((one) => one.name === name);
  if (operation === undefined) throw new Error(`no operation is called ${use}`);
  const { targets } = await operation.plan(values, signal);
  return targets.map((target) => ({ name: target.name, uid: target.uid, saw: target.saw }));
};

/** All of it together: a run must end, and what could not be read by then is not pinned. */
const longestMs: Millis = 3000;
/** Controllers take a moment to see what was sent: until then there is nothing to take back. */
const pauseMs: Millis = 250;

interface LeftParts {
  readonly engine: Engine;
  readonly clock: Clock;
}

const leftOf = async (
  call: OperationCall,
  isWhole: boolean,
  { engine, clock }: LeftParts,
  signal: AbortSignal,
): Promise<readonly TargetPin[] | undefined> => {
  for (;;)
    try {
      return await withDeadline((stop) => readTargetPins(call, engine, stop), clock, signal);
    } catch (error) {
      const isEarly = isWhole && error instanceof PlanError && error.ending === 'not-applicable';
      if (!isEarly) return undefined;
      await clock.sleep(pauseMs, signal);
      if (signal.aborted) return undefined;
    }
};

/**
 * The calls that undo a run, each with what its targets show now that the run is over. Where that cannot be read the call
 * stays without. `isWhole`: everything was acted.
 */
export const withPostState = async (
  calls: readonly OperationCall[],
  isWhole: boolean,
  parts: LeftParts,
): Promise<readonly StepUndo[]> => {
  const deadline = parts.clock.deadline(longestMs);
  try {
    return await Promise.all(
      calls.map(async (call): Promise<StepUndo> => {
        const left =
          call.pins === 'nothing' ? undefined : await leftOf(call, isWhole, parts, deadline.signal);
        return left === undefined ? call : { ...call, left };
      }),
    );
  } finally {
    deadline.clear();
  }
};
