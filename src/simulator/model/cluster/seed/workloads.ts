import { canonical } from '../canonical.ts';
import type { Ground } from '../ground.ts';
import type { KubeObject } from '../objects.ts';
import type { Shelf } from '../shelf.ts';
import { type SeedPlace, seedMeta } from './metadata.ts';
import { plainTemplate, serviceTemplate } from './pod-template.ts';

/** A namespace as it is called in an environment. */
export const namespaceIn = (env: string, pattern: string): string => pattern.replaceAll('{env}', env);

/** A Deployment per service that runs here. */
export const seedDeployments = ({ spec, env, shelves }: Ground, place: SeedPlace): void => {
  const namespace = namespaceIn(env.spec.name, spec.namespace);
  for (const model of env.deployments.values()) {
    const { name } = model.service;
    const deployed = spec.services[name];
    if (deployed === undefined) continue;
    putBack(shelves.deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: seedMeta(place, 'deployments', name, namespace, { app: name }),
      spec: {
        replicas: model.replicas,
        selector: { matchLabels: { app: name } },
        template: serviceTemplate(spec, deployed, model.service, model.release.version),
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 60,
      },
      status: { observedGeneration: 0, conditions: [] },
    });
  }
};

/** Writes an object as it was at first: what is known of it otherwise stays, and another spec is another generation. */
const putBack = <T extends KubeObject & { readonly spec: unknown }>(shelf: Shelf<T>, first: T): void => {
  const known = shelf.get(first.metadata.namespace, first.metadata.name);
  if (known === undefined) shelf.put(first);
  else if (canonical(known.spec) !== canonical(first.spec)) {
    const generation = (known.metadata.generation ?? 1) + 1;
    shelf.put({ ...known, spec: first.spec, metadata: { ...known.metadata, generation } });
  }
};

/** StatefulSets and DaemonSets. */
export const seedSets = ({ spec, env, shelves }: Ground, place: SeedPlace): void => {
  for (const set of spec.statefulSets ?? []) {
    const namespace = namespaceIn(env.spec.name, set.namespace ?? spec.namespace);
    putBack(shelves.statefulsets, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: seedMeta(place, 'statefulsets', set.name, namespace, { app: set.name }),
      spec: {
        replicas: set.replicas,
        selector: { matchLabels: { app: set.name } },
        serviceName: set.name,
        template: plainTemplate(set.name, set),
      },
      status: {
        observedGeneration: 0,
        replicas: 0,
        availableReplicas: 0,
        currentRevision: '',
        updateRevision: '',
        collisionCount: 0,
      },
    });
  }
  for (const [name, { namespace, image }] of Object.entries(spec.daemonSets ?? {}))
    putBack(shelves.daemonsets, {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: seedMeta(place, 'daemonsets', name, namespace, { app: name }),
      spec: { selector: { matchLabels: { app: name } }, template: plainTemplate(name, { image }) },
      status: {
        observedGeneration: 0,
        currentNumberScheduled: 0,
        desiredNumberScheduled: 0,
        numberMisscheduled: 0,
        numberReady: 0,
      },
    });
};
