import { isAbsolute, join } from 'node:path';
import { argvLine } from '../../domain/argv.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import { RemediedError, toFault } from '../../io/fault.ts';
import { type Program, ProgramError, type ReadIo } from '../../io/io.ts';
import { masker } from '../../io/secrets.ts';
import type { ScriptConfig } from './config.ts';

/** What every program of a script source needs. */
export interface ScriptParts {
  readonly source: string;
  readonly env: string;
  readonly config: ScriptConfig;
  readonly io: ReadIo;
  now(): Millis;
  /** The program for an argv, with the directory and environment that the profile gives. */
  program(argv: readonly string[], own?: Own): Program;
  /** An argv as it is named in faults, previews and the ledger, masked. */
  line(argv: readonly string[]): string;
  fault(argv: readonly string[], error: unknown): Fault;
}

interface Own {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** `dir`: where the profile is. */
export const scriptParts = (
  opening: {
    readonly id: string;
    readonly env: string;
    readonly config: ScriptConfig;
    readonly dir?: string;
  },
  io: ReadIo,
): ScriptParts => {
  const { id: source, env, config, dir = process.cwd() } = opening;
  const line = (argv: readonly string[]): string => masker.mask(argvLine(argv));
  return {
    source,
    env,
    config,
    io,
    now: () => io.clock.now(),
    program: (argv, own = {}) => {
      const cwd = own.cwd ?? config.cwd ?? '.';
      return { argv, cwd: isAbsolute(cwd) ? cwd : join(dir, cwd), env: { ...config.env, ...own.env } };
    },
    line,
    fault: (argv, error) => toFault(source, line(argv), withRemedy(error), io.clock.now()),
  };
};

const withRemedy = (error: unknown): unknown =>
  error instanceof ProgramError && error.remedy !== undefined
    ? new RemediedError(error.kind, error.message, error.remedy)
    : error;
