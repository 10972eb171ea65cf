import { isIPv6 } from 'node:net';
import { WireError } from '../../platform/failures.ts';
import { openReadFiles } from '../../platform/files/read-files.ts';
import type { FoundContext } from './entries.ts';

/** Source: kubernetes.io, "Accessing the Kubernetes API from a Pod". */
const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const name = 'in-cluster';

/** The cluster that this process is a pod of; undefined when it is none. */
export const inCluster = async (signal: AbortSignal): Promise<FoundContext | undefined> => {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  if (host === '') return undefined;
  const files = openReadFiles((one) => one);
  try {
    const { raw } = await files.read(`${account}/namespace`, { from: 'head', maxBytes: 1024 }, signal);
    return {
      context: { name, cluster: name, user: name, namespace: raw.trim() },
      cluster: {
        name,
        server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
        insecure: false,
        caFile: `${account}/ca.crt`,
      },
      user: { name, dir: account, tokenFile: `${account}/token`, groups: [] },
    };
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return undefined;
    throw error;
  }
};
