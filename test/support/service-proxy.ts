import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type LocalServer, localServer } from './local-server.ts';

/** A Service of a list of the API. */
export const service = (
  namespace: string,
  name: string,
  port: number,
  labels: Readonly<Record<string, string>> = {},
) => ({
  metadata: { name, namespace, labels },
  spec: { type: 'ClusterIP', ports: [{ name: 'web', protocol: 'TCP', port }] },
});

interface ProxiedCluster {
  readonly services: readonly ReturnType<typeof service>[];
  /** Answers of Services by `NAME:PORT`: the path at the Service is given. */
  readonly answers: Readonly<Record<string, (path: string) => unknown>>;
  /** Other objects of the API by path, without the query. */
  readonly objects?: Readonly<Record<string, unknown>>;
  /** What the account may not do; the message of RBAC. */
  denied?(path: string): string | undefined;
}

const accepted = 'Bearer cluster-token-5';

const isStatus = (body: unknown): body is ReturnType<typeof status> =>
  typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Status';

/** A Status as the API server answers it. */
export const status = (code: number, reason: string, message: string) => ({
  ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' },
  ...{ code, reason, message },
});

const reviewPath = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** Whether the account may read what a review asks for: a path that is passed on. */
const reviewed = (cluster: ProxiedCluster, text: string) => {
  const { namespace, resource, name } = JSON.parse(text).spec.resourceAttributes;
  const path = `/api/v1/namespaces/${namespace}/${resource}/${name}/proxy/`;
  return { kind: 'SelfSubjectAccessReview', status: { allowed: cluster.denied?.(path) === undefined } };
};

const answer = (cluster: ProxiedCluster, { url = '', method, headers }: IncomingMessage, sent: string) => {
  const isReview = method === 'POST' && url === reviewPath && headers.authorization === accepted;
  if (isReview) return [201, reviewed(cluster, sent)] as const;
  if (method !== 'GET' || headers.authorization !== accepted)
    return [401, status(401, 'Unauthorized', 'Unauthorized')] as const;
  const why = cluster.denied?.(url);
  if (why !== undefined) return [403, status(403, 'Forbidden', why)] as const;
  const [, namespace, name = '', path = ''] =
    /^\/api\/v1\/namespaces\/([^/]+)\/(?:services|pods)\/https?:([^/]+)\/proxy(\/.*)$/.exec(url) ?? [];
  if (namespace !== undefined) {
    const body = cluster.answers[`${name}.${namespace}`]?.(path);
    // A number is a status of the Service itself; a Status is an imitation of the API server.
    if (typeof body === 'number') return [body, ''] as const;
    if (isStatus(body)) return [body.code, body] as const;
    return body === undefined ? ([404, 'page not found'] as const) : ([200, body] as const);
  }
  const [, only] = /^\/api\/v1\/(?:namespaces\/([^/]+)\/)?services\?/.exec(url) ?? [];
  if (/^\/api\/v1\/(?:namespaces\/[^/]+\/)?services\?/.test(url)) {
    const items = cluster.services.filter(
      ({ metadata }) => only === undefined || metadata.namespace === only,
    );
    return [200, { kind: 'ServiceList', apiVersion: 'v1', metadata: {}, items }] as const;
  }
  const object = cluster.objects?.[url.replace(/\?.*/, '')];
  if (object !== undefined) return [200, object] as const;
  return [404, status(404, 'NotFound', 'the server could not find the requested resource')] as const;
};

/** An API server that lists Services and passes GETs on to them, for one bearer token. Everything else is not found. */
export const serviceProxy = (cluster: ProxiedCluster): Promise<LocalServer> =>
  localServer(async (request: IncomingMessage, response: ServerResponse) => {
    const [code, body] = answer(cluster, request, await text(request));
    response.statusCode = code;
    response.setHeader('content-type', 'application/json');
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });

/** A kubeconfig of that API server with the accepted token. */
export const proxyKubeconfig = (server: string): string => `apiVersion: v1
kind: Config
current-context: shop-prod
contexts: [{ name: shop-prod, context: { cluster: c, user: u, namespace: shop } }]
clusters: [{ name: c, cluster: { server: "${server}" } }]
users: [{ name: u, user: { token: cluster-token-5 } }]
`;
