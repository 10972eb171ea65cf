import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { Fault, Millis } from '../../../domain/base/fault.ts';
import type { Interruption, OperationImpact, Target } from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import type { ReadIo } from '../../../doors/io.ts';
import type { HeadOptions } from '../../../logs/format/head-reader.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import { toFault } from '../../../platform/network/to-fault.ts';
import { newRunId } from '../../../platform/runtime/random.ts';
import type { SourceOptions } from '../../kit/contract/source.ts';
import { headOptions } from '../../kit/counting/line-count.ts';
import type { HostConfig } from './config.ts';
import { type Machine, machinesOf } from './machine.ts';

/** Parameter that names a machine; optional where only one is configured. */
export const zHost = z
  .string()
  .min(1)
  .meta({ description: 'the operation acts on this host. Required if the source has several' })
  .exactOptional();

const machineNames = (parts: HostContext): string => parts.machines.map(({ name }) => name).join(', ');

const findMachine = (parts: HostContext, host: string): Machine => {
  const machine = parts.machines.find(({ name, address }) => name === host || address === host);
  if (machine !== undefined) return machine;
  throw new PlanError(
    'not-applicable',
    `the source ${parts.source} has no host "${host}". Available: ${machineNames(parts)}`,
  );
};

/** Returns the machine of an operation. Throws PlanError. */
export const selectMachine = (parts: HostContext, host: string | undefined): Machine => {
  if (host !== undefined) return findMachine(parts, host);
  const [only, ...others] = parts.machines;
  if (only !== undefined && others.length === 0) return only;
  throw new PlanError(
    'not-applicable',
    `the source has several hosts. Set host: to one of ${machineNames(parts)}`,
  );
};

/** Machines of a read-only operation: the named one, or all. Throws PlanError. */
export const selectMachines = (parts: HostContext, host: string | undefined): readonly Machine[] =>
  host === undefined ? parts.machines : [findMachine(parts, host)];

export const describeMachine = ({ name, address }: Machine): string =>
  address === '' || address === name ? name : `${name} (${address})`;

/** The machine of a plan. */
export const targetMachine = (parts: HostContext, target: Target | undefined): Machine => {
  const matchingMachine = parts.machines.find((machine) => describeMachine(machine) === target?.where);
  if (matchingMachine === undefined)
    throw new Error(`${target?.where} is not a host of this source: name one of local or ssh`);
  return matchingMachine;
};

/** The shared parts of one host source. */
export interface HostContext {
  readonly source: string;
  readonly env: string;
  readonly config: HostConfig;
  readonly io: ReadIo;
  readonly heads: HeadOptions;
  readonly machines: readonly Machine[];
  /** A random word that marks the output of our own scripts. */
  readonly outputMarker: string;
  now(): Millis;
  /** Converts a host's wall-clock time to our clock, assuming that both machines' clocks agree. */
  fromWallTime(time: Millis): Millis;
  /** Labels of a series: none with only one host. */
  labels(machine: Machine): Readonly<Record<string, string>>;
  fault(machine: Machine, call: string, error: unknown): Fault;
}

/** Default configuration file of ssh (ssh(1), -F). */
const defaultSshConfig = '~/.ssh/config';

/** Resolves a path from the profile: absolute, below the home directory, or relative to the profile. */
const resolveConfigPath = (path: string, dir: string): string => {
  if (path.startsWith('~/')) return join(homedir(), path.slice(2));
  return isAbsolute(path) ? path : join(dir, path);
};

export const createHostContext = (opening: SourceOptions<HostConfig>, io: ReadIo): HostContext => {
  const { id: source, env, dir = process.cwd() } = opening;
  const { config: sshConfig, cwd, ...rest } = opening.config;
  // The default file is left to ssh: it may be missing, and the system-wide settings apply beside it.
  const isOwn = sshConfig === undefined || sshConfig === defaultSshConfig;
  const config = {
    ...rest,
    ...(isOwn ? {} : { config: resolveConfigPath(sshConfig, dir) }),
    ...(cwd === undefined ? {} : { cwd: resolveConfigPath(cwd, dir) }),
  };
  const machines = machinesOf(config);
  return {
    source,
    env,
    config,
    io,
    heads: headOptions(opening.logs, io.clock),
    machines,
    outputMarker: `opsdeck-${newRunId()}`,
    now: () => io.clock.now(),
    fromWallTime: (time) => time - io.clock.wallOffset(),
    labels: ({ name }) => (machines.length > 1 ? { host: name } : {}),
    fault: ({ name }, call, error) => toFault(source, `${name}: ${call}`, error, io.clock.now()),
  };
};

/** Text that a shell does not expand between double quotes. */
const plainInDouble = /^[^$`"\\!]*$/;

/**
 * Formats an argv for previews and the ledger, masked. ssh passes single-quoted text to the remote shell, which is
 * easier to read between double quotes.
 */
export const maskedCommandLine = (argv: readonly string[]): string =>
  secretMasker.mask(
    argv
      .map((text) => (text.includes("'") && plainInDouble.test(text) ? `"${text}"` : formatArgv([text])))
      .join(' '),
  );

/** Impact of an action on one host. Several actions on it count it once. */
export const hostImpact = ({ source, machines }: HostContext, { name }: Machine): OperationImpact => ({
  share: {
    part: 1,
    whole: machines.length,
    of: source === 'hosts' ? source : `hosts of ${source}`,
    parts: [name],
  },
});

/** The service that an action on the unit of one host interrupts: the unit of that name on every host. */
export const unitInterruption = (
  does: Interruption['does'],
  unit: string,
  { name }: Machine,
): Interruption => ({
  does,
  service: unit,
  instances: { kind: 'unit', name: unit },
  affected: [{ node: name }],
});
