import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { type KubernetesReader, kubernetesReads } from '../../../clients/kubernetes/reading.ts';
import type { ReadIo } from '../../../doors/io.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import type { HttpAnswer } from '../../../platform/network/http-messages.ts';
import { statusError } from '../../../platform/network/status.ts';
import { urlUnder } from '../../../platform/network/url-under.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { field, text } from '../values/wire-value.ts';
import { accessReviewOf, parseAccessReview, type Right, rightRule, rightText } from './access-review.ts';
import { ForbiddenError, kubeApiError, noLogin, parseApiStatus } from './kube-api-errors.ts';

/**
 * The cluster whose API server passes requests on to a Service. Source: Kubernetes documentation, Access Services Running
 * on Clusters, Manually constructing apiserver proxy URLs.
 */
const zApiServer = z
  .strictObject({
    kubeconfig: z
      .string()
      .meta({ description: 'default: $KUBECONFIG, ~/.kube/config, then the service account of the pod' })
      .exactOptional(),
    context: z
      .string()
      .meta({
        description: 'opsdeck uses this context of the kubeconfig. The default is the current context',
      })
      .exactOptional(),
  })
  .meta({
    description:
      'reads the url through the API server of the cluster, with the login of this context. The url must name a Service: http://NAME.NAMESPACE.svc:PORT. Changes are not sent this way',
  });

export type ApiServerConfig = z.infer<typeof zApiServer>;

/** The key of sources that can be read through an API server. */
export const apiServerShape = { apiServer: zApiServer.exactOptional() };

/** Config of a source over HTTP that may have the key. */
interface ProxiedConfig {
  readonly url: string;
  readonly apiServer?: ApiServerConfig;
}

/** A Service or a pod of a cluster with one of its ports. */
interface ClusterPort {
  readonly scheme: string;
  readonly name: string;
  readonly namespace: string;
  readonly port: string;
}

/** The hosts of Services, as the DNS of a cluster has them, and those that `podUrl` writes. */
const hosts = [
  { kind: 'pods', form: /^([a-z0-9][-.a-z0-9]*)\.([a-z0-9][-a-z0-9]*)\.pod$/ },
  { kind: 'services', form: /^([a-z0-9][-a-z0-9]*)\.([a-z0-9][-a-z0-9]*)(?:\.svc(?:\.[a-z0-9.-]+)?)?$/ },
] as const;

/** The path at the API server that passes requests on to a URL of the cluster; undefined if it names nothing there. */
const proxyPath = (url: string): string | undefined => {
  const { protocol, hostname, port, username, pathname, search } = new URL(url);
  const scheme = protocol.slice(0, -1);
  for (const { kind, form } of hosts) {
    const [, name, namespace] = form.exec(hostname) ?? [];
    if (name === undefined || username !== '') continue;
    const server = `${scheme}:${name}:${port || (scheme === 'https' ? '443' : '80')}`;
    return `/api/v1/namespaces/${namespace}/${kind}/${server}/proxy${pathname}${search}`;
  }
  return undefined;
};

/** The URL of a pod, as `proxyPath` takes it. */
export const podUrl = ({ scheme, name, namespace, port }: ClusterPort): string =>
  `${scheme}://${name}.${namespace}.pod:${port}`;

/** The URL of a Service, as `proxyPath` takes it. */
export const serviceUrl = ({ scheme, name, namespace, port }: ClusterPort): string =>
  `${scheme}://${name}.${namespace}.svc:${port}`;

/** Requires of a config with `apiServer` that its url names a Service, and that no login of its own is set. */
export const requireServiceUrl = <S extends z.ZodType<ProxiedConfig & { readonly auth?: unknown }>>(
  schema: S,
): S =>
  schema
    .refine(({ url, apiServer }) => apiServer === undefined || proxyPath(url) !== undefined, {
      path: ['url'],
      error: 'with apiServer, the url must name a Service and the namespace: http://NAME.NAMESPACE.svc:PORT',
    })
    .refine(({ apiServer, auth }) => apiServer === undefined || auth === undefined, {
      path: ['auth'],
      error: 'with apiServer, opsdeck uses the login of the context: remove auth',
    });

/** Resolves a path from the profile: below the home directory, absolute, or relative to the profile. */
export const resolveProfilePath = (path: string, dir: string | undefined): string =>
  dir === undefined || isAbsolute(path) || path.startsWith('~') ? path : join(dir, path);

/** An API server with the path of its kubeconfig resolved. `dir`: the directory of the profile. */
export const apiServerIn = (apiServer: ApiServerConfig, dir: string | undefined): ApiServerConfig =>
  apiServer.kubeconfig === undefined
    ? apiServer
    : { ...apiServer, kubeconfig: resolveProfilePath(apiServer.kubeconfig, dir) };

/** The config with the kubeconfig of its `apiServer` resolved. `dir`: the directory of the profile. */
export const withKubeconfigOf = <C extends ProxiedConfig>(config: C, dir: string | undefined): C =>
  config.apiServer === undefined ? config : { ...config, apiServer: apiServerIn(config.apiServer, dir) };

/** Flags that select the cluster for kubectl, from the profile; none where kubectl's default applies. */
export const clusterArgs = ({ context, kubeconfig }: ApiServerConfig, dir: string): readonly string[] => [
  ...(kubeconfig === undefined
    ? []
    : ['--kubeconfig', resolveProfilePath(kubeconfig, dir).replace(/^~(?=\/)/, homedir())]),
  ...(context === undefined ? [] : ['--context', context]),
];

/** The command for a GET of a URL, with curl, or with kubectl where the API server passes it on. */
export const getCommand = (
  { url, apiServer }: ProxiedConfig,
  path: string,
  parameter: readonly [name: string, value: string],
  dir: string,
): readonly string[] => {
  const whole = urlUnder(url, path);
  const [name, value] = parameter;
  const proxied = apiServer && proxyPath(urlUnder(url, `${path}?${new URLSearchParams({ [name]: value })}`));
  return apiServer === undefined || proxied === undefined
    ? ['curl', '-fsS', '-G', whole, '--data-urlencode', `${name}=${value}`]
    : ['kubectl', ...clusterArgs(apiServer, dir), 'get', '--raw', proxied];
};

/**
 * Opens GET requests to Services and pods of a cluster through its API server. A refusal of the API server itself, such as a
 * missing permission on services/proxy, is thrown as a WireError; a response of the Service or pod is returned with any status, unless it
 * explains an error in the form of the API server.
 */
export const openClusterProxy = (apiServer: ApiServerConfig, io: ReadIo) => {
  const reads = io.open(kubernetesReads, apiServer);
  return async (url: string, signal: AbortSignal): Promise<HttpAnswer> => {
    const path = proxyPath(url);
    if (path === undefined)
      throw new WireError(
        'unconfigured',
        `${url} does not name a Service or pod of a cluster: write http://NAME.NAMESPACE.svc:PORT`,
      );
    const answer = await reads.getPassedOn(path, signal);
    // The API server explains each error with a Status. A Service can write one as well.
    const status = parseApiStatus(answer);
    if (status === undefined) return answer;
    if (answer.status === 401 || answer.status === 403) await throwRefusal(reads, path, io, signal);
    const why = text(field(status, 'message')) ?? '';
    const plain = statusError(answer, io.clock.wallNow());
    if (plain === undefined || why === '') return answer;
    throw new WireError(plain.kind, `${plain.message}: ${oneLine(why, 280)}`, plain.retryAfterMs);
  };
};

/**
 * Throws where the API server itself refuses a path that it would pass on. It is asked, because a Service can answer as the API server
 * does: neither the login nor a rule to request is taken from a response that may be of the Service.
 */
const throwRefusal = async (
  reads: KubernetesReader,
  path: string,
  io: ReadIo,
  signal: AbortSignal,
): Promise<void> => {
  const [, namespace = '', resource = '', name = ''] =
    /^\/api\/v1\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)\/proxy/.exec(path) ?? [];
  const right: Right = { ...{ verb: 'get', group: '', resource, subresource: 'proxy' }, namespace, name };
  const reviewed = await reads.review(accessReviewOf(right), signal);
  const problem = kubeApiError(reviewed, io.clock.wallNow(), reads.known()?.login ?? noLogin);
  if (reviewed.status === 401 && problem !== undefined) throw problem;
  if (problem !== undefined || parseAccessReview(reviewed.json()).allowed) return;
  throw new ForbiddenError(
    `answered 403 Forbidden: the login may not ${rightText(right)}`,
    `request ${rightRule(right)}`,
  );
};
