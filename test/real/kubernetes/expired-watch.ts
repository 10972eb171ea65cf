import { until } from '../machine/until.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './paths.ts';

const definitions = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
const group = 'opsdeck.dev';
const plural = 'latecomers';
const name = `${plural}.${group}`;
const path = `/apis/${group}/v1/${plural}`;

/**
 * Path of a watch that the API server rejects with 410. How far back a watch of pods may start depends on its cache; for a
 * newly created kind, every older version has expired.
 */
export const expiredWatch = `${path}?watch=1&resourceVersion=2&timeoutSeconds=4`;

/** Creates the kind of `expiredWatch`. */
export const createExpiringKind = async (cluster: Cluster): Promise<AsyncDisposable> => {
  const names = { plural, singular: 'latecomer', kind: 'Latecomer', listKind: 'LatecomerList' };
  const schema = { openAPIV3Schema: { type: 'object' } };
  const versions = [{ name: 'v1', served: true, storage: true, schema }];
  const spec = { group, scope: 'Cluster', names, versions };
  await cluster.apply({ ...definitions, metadata: { name }, spec });
  await until('the new kind is served', async () => (await cluster.api.call(path)).status === 200);
  return {
    [Symbol.asyncDispose]: async () => {
      await cluster.remove({ ...definitions, name });
      const where = pathOf({ ...definitions, name });
      await until('the kind is deleted', async () => (await cluster.api.call(where)).status === 404);
    },
  };
};
