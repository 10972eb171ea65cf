import type { Sample } from '../../../domain/facts.ts';
import type { Fault } from '../../../domain/fault.ts';
import type { Batch } from '../../../domain/reading.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { staleAfter } from '../../connection.ts';
import { inTurns } from '../../in-turns.ts';
import type { Feed, WantedSignal } from '../../source.ts';
import { field, list, number } from '../../wire-value.ts';
import { dockerReads } from '../config.ts';
import type { Daemon } from '../daemon.ts';
import { createEventWatch } from '../events/events.ts';
import { atOnce, listPath, lookAtContainers } from './look.ts';
import type { Container } from './parse.ts';
import type { Used } from './rows.ts';
import { sampleOf, workloadRows } from './rows.ts';

/** One reading of a container's meters. */
interface Meters {
  /** Ns of CPU time, all cores. */
  readonly cpu?: number;
  /** Ns of CPU time of the whole machine, all cores. */
  readonly system?: number;
  readonly cores: number;
  readonly memoryBytes?: number;
}

/**
 * Memory without the page cache that the kernel gives back when asked, as docker's own client counts it: on cgroup v1
 * `total_inactive_file`, on v2 `inactive_file`. Source: docker/cli, calculateMemUsageUnixNoCache.
 */
const memoryOf = (memory: unknown): number | undefined => {
  const usage = number(field(memory, 'usage'));
  if (usage === undefined) return undefined;
  const stats = field(memory, 'stats');
  const reclaimable = number(field(stats, 'total_inactive_file')) ?? number(field(stats, 'inactive_file'));
  return reclaimable === undefined || reclaimable >= usage ? usage : usage - reclaimable;
};

/** Of `GET /containers/{id}/stats`; a container that does not run has no meters. */
export const parseMeters = (answer: unknown): Meters => {
  const cpu = field(answer, 'cpu_stats');
  const usage = field(cpu, 'cpu_usage');
  const total = number(field(usage, 'total_usage'));
  const system = number(field(cpu, 'system_cpu_usage'));
  const memoryBytes = memoryOf(field(answer, 'memory_stats'));
  return {
    cores: number(field(cpu, 'online_cpus')) ?? list(field(usage, 'percpu_usage')).length,
    ...(total === undefined ? {} : { cpu: total }),
    ...(system === undefined || system === 0 ? {} : { system }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  };
};

/** Cores in use between two readings: its part of the machine's CPU time, times the cores. Undefined when they tell nothing. */
export const coresBetween = (before: Meters | undefined, after: Meters): number | undefined => {
  if (before?.cpu === undefined || before.system === undefined) return undefined;
  if (after.cpu === undefined || after.system === undefined) return undefined;
  const [used, passed] = [after.cpu - before.cpu, after.system - before.system];
  // A counter that went back is another life of the container.
  if (used < 0 || passed <= 0 || after.cores === 0) return undefined;
  return (used / passed) * after.cores;
};

/** What the running containers use. */
interface Measured {
  readonly used: ReadonlyMap<string, Used>;
  /** At most one, for all whose meters could not be read. */
  readonly faults: readonly Fault[];
}

const statsPath = (id: string): string => `/containers/${id}/stats?stream=false&one-shot=true`;

const usedBetween = (before: Meters | undefined, now: Meters): Used => {
  const cpuCores = coresBetween(before, now);
  const { memoryBytes } = now;
  return {
    ...(cpuCores === undefined ? {} : { cpuCores }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  };
};

/** Reads meters; CPU is what was used since the reading before. */
const createMeasuring = (
  daemon: Daemon,
): ((containers: readonly Container[], signal: AbortSignal) => Promise<Measured>) => {
  let before: ReadonlyMap<string, Meters> = new Map();
  return async (containers, signal) => {
    const meters = new Map<string, Meters>();
    const faults: Fault[] = [];
    const running = containers.filter(({ state }) => state === 'running');
    await inTurns(running, atOnce, async ({ id }) => {
      try {
        meters.set(id, parseMeters(await daemon.json(statsPath(id), signal)));
      } catch (error) {
        const fault = daemon.fault(statsPath(id), error);
        if (fault.kind === 'cancelled') throw error;
        // One that was removed just now has no meters.
        if (fault.kind !== 'missing' && faults.length === 0) faults.push(fault);
      }
    });
    const used = new Map([...meters].map(([id, now]) => [id, usedBetween(before.get(id), now)]));
    before = meters;
    return { used, faults };
  };
};

/** How many requests a reading makes: the list, a page for each container, the meters of each that runs. */
export interface Effort {
  count(containers: readonly Container[]): void;
  requests(): number;
}

export const createEffort = (measures: boolean): Effort => {
  let requests = 1;
  return {
    count: (containers) => {
      const running = containers.filter(({ state }) => state === 'running').length;
      requests = 1 + containers.length + (measures ? running : 0);
    },
    requests: () => requests,
  };
};

const unmeasured: Measured = { used: new Map(), faults: [] };

/** The containers and services as rows, and the signals that are read of them. CPU needs two readings. */
export const containerFeed = (daemon: Daemon, signals: readonly WantedSignal[], effort: Effort): Feed => {
  const { source, config } = daemon;
  const measure = createMeasuring(daemon);
  const events = createEventWatch(daemon);

  const read = async (signal: AbortSignal): Promise<Batch<Workload>> => {
    const [{ containers, faults }] = await Promise.all([
      lookAtContainers(daemon, signal),
      daemon.time.refresh(signal),
    ]);
    effort.count(containers);
    const measured = config.stats ? await measure(containers, signal) : unmeasured;
    const stamp = { source, daemon: daemon.name, at: daemon.now(), ahead: daemon.time.ahead() };
    const samples = signals.map(({ id, read: wanted }): Sample => {
      const value = sampleOf(dockerReads.parse(wanted), containers, measured.used);
      return { source, at: stamp.at, signal: id, labels: {}, ...value };
    });
    return {
      items: workloadRows(containers, measured.used, config.jobs, stamp),
      samples,
      faults: [...faults, ...measured.faults],
    };
  };

  return {
    id: `${source}/containers`,
    source,
    name: 'containers',
    kind: 'workloads',
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    needsTwo: config.stats,
    get requests() {
      return effort.requests();
    },
    signals: signals.map(({ id }) => id),
    read: async (signal): Promise<Batch<Workload>> => {
      try {
        const batch = await read(signal);
        events.answered();
        return batch;
      } catch (error) {
        events.failed();
        return { items: [], faults: [daemon.fault(listPath(daemon), error)] };
      }
    },
    watch: events.watch,
  };
};
