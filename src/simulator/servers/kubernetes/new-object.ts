import type { Cluster } from '../../model/cluster/cluster.ts';
import { firstGeneration, stamp, uidOf } from '../../model/cluster/names.ts';
import type { KubeObject } from '../../model/cluster/objects.ts';
import { isObject, type Json } from './patch/json.ts';
import { strategicPatch } from './patch/strategic.ts';
import { apiVersionOf } from './resources.ts';
import type { Route } from './route.ts';
import { badRequest } from './status.ts';
import { validated } from './validate.ts';

const stateful = {
  observedGeneration: 0,
  replicas: 0,
  availableReplicas: 0,
  currentRevision: '',
  updateRevision: '',
  collisionCount: 0,
};
const daemon = {
  observedGeneration: 0,
  currentNumberScheduled: 0,
  desiredNumberScheduled: 0,
  numberMisscheduled: 0,
  numberReady: 0,
};

/** What the server fills in when something is created. */
const defaults: Readonly<Record<string, Json>> = {
  deployments: {
    spec: {
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: { observedGeneration: 0, conditions: [] },
  },
  statefulsets: { spec: { replicas: 1 }, status: stateful },
  daemonsets: { status: daemon },
  jobs: { spec: { backoffLimit: 6, parallelism: 1, completions: 1 }, status: {} },
};

/** The metadata of an object that is made now. */
const metadataOf = (cluster: Cluster, { of, namespace }: Route, name: string) => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
  uid: uidOf(`${of.plural}/${namespace ?? ''}/${name}/${cluster.ledger.version}`),
  resourceVersion: '',
  creationTimestamp: stamp(cluster.now),
  ...firstGeneration(of.plural),
});

/** An object that somebody wants to be, with what the server gives it. Throws a `422` for one that makes no sense. */
export const newObject = (cluster: Cluster, route: Route, wanted: Json): KubeObject => {
  const { of } = route;
  const metadata = isObject(wanted) ? wanted.metadata : undefined;
  const named = isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
  const name = route.name ?? named;
  if (name === '') throw badRequest('name or generateName is required');
  const given = { apiVersion: apiVersionOf(of), kind: of.kind, metadata: metadataOf(cluster, route, name) };
  const whole = strategicPatch(strategicPatch(defaults[of.plural] ?? {}, wanted), given);
  return validated(of, name, whole);
};
