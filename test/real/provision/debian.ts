import { access, writeFile } from 'node:fs/promises';
import { command, find } from '../machine/command.ts';
import type { Availability, Machine, RealServer } from '../servers/server.ts';

/** Policy script that Debian's maintainer scripts run before they start a service; 101: forbidden. Source: Debian Policy, invoke-rc.d. */
const policyFile = '/usr/sbin/policy-rc.d';
const policy = '#!/bin/sh\nexit 101\n';

let problem: string | undefined;

/** The reason why a server without its package is unavailable. */
export const packageMissing = async (name: string, provision: boolean): Promise<Availability> => {
  const manager = await find('apt-get');
  if (!provision)
    return { is: 'missing', why: `${name} is not installed; --provision installs it`, excused: true };
  if (manager === undefined)
    return { is: 'missing', why: `${name} is not installed, and neither is apt-get`, excused: true };
  return {
    is: 'missing',
    why: problem ?? `apt-get installed ${name}, but its program is missing`,
    excused: false,
  };
};

/** Installs all missing packages of these servers at once. Stores a failure, which the servers report. */
export const installPackages = async (servers: readonly RealServer[], machine: Machine): Promise<void> => {
  const wantedSet = new Set<string>();
  for (const { program, name } of servers.flatMap((server) => server.packages))
    if ((await find(program)) === undefined) wantedSet.add(name);
  if (wantedSet.size === 0 || (await find('apt-get')) === undefined) return;
  machine.say(`installing ${[...wantedSet].join(', ')}`);
  problem = (await forbidServices()) ?? (await install([...wantedSet], machine));
};

/** Prevents installed services from starting. Returns the problem if it cannot. */
const forbidServices = async (): Promise<string | undefined> => {
  try {
    await access(policyFile).catch(() => writeFile(policyFile, policy, { mode: 0o755, flag: 'wx' }));
    return undefined;
  } catch (error) {
    return `apt-get was not run: cannot write ${policyFile} (${error instanceof Error ? error.message : ''})`;
  }
};

const install = async (names: readonly string[], { signal }: Machine): Promise<string | undefined> => {
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, signal };
  const updated = await command('apt-get', ['update', '-q'], options);
  if (updated.status !== 0) return failure('apt-get update', updated.output);
  const args = ['install', '-y', '-q', '--no-install-recommends', ...names];
  const installed = await command('apt-get', args, options);
  return installed.status === 0 ? undefined : failure(`apt-get install ${names.join(' ')}`, installed.output);
};

const failure = (what: string, output: string): string =>
  `${what} failed: ${output.trimEnd().split('\n').at(-1) ?? ''}`;
