import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../machine/command.ts';
import { installPackages } from '../provision/debian.ts';
import type { Machine, RealServer, Running } from '../servers/server.ts';
import { independentGroups, inLanes } from './lanes.ts';
import type { Options } from './options.ts';
import { recorders } from './recorders.ts';
import type { Fate, Report } from './report.ts';
import { runSuites, suitesIn } from './suites.ts';

/** State of a server during a run. */
interface Entry {
  readonly server: RealServer;
  readonly isRequested: boolean;
  version: string;
  fate: Fate | undefined;
  running?: Running;
}

/** Reason for the end of this run. */
const endReason = ({ reason }: AbortSignal): string =>
  reason instanceof Error && reason.name === 'TimeoutError' ? 'timed out' : 'interrupted';

/** Provisions, starts, tests and stops the requested servers and their dependencies. All are stopped in any case. */
export const runReal = async (
  servers: readonly RealServer[],
  { tier, provision, installOnly, record, chaos, only, cache }: Options,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<readonly Report[]> => {
  const inTier = servers.filter((server) => tier === 'all' || server.tier === 'fast');
  const candidates = record ? inTier.filter(({ name }) => Object.hasOwn(recorders, name)) : inTier;
  const requested = candidates.filter(({ name }) => only.length === 0 || only.includes(name));
  const wantedRealServers = inTier.filter(
    (realServer) =>
      requested.includes(realServer) || requested.some(({ uses }) => uses.includes(realServer.name)),
  );
  const machine: Machine = { provision, cache, signal, say };
  const entries = wantedRealServers.map(
    (server): Entry => ({ server, isRequested: requested.includes(server), version: '', fate: undefined }),
  );
  const reportsOfEntries = (): readonly Report[] =>
    entries.map(({ server, version, fate }) => ({
      ...named(server),
      version,
      fate: fate ?? { is: 'not-run', why: `${endReason(signal)} before its turn` },
    }));
  const root = await mkdtemp(join(tmpdir(), 'opsdeck-real-'));
  try {
    if (provision) await installPackages(wantedRealServers, machine);
    if (installOnly) {
      for (const entry of entries) if (await isAvailable(entry, machine)) entry.fate = { is: 'installed' };
      return reportsOfEntries();
    }
    await buildProgram(machine.signal);
    for (const entry of entries) await startServer(entry, entries, root, machine);
    const tested = entries.filter(({ isRequested }) => isRequested);
    // Most suites wait for a server: three at a time keep two processors about half busy. Recordings are made alone.
    const width = record || tested.length === 1 ? 1 : 3;
    const groups = independentGroups(entries, ({ server }) => server);
    await inLanes(groups, width, (entry) =>
      testServer(entry, entries, { tier, record, chaos, isLive: width === 1 }, machine),
    );
  } finally {
    await Promise.all(entries.map(({ running }) => running?.end()));
    // A program that was stopped may still be writing.
    await rm(root, { recursive: true, force: true, maxRetries: 10 });
  }
  const others = only.length > 0 || record ? [] : servers.filter((server) => !inTier.includes(server));
  return [
    ...reportsOfEntries(),
    ...others.map((server) => ({ ...named(server), version: '', fate: { is: 'other-tier' } as const })),
  ];
};

/** Builds the program that the suites start, once: suites run at the same time, and a build replaces what the other one runs. */
const buildProgram = async (signal: AbortSignal): Promise<void> => {
  const { status, output } = await command(process.execPath, ['scripts/build.ts'], { signal });
  if (status !== 0 && !signal.aborted) throw new Error(`the build exited with ${status}\n${output}`);
};

const named = ({ name, tier }: RealServer): Pick<Report, 'name' | 'tier'> => ({ name, tier });

/** Provisions a server. Returns false if it is unavailable, which it reports, or after the end of this run. */
const isAvailable = async (entry: Entry, machine: Machine): Promise<boolean> => {
  if (machine.signal.aborted) return false;
  const availability = await entry.server.have(machine);
  if (machine.signal.aborted) return false;
  if (availability.is === 'missing') {
    entry.fate = {
      is: 'skipped',
      why: availability.why,
      failure: machine.provision && !availability.excused,
    };
    return false;
  }
  entry.version = availability.version;
  return true;
};

const startServer = async (
  entry: Entry,
  entries: readonly Entry[],
  root: string,
  machine: Machine,
): Promise<void> => {
  const { server } = entry;
  if (!(await isAvailable(entry, machine))) return;
  const others = entries.flatMap(({ running, server: { name } }) =>
    running !== undefined && server.uses.includes(name) ? [running.address] : [],
  );
  const dir = join(root, server.name);
  await mkdir(dir);
  try {
    entry.running = await server.start({ dir, version: entry.version, machine, others });
    machine.say(`${server.name} ${entry.version} was ready after ${entry.running.readyMs} ms`);
  } catch (error) {
    if (machine.signal.aborted) return;
    const [why = '', ...output] = (error instanceof Error ? error.message : String(error)).split('\n');
    entry.fate = { is: 'broken', why, output };
    machine.say([`${server.name}: ${why}`, ...output].join('\n'));
  }
};

const testServer = async (
  entry: Entry,
  entries: readonly Entry[],
  { tier, record, chaos, isLive }: Pick<Options, 'tier' | 'record' | 'chaos'> & { readonly isLive: boolean },
  machine: Machine,
): Promise<void> => {
  const { running } = entry;
  if (running === undefined) return;
  const { readyMs, address } = running;
  const names = record ? [recorders[address.name] ?? ''] : suitesIn(tier, address.kind, chaos);
  if (!entry.isRequested || names.length === 0) {
    entry.fate = { is: 'used', readyMs };
    return;
  }
  if (machine.signal.aborted) return;
  const output: Buffer[] = [];
  const print = (chunk: Buffer): void => void process.stdout.write(chunk);
  const heading = `\n${address.name}: its suites`;
  if (isLive) machine.say(heading);
  const servers = entries.flatMap((currentEntry) =>
    currentEntry.running === undefined ? [] : [currentEntry.running.address],
  );
  const show = isLive ? print : (chunk: Buffer): void => void output.push(chunk);
  const suites = await runSuites(names, { under: address, servers, chaos }, show, machine.signal);
  if (!isLive) {
    machine.say(heading);
    print(Buffer.concat(output));
  }
  entry.fate =
    suites === undefined
      ? { is: 'not-run', why: `${endReason(machine.signal)} before its suites ended` }
      : { is: 'tested', readyMs, suites };
};
