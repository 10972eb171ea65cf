import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { EnvironmentContext, Part } from '../instances/environment-part.ts';
import { ContainerLog } from '../logs/container-log.ts';
import { backfillStart, serverBackfill, serviceBackfill } from '../logs/write-logs.ts';
import type { ClusterIncidentSpec, ClusterSpec } from '../spec/cluster.ts';
import type { EventObject, KubeObject, Pod } from '../spec/cluster-objects.ts';
import { mainContainerOf } from '../spec/cluster-objects.ts';
import { type RandomSource, seededRandom } from '../spec/seeded-random.ts';
import { applyClusterIncident, isClusterDegraded } from './cluster-incident.ts';
import { type RolloutProgressByUid, runControllers } from './controllers.ts';
import { DeploymentSync } from './deployment-sync.ts';
import { syncPod } from './kubelet.ts';
import {
  containerReadyLines,
  containerStartLines,
  podLogFormat,
  podServerKind,
  writePodLogs,
} from './pod-logs.ts';
import { writePodStatus } from './pod-status.ts';
import { bindInstances } from './pod-termination.ts';
import { seedCluster, seedWorkloads } from './seed/seed-cluster.ts';
import type { ClusterContext, EventDetails } from './state/cluster-context.ts';
import { rfc3339Seconds, stableUuid } from './state/names.ts';
import type { ObjectStore } from './state/object-store.ts';
import { createObjectStores, type ObjectStores, RevisionLog } from './state/object-store.ts';
import { type PodRole, PodRuntime } from './state/pod-runtime.ts';

const most = 1000;

/** Records events like client-go's recorder: the same message about the same object increments its count. */
class EventRecorder {
  readonly #shelf: ObjectStore<EventObject>;
  /** The name of each event by its key, and the key by the name. */
  readonly #names = new Map<string, string>();
  readonly #keys = new Map<string, string>();
  #count = 0;

  constructor(shelf: ObjectStore<EventObject>) {
    this.#shelf = shelf;
  }

  record(of: KubeObject, details: EventDetails, now: Millis): void {
    const namespace = of.metadata.namespace ?? 'default';
    const key = `${of.metadata.uid}/${details.reason}/${details.message}`;
    const known = this.#shelf.get(namespace, this.#names.get(key) ?? '');
    if (known !== undefined) {
      this.#shelf.put({ ...known, count: known.count + 1, lastTimestamp: rfc3339Seconds(now) });
      return;
    }
    this.#count += 1;
    const uid = stableUuid(`event/${key}/${this.#count}`);
    const name = `${of.metadata.name}.${uid.replaceAll('-', '').slice(0, 16)}`;
    this.#names.set(key, name);
    this.#keys.set(name, key);
    this.#shelf.put({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace, uid, resourceVersion: '', creationTimestamp: rfc3339Seconds(now) },
      involvedObject: {
        apiVersion: of.apiVersion,
        kind: of.kind,
        name: of.metadata.name,
        ...defined({ namespace: of.metadata.namespace }),
        uid: of.metadata.uid,
        ...defined({ fieldPath: details.fieldPath }),
      },
      reason: details.reason,
      message: details.message,
      type: details.type,
      count: 1,
      firstTimestamp: rfc3339Seconds(now),
      lastTimestamp: rfc3339Seconds(now),
      source: { component: details.by },
    });
    this.#forget();
  }

  #forget(): void {
    const all = [...this.#shelf.all()];
    if (all.length <= most) return;
    const oldest = all.sort((a, b) => (a.lastTimestamp < b.lastTimestamp ? -1 : 1))[0];
    if (oldest === undefined) return;
    const { namespace, name } = oldest.metadata;
    this.#shelf.remove(namespace, name);
    this.#names.delete(this.#keys.get(name) ?? '');
    this.#keys.delete(name);
  }
}

/** Adds the preceding hours to the log of a pod that is older than the simulator. */
const recall = (ground: ClusterContext, life: PodRuntime): void => {
  const { startedAt: to } = ground;
  const span = { from: backfillStart((life.startedAt ?? to) + 2000, to), to };
  const server = podServerKind(ground, life);
  if (life.instance !== undefined)
    life.log.remember(serviceBackfill(life.instance, podLogFormat(ground, life), span));
  else if (server !== undefined)
    life.log.remember(serverBackfill(server, life.role.dependency ?? life.name, span));
};

const weekMs = 7 * 86_400_000;

/** Time before the start at which everything was rolled out: one week. */
const ageSets = ({ shelves, startedAt }: ClusterContext): void => {
  const lastUpdateTime = rfc3339Seconds(startedAt - weekMs);
  for (const deployment of shelves.deployments.list()) {
    const conditions = deployment.status.conditions.map((condition) => ({
      ...condition,
      lastUpdateTime: lastUpdateTime,
      lastTransitionTime: lastUpdateTime,
    }));
    shelves.deployments.put({ ...deployment, status: { ...deployment.status, conditions } });
  }
  for (const set of shelves.replicasets.list())
    shelves.replicasets.put({
      ...set,
      metadata: { ...set.metadata, creationTimestamp: lastUpdateTime },
    });
};

/** Gives the pods of a new cluster the age of the process that they represent. */
const ageAll = (ground: ClusterContext): void => {
  ageSets(ground);
  for (const pod of ground.shelves.pods.list()) {
    const life = ground.lives.get(pod.metadata.uid);
    if (life === undefined) continue;
    const oldMs = 3_600_000 * (1 + (Number.parseInt(stableUuid(pod.metadata.name).slice(0, 2), 16) % 90));
    const time = life.instance?.startedAt ?? ground.startedAt - oldMs;
    life.scheduledAt = time - 900;
    life.startedAt = time;
    life.turnedAt = time + 1500;
    const container = mainContainerOf(pod);
    life.log = new ContainerLog();
    for (const line of containerStartLines(ground, life, container, time)) life.log.write(time, line);
    for (const line of containerReadyLines(ground, life, container, time + 1500))
      life.log.write(time + 1500, line);
    recall(ground, life);
    writePodStatus(
      ground,
      { ...pod, metadata: { ...pod.metadata, creationTimestamp: rfc3339Seconds(time - 1000) } },
      life,
    );
  }
};

const roleOf = ({ spec, env }: ClusterContext, { metadata }: Pod): PodRole => {
  const app = metadata.labels?.app;
  const owner = metadata.ownerReferences?.[0]?.kind;
  const set = spec.statefulSets?.find(({ name }) => name === app);
  if (owner === 'StatefulSet' && set?.dependency !== undefined) return { dependency: set.dependency };
  if (owner === 'ReplicaSet' && app !== undefined && app in spec.services && env.deployments.has(app))
    return { service: app };
  return {};
};

/** Creates runtimes for new pods and removes those of deleted pods. */
const adopt = (ground: ClusterContext & { readonly lives: Map<string, PodRuntime> }): void => {
  const existing = new Set<string>();
  for (const pod of ground.shelves.pods.all()) {
    const { uid } = pod.metadata;
    existing.add(uid);
    if (!ground.lives.has(uid)) ground.lives.set(uid, new PodRuntime(pod, roleOf(ground, pod), ground.now));
  }
  for (const uid of ground.lives.keys()) if (!existing.has(uid)) ground.lives.delete(uid);
};

const settlingRounds = 12;

/**
 * The Kubernetes objects of an environment with their controllers and kubelets. A ready pod represents one instance of the
 * environment; without it the instance does not run.
 */
export class Cluster implements Part<ClusterIncidentSpec>, ClusterContext {
  readonly spec: ClusterSpec;
  readonly env: EnvironmentContext;
  readonly ledger = new RevisionLog();
  readonly shelves: ObjectStores = createObjectStores(this.ledger);
  readonly chance: RandomSource;
  readonly lives = new Map<string, PodRuntime>();
  readonly startedAt: Millis;
  now: Millis;
  isInstant = false;
  isInitialSetup = true;
  readonly #events = new EventRecorder(this.shelves.events);
  readonly #deployed: readonly DeploymentSync[];
  readonly #progresses: RolloutProgressByUid = new Map();
  readonly #seed: string;
  #controlled = 0;

  constructor(spec: ClusterSpec, env: EnvironmentContext) {
    this.spec = spec;
    this.env = env;
    this.startedAt = env.now;
    this.now = env.now;
    this.#seed = `${spec.name}/${env.spec.name}${env.identity}`;
    this.chance = seededRandom(`${this.#seed}/cluster`);
    seedCluster(this, this.#seed);
    this.#deployed = this.shelves.deployments
      .list()
      .map(({ metadata: { name, namespace }, spec: { replicas, template } }) => {
        const version = template.spec.containers[0]?.image.split(':').at(-1) ?? '';
        return new DeploymentSync(name, namespace ?? '', replicas, version);
      });
    this.#settle();
    ageAll(this);
    this.isInitialSetup = false;
  }

  /** Returns true when the instances of this service run in pods. */
  runs(service: string): boolean {
    return this.#deployed.some((deployed) => deployed.service === service);
  }

  /** The runtime of an existing pod by name. */
  life(namespace: string, name: string): PodRuntime | undefined {
    const pod = this.shelves.pods.get(namespace, name);
    return pod && this.lives.get(pod.metadata.uid);
  }

  recordEvent(of: KubeObject, details: EventDetails): void {
    if (!this.isInstant) this.#events.record(of, details, this.now);
  }

  tick(now: Millis): void {
    this.now = now;
    this.#step();
    writePodLogs(this);
  }

  /** Applies a new number of instances immediately instead of at the next step. */
  rescale(): void {
    this.now = this.env.now;
    for (const { service, releaseOf } of this.#deployed) bindInstances(this, service, releaseOf);
  }

  inject(trouble: ClusterIncidentSpec): void {
    this.now = this.env.now;
    applyClusterIncident(this, trouble);
  }

  get isBroken(): boolean {
    return isClusterDegraded(this);
  }

  heal(): void {
    this.now = this.env.now;
    for (const life of this.lives.values()) {
      life.leak = undefined;
      if (life.step !== 'running') life.due = this.now;
    }
    seedWorkloads(this, this.#seed);
    this.#settle();
  }

  #step(): void {
    for (const deployed of this.#deployed) deployed.sync(this);
    const isDue = this.#progresses.size > 0 && this.now % 1000 < 100;
    // Controllers react to each other's writes, so they repeat until nothing changes.
    const { version } = this.ledger;
    if (version !== this.#controlled || isDue) runControllers(this, this.#progresses);
    this.#controlled = version;
    adopt(this);
    for (const pod of [...this.shelves.pods.all()]) {
      const life = this.lives.get(pod.metadata.uid);
      if (life !== undefined) syncPod(this, pod, life);
    }
    for (const { service, releaseOf } of this.#deployed) bindInstances(this, service, releaseOf);
  }

  /** Completes all pending transitions instantly. */
  #settle(): void {
    this.isInstant = true;
    for (let round = 0; round < settlingRounds; round += 1) {
      const before = this.#snapshot();
      this.#step();
      if (this.#snapshot() === before) break;
    }
    this.isInstant = false;
  }

  /** A fingerprint of everything that a step may change. */
  #snapshot(): string {
    return `${this.ledger.version}/${[...this.lives.values()].map(({ step, due }) => `${step}${due}`).join()}`;
  }
}
