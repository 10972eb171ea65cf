import { setFlagsFromString } from 'node:v8';

/** Steps back within one text after which the engine that never steps back takes over. */
const backtracks = 500;

const on = [
  '--enable-experimental-regexp-engine',
  '--enable-experimental-regexp-engine-on-excessive-backtracks',
  `--regexp-backtracks-before-fallback=${backtracks}`,
];
const off = [
  '--no-enable-experimental-regexp-engine',
  '--no-enable-experimental-regexp-engine-on-excessive-backtracks',
  '--regexp-backtracks-before-fallback=50000',
];

const set = (flags: readonly string[]): void => {
  for (const flag of flags) setFlagsFromString(flag);
};

/**
 * Does `work` while an expression that steps back too often is taken over by V8's linear engine
 * (https://v8.dev/blog/non-backtracking-regexp), so that `^(a+)+$` cannot stop the screen. Only meanwhile: all other
 * expressions of the program keep the engine they are written for. Flags are read when an expression is compiled,
 * which V8 does late and more than once, so every use of a typed expression belongs in here.
 */
export const bounded = <V>(work: () => V): V => {
  set(on);
  try {
    return work();
  } finally {
    set(off);
  }
};
