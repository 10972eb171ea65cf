import { hostname } from 'node:os';
import { argvLine } from '../../../domain/format.ts';
import { isSecretName } from '../../../domain/mask/secrets.ts';
import type { Program } from '../../../platform/processes/program.ts';
import { quotedArgv } from '../../../platform/processes/program.ts';
import { masker } from '../../../platform/terminal/secrets.ts';
import { passwordsIn } from '../../secret-name.ts';
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
  typed(argv: readonly string[]): readonly string[];
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
const forCommands = ['-o', 'ClearAllForwardings=yes', '-a', '-x', '-T'];

/** What the OpenSSH client needs of our environment to find an agent or a ticket. */
const passedOn = ['SSH_AUTH_SOCK', 'KRB5CCNAME', 'USER', 'LOGNAME'];
const chosenEnv = (names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
const agentEnv = (): Readonly<Record<string, string>> => chosenEnv(passedOn);

const overSsh = (address: string, name: string, { client, config }: HostConfig): Machine => {
  const base = [...client, ...options, ...(config === undefined ? [] : ['-F', config])];
  const env = agentEnv();
  return {
    name,
    address,
    isRoot: address.startsWith('root@'),
    program: (argv, extra = {}) => ({
      ...extra,
      argv: [...base, ...forCommands, '--', address, quotedArgv(argv)],
      env,
    }),
    // A shell over there takes the words apart once more.
    typed: (argv) => {
      const words = argvLine(argv);
      const remote = words === argv.join(' ') ? argv : [words];
      return [...client, ...(config === undefined ? [] : ['-F', config]), address, ...remote];
    },
  };
};

/** Those of our own environment that a profile passes on. Whose name says so, or who holds a password, is masked from then on. */
const passedEnv = (names: readonly string[]): Readonly<Record<string, string>> => {
  const found = chosenEnv(names);
  for (const [name, value] of Object.entries(found))
    for (const secret of isSecretName(name) ? [value] : passwordsIn(value)) masker.add(secret);
  return found;
};

const thisMachine = ({ cwd, passes }: HostConfig): Machine => {
  // A program that logs in elsewhere finds the agent that ssh would.
  const env = { ...agentEnv(), ...passedEnv(passes) };
  const place = cwd === undefined ? {} : { cwd };
  return {
    name: hostname(),
    address: '',
    isRoot: process.getuid?.() === 0,
    program: (argv, extra = {}) => ({ ...place, ...extra, argv, env }),
    typed: (argv) => argv,
  };
};

const hostOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** The machines that a config names, in its order. Two accounts of one host are told apart by the whole address. */
export const machinesOf = (config: HostConfig): readonly Machine[] => {
  const addresses = config.ssh ?? [];
  if (config.local === true) return [thisMachine(config)];
  return addresses.map((address) => {
    const isOnly = addresses.filter((other) => hostOf(other) === hostOf(address)).length === 1;
    return overSsh(address, isOnly ? hostOf(address) : address, config);
  });
};
