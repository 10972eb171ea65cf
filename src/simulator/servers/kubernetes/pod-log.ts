import type { ServerResponse } from 'node:http';
import type { Millis } from '../../../domain/base/fault.ts';
import type { PodRuntime } from '../../model/cluster/state/pod-runtime.ts';
import type { ContainerLog, ContainerLogLine } from '../../model/logs/container-log.ts';
import type { Pod } from '../../model/spec/cluster-objects.ts';
import type { ApiContext, KubeAnswer } from './api-context.ts';
import { badRequest, objectNotFound } from './patch/api-error.ts';
import type { ResourceRoute } from './patch/resources.ts';
import { watchPollMs } from './watch.ts';

const isOn = (query: URLSearchParams, name: string): boolean => ['1', 'true'].includes(query.get(name) ?? '');

/** The requested container: the named one, which may be an ephemeral one, or the only one. */
export const resolveContainer = (pod: Pod, containerName: string): string => {
  const names = pod.spec.containers.map(({ name }) => name);
  const { name } = pod.metadata;
  if (containerName === '' && names.length > 1)
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`,
    );
  const ephemeral = (pod.spec.ephemeralContainers ?? []).map((container) => container.name);
  if (containerName !== '' && ![...names, ...ephemeral].includes(containerName))
    throw badRequest(`container ${containerName} is not valid for pod ${name}`);
  return containerName === '' ? (names[0] ?? '') : containerName;
};

const logIn = (pod: Pod, life: PodRuntime, container: string, previous: boolean): ContainerLog => {
  if (previous) {
    if (life.previousLog !== undefined) return life.previousLog;
    // During the back-off, the run that has just ended is the previous one.
    if (life.lastExit !== undefined && life.startedAt !== undefined && life.step !== 'running')
      return life.log;
    throw badRequest(`previous terminated container "${container}" in pod "${pod.metadata.name}" not found`);
  }
  if (life.startedAt === undefined) {
    const why =
      life.step === 'no-image'
        ? 'trying and failing to pull image'
        : (life.waiting?.reason ?? 'ContainerCreating');
    throw badRequest(`container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${why}`);
  }
  return life.log;
};

/** RFC 3339 with nine decimals, the kubelet's format. */
const nanoStamp = (ms: Millis): string =>
  `${new Date(Math.floor(ms)).toISOString().slice(0, -1)}${String(Math.round((ms % 1) * 1e6)).padStart(6, '0')}Z`;

/** Start of the requested lines, on the caller's clock. */
const sinceOf = (query: URLSearchParams, now: Millis): Millis => {
  const seconds = Number(query.get('sinceSeconds'));
  if (seconds > 0) return now - seconds * 1000;
  const time = Date.parse(query.get('sinceTime') ?? '');
  // The API server forwards it to the kubelet without the fraction.
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : Math.floor(time / 1000) * 1000;
};

/** A pod log from the kubelet: `container`, `previous`, `tailLines`, `sinceTime`, `sinceSeconds`, `timestamps`, `follow`. */
export const answerPodLog = (
  seat: ApiContext,
  { of, namespace = '', name = '' }: ResourceRoute,
  query: URLSearchParams,
  response: ServerResponse,
): KubeAnswer => {
  const cluster = seat.cluster();
  const { clock, model } = seat.view;
  const pod = cluster.shelves.pods.get(namespace, name);
  const life = cluster.life(namespace, name);
  if (pod === undefined || life === undefined) throw objectNotFound(of, name);
  const container = resolveContainer(pod, query.get('container') ?? '');
  const isMain = container === pod.spec.containers[0]?.name;
  const log = logIn(pod, life, container, isOn(query, 'previous'));
  const text = ({ at, text: line }: ContainerLogLine): string => {
    return `${isOn(query, 'timestamps') ? `${nanoStamp(model.toClock(at))} ` : ''}${line}\n`;
  };
  const since = sinceOf(query, clock.now());
  const tail = query.get('tailLines');
  const shown = isMain
    ? log.read({ since: model.toModel(since), ...(tail === null ? {} : { last: Number(tail) }) })
    : [];
  if (!isOn(query, 'follow')) return { status: 200, body: shown.map(text).join('') };

  response.writeHead(200, { 'Content-Type': 'text/plain' });
  response.flushHeaders();
  for (const line of shown) response.write(text(line));
  const deaf = isMain ? log.follow((line) => response.write(text(line))) : () => {};
  const still = clock.every(watchPollMs, () => {
    seat.cluster();
    // A log ends with its container run.
    const runs = life.step === 'running' || life.step === 'starting';
    if (life.log !== log || !runs) response.end();
  });
  response.once('close', () => {
    deaf();
    still();
  });
  return 'streamed';
};
