import type { Clock } from '../../platform/clock.ts';
import { systemClock } from '../../platform/clock.ts';
import { WireError } from '../../platform/failures.ts';
import { openReadFiles } from '../../platform/files/read-files.ts';
import type { HttpHeaders, TlsOptions } from '../../platform/network/http-messages.ts';
import { parseProxy } from '../../platform/network/proxy.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { findContext } from './config.ts';
import { credentialsOf } from './credentials.ts';
import type { FoundContext, KubeUser } from './entries.ts';
import type { KubeAccess, KubeTarget } from './kube.ts';

const files = openReadFiles((signal) => signal);

/**
 * Reads a kubeconfig and gives the context that is asked for: certificates, tokens, token files, basic auth, exec
 * plugins, impersonation, proxies; without a kubeconfig the account of the pod that this is. Throws WireError. `clock` tells
 * when a plugin's token has ended.
 */
export const openKubeAccess = async (
  target: KubeTarget,
  signal: AbortSignal,
  clock: Clock = systemClock(),
): Promise<KubeAccess> => {
  const found = await findContext(target, signal);
  const { context, cluster, user } = found;
  const own = await ownTls(found, signal);
  const credentials = credentialsOf(found, own.ca, clock);
  const { login } = (cluster.proxyUrl === undefined ? undefined : parseProxy(cluster.proxyUrl)) ?? {};
  if (login !== undefined) masker.add(login.password);
  const fixed = {
    ...impersonation(user),
    ...(cluster.disableCompression === true ? { 'accept-encoding': 'identity' } : {}),
  };
  return {
    context: context.name,
    cluster: cluster.name,
    user: user.name,
    ...(context.namespace === undefined ? {} : { namespace: context.namespace }),
    server: cluster.server,
    ...(cluster.proxyUrl === undefined ? {} : { proxy: cluster.proxyUrl }),
    get tls() {
      return { ...own, ...credentials.certificate() };
    },
    login: credentials.login,
    headers: async (forRequest) => ({ ...(await credentials.headers(forRequest)), ...fixed }),
    close: credentials.close,
  };
};

/** Source: kubernetes.io, "User impersonation". Keys of extra fields are percent-encoded where a header takes no such character. */
const impersonation = ({ as, groups, uid, extra = {} }: KubeUser): HttpHeaders => ({
  ...(as === undefined ? {} : { 'impersonate-user': as }),
  ...(groups.length === 0 ? {} : { 'impersonate-group': groups }),
  ...(uid === undefined ? {} : { 'impersonate-uid': uid }),
  ...Object.fromEntries(
    Object.entries(extra).map(([key, values]) => [
      `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
      values,
    ]),
  ),
});

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
