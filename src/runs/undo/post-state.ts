import type { Millis } from '../../domain/base/fault.ts';
import type { OperationCall, StepUndo, TargetPin } from '../../domain/runbooks/operation.ts';
import { PlanError, splitUse } from '../../domain/runbooks/operation.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { type SameSystem, strangerOf } from '../evidence/same-system.ts';
import { withDeadline } from '../reads/read-deadline.ts';

/**
 * Returns the current state of a call's targets, as its operation describes it. Plans the operation, which only reads,
 * and discards the plan. Rejects with the error of the operation.
 */
export const readTargetPins = async (
  { use, with: values }: Pick<OperationCall, 'use' | 'with'>,
  engine: EnvironmentReader,
  signal: AbortSignal,
): Promise<readonly TargetPin[]> => {
  const { source, name } = splitUse(use);
  const operation = engine.sources.get(source)?.operations.find((candidate) => candidate.name === name);
  if (operation === undefined) throw new Error(`the source no longer has the operation ${use}`);
  const { targets } = await operation.plan(values, signal);
  return targets.map((target) => ({ name: target.name, uid: target.uid, saw: target.saw }));
};

/** Total time limit: a run must end. Targets that could not be read by then have no pin. */
const longestMs: Millis = 3000;
/** Retry interval: controllers take a moment to see the request; until then there is nothing to undo. */
const pauseMs: Millis = 250;

interface PostStateParts {
  /** Tells whether the system from before the run answers. */
  readonly systems?: SameSystem;
  readonly engine: EnvironmentReader;
  readonly clock: Clock;
}

const readPostState = async (
  call: OperationCall,
  isWhole: boolean,
  { engine, clock, systems }: PostStateParts,
  signal: AbortSignal,
): Promise<readonly TargetPin[] | undefined> => {
  for (;;)
    try {
      const began = clock.now();
      const left = await withDeadline((stop) => readTargetPins(call, engine, stop), clock, signal);
      // The state of another system says nothing about later changes to this one.
      return (await strangerOf(call, began, systems, signal)) === undefined ? left : undefined;
    } catch (error) {
      const isEarly = isWhole && error instanceof PlanError && error.ending === 'not-applicable';
      if (!isEarly) return undefined;
      await clock.sleep(pauseMs, signal);
      if (signal.aborted) return undefined;
    }
};

/**
 * Adds to each undo call the state of its targets after the run (`left`). A call whose targets cannot be read stays
 * without one. `isWhole`: every step was executed.
 */
export const withPostState = async (
  calls: readonly OperationCall[],
  isWhole: boolean,
  parts: PostStateParts,
): Promise<readonly StepUndo[]> => {
  const deadline = parts.clock.deadline(longestMs);
  try {
    return await Promise.all(
      calls.map(async (call): Promise<StepUndo> => {
        const left =
          call.pins === 'nothing' ? undefined : await readPostState(call, isWhole, parts, deadline.signal);
        return left === undefined ? call : { ...call, left };
      }),
    );
  } finally {
    deadline.clear();
  }
};
