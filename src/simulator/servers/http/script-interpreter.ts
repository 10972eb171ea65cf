import { isSea } from 'node:sea';

/**
 * First argument of the single executable file when it runs a script of the simulator instead of opsdeck: there is no
 * other Node where it is installed.
 */
export const scriptFlag = '--run-simulator-script';

/** The program that runs a script of the simulator, with its first arguments. */
export const interpreterArgv = (): readonly string[] =>
  isSea() ? [process.execPath, scriptFlag] : [process.execPath];

/** The same as the interpreter of a `#!` line, which takes one argument at most. */
export const shebangInterpreter = (): string => interpreterArgv().join(' ');
