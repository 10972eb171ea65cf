import { until } from '../machine/until.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './paths.ts';

const definitions = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
const [group, plural] = ['opsdeck.dev', 'latecomers'];
const name = `${plural}.${group}`;
const path = `/apis/${group}/v1/${plural}`;

/**
 * The address of a watch that an apiserver answers with 410. How much it remembers of pods depends on what it has seen;
 * of a kind that was made just now it remembers nothing that was before.
 */
export const forgottenWatch = `${path}?watch=1&resourceVersion=2&timeoutSeconds=4`;

/** Makes that kind. */
export const makeForgotten = async (cluster: Cluster): Promise<AsyncDisposable> => {
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
      await until('it is gone', async () => (await cluster.api.call(where)).status === 404);
    },
  };
};
