import { defined } from '../../domain/base/defined.ts';
import { openReadFiles } from '../../platform/files/read-files.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import type { HttpHeaders, TlsOptions } from '../../platform/network/http-messages.ts';
import { parseProxy } from '../../platform/network/proxy.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { withAbort } from '../../platform/runtime/async.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { systemClock } from '../../platform/runtime/clock.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { loginArgv, loginRemedy } from './exec-entry.ts';
import { type PluginCredential, runExecPlugin } from './exec-plugin.ts';
import type { KubeAccess, KubeLogin, KubeTarget } from './kube-types.ts';
import type { KubeUser, ResolvedContext } from './kubeconfig.ts';
import { resolveContext } from './resolve-context.ts';

type Headers = Readonly<Record<string, string>>;

/** The credentials of a context. */
interface Credentials {
  headers(signal: AbortSignal): Promise<Headers>;
  /** The client certificate from a plugin, as of the last `headers`. */
  certificate(): { readonly cert: string; readonly key: string } | undefined;
  readonly login: KubeLogin;
  close(): void;
}

const bearer = (token: string): Headers => {
  const plain = token.trim();
  secretMasker.add(plain);
  return { authorization: `Bearer ${plain}` };
};

const none = { certificate: () => undefined, close: () => {} };

/**
 * Returns the credentials of a context's user. Inline credentials have priority over an exec plugin, as in client-go.
 * Throws WireError for an unsupported login.
 */
const credentialsOf = (resolved: ResolvedContext, ca: string | undefined, clock: Clock): Credentials => {
  const { user, context } = resolved;
  const words = `renew the login of user "${user.name}" (context ${context.name}) in the kubeconfig`;
  const { token, tokenFile, username, provider } = user;
  if (tokenFile !== undefined)
    return {
      ...none,
      login: { words: `renew ${tokenFile}`, argv: [] },
      headers: (signal) => tokenIn(tokenFile, token, signal),
    };
  const always = (headers: Headers): Credentials => ({
    ...none,
    login: { words, argv: [] },
    headers: async () => headers,
  });
  if (token !== undefined) return always(bearer(token));
  if (username !== undefined) return always(basic(username, user.password ?? ''));
  if (user.exec !== undefined) return pluginCredentials(resolved, ca, clock);
  if (provider?.idToken !== undefined) return always(bearer(provider.idToken));
  if (provider !== undefined)
    throw new RemediedError(
      'unconfigured',
      `user "${user.name}" uses the auth-provider ${provider.name}, which Kubernetes has removed`,
      'use an exec plugin in the kubeconfig, such as gke-gcloud-auth-plugin or kubelogin',
    );
  return always({});
};

const basic = (username: string, password: string): Headers => {
  secretMasker.add(password);
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
};

const credentialFiles = openReadFiles((signal) => signal);

/** The token of a file, read each time; `otherwise` if the file does not exist. */
const tokenIn = async (
  path: string,
  otherwise: string | undefined,
  signal: AbortSignal,
): Promise<Headers> => {
  try {
    return bearer((await credentialFiles.read(path, { from: 'head', maxBytes: 64 * 1024 }, signal)).raw);
  } catch (error) {
    if (otherwise !== undefined && error instanceof WireError && error.kind === 'missing')
      return bearer(otherwise);
    throw error instanceof WireError
      ? new WireError(error.kind, `token file ${path}: ${error.message}`)
      : error;
  }
};

/**
 * Runs a plugin once for all callers. It continues when one of them stops waiting; otherwise a plugin slower than a
 * read's timeout would never finish.
 */
const pluginCredentials = (
  { user, cluster }: ResolvedContext,
  ca: string | undefined,
  clock: Clock,
): Credentials => {
  const { exec: entry, dir } = user;
  if (entry === undefined) throw new Error('no plugin');
  const closing = new AbortController();
  let credential: PluginCredential | undefined;
  let running: Promise<PluginCredential> | undefined;
  const isGood = (pluginCredential: PluginCredential): boolean =>
    pluginCredential.until === undefined || pluginCredential.until > clock.wallNow();
  const run = (): Promise<PluginCredential> => {
    running ??= runExecPlugin({ entry, dir, cluster, clock, ...defined({ ca }) }, closing.signal)
      .then((pluginCredential) => {
        credential = pluginCredential;
        return pluginCredential;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  return {
    login: { words: loginRemedy(entry), argv: loginArgv(entry) },
    headers: async (signal) => {
      const pluginCredential =
        credential !== undefined && isGood(credential) ? credential : await withAbort(signal, run);
      return pluginCredential.token === undefined ? {} : bearer(pluginCredential.token);
    },
    certificate: () =>
      credential?.cert === undefined || credential.key === undefined
        ? undefined
        : { cert: credential.cert, key: credential.key },
    close: () =>
      closing.abort(new WireError('cancelled', 'opsdeck has closed this source, so nothing more is read')),
  };
};

const files = openReadFiles((signal) => signal);

/**
 * Opens the requested context of a kubeconfig: certificates, tokens, token files, basic auth, exec plugins,
 * impersonation, proxies. Without a kubeconfig it uses the service account of the own pod. Throws WireError. `clock`
 * determines when a plugin's token expires.
 */
export const openKubeAccess = async (
  target: KubeTarget,
  signal: AbortSignal,
  clock: Clock = systemClock(),
): Promise<KubeAccess> => {
  const resolved = await resolveContext(target, signal);
  const { context, cluster, user } = resolved;
  const own = await ownTls(resolved, signal);
  const credentials = credentialsOf(resolved, own.ca, clock);
  const { login } = (cluster.proxyUrl === undefined ? undefined : parseProxy(cluster.proxyUrl)) ?? {};
  if (login !== undefined) secretMasker.add(login.password);
  const fixed = {
    ...impersonation(user),
    ...(cluster.disableCompression === true ? { 'accept-encoding': 'identity' } : {}),
  };
  return {
    context: context.name,
    cluster: cluster.name,
    user: user.name,
    ...defined({ namespace: context.namespace }),
    server: cluster.server,
    ...defined({ proxy: cluster.proxyUrl }),
    get tls() {
      return { ...own, ...credentials.certificate() };
    },
    login: credentials.login,
    headers: async (forRequest) => ({ ...(await credentials.headers(forRequest)), ...fixed }),
    close: credentials.close,
  };
};

/**
 * Impersonation headers. Keys of extra fields are percent-encoded where a header does not allow a character. Source:
 * kubernetes.io, "User impersonation".
 */
const impersonation = ({ as, groups, uid, extra = {} }: KubeUser): HttpHeaders => ({
  ...defined({ 'impersonate-user': as }),
  ...(groups.length === 0 ? {} : { 'impersonate-group': groups }),
  ...defined({ 'impersonate-uid': uid }),
  ...Object.fromEntries(
    Object.entries(extra).map(([key, values]) => [
      `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
      values,
    ]),
  ),
});

const ownTls = async ({ cluster, user }: ResolvedContext, signal: AbortSignal): Promise<TlsOptions> => {
  const [ca, cert, key] = await Promise.all([
    pem(cluster.caData, cluster.caFile, signal),
    pem(user.certData, user.certFile, signal),
    pem(user.keyData, user.keyFile, signal),
  ]);
  return {
    ...defined({ ca, cert, key }),
    ...(cluster.insecure ? { insecure: true } : {}),
    ...defined({ serverName: cluster.serverName }),
  };
};

/** Returns inline PEM data, or else the content of a file, as kubectl does. */
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
    throw error instanceof WireError ? new WireError(error.kind, `${path}: ${error.message}`) : error;
  }
};
