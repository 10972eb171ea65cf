import type { Clock } from '../../platform/clock.ts';
import { systemClock } from '../../platform/clock.ts';
import { WireError } from '../../platform/failures.ts';
import { RemediedError } from '../../platform/fault.ts';
import { openReadFiles } from '../../platform/files/read-files.ts';
import type { TlsOptions } from '../../platform/network/http-messages.ts';
import { findContext } from './config.ts';
import { credentialsOf } from './credentials.ts';
import type { FoundContext } from './entries.ts';
import type { KubeAccess, KubeTarget } from './kube.ts';

const files = openReadFiles((signal) => signal);

/**
 * Reads a kubeconfig and gives the context that is asked for: certificates, tokens, token files, basic auth, exec
 * plugins, impersonation; without a kubeconfig the account of the pod that this is. Throws WireError. `clock` tells
 * when a plugin's token has ended.
 */
export const openKubeAccess = async (
  target: KubeTarget,
  signal: AbortSignal,
  clock: Clock = systemClock(),
): Promise<KubeAccess> => {
  const found = await findContext(target, signal);
  const { context, cluster, user } = found;
  refuseProxy(found);
  const own = await ownTls(found, signal);
  const credentials = credentialsOf(found, own.ca, clock);
  const acting = {
    ...(user.as === undefined ? {} : { 'impersonate-user': user.as }),
    ...(user.groups.length === 0 ? {} : { 'impersonate-group': user.groups.join(',') }),
  };
  return {
    context: context.name,
    cluster: cluster.name,
    user: user.name,
    ...(context.namespace === undefined ? {} : { namespace: context.namespace }),
    server: cluster.server,
    get tls() {
      return { ...own, ...credentials.certificate() };
    },
    login: credentials.login,
    headers: async (forRequest) => ({ ...(await credentials.headers(forRequest)), ...acting }),
    close: credentials.close,
  };
};

const refuseProxy = ({ cluster, user }: FoundContext): void => {
  if (cluster.proxyUrl !== undefined)
    throw new RemediedError(
      'unconfigured',
      `cluster "${cluster.name}" is reached through proxy-url, which opsdeck does not do`,
      'name a context that reaches it straight, or go through an ssh host (via:)',
    );
  if (user.groups.length > 1)
    throw new WireError(
      'unconfigured',
      `user "${user.name}" acts for several groups (as-groups), opsdeck for one at most`,
    );
};

const ownTls = async ({ cluster, user }: FoundContext, signal: AbortSignal): Promise<TlsOptions> => {
  const [ca, cert, key] = await Promise.all([
    pem(cluster.caData, cluster.caFile, signal),
    pem(user.certData, user.certFile, signal),
    pem(user.keyData, user.keyFile, signal),
  ]);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(cluster.insecure ? { insecure: true } : {}),
    ...(cluster.serverName === undefined ? {} : { serverName: cluster.serverName }),
  };
};

/** What stands in the kubeconfig itself counts before a file, as kubectl has it. */
const pem = async (
  data: string | undefined,
  path: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> => {
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  if (path === undefined) return undefined;
  try {
    return (await files.read(path, { from: 'head', maxBytes: 1024 * 1024 }, signal)).raw;
  } catch (error) {
    throw error instanceof WireError ? new WireError(error.kind, `${path} ${error.message}`) : error;
  }
};
