import { podUrl } from '../../sources/kit/contract/api-server.ts';
import { field, list, stringMapOf, text } from '../../sources/kit/values/wire-value.ts';

/** A workload whose pods announce an actuator: only the answer of one of them shows it. */
export interface ActuatorCandidate {
  readonly service: string;
  /** 'deployment/orders', as `via:` takes it. */
  readonly target: string;
  readonly port: number;
  /** The scheme and path of the actuator: `http:` and `/actuator`. */
  readonly scheme: string;
  readonly path: string;
  /** The actuator at one live pod. */
  readonly url: string;
  readonly namespace: string;
}

/** More workloads than a first profile should poll. */
export const mostWorkloads = 20;

/** An address that a pod announces: where its metrics are scraped, or its health is probed. */
interface Announced {
  readonly scheme: string;
  readonly port: number;
  readonly path: string;
}

const portNumber = (value: unknown): number | undefined => {
  const number = typeof value === 'number' ? value : Number(text(value) || Number.NaN);
  return Number.isInteger(number) && number > 0 && number < 65_536 ? number : undefined;
};

/** The port of a container that a probe names, as a number. */
const namedPort = (container: unknown, port: unknown): number | undefined => {
  const named = list(field(container, 'ports')).find((entry) => field(entry, 'name') === port);
  return named === undefined ? portNumber(port) : portNumber(field(named, 'containerPort'));
};

/** The HTTP checks of a pod's containers. */
const probesOf = (spec: unknown): readonly Announced[] =>
  list(field(spec, 'containers')).flatMap((container) =>
    ['readinessProbe', 'livenessProbe', 'startupProbe'].flatMap((kind) => {
      const get = field(field(container, kind), 'httpGet');
      const port = namedPort(container, field(get, 'port'));
      const path = text(field(get, 'path'));
      if (port === undefined || path === undefined) return [];
      return [{ scheme: text(field(get, 'scheme')) === 'HTTPS' ? 'https' : 'http', port, path }];
    }),
  );

/** The scrape target of the annotations `prometheus.io/scrape`, `port`, `path` and `scheme`. */
const scrapeOf = (annotations: Readonly<Record<string, string>>, spec: unknown): readonly Announced[] => {
  if (annotations['prometheus.io/scrape'] !== 'true') return [];
  const [first] = list(field(spec, 'containers')).flatMap((container) => list(field(container, 'ports')));
  const port = portNumber(annotations['prometheus.io/port'] ?? field(first, 'containerPort'));
  const path = annotations['prometheus.io/path'] ?? '/metrics';
  const scheme = annotations['prometheus.io/scheme'] === 'https' ? 'https' : 'http';
  return port === undefined ? [] : [{ scheme, port, path }];
};

/** The path of the actuator that an announced path is below: `/shop/actuator` of `/shop/actuator/health/liveness`. */
const actuatorPath = (path: string): string | undefined =>
  /^((?:\/(?!\.)[\w.~-]+)*\/actuator)\/(?:prometheus|health)(?:\/|$)/.exec(path)?.[1];

/** The controller of a pod as a target of `via:`, and its name; undefined for a pod of a Job. */
const workloadOf = (metadata: unknown): { readonly service: string; readonly target: string } | undefined => {
  const owner = list(field(metadata, 'ownerReferences')).find((entry) => field(entry, 'controller') === true);
  const name = text(field(owner ?? metadata, 'name')) ?? '';
  const hash = stringMapOf(field(metadata, 'labels'))['pod-template-hash'];
  switch (owner === undefined ? 'Pod' : field(owner, 'kind')) {
    case 'ReplicaSet': {
      if (hash === undefined || !name.endsWith(`-${hash}`)) return undefined;
      const service = name.slice(0, -hash.length - 1);
      return { service, target: `deployment/${service}` };
    }
    case 'StatefulSet':
      return { service: name, target: `statefulset/${name}` };
    case 'DaemonSet':
      return { service: name, target: `daemonset/${name}` };
    case 'Pod':
      return { service: name, target: `pod/${name}` };
    default:
      return undefined;
  }
};

const isReady = (pod: unknown): boolean =>
  text(field(field(pod, 'metadata'), 'deletionTimestamp')) === undefined &&
  list(field(field(pod, 'status'), 'conditions')).some(
    (condition) => field(condition, 'type') === 'Ready' && field(condition, 'status') === 'True',
  );

/** The workloads of a list of pods that announce an actuator, one candidate each, by name. */
export const actuatorCandidatesIn = (pods: readonly unknown[]): readonly ActuatorCandidate[] => {
  const byTarget = new Map<string, ActuatorCandidate>();
  for (const pod of pods.filter(isReady)) {
    const metadata = field(pod, 'metadata');
    const spec = field(pod, 'spec');
    const workload = workloadOf(metadata);
    const name = text(field(metadata, 'name')) ?? '';
    const namespace = text(field(metadata, 'namespace')) ?? '';
    const announced = [...scrapeOf(stringMapOf(field(metadata, 'annotations')), spec), ...probesOf(spec)];
    const found = announced.find(({ path }) => actuatorPath(path) !== undefined);
    const path = found && actuatorPath(found.path);
    if (workload === undefined || found === undefined || path === undefined) continue;
    if (byTarget.has(workload.target)) continue;
    const { scheme, port } = found;
    const url = `${podUrl({ scheme, name, namespace, port: String(port) })}${path}`;
    byTarget.set(workload.target, { ...workload, port, scheme, path, url, namespace });
  }
  return [...byTarget.values()].sort((pod, other) => (pod.target < other.target ? -1 : 1));
};
