import { type Context, createContext, Script } from 'node:vm';
import type { Millis } from '../domain/fault.ts';

/** 'over': it took longer, and was ended wherever it was. */
type GuardOutcome = 'done' | 'over';

interface Watched {
  readonly script: Script;
  readonly context: Context;
}

// It is an error of the realm that Node began in, which need not be this one.
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

let watched: Watched | undefined;

/**
 * Does some work for at most so long, regular expressions that backtrack for ever included: V8 ends them, too. What the
 * work has written up to then stays. Costs some 0.1 ms a call, for a thread that watches. An exception of the work goes through.
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
