import { hostname } from 'node:os';
import { isSecretName } from '../../../domain/mask/secret-fields.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import type { Program } from '../../../platform/processes/program.ts';
import { shellQuoteArgv } from '../../../platform/processes/program.ts';
import { findPasswords } from '../../kit/values/secrets.ts';
import type { HostConfig } from './config.ts';

/** A machine: this one, or one behind ssh. */
export interface Machine {
  /** Name in rows, parameters and previews: 'vm-1'. */
  readonly name: string;
  /** 'deploy@vm-1', as in the profile; '' for this machine. */
  readonly address: string;
  /** True: it runs as root there, according to the profile. */
  readonly isRoot: boolean;
  /** Builds the program that runs an argv on the machine. */
  program(argv: readonly string[], extra?: Partial<Program>): Program;
  /**
   * Builds the command line that a user would type to run an argv on the machine: without the options that make ssh
   * non-interactive.
   */
  commandLine(argv: readonly string[]): readonly string[];
}

/** A tail stays open for hours: ssh ends a dead connection after this time. */
const keepAlive = ['-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=3'];

/**
 * No prompts, no unknown host keys and no forwarding. Uses a shared connection that the user has open, and leaves none
 * behind.
 */
const options = [
  '-o',
  'BatchMode=yes',
  '-o',
  'ConnectTimeout=5',
  '-o',
  'StrictHostKeyChecking=yes',
  '-o',
  'ControlMaster=no',
  '-o',
  'LogLevel=ERROR',
  ...keepAlive,
];
const commandOptions = ['-o', 'ClearAllForwardings=yes', '-a', '-x', '-T'];

/** Variables that the OpenSSH client needs to find an agent or a ticket. */
const forwardedVariables = ['SSH_AUTH_SOCK', 'KRB5CCNAME', 'USER', 'LOGNAME'];
const pickEnvironment = (names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
const agentEnv = (): Readonly<Record<string, string>> => pickEnvironment(forwardedVariables);

const sshMachine = (address: string, name: string, { client, config }: HostConfig): Machine => {
  const base = [...client, ...options, ...(config === undefined ? [] : ['-F', config])];
  const env = agentEnv();
  return {
    name,
    address,
    isRoot: address.startsWith('root@'),
    program: (argv, extra = {}) => ({
      ...extra,
      argv: [...base, ...commandOptions, '--', address, shellQuoteArgv(argv)],
      env,
    }),
    // The remote shell splits the words again.
    commandLine: (argv) => {
      const words = formatArgv(argv);
      const remote = words === argv.join(' ') ? argv : [words];
      return [...client, ...(config === undefined ? [] : ['-F', config]), address, ...remote];
    },
  };
};

/**
 * Variables of our own environment that a profile passes on. Masks values with secret-looking names or with passwords
 * from then on.
 */
const forwardedEnvironment = (names: readonly string[]): Readonly<Record<string, string>> => {
  const environment = pickEnvironment(names);
  for (const [name, value] of Object.entries(environment))
    for (const secret of isSecretName(name) ? [value] : findPasswords(value)) secretMasker.add(secret);
  return environment;
};

const localMachine = ({ cwd, passes }: HostConfig): Machine => {
  // A program that logs in elsewhere can use the same agent as ssh.
  const env = { ...agentEnv(), ...forwardedEnvironment(passes) };
  const place = cwd === undefined ? {} : { cwd };
  return {
    name: hostname(),
    address: '',
    isRoot: process.getuid?.() === 0,
    program: (argv, extra = {}) => ({ ...place, ...extra, argv, env }),
    commandLine: (argv) => argv,
  };
};

const hostOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** Machines of a config, in its order. Two accounts on one host are distinguished by the full address. */
export const machinesOf = (config: HostConfig): readonly Machine[] => {
  const addresses = config.ssh ?? [];
  if (config.local === true) return [localMachine(config)];
  return addresses.map((address) => {
    const isOnly = addresses.filter((other) => hostOf(other) === hostOf(address)).length === 1;
    return sshMachine(address, isOnly ? hostOf(address) : address, config);
  });
};
