import type { Millis } from '../../../domain/base/fault.ts';
import { serverKindOfImage } from '../logs/server-lines.ts';
import { startedLines, startingLines } from '../logs/service-entries.ts';
import { isLogTick, writeServerLog, writeServiceLog } from '../logs/write-logs.ts';
import type { DeployedSpec, StartFault } from '../spec/cluster.ts';
import type { ContainerSpec } from '../spec/cluster-objects.ts';
import { mainContainerOf } from '../spec/cluster-objects.ts';
import type { LogFormat } from '../spec/log-entry.ts';
import { formatLogEntry } from '../spec/log-entry.ts';
import type { ServerKind } from '../spec/system-spec.ts';
import { parseMemoryQuantity, workingSetOf } from './resource-usage.ts';
import type { ClusterContext } from './state/cluster-context.ts';
import type { PodRuntime } from './state/pod-runtime.ts';

const nearLimit = 0.75;
const leakEveryMs = 5000;
const mib = 1024 * 1024;

/** Logs that a container's memory is near its limit, because a killed process cannot log. */
const writeLeak = (ground: ClusterContext, life: PodRuntime): void => {
  const { env, now, shelves } = ground;
  if (life.leak === undefined || now % leakEveryMs >= 1000) return;
  const pod = shelves.pods.get(life.namespace, life.name);
  const limit = pod && parseMemoryQuantity(mainContainerOf(pod).resources?.limits?.memory);
  const used = workingSetOf(env, life) ?? 0;
  if (limit === undefined || used < nearLimit * limit) return;
  const fields = { used_mib: Math.round(used / mib), limit_mib: Math.round(limit / mib) };
  const message = 'heap near its limit, out of memory soon';
  const entry = { at: now, level: 'WARN', logger: 'runtime.Memory', message, fields } as const;
  for (const line of formatLogEntry(podLogFormat(ground, life), life.role.service ?? '', entry))
    life.log.write(now, line);
};

/** Writes the last second of a serving pod to its log. */
const writeLog = (ground: ClusterContext, life: PodRuntime): void => {
  const { env } = ground;
  if (life.instance !== undefined) writeServiceLog(life.log, env, life.instance, podLogFormat(ground, life));
  writeLeak(ground, life);
  const server = podServerKind(ground, life);
  if (server !== undefined) writeServerLog(life.log, env, server, life.role.dependency ?? life.name);
};

/** Writes the last second of everything that runs, once a second. */
export const writePodLogs = (ground: ClusterContext): void => {
  if (!isLogTick(ground.now)) return;
  for (const life of ground.lives.values()) if (life.step === 'running') writeLog(ground, life);
};

/** Log format of the pod's service. */
export const podLogFormat = (
  { env, spec }: ClusterContext,
  { role: { service = '' } }: PodRuntime,
): LogFormat =>
  env.deployments.get(service)?.service.log ?? (spec.services[service]?.runtime === 'go' ? 'slog' : 'spring');

/** Kind of server in a pod that is not a service; undefined if it writes no log. */
export const podServerKind = (
  { shelves }: ClusterContext,
  { role, namespace, name }: PodRuntime,
): ServerKind | undefined =>
  role.service === undefined
    ? serverKindOfImage(shelves.pods.get(namespace, name)?.spec.containers[0]?.image ?? '')
    : undefined;

/** The problem that prevents this container from starting; undefined if it starts. */
export const matchStartFault = (
  spec: DeployedSpec | undefined,
  container: ContainerSpec,
): { readonly fault: StartFault; readonly value: string } | undefined => {
  for (const fault of spec?.startFaults ?? []) {
    const value = container.env?.find(({ name }) => name === fault.env)?.value ?? '';
    if (!fault.good.test(value)) return { fault, value };
  }
  return undefined;
};

/** Its log then: entries in the format of the service, and plain lines. */
export const startFaultLines = (
  ground: ClusterContext,
  life: PodRuntime,
  { fault, value }: NonNullable<ReturnType<typeof matchStartFault>>,
): readonly string[] => {
  const format = podLogFormat(ground, life);
  const name = life.role.service ?? '';
  return fault
    .says(value)
    .flatMap((entry) =>
      typeof entry === 'string' ? [entry] : formatLogEntry(format, name, { ...entry, at: ground.now }),
    );
};

const startedOf = (ground: ClusterContext, life: PodRuntime, { image, env }: ContainerSpec) => ({
  name: life.role.service ?? '',
  version: image.split(':')[1] ?? 'latest',
  format: podLogFormat(ground, life),
  options: env?.find(({ name }) => name === 'JAVA_TOOL_OPTIONS')?.value,
});

/** First log lines of a container. */
export const containerStartLines = (
  ground: ClusterContext,
  life: PodRuntime,
  container: ContainerSpec,
  time: Millis,
): readonly string[] =>
  life.role.service === undefined ? [] : startingLines(startedOf(ground, life, container), time);

/** Log lines when it becomes ready. */
export const containerReadyLines = (
  ground: ClusterContext,
  life: PodRuntime,
  container: ContainerSpec,
  time: Millis,
): readonly string[] => {
  const errand = ground.spec.cronJobs?.find(({ image }) => image === container.image);
  if (errand !== undefined) return errand.lines;
  if (life.role.service === undefined) return [`${container.name} is ready to accept connections`];
  return startedLines(startedOf(ground, life, container), time);
};
