import type { Millis } from '../base/fault.ts';

/** Runs some work with a time limit: 'over' when it was aborted. */
type RegexWatchdog = (work: () => void, ms: Millis) => 'done' | 'over';

let present: RegexWatchdog | undefined;

/** Sets the watchdog for patterns that need backtracking. */
export const setRegexWatchdog = (watchdog: RegexWatchdog | undefined): void => {
  present = watchdog;
};

/** Returns the result of some work; undefined on timeout, or when there is no watchdog. */
export const runWatched = <T>(work: () => T, ms: Millis): { readonly result: T } | undefined => {
  let result: { readonly result: T } | undefined;
  const outcome = present?.(() => {
    result = { result: work() };
  }, ms);
  return outcome === 'done' ? result : undefined;
};
