import type { Millis } from '../../domain/fault.ts';
import type { OperationCall, Pin, Undo } from '../../domain/operation.ts';
import { PlanError } from '../../domain/plan-error.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Clock } from '../../platform/clock.ts';
import { withDeadline } from '../planning/source-reads.ts';
import { readPins } from './read-pins.ts';

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
): Promise<readonly Pin[] | undefined> => {
  for (;;)
    try {
      return await withDeadline((stop) => readPins(call, engine, stop), clock, signal);
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
export const withLeft = async (
  calls: readonly OperationCall[],
  isWhole: boolean,
  parts: LeftParts,
): Promise<readonly Undo[]> => {
  const deadline = parts.clock.deadline(longestMs);
  try {
    return await Promise.all(
      calls.map(async (call): Promise<Undo> => {
        const left =
          call.pins === 'nothing' ? undefined : await leftOf(call, isWhole, parts, deadline.signal);
        return left === undefined ? call : { ...call, left };
      }),
    );
  } finally {
    deadline.clear();
  }
};
