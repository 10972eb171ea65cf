import type { SystemFingerprint } from '../../../domain/facts/fingerprint.ts';
import { mergeFingerprints, readPart } from '../../kit/contract/fingerprint.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import { apiResources, listPath, objectPath } from './api-resources.ts';
import { type KubeParts, resolveNamespaces } from './parts.ts';

const systemPath = objectPath(apiResources.namespace, '*', 'kube-system');

/**
 * Reads which cluster answers, by the uid of namespace kube-system, and its resource version, which only grows: a cluster that was
 * restored from a backup goes back. Source: Kubernetes docs, API concepts, Resource versions. Throws WireError.
 */
export const kubernetesFingerprint = async (
  parts: KubeParts,
  signal: AbortSignal,
): Promise<SystemFingerprint> => {
  const { client } = parts;
  const [namespace = 'default'] = await resolveNamespaces(parts, signal);
  const found = await Promise.all([
    readPart('cluster', async () => {
      const uid = text(field(field(await client.get(systemPath, signal), 'metadata'), 'uid'));
      return { parts: uid === undefined ? {} : { cluster: `kube-system ${uid}` } };
    }),
    readPart('resourceVersion', async () => {
      const page = await client.get(`${listPath(apiResources.pod, namespace)}?limit=1`, signal);
      const version = Number(text(field(field(page, 'metadata'), 'resourceVersion')));
      return Number.isSafeInteger(version) && version > 0
        ? { parts: {}, counters: { resourceVersion: version } }
        : { parts: {} };
    }),
  ]);
  return mergeFingerprints(found);
};
