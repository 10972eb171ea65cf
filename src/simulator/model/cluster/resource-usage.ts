import type { Millis } from '../../../domain/base/fault.ts';
import { cpuOf, type EnvironmentInstant, heapUsedOf } from '../instances/instance-gauges.ts';
import type { ContainerSpec } from '../spec/cluster-objects.ts';
import { fnv1a, type RandomSource } from '../spec/seeded-random.ts';
import type { PodRuntime } from './state/pod-runtime.ts';

const units: Readonly<Record<string, number>> = {
  m: 0.001,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};

/** A Kubernetes quantity ('500m', '2Gi') as a number; undefined if it is invalid. */
export const parseMemoryQuantity = (text: string | undefined): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/.exec(text ?? '');
  return match === null ? undefined : Number(match[1]) * (units[match[2] ?? ''] ?? 1);
};

/** Bytes in the format of metrics-server. */
export const formatKibibytes = (bytes: number): string => `${Math.round(bytes / 1024)}Ki`;

const mib = 1024 ** 2;

/** Maximum heap from the JVM options in a container's environment; undefined if not set. */
export const maxHeapBytesOf = (container: ContainerSpec): number | undefined => {
  const options = container.env?.find(({ name }) => name === 'JAVA_TOOL_OPTIONS')?.value ?? '';
  const fixed = /-Xmx(\d+)([kmg])/i.exec(options);
  if (fixed !== null) {
    const unit = { k: 1024, m: mib, g: 1024 * mib }[(fixed[2] ?? '').toLowerCase()] ?? 1;
    return Number(fixed[1]) * unit;
  }
  const percent = /-XX:MaxRAMPercentage=(\d+(?:\.\d+)?)/.exec(options);
  const limit = parseMemoryQuantity(container.resources?.limits?.memory);
  return percent === null || limit === undefined ? undefined : Math.round((limit * Number(percent[1])) / 100);
};

/** Bytes leaked in a pod's container at a time. */
export const leakedBytesAt = ({ leak, leaked }: PodRuntime, now: Millis): number =>
  leak === undefined ? 0 : leaked.bytes + (leak.perSecond * Math.max(0, now - leaked.at)) / 1000;

/** Working set without the leak. A JVM does not return heap that it once used. */
const baseBytes = (env: EnvironmentInstant, life: PodRuntime): number => {
  const { instance } = life;
  if (instance === undefined) return (40 + (fnv1a(life.uid) % 30)) * mib;
  const max = instance.heapMaxBytes;
  return Math.max(0.6 * max, heapUsedOf(env, instance)) + (0.14 + (fnv1a(life.uid) % 25) / 1000) * max;
};

/** Working set of the pod's container in bytes, as measured by cAdvisor; undefined if none runs. */
export const workingSetOf = (env: EnvironmentInstant, life: PodRuntime): number | undefined =>
  life.step === 'starting' || life.step === 'running'
    ? Math.round(baseBytes(env, life) + leakedBytesAt(life, env.now))
    : undefined;

/** Cores in use. */
export const cpuCoresOf = (env: EnvironmentInstant, life: PodRuntime): number | undefined => {
  if (workingSetOf(env, life) === undefined) return undefined;
  if (life.step === 'starting') return 0.9;
  return life.instance === undefined ? 0.01 : cpuOf(env, life.instance);
};

/** Adds a leak to a pod's container that fills it within `fillMs` of its start; part of it has already leaked. */
export const startLeak = (
  env: EnvironmentInstant,
  life: PodRuntime,
  limit: number,
  fillMs: Millis,
  chance: RandomSource,
): void => {
  const room = Math.max(mib, limit - baseBytes(env, life));
  life.leak = { perSecond: (room * 700) / fillMs, atStart: room * 0.3 };
  life.leaked = { bytes: room * (0.55 + 0.15 * chance()), at: env.now };
};
