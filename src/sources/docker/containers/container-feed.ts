import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import type { Sample } from '../../../domain/facts/facts.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { staleAfter } from '../../kit/contract/connection.ts';
import type { Feed, SignalRequest } from '../../kit/contract/source.ts';
import { mapConcurrently } from '../../kit/values/concurrency.ts';
import { field, list, number } from '../../kit/values/wire-value.ts';
import { dockerReads } from '../daemon/config.ts';
import { createEventWatch } from '../daemon/container-events.ts';
import type { Daemon } from '../daemon/daemon.ts';
import type { Container } from './container.ts';
import type { ContainerResourceUsage } from './container-rows.ts';
import { containerSignalValue, workloadRows } from './container-rows.ts';
import { containerListPath, inspectContainers, maxConcurrentRequests } from './lookup.ts';

/** One sample of a container's metrics. */
interface ContainerStats {
  /** CPU time in ns, all cores. */
  readonly cpu?: number;
  /** CPU time of the whole machine in ns, all cores. */
  readonly system?: number;
  readonly cores: number;
  readonly memoryBytes?: number;
}

/**
 * Memory without reclaimable page cache, as the docker CLI computes it: without `total_inactive_file` on cgroup v1,
 * `inactive_file` on v2. Source: docker/cli, calculateMemUsageUnixNoCache.
 */
const memoryOf = (memory: unknown): number | undefined => {
  const usage = number(field(memory, 'usage'));
  if (usage === undefined) return undefined;
  const stats = field(memory, 'stats');
  const reclaimable = number(field(stats, 'total_inactive_file')) ?? number(field(stats, 'inactive_file'));
  return reclaimable === undefined || reclaimable >= usage ? usage : usage - reclaimable;
};

/** Parses `GET /containers/{id}/stats`; a stopped container has no metrics. */
export const parseContainerStats = (answer: unknown): ContainerStats => {
  const cpu = field(answer, 'cpu_stats');
  const usage = field(cpu, 'cpu_usage');
  const total = number(field(usage, 'total_usage'));
  const system = number(field(cpu, 'system_cpu_usage'));
  const memoryBytes = memoryOf(field(answer, 'memory_stats'));
  return {
    cores: number(field(cpu, 'online_cpus')) ?? list(field(usage, 'percpu_usage')).length,
    ...defined({ cpu: total }),
    ...(system === undefined || system === 0 ? {} : { system }),
    ...defined({ memoryBytes }),
  };
};

/**
 * Cores in use between two samples: the container's share of the machine's CPU time, times the number of cores.
 * Undefined when the samples are not comparable.
 */
export const coresBetween = (
  before: ContainerStats | undefined,
  after: ContainerStats,
): number | undefined => {
  if (before?.cpu === undefined || before.system === undefined) return undefined;
  if (after.cpu === undefined || after.system === undefined) return undefined;
  const used = after.cpu - before.cpu;
  const passed = after.system - before.system;
  // A counter that decreased means that the container was restarted.
  if (used < 0 || passed <= 0 || after.cores === 0) return undefined;
  return (used / passed) * after.cores;
};

/** Usage of the running containers. */
interface ContainerUsage {
  readonly usageById: ReadonlyMap<string, ContainerResourceUsage>;
  /** At most one, for all containers whose metrics could not be read. */
  readonly faults: readonly Fault[];
}

const statsPath = (id: string): string => `/containers/${id}/stats?stream=false&one-shot=true`;

const usageBetween = (before: ContainerStats | undefined, now: ContainerStats): ContainerResourceUsage => {
  const cpuCores = coresBetween(before, now);
  const { memoryBytes } = now;
  return {
    ...defined({ cpuCores, memoryBytes }),
  };
};

/** Creates a function that reads usage; CPU is the average since the previous read. */
const createUsageMeter = (
  daemon: Daemon,
): ((containers: readonly Container[], signal: AbortSignal) => Promise<ContainerUsage>) => {
  let before: ReadonlyMap<string, ContainerStats> = new Map();
  return async (containers, signal) => {
    const meters = new Map<string, ContainerStats>();
    const faults: Fault[] = [];
    const running = containers.filter(({ state }) => state === 'running');
    await mapConcurrently(running, maxConcurrentRequests, async ({ id }) => {
      if (signal.aborted && faults.length > 0) return;
      try {
        meters.set(id, parseContainerStats(await daemon.getJson(statsPath(id), signal)));
      } catch (error) {
        const fault = daemon.fault(statsPath(id), error);
        if (fault.kind === 'cancelled') throw error;
        // A container that was just removed has no metrics: 404, or 200 and nothing if it went while they were read.
        const isGone = fault.kind === 'missing' || fault.message.endsWith('got an empty body');
        if (!isGone && faults.length === 0) faults.push(fault);
      }
    });
    const used = new Map([...meters].map(([id, now]) => [id, usageBetween(before.get(id), now)]));
    before = meters;
    return { usageById: used, faults };
  };
};

/** Counts the requests of a poll: the list, one inspect per container, and the metrics of each running one. */
interface RequestCounter {
  count(containers: readonly Container[]): void;
  requests(): number;
}

export const createRequestCounter = (measures: boolean): RequestCounter => {
  let requests = 1;
  return {
    count: (containers) => {
      const running = containers.filter(({ state }) => state === 'running').length;
      requests = 1 + containers.length + (measures ? running : 0);
    },
    requests: () => requests,
  };
};

const noUsage: ContainerUsage = { usageById: new Map(), faults: [] };

/** Containers and services as rows, and the signals computed from them. CPU needs two polls. */
export const containerFeed = (
  daemon: Daemon,
  signals: readonly SignalRequest[],
  effort: RequestCounter,
): Feed => {
  const { source, config } = daemon;
  const measure = createUsageMeter(daemon);
  const events = createEventWatch(daemon);

  const read = async (signal: AbortSignal): Promise<Reading<Workload>> => {
    const [{ containers, faults }] = await Promise.all([
      inspectContainers(daemon, signal),
      daemon.clock.refresh(signal),
    ]);
    effort.count(containers);
    const measured = config.stats ? await measure(containers, signal) : noUsage;
    const stamp = { source, daemon: daemon.name, at: daemon.now(), ahead: daemon.clock.offsetMs() };
    const samples = signals.map(({ id, read: rawRead }): Sample => {
      const value = containerSignalValue(dockerReads.parse(rawRead), containers, measured.usageById);
      return { source, at: stamp.at, signal: id, labels: {}, ...value };
    });
    return {
      items: workloadRows(containers, measured.usageById, config.jobs, stamp),
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
    read: async (signal): Promise<Reading<Workload>> => {
      try {
        const reading = await read(signal);
        events.onSuccess();
        return reading;
      } catch (error) {
        events.onFailure();
        return { items: [], faults: [daemon.fault(containerListPath(daemon), error)] };
      }
    },
    watch: events.watch,
  };
};
