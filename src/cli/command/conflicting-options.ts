import { UsageError } from './exit-code.ts';

/** The error of options that exclude each other: the rule, if it is not evident, and the way on. */
export const conflictingOptions = (one: string, other: string, rule?: string): UsageError =>
  new UsageError(
    `cannot combine ${one} with ${other}${rule === undefined ? '' : `: ${rule}`}. Remove one of them.`,
  );
