import { type Context, createContext, Script } from 'node:vm';
import type { Millis } from '../../domain/base/fault.ts';

/** 'over': the time limit was reached and the work was terminated. */
type GuardOutcome = 'done' | 'over';

interface Watched {
  readonly script: Script;
  readonly context: Context;
}

// The error belongs to Node's main realm, which may not be this one.
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

let watched: Watched | undefined;

/**
 * Runs work with a time limit in ms. V8 also terminates runaway regular expressions. Effects of the work up to that
 * point remain. Costs about 0.1 ms per call for a watchdog thread. Exceptions of the work propagate.
 */
export const runGuarded = (work: () => void, ms: Millis): GuardOutcome => {
  watched ??= { script: new Script('work()'), context: createContext({}) };
  const { script, context } = watched;
  context.work = work;
  try {
    script.runInContext(context, { timeout: ms });
    return 'done';
  } catch (error) {
    if (isTimeout(error)) return 'over';
    throw error;
  } finally {
    context.work = undefined;
  }
};
