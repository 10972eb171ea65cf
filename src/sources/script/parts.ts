import { isAbsolute, join } from 'node:path';
import { argvLine } from '../../domain/argv.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import { ProgramError } from '../../platform/failures.ts';
import { RemediedError, toFault } from '../../platform/fault.ts';
import type { ReadFiles } from '../../platform/files/file-shapes.ts';
import type { Program } from '../../platform/processes/program.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import type { ScriptConfig } from './config.ts';

/** What every program of a script source needs. */
export interface ScriptParts {
  readonly source: string;
  readonly env: string;
  readonly config: ScriptConfig;
  readonly io: ReadIo;
  /** The end of a `via:` where programs are run; '' for this machine. */
  readonly end: string;
  /** Where programs and their files are. */
  readonly files: ReadFiles;
  /** Tells the series of several ends apart. */
  readonly labels: Readonly<Record<string, string>>;
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

/** `dir`: where the profile is, and programs of this machine are started. At an end they are started where that starts them. */
export const scriptParts = (
  opening: {
    readonly id: string;
    readonly env: string;
    readonly config: ScriptConfig;
    readonly dir?: string;
  },
  io: ReadIo,
  end = '',
): ScriptParts => {
  const { id: source, env, config, dir = process.cwd() } = opening;
  const line = (argv: readonly string[]): string => masker.mask(argvLine(argv));
  return {
    source,
    env,
    config,
    io,
    end,
    files: end === '' ? io.files : io.filesAt(end),
    labels: (config.ends?.length ?? 0) > 1 ? { instance: end } : {},
    now: () => io.clock.now(),
    program: (argv, own = {}) => {
      const given = own.cwd ?? config.cwd;
      const cwd = given ?? '.';
      const env = { ...config.env, ...own.env };
      if (end !== '') return { argv, env, at: end, ...(given === undefined ? {} : { cwd: given }) };
      return { argv, cwd: isAbsolute(cwd) ? cwd : join(dir, cwd), env };
    },
    line,
    fault: (argv, error) =>
      toFault(source, end === '' ? line(argv) : `${end}: ${line(argv)}`, withRemedy(error), io.clock.now()),
  };
};

const withRemedy = (error: unknown): unknown =>
  error instanceof ProgramError && error.remedy !== undefined
    ? new RemediedError(error.kind, error.message, error.remedy)
    : error;
