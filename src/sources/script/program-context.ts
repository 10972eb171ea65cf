import { isAbsolute, join } from 'node:path';
import type { Fault, Millis } from '../../domain/fault.ts';
import { formatArgv } from '../../domain/format.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { FileStat, ReadFiles } from '../../platform/files/file-interfaces.ts';
import type { Program } from '../../platform/processes/program.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { RemediedError, toFault } from '../../platform/to-fault.ts';
import { ProgramError, WireError } from '../../platform/wire-error.ts';
import type { ScriptConfig } from './config.ts';

/** Where programs are in a container or on a host, unless somebody has said otherwise there. */
const defaultSearchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The file that an argv starts: as it is written, or the first in PATH, as execvp(3) looks for it. Throws WireError:
 * `missing` when there is none.
 */
export const resolveProgramFile = async (
  files: ReadFiles,
  { argv: [name = ''], at, cwd = at === undefined ? process.cwd() : '', env = {} }: Program,
  signal: AbortSignal,
): Promise<FileStat> => {
  if (name.includes('/')) return files.stat(isAbsolute(name) ? name : join(cwd, name), signal);
  const path = env.PATH ?? (at === undefined ? process.env.PATH : defaultSearchPath) ?? '';
  for (const dir of path.split(':').filter((one) => one !== ''))
    try {
      const found = await files.stat(join(isAbsolute(dir) ? dir : join(cwd, dir), name), signal);
      if (found.kind === 'file') return found;
    } catch (error) {
      if (!(error instanceof WireError) || (error.kind !== 'missing' && error.kind !== 'denied')) throw error;
    }
  throw new WireError('missing', `program "${name}" not found in PATH`);
};

/** Tells this very file from one that was put in its place, or written anew. */
export const fileIdentity = ({ path, id, sizeBytes, writtenAt }: FileStat): string =>
  `${path} (${id}, ${sizeBytes} bytes, written ${new Date(writtenAt).toISOString()})`;

/** The same for a person. */
export const programFileText = ({ sizeBytes, writtenAt }: FileStat): string =>
  `a program of ${sizeBytes} bytes, written ${new Date(writtenAt).toISOString()}`;

/** What every program of a script source needs. */
export interface ProgramContext {
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
  program(argv: readonly string[], own?: ProgramOverrides): Program;
  /** An argv as it is named in faults, previews and the ledger, masked. */
  commandLine(argv: readonly string[]): string;
  fault(argv: readonly string[], error: unknown): Fault;
}

interface ProgramOverrides {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** `dir`: where the profile is, and programs of this machine are started. At an end they are started where that starts them. */
export const createProgramContext = (
  opening: {
    readonly id: string;
    readonly env: string;
    readonly config: ScriptConfig;
    readonly dir?: string;
  },
  io: ReadIo,
  end = '',
): ProgramContext => {
  const { id: source, env, config, dir = process.cwd() } = opening;
  const line = (argv: readonly string[]): string => secretMasker.mask(formatArgv(argv));
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
    commandLine: line,
    fault: (argv, error) =>
      toFault(source, end === '' ? line(argv) : `${end}: ${line(argv)}`, withRemedy(error), io.clock.now()),
  };
};

const withRemedy = (error: unknown): unknown =>
  error instanceof ProgramError && error.remedy !== undefined
    ? new RemediedError(error.kind, error.message, error.remedy)
    : error;
