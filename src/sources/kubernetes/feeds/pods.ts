import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { RoundCache } from '../../../domain/base/round-cache.ts';
import { sumIfAllKnown } from '../../../domain/base/sums.ts';
import type { AnyFact } from '../../../domain/facts/facts.ts';
import type { Reading } from '../../../domain/facts/reading.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import type { Feed } from '../../kit/contract/source.ts';
import { apiResources } from '../api/api-resources.ts';
import { type KubeParts, resolveNamespaces } from '../api/parts.ts';
import type { PodUsage, PodUsageLookup } from '../api/pod-usage-cache.ts';
import type { ContainerSummary, PodSummary } from '../pod/container-summary.ts';
import { parsePod } from '../pod/parse-pod.ts';
import { usualStartMs } from '../pod/start-grace.ts';
import { podSignals } from './pod-signals.ts';
import { kubeFeed, labelSelectorQuery, type ResourceWatcher, watchResource } from './resource-feed.ts';

/** A restart within this time counts as recent. */
const recentRestartMs: Millis = 600_000;

/** Data about a pod that comes from outside the pod object. */
interface PodObservation {
  readonly usage: PodUsage | undefined;
  readonly isRising: boolean;
  readonly starting: Workload['starting'];
  /** Time since it should have been gone: '267d'. Undefined: it is not being deleted, or in time. */
  readonly overdue: string | undefined;
  readonly leaving: Workload['leaving'];
}

interface RenderedPod extends PodObservation {
  readonly rows: readonly Workload[];
}

/** Renders pods as rows, and returns the same row objects while nothing in them has changed. */
type PodRowRenderer = (
  pods: Iterable<PodSummary>,
  usageOf: PodUsageLookup,
  now: Millis,
) => readonly Workload[];

export const createPodRowRenderer = (source: string): PodRowRenderer => {
  const rendered = new RoundCache<PodSummary, RenderedPod>();
  return (pods, usageOf, now) => {
    const all: Workload[] = [];
    const successors = newestByOwner(pods);
    for (const pod of pods) {
      const usage = usageOf(pod);
      const isRising = hasRestarted(pod, now);
      let renderedPod = rendered.get(pod);
      const starting = startupState(pod, now);
      const overdue = overdueText(pod, now);
      const leaving = leavingState(pod, successors, overdue);
      if (
        renderedPod === undefined ||
        renderedPod.usage !== usage ||
        renderedPod.isRising !== isRising ||
        renderedPod.starting !== starting ||
        renderedPod.overdue !== overdue ||
        renderedPod.leaving !== leaving
      ) {
        const seen = { usage, isRising, starting, overdue, leaving };
        renderedPod = { ...seen, rows: renderPodRows(pod, seen, { source, at: now }) };
        rendered.set(pod, renderedPod);
      }
      all.push(...renderedPod.rows);
    }
    rendered.endRound();
    return all;
  };
};

/** A pod with containers being created is OK for one minute and slow for five; after that it is not ready. */
const slowAfterMs: Millis = usualStartMs;
const failedAfterMs: Millis = 300_000;
const startingStatus = /^(?:Pending|ContainerCreating|PodInitializing|Init:\d+\/\d+)$/;

const startupState = (pod: PodSummary, now: Millis): Workload['starting'] => {
  const since = pod.startedAt ?? pod.createdAt;
  // A gate is set on purpose, and its controller removes it, however long that takes.
  if (pod.status === 'SchedulingGated')
    return since !== undefined && now - since < slowAfterMs ? 'in time' : 'slow';
  // A pod with a known problem gets no grace period. A readiness gate is none while the pod is young.
  const hasProblem = pod.detail !== undefined && pod.rowFields.isUnready !== true;
  if (since === undefined || hasProblem || pod.restarts > 0) return undefined;
  if (pod.status === 'Running' && pod.isStarting === true) {
    const began = Math.max(
      since,
      ...pod.containers.map(({ isInit, startedAt = 0 }) => (isInit ? 0 : startedAt)),
    );
    return now - began < (pod.startGraceMs ?? usualStartMs) ? 'in time' : undefined;
  }
  if (!startingStatus.test(pod.status)) return undefined;
  const age = now - since;
  return age >= failedAfterMs ? undefined : age >= slowAfterMs ? 'slow' : 'in time';
};

/** After this time a pod that is being deleted is stuck: on a finalizer, or on a node that does not answer. */
const overdueAfterMs: Millis = 60_000;

const overdueText = ({ goneBy }: PodSummary, now: Millis): string | undefined =>
  goneBy === undefined || now - goneBy < overdueAfterMs ? undefined : formatAge(now - goneBy);

/** The start of the newest pod of each owner that has not failed. */
type Successors = ReadonlyMap<string, Millis>;

const ownerKey = ({ namespace, owner }: PodSummary): string => `${namespace} ${owner}`;

const newestByOwner = (pods: Iterable<PodSummary>): Successors => {
  const newest = new Map<string, Millis>();
  for (const pod of pods) {
    if (pod.owner === '' || (pod.hasEnded === true && pod.hasSucceeded !== true)) continue;
    const began = pod.startedAt ?? pod.createdAt ?? 0;
    const key = ownerKey(pod);
    if (began > (newest.get(key) ?? 0)) newest.set(key, began);
  }
  return newest;
};

/** A failed pod stays in the list after its controller has started another one: an evicted pod, an earlier try of a job. */
const leavingState = (
  pod: PodSummary,
  successors: Successors,
  overdue: string | undefined,
): Workload['leaving'] => {
  if (pod.hasEnded === true && pod.hasSucceeded !== true && pod.owner !== '') {
    const began = pod.startedAt ?? pod.createdAt ?? 0;
    return (successors.get(ownerKey(pod)) ?? 0) > began ? 'replaced' : undefined;
  }
  return pod.goneBy !== undefined && overdue === undefined && pod.hasEnded !== true
    ? 'terminating'
    : undefined;
};

const hasRestarted = ({ restarts, containers }: PodSummary, now: Millis): boolean =>
  restarts > 0 && containers.some((container) => container.restarts > 0 && isRecent(container, now));

const isRecent = ({ endedAt, startedAt, isInit }: ContainerSummary, now: Millis): boolean =>
  !isInit && Math.max(endedAt ?? 0, endedAt === undefined ? 0 : (startedAt ?? 0)) > now - recentRestartMs;

type PodRowStamp = Pick<Workload, 'source' | 'at'>;

const renderPodRows = (pod: PodSummary, seen: PodObservation, stamp: PodRowStamp): readonly Workload[] => {
  const { usage, isRising, starting, overdue, leaving } = seen;
  const limits = podLimits(pod.containers);
  const row: Workload = {
    ...stamp,
    kind: 'pod',
    ...(pod.uid === '' ? {} : { uid: pod.uid }),
    namespace: pod.namespace,
    name: pod.name,
    owner: pod.owner,
    node: pod.node,
    ...pod.rowFields,
    status: pod.status,
    ready: pod.ready,
    wanted: pod.wanted,
    restarts: pod.restarts,
    restartsRising: isRising,
    ...defined({ starting, leaving }),
    ...defined({ startedAt: pod.startedAt }),
    ...(usage === undefined ? {} : { cpuCores: usage.cpuCores, memoryBytes: usage.memoryBytes }),
    ...limits,
    ...(overdue === undefined ? {} : { overdue: true }),
    ...podDetail(pod, overdue),
  };
  const shown = pod.containers.filter((container) => !container.isInit || container.detail !== undefined);
  if (shown.length <= 1 && !hasProblem(pod)) return [row];
  return [row, ...shown.map((containerSummary) => containerRow(containerSummary, pod, seen, stamp))];
};

const podDetail = ({ detail }: PodSummary, overdue: string | undefined): Pick<Workload, 'detail'> => {
  const parts = [overdue === undefined ? undefined : `should have ended ${overdue} ago`, detail];
  const text = parts.filter((part) => part !== undefined).join('; ');
  return text === '' ? {} : { detail: text };
};

const hasProblem = ({ status, ready, wanted, detail }: PodSummary): boolean =>
  detail !== undefined || (ready < wanted && status !== 'Completed');

/** The limit of a pod is the sum of its containers' limits; it has none when one container has none. */
const podLimits = (
  containers: readonly ContainerSummary[],
): Pick<Workload, 'cpuLimitCores' | 'memoryLimitBytes'> => {
  const main = containers.filter((container) => !container.isInit);
  const cpu = sumIfAllKnown(main.map((containerSummary) => containerSummary.cpuLimit));
  const memory = sumIfAllKnown(main.map((containerSummary) => containerSummary.memoryLimit));
  return {
    ...defined({ cpuLimitCores: cpu, memoryLimitBytes: memory }),
  };
};

const containerRow = (
  containerSummary: ContainerSummary,
  pod: PodSummary,
  { usage, starting, leaving }: PodObservation,
  stamp: PodRowStamp,
): Workload => {
  const own = usage?.containers.find(({ name }) => name === containerSummary.name);
  // The kubelet kills the sidecars of a pod that has succeeded.
  const isEndedWithPod = pod.hasSucceeded === true && containerSummary.isSidecar === true;
  const isDone = isEndedWithPod || (containerSummary.isInit && containerSummary.status === 'Completed');
  return {
    ...stamp,
    kind: 'container',
    namespace: pod.namespace,
    name: containerSummary.name,
    owner: pod.name,
    node: pod.node,
    status: isEndedWithPod ? 'Completed' : containerSummary.status,
    ...(isDone ? {} : { ready: containerSummary.isReady ? 1 : 0, wanted: 1 }),
    restarts: containerSummary.restarts,
    ...(starting !== undefined && isStartingContainer(containerSummary) ? { starting } : {}),
    ...defined({ leaving, startedAt: containerSummary.startedAt }),
    ...(own === undefined ? {} : { cpuCores: own.cpuCores, memoryBytes: own.memoryBytes }),
    ...defined({
      cpuLimitCores: containerSummary.cpuLimit,
      memoryLimitBytes: containerSummary.memoryLimit,
      detail: containerSummary.detail,
    }),
  };
};

const isStartingContainer = ({ status, isInit, isReady }: ContainerSummary): boolean =>
  startingStatus.test(status) || (status === 'Running' && !isInit && !isReady);

/** Pods with their latest usage from the metrics server, and the signals computed from them. */
export const podsFeed = (
  parts: KubeParts,
): { readonly feed: Feed; readonly followed: ResourceWatcher<PodSummary> } => {
  const { client, strings, usage } = parts;
  const followed = watchResource(parts, {
    kind: apiResources.pod,
    query: labelSelectorQuery(parts),
    parse: (raw) => parsePod(raw, strings, client.toClock),
  });
  const rowsOf = createPodRowRenderer(parts.source);
  const signals = podSignals(parts);
  const read = async (signal: AbortSignal): Promise<Reading<AnyFact>> => {
    // A one-shot command reads this feed alone. Without this read it would show pods without usage, and verify against
    // values from before the action.
    const [{ objects, faults }] = await Promise.all([
      followed.read(signal),
      parts.wantsUsage && !followed.isWatched() && !usage.isFresh() ? readUsage(parts, signal) : undefined,
    ]);
    const items = rowsOf(objects, usage.lookup, client.now());
    const samples = faults.length === 0 ? signals.samples(objects, client.now()) : [];
    return { items, faults, ...(signals.ids.length === 0 ? {} : { samples }) };
  };
  // Usage arrives after the first pods, and their rows and signals need it at once.
  const watcher: ResourceWatcher<PodSummary> = {
    ...followed,
    watch: (wake) => {
      usage.onArrival(wake);
      return followed.watch(wake);
    },
  };
  return {
    feed: kubeFeed(parts, { name: 'pods', kind: 'workloads', signals: signals.ids, watcher }, read),
    followed,
  };
};

/** The feed `top` reports the failure. */
const readUsage = async (parts: KubeParts, signal: AbortSignal): Promise<void> => {
  try {
    for (const namespace of await resolveNamespaces(parts, signal)) await parts.usage.read(namespace, signal);
  } catch {
    // Rows without usage remain valid.
  }
};
