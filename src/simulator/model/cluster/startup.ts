import type { Millis } from '../../../domain/fault.ts';
import type { LogFormat } from '../logs/format.ts';
import { linesOfEntry } from '../logs/format.ts';
import { kindOfImage } from '../logs/server-lines.ts';
import { startedLines, startingLines } from '../logs/service-entries.ts';
import { isWritingTime, writeServer, writeService } from '../logs/write-logs.ts';
import type { ServerKind } from '../spec.ts';
import type { Ground } from './ground.ts';
import { memoryOf, quantity } from './memory.ts';
import type { Container } from './objects.ts';
import { mainOf } from './objects.ts';
import type { PodLife } from './pod-life.ts';
import type { DeployedSpec, StartFault } from './spec.ts';

const nearLimit = 0.75;
const leakEveryMs = 5000;
const mib = 1024 * 1024;

/** A container whose memory nears its limit says so: whoever is killed at it says nothing more. */
const writeLeak = (ground: Ground, life: PodLife): void => {
  const { env, now, shelves } = ground;
  if (life.leak === undefined || now % leakEveryMs >= 1000) return;
  const pod = shelves.pods.get(life.namespace, life.name);
  const limit = pod && quantity(mainOf(pod).resources?.limits?.memory);
  const used = memoryOf(env, life) ?? 0;
  if (limit === undefined || used < nearLimit * limit) return;
  const fields = { used_mib: Math.round(used / mib), limit_mib: Math.round(limit / mib) };
  const message = 'heap near its limit, out of memory soon';
  const entry = { at: now, level: 'WARN', logger: 'runtime.Memory', message, fields } as const;
  for (const line of linesOfEntry(formatOf(ground, life), life.role.service ?? '', entry))
    life.log.write(now, line);
};

/** Has a pod that serves write down what the last second brought. */
const writeLog = (ground: Ground, life: PodLife): void => {
  const { env } = ground;
  if (life.instance !== undefined) writeService(life.log, env, life.instance, formatOf(ground, life));
  writeLeak(ground, life);
  const server = serverOf(ground, life);
  if (server !== undefined) writeServer(life.log, env, server, life.role.dependency ?? life.name);
};

/** Once a second everything that runs writes of what it does. */
export const writeLogs = (ground: Ground): void => {
  if (!isWritingTime(ground.now)) return;
  for (const life of ground.lives.values()) if (life.step === 'running') writeLog(ground, life);
};

/** How the service of a pod writes its log. */
export const formatOf = ({ env, spec }: Ground, { role: { service = '' } }: PodLife): LogFormat =>
  env.deployments.get(service)?.service.log ?? (spec.services[service]?.runtime === 'go' ? 'slog' : 'spring');

/** What server runs in a pod that is none of a service; undefined: none that writes. */
export const serverOf = ({ shelves }: Ground, { role, namespace, name }: PodLife): ServerKind | undefined =>
  role.service === undefined
    ? kindOfImage(shelves.pods.get(namespace, name)?.spec.containers[0]?.image ?? '')
    : undefined;

/** What keeps this container from starting; undefined: it starts. */
export const startFault = (
  spec: DeployedSpec | undefined,
  container: Container,
): { readonly fault: StartFault; readonly value: string } | undefined => {
  for (const fault of spec?.startFaults ?? []) {
    const value = container.env?.find(({ name }) => name === fault.env)?.value ?? '';
    if (!fault.good.test(value)) return { fault, value };
  }
  return undefined;
};

/** What is written when it does: entries in the format of the service, and plain lines. */
export const faultLines = (
  ground: Ground,
  life: PodLife,
  { fault, value }: NonNullable<ReturnType<typeof startFault>>,
): readonly string[] => {
  const format = formatOf(ground, life);
  const name = life.role.service ?? '';
  return fault
    .says(value)
    .flatMap((said) =>
      typeof said === 'string' ? [said] : linesOfEntry(format, name, { ...said, at: ground.now }),
    );
};

const startedOf = (ground: Ground, life: PodLife, { image, env }: Container) => ({
  name: life.role.service ?? '',
  version: image.split(':')[1] ?? 'latest',
  format: formatOf(ground, life),
  options: env?.find(({ name }) => name === 'JAVA_TOOL_OPTIONS')?.value,
});

/** What a container writes first. */
export const firstLines = (
  ground: Ground,
  life: PodLife,
  container: Container,
  at: Millis,
): readonly string[] =>
  life.role.service === undefined ? [] : startingLines(startedOf(ground, life, container), at);

/** What it writes when it can answer. */
export const readyLines = (
  ground: Ground,
  life: PodLife,
  container: Container,
  at: Millis,
): readonly string[] => {
  const errand = ground.spec.cronJobs?.find(({ image }) => image === container.image);
  if (errand !== undefined) return errand.lines;
  if (life.role.service === undefined) return [`${container.name} is ready to accept connections`];
  return startedLines(startedOf(ground, life, container), at);
};
