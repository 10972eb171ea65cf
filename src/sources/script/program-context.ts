import { isAbsolute, join } from 'node:path';
import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import { formatArgv } from '../../domain/text/format.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { FileStat, ReadFiles } from '../../platform/files/file-interfaces.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Program } from '../../platform/processes/program.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { ScriptConfig } from './config.ts';

/** Default search path in a container or on a host. */
const defaultSearchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Resolves the executable of an argv: as written, or the first in PATH, like execvp(3). Throws WireError: `missing`
 * when none is found.
 */
export const resolveProgramFile = async (
  files: ReadFiles,
  { argv: [name = ''], at, cwd = at === undefined ? process.cwd() : '', env = {} }: Program,
  signal: AbortSignal,
): Promise<FileStat> => {
  if (name.includes('/')) return files.stat(isAbsolute(name) ? name : join(cwd, name), signal);
  const path = env.PATH ?? (at === undefined ? process.env.PATH : defaultSearchPath) ?? '';
  for (const dir of path.split(':').filter((part) => part !== ''))
    try {
      const fileStat = await files.stat(join(isAbsolute(dir) ? dir : join(cwd, dir), name), signal);
      if (fileStat.kind === 'file') return fileStat;
    } catch (error) {
      if (!(error instanceof WireError) || (error.kind !== 'missing' && error.kind !== 'denied')) throw error;
    }
  throw new WireError('missing', `program "${name}" not found in PATH`);
};

/** Identifies a file version, to detect that it was replaced or rewritten. */
export const fileIdentity = ({ path, id, sizeBytes, writtenAt }: FileStat): string =>
  `${path} (${id}, ${sizeBytes} bytes, written ${new Date(writtenAt).toISOString()})`;

/** Describes the file version for display. */
export const programFileText = ({ sizeBytes, writtenAt }: FileStat): string =>
  `a program of ${sizeBytes} bytes, written ${new Date(writtenAt).toISOString()}`;

/** The shared parts of one script source. */
export interface ProgramContext {
  readonly source: string;
  readonly env: string;
  readonly config: ScriptConfig;
  readonly io: ReadIo;
  /** Endpoint of a `via:` on which programs run; '' for this machine. */
  readonly end: string;
  /** File system of the programs and their files. */
  readonly files: ReadFiles;
  /** Distinguishes the series of several endpoints. */
  readonly labels: Readonly<Record<string, string>>;
  now(): Millis;
  /** Builds the program for an argv, with the directory and environment of the profile. */
  program(argv: readonly string[], own?: ProgramOverrides): Program;
  /** Formats an argv for faults, previews and the ledger, masked. */
  commandLine(argv: readonly string[]): string;
  fault(argv: readonly string[], error: unknown): Fault;
}

interface ProgramOverrides {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * `dir`: directory of the profile, in which local programs start. On an endpoint they start in its default directory.
 */
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
      const configuredCwd = own.cwd ?? config.cwd;
      const cwd = configuredCwd ?? '.';
      const env = { ...config.env, ...own.env };
      if (end !== '') return { argv, env, at: end, ...defined({ cwd: configuredCwd }) };
      return { argv, cwd: isAbsolute(cwd) ? cwd : join(dir, cwd), env };
    },
    commandLine: line,
    fault: (argv, error) =>
      toFault(source, end === '' ? line(argv) : `${end}: ${line(argv)}`, error, io.clock.now()),
  };
};
