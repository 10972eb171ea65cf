import { join, resolve } from 'node:path';
import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { AuditCopy } from '../../domain/runbooks/guard.ts';
import { openChangeIo } from '../../doors/change-io.ts';
import type { ChangeIo, ReadIo, ReadIoOptions } from '../../doors/io.ts';
import { openReadIo } from '../../doors/read-io.ts';
import { openStateTransport } from '../../doors/state-transport.ts';
import type { AuditForwarder } from '../../persistence/ledger/audit-forwarder.ts';
import { type Files, localFiles } from '../../platform/files/local-files.ts';
import { type SecretMasker, secretMasker } from '../../platform/masking/secrets.ts';
import { createProgramPolicy, type ProgramPolicy } from '../../platform/program-policy.ts';
import { type SystemClock, systemClock } from '../../platform/runtime/clock.ts';
import { chance } from '../../platform/runtime/random.ts';
import type { LendTerminal } from '../../platform/terminal/interactive-terminal.ts';
import { writeStderr } from '../../platform/terminal/terminal.ts';
import type { Transport } from '../../platform/transport.ts';
import type { RunningSimulator, SimulatorOptions } from '../../simulator/simulator.ts';
import type { SourceType } from '../../sources/kit/contract/source.ts';
import { sourceTypes } from '../../sources/registry.ts';
import type { GlobalOptions } from './global-options.ts';
import { shippedProfiles } from './package-root.ts';
import type { ProfilePlace } from './process-env.ts';
import { configDirOf, type ProcessEnv, stateDirOf } from './process-env.ts';
import type { Tracing } from './tracing.ts';

/** The dependencies of every command, resolved from the global options. */
export interface CommandContext {
  readonly options: GlobalOptions;
  /** The profile search path, nearest first. */
  readonly places: readonly ProfilePlace[];
  readonly stateDir: string;
  /** Blocks programs in trusted directories that have changed since. */
  readonly programPolicy: ProgramPolicy;
  /** The path of the user's config.yaml, which may not exist. */
  readonly settingsFile: string;
  readonly files: Files;
  readonly masker: SecretMasker;
  readonly clock: SystemClock;
  /** A random number from 0 to 1, for phases, jitter and ids that need not be secret. */
  random(): number;
  /** Opens read access. `way`: the route of its connections and programs. */
  openIo(way?: ReadIoOptions): ReadIo;
  /** Starts the simulator of a system. */
  startSimulator(system: string, options: SimulatorOptions): Promise<RunningSimulator>;
  /** Opens change access, for the executor only. */
  openChangeIo(way?: ReadIoOptions): ChangeIo & { close(): Promise<void> };
  /** Opens the connections to the state database of an environment. Contacts nothing. */
  openStateTransport(): Transport;
  /** Opens the connection to a destination for copies of the audit ledger. */
  openCopyDoor(copy: AuditCopy): Promise<AuditForwarder>;
  /** Resolves to the output of a program: the value of `${exec:…}` in a profile. */
  execText(argv: readonly string[], signal: AbortSignal): Promise<string>;
  /** Imports a module and resolves to its exports. Rejects with its error, or when it takes too long. */
  importFile(file: string): Promise<Readonly<Record<string, unknown>>>;
  /** Writes a warning to stderr. */
  warn(line: string): void;
  /** The built-in source types. */
  readonly sourceTypes: readonly SourceType[];
  readonly processEnv: ProcessEnv;
  /** Set with `--trace`. */
  readonly tracing?: Tracing | undefined;
  /** Start time of this process, on `clock`. */
  readonly startedAt: Millis;
}

const placeOnce = (places: readonly ProfilePlace[]): readonly ProfilePlace[] =>
  places.filter(
    ({ dir }, index) => places.findIndex((other) => resolve(other.dir) === resolve(dir)) === index,
  );

/** Returns `--profiles`, or else the whole search path, nearest first. */
const profilePlaces = (options: GlobalOptions, env: ProcessEnv): readonly ProfilePlace[] => {
  if (options.profiles !== undefined) return [{ dir: options.profiles, trust: 'given' }];
  const listed = (env.OPSDECK_PROFILES ?? '').split(':').filter((dir) => dir !== '');
  return placeOnce([
    ...listed.map((dir) => ({ dir, trust: 'given' as const })),
    { dir: 'profiles', trust: 'by-content' },
    { dir: join(configDirOf(env), 'profiles'), trust: 'own' },
    { dir: shippedProfiles, trust: 'shipped' },
  ]);
};

/** The platform of a process, real or simulated: time, network, programs and environment variables. */
export type ProcessPlatform = Pick<
  CommandContext,
  | 'clock'
  | 'random'
  | 'openIo'
  | 'openChangeIo'
  | 'openStateTransport'
  | 'openCopyDoor'
  | 'execText'
  | 'importFile'
  | 'startSimulator'
  | 'processEnv'
  | 'startedAt'
>;

/** The platform of this process. */
export const machinePlatform = (clock: SystemClock = systemClock()): ProcessPlatform => ({
  clock,
  random: chance,
  openIo: (way) => openReadIo(clock, way),
  openChangeIo: (way) => openChangeIo(clock, way),
  openStateTransport: () => openStateTransport(clock),
  openCopyDoor: async (copy) =>
    (await import('../../persistence/ledger/audit-forwarder.ts')).openAuditForwarder(copy, clock),
  execText: async (argv, signal) =>
    (await import('../../platform/processes/exec-text.ts')).execText(argv, signal),
  importFile: async (file) => (await import('../../platform/files/package-files.ts')).importFile(file),
  startSimulator: async (system, options) => {
    const [{ startSimulator }, { keepLessMemory }] = await Promise.all([
      import('../../simulator/start.ts'),
      import('../../platform/runtime/new-space.ts'),
    ]);
    keepLessMemory();
    return startSimulator(system, options);
  },
  processEnv: process.env,
  startedAt: clock.now() - Math.round(process.uptime() * 1000),
});

/** Creates the context of this process. Performs no I/O. `lendTerminal`: the terminal of the cockpit, for operations. */
export const createContext = (
  options: GlobalOptions,
  platform: ProcessPlatform = machinePlatform(),
  warn = (line: string): void => writeStderr(line),
  tracing?: Tracing,
  lendTerminal?: LendTerminal,
): CommandContext => {
  const { processEnv: env } = platform;
  const programPolicy = createProgramPolicy();
  const stateDir = stateDirOf(options, env);
  return {
    ...platform,
    openIo: (way) => platform.openIo({ ...way, programPolicy, stateDir }),
    openChangeIo: (way) =>
      platform.openChangeIo({
        ...way,
        programPolicy,
        ...defined({ lendTerminal }),
      }),
    execText: async (argv, signal) => {
      await programPolicy.check({ argv });
      return platform.execText(argv, signal);
    },
    programPolicy,
    tracing,
    options,
    places: profilePlaces(options, env),
    stateDir,
    settingsFile: join(configDirOf(env), 'config.yaml'),
    files: localFiles,
    masker: secretMasker,
    warn,
    sourceTypes,
  };
};
