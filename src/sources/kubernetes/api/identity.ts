import { X509Certificate } from 'node:crypto';
import type { Fault } from '../../../domain/base/fault.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { field, text } from '../../kit/values/wire-value.ts';
import { apiResources, objectPath } from './api-resources.ts';
import type { KubeClient } from './client.ts';
import type { KubernetesConfig } from './config.ts';

type IdentityConfig = NonNullable<KubernetesConfig['identity']>;

const systemPath = objectPath(apiResources.namespace, '*', 'kube-system');

/**
 * Returns undefined when the cluster is the one that the profile names, otherwise a `wrong-system` fault. Compares the
 * uid of namespace kube-system, which cannot be chosen, or the fingerprint of the CA.
 */
export const kubeIdentityFault = async (
  client: KubeClient,
  { uid, ca }: IdentityConfig,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  const path = uid === undefined ? '/version' : systemPath;
  try {
    const answer = await client.get(path, signal);
    const clusterUid = uid === undefined ? undefined : text(field(field(answer, 'metadata'), 'uid'));
    if (uid !== undefined && clusterUid !== uid)
      return wrongClusterFault(
        client,
        path,
        `the namespace kube-system has the UID ${clusterUid ?? 'none'}, but the profile expects ${uid}`,
      );
    if (ca === undefined) return undefined;
    const trusted = fingerprint((await client.access(signal)).tls.ca);
    return normalizeFingerprint(trusted ?? '') === normalizeFingerprint(ca)
      ? undefined
      : wrongClusterFault(
          client,
          path,
          `the cluster has the CA ${trusted ?? 'none in the kubeconfig'}, but the profile expects ${ca}`,
        );
  } catch (error) {
    if (
      error instanceof WireError &&
      (error.kind === 'malformed' || (error.kind === 'missing' && uid !== undefined))
    )
      return wrongClusterFault(client, path, error.message);
    return client.fault(path, error);
  }
};

const wrongClusterFault = (client: KubeClient, path: string, why: string): Fault =>
  client.fault(
    path,
    new WireError('wrong-system', `identity mismatch, because a different cluster answers: ${why}`),
  );

const normalizeFingerprint = (print: string): string => print.replaceAll(':', '').toLowerCase();

/**
 * SHA-256 fingerprint of a certificate, in the format of `openssl x509 -fingerprint -sha256`; undefined without a
 * certificate.
 */
const fingerprint = (pem: string | undefined): string | undefined => {
  try {
    return pem === undefined ? undefined : new X509Certificate(pem).fingerprint256;
  } catch {
    return undefined;
  }
};
