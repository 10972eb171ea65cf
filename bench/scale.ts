import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { openPtyTerminal } from '../scripts/shot/pty-terminal.ts';
import { cpuMs } from './support/cpu.ts';
import type { Figure } from './support/figure.ts';
import { launcher, openPlace, type Place } from './support/place.ts';
import type { RequestReport } from './support/request-counter.ts';
import {
  type LargeSystem,
  type ProfileOptions,
  type ScaleSource,
  type SystemReport,
  startLargeSystem,
} from './support/scale.ts';

const size = { pods: 20_000, services: 200, groups: 5000, environments: 10 } as const;
const settleMs = 10_000;
const watchedMs = 45_000;
const readyWithinMs = 60_000;

const everySource: readonly ScaleSource[] = ['kubernetes', 'kafka', 'http'];
const defaults = { kubernetes: '', kafka: '', http: '' };
/** The settings that docs/scale.md recommends. */
const recommended = {
  kubernetes: ', every: 15s, timeout: 15s, facts: [pods, deployments, warnings]',
  kafka: `, every: 30s, timeout: 15s, groups: [${Array.from({ length: 50 }, (_, index) => `group-${index}`).join(', ')}]`,
  http: ', every: 30s, timeout: 2s',
};

interface Run extends ProfileOptions {
  readonly name: string;
  readonly program: 'cockpit' | 'serve';
  /** Pods of the open environment that change per second. */
  readonly changes?: number;
}

const one = { sources: everySource, environments: 1 } as const;
const runs: readonly Run[] = [
  { name: 'cockpit', program: 'cockpit', ...one, settings: defaults },
  { name: 'cockpit, recommended', program: 'cockpit', ...one, settings: recommended },
  { name: 'cockpit, 20 pod changes/s', program: 'cockpit', ...one, settings: defaults, changes: 20 },
  { name: 'cockpit, 10 environments', program: 'cockpit', ...one, environments: 10, settings: defaults },
  {
    name: 'cockpit, 10 environments, recommended',
    program: 'cockpit',
    ...one,
    environments: 10,
    settings: recommended,
  },
  { name: 'serve', program: 'serve', ...one, settings: defaults },
  ...everySource.map(
    (source): Run => ({
      name: `serve, ${source} only`,
      program: 'serve',
      environments: 1,
      sources: [source],
      settings: defaults,
    }),
  ),
];

const sleep = (wait: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, wait));

/** Resident memory of a process in MiB: now, and at most. Needs /proc. */
const residentMiB = async (pid: number): Promise<{ readonly now: number; readonly peak: number }> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const of = (field: string): number => Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
};

/** A running program. */
interface Started extends AsyncDisposable {
  readonly pid: number;
  /** Time to its first complete reading; undefined if there was none in time. */
  readonly readyMs: number | undefined;
}

/** True when every service, pod and deployment of an environment is on the screen. */
const isComplete = (screen: readonly string[]): boolean =>
  screen.some((line) => /Health .* 20[01] services/.test(line)) &&
  screen.some((line) => new RegExp(`Pods .* ${size.pods + size.services} OK`).test(line));

const startCockpit = async (place: Place, profiles: string): Promise<Started> => {
  const began = performance.now();
  const argv = [process.execPath, launcher, '--env', 'bench/e0', '--profiles', profiles];
  const pty = openPtyTerminal(argv, { columns: 120, rows: 36, env: place.env });
  const readyMs = await pty.until(isComplete, 'every service and pod', readyWithinMs).then(
    () => performance.now() - began,
    () => undefined,
  );
  return { pid: pty.pid, readyMs, [Symbol.asyncDispose]: () => pty[Symbol.asyncDispose]() };
};

/** True when every kind of fact has been read completely. */
const servesAll = async (url: string): Promise<boolean> => {
  const text = await (await fetch(url)).text();
  const complete = text.split('\n').filter((line) => line.startsWith('opsdeck_kind_complete{'));
  return complete.length > 0 && complete.every((line) => line.endsWith(' 1'));
};

const startServe = async (place: Place, profiles: string): Promise<Started> => {
  const began = performance.now();
  const argv = [launcher, 'serve', '--metrics', '--listen', '127.0.0.1:0', '--env', 'bench/e0'];
  const child = spawn(process.execPath, [...argv, '--profiles', profiles], {
    env: { PATH: process.env.PATH, ...place.env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const line = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve);
  });
  const [url = ''] = /http:\S+/.exec(line) ?? [];
  const tookMs = (): number => performance.now() - began;
  let isReady = await servesAll(url);
  for (; !isReady && tookMs() < readyWithinMs; isReady = await servesAll(url)) await sleep(250);
  return {
    pid: child.pid ?? 0,
    readyMs: isReady ? tookMs() : undefined,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
    },
  };
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;

const requestText = ({ kinds, peakPerSecond }: RequestReport, seconds: number): string => {
  const each = Object.entries(kinds);
  const bytes = each.reduce((sum, [, count]) => sum + count.bytes, 0);
  const all = each.reduce((sum, [, count]) => sum + count.requests, 0);
  const words = each.map(([kind, { requests }]) => `${kind} ${requests}`);
  return `${(all / seconds).toFixed(2)}/s, ${megabytes(bytes / seconds)}/s, at most ${peakPerSecond} in a second (${words.join(', ')})`;
};

const perMinute = (report: SystemReport, seconds: number): string =>
  everySource
    .filter((source) => Object.keys(report[source].kinds).length > 0)
    .map((source) => `${source}: ${requestText(report[source], seconds)}`)
    .join('; ');

const measure = async (run: Run, place: Place, system: LargeSystem, index: number): Promise<Figure> => {
  const profiles = await system.writeProfiles(`profiles-${index}`, run);
  await system.report();
  await using started = await (run.program === 'cockpit' ? startCockpit : startServe)(place, profiles);
  system.change(run.changes ?? 0);
  await sleep(settleMs);
  const opening = await system.report();
  const before = await cpuMs(started.pid);
  const began = performance.now();
  await sleep(watchedMs);
  const cpu = (await cpuMs(started.pid)) - before;
  const tookMs = performance.now() - began;
  const report = await system.report();
  system.change(0);
  const memory = await residentMiB(started.pid);
  const cpuSeconds = ((cpu / tookMs) * 60).toFixed(1);
  const ready =
    started.readyMs === undefined
      ? `not complete within ${readyWithinMs / 1000} s`
      : `complete after ${(started.readyMs / 1000).toFixed(1)} s`;
  return {
    name: run.name,
    value: `CPU ${cpuSeconds} s/min, RSS ${Math.round(memory.now)} MiB (peak ${Math.round(memory.peak)}), ${ready}`,
    from: `${perMinute(report, tookMs / 1000)} | at the start: ${perMinute(opening, settleMs / 1000)}`,
  };
};

/**
 * Requests, CPU time and memory at a system of 10 environments with 20,000 pods, 200 services and 5,000 consumer groups each, with
 * default settings and with those of docs/scale.md. Needs /proc.
 */
export const scale = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  await using system = await startLargeSystem(size, place.dir);
  const figures: Figure[] = [];
  for (const [index, run] of runs.entries()) {
    const figure = await measure(run, place, system, index);
    console.error(`  ${figure.name}: ${figure.value}\n    ${figure.from}`);
    figures.push(figure);
  }
  return figures;
};
