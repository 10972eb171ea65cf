import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPtyTerminal, type PtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import { launcher } from '../../e2e/pty.ts';
import { openSandbox, type Sandbox } from '../../e2e/support/sandbox.ts';
import { passwords } from '../postgres/roles.ts';

/** Ends when the file `go` is there. */
const holding = '#!/bin/sh\necho holding the desk\nwhile [ ! -e go ]; do sleep 0.05; done\necho held\n';

/** The passwords, as variables of the program. */
export const loginEnv = { STATE_PASSWORD: passwords.opsdeck } as const;

/** A system of a script that several machines operate, with its directory. */
export interface HeldSystem extends AsyncDisposable {
  readonly dir: string;
  /** Lets the scripts end that run now, and those that are started later. */
  letGo(): Promise<void>;
}

/** Creates the system. */
export const openHeldSystem = async (): Promise<HeldSystem> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-held-'));
  await writeFile(join(dir, 'hold.sh'), holding);
  await chmod(join(dir, 'hold.sh'), 0o755);
  return {
    dir,
    letGo: () => writeFile(join(dir, 'go'), ''),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
};

/** The profile of the system with a state database. */
export const teamProfile = ({ dir }: Pick<HeldSystem, 'dir'>, url: string): string => `opsdeck: 1
system: shop
env: team
tier: production
state: { url: "${url}", password: "\${env:STATE_PASSWORD}" }
sources:
  desk: { type: script, cwd: ${dir}, checks: [{ service: desk, run: ["true"], timeout: 5s }] }
runbooks:
  - { id: hold, title: Hold the desk, act: [{ id: a1, title: Hold, use: desk.exec, with: { argv: [./hold.sh] }, danger: safe }], verify: none }
checklists:
  - { id: daily, title: Daily checks, items: [{ id: review, title: Alerts are reviewed, mode: human }] }
`;

/** A machine of the team: the built program in a home of its own, with the profile. */
export const openTeamMachine = async (profile: string): Promise<Sandbox> => {
  const machine = await openSandbox();
  await machine.put('profiles/team.yaml', profile);
  return machine;
};

interface TeamLogin {
  /** The command before the program. */
  readonly as?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default: that of `teamProfile`. */
  readonly environment?: string;
}

/** The command that gives a program a host name of its own; as root only. */
export const onHost = (name: string): TeamLogin => ({
  as: ['unshare', '--uts', 'sh', '-c', `hostname ${name} && exec "$@"`, 'sh'],
});

/** Starts the built program of a machine in a pseudo-terminal. */
export const openTeamProgram = (
  { dir, stateDir }: Sandbox,
  args: readonly string[],
  { as = [], env = loginEnv, environment = 'shop/team' }: TeamLogin = {},
): PtyTerminal =>
  openPtyTerminal(
    [
      ...as,
      process.execPath,
      launcher,
      ...args,
      ...['--env', environment, '--profiles', join(dir, 'profiles'), '--state-dir', stateDir],
    ],
    {
      columns: 160,
      rows: 40,
      cwd: dir,
      env: { ...env, HOME: dir, XDG_CONFIG_HOME: dir, XDG_CACHE_HOME: dir },
    },
  );

/** Opens the built cockpit of a machine in a pseudo-terminal. */
export const openTeamCockpit = (machine: Sandbox, login?: TeamLogin): PtyTerminal =>
  openTeamProgram(machine, [], login);
