import { hostname } from 'node:os';
import { formatArgv } from '../../../domain/format.ts';
import { isSecretName } from '../../../domain/mask/secret-fields.ts';
import type { Program } from '../../../platform/processes/program.ts';
import { shellQuoteArgv } from '../../../platform/processes/program.ts';
import { secretMasker } from '../../../platform/terminal/secrets.ts';
import { findPasswords } from '../../secrets.ts';
import type { HostConfig } from '../config.ts';

/** A machine that is asked: this one, or one behind ssh. */
export interface Machine {
  /** What rows, parameters and previews call it: 'vm-1'. */
  readonly name: string;
  /** 'deploy@vm-1', as the profile says; '' for this machine. */
  readonly address: string;
  /** True: it runs as root there, as far as the profile tells. */
  readonly isRoot: boolean;
  /** The program that runs an argv there. */
  program(argv: readonly string[], extra?: Partial<Program>): Program;
  /** The words that a person would type to run an argv there: without the options that keep ssh from asking. */
  commandLine(argv: readonly string[]): readonly string[];
}

/** A tail is held open for hours: one that has died silently ends after this long. */
const keepAlive = ['-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=3'];

/**
 * Never a prompt, never a key that is not known already, nothing of ours lent to the other side; a connection that the
 * user keeps open is used, none is left behind.
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

/** What the OpenSSH client needs of our environment to find an agent or a ticket. */
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
    // A shell over there takes the words apart once more.
    commandLine: (argv) => {
      const words = formatArgv(argv);
      const remote = words === argv.join(' ') ? argv : [words];
      return [...client, ...(config === undefined ? [] : ['-F', config]), address, ...remote];
    },
  };
};

/** Those of our own environment that a profile passes on. Whose name says so, or who holds a password, is masked from then on. */
const forwardedEnvironment = (names: readonly string[]): Readonly<Record<string, string>> => {
  const found = pickEnvironment(names);
  for (const [name, value] of Object.entries(found))
    for (const secret of isSecretName(name) ? [value] : findPasswords(value)) secretMasker.add(secret);
  return found;
};

const localMachine = ({ cwd, passes }: HostConfig): Machine => {
  // A program that logs in elsewhere finds the agent that ssh would.
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

/** The machines that a config names, in its order. Two accounts of one host are told apart by the whole address. */
export const machinesOf = (config: HostConfig): readonly Machine[] => {
  const addresses = config.ssh ?? [];
  if (config.local === true) return [localMachine(config)];
  return addresses.map((address) => {
    const isOnly = addresses.filter((other) => hostOf(other) === hostOf(address)).length === 1;
    return sshMachine(address, isOnly ? hostOf(address) : address, config);
  });
};
