import type {
  HttpAnswer,
  HttpHeaders,
  HttpRequest,
  HttpStream,
  TlsOptions,
} from '../../platform/network/http-messages.ts';
import { type SealedConnection, sealConnection } from '../../platform/network/sealed.ts';
import { type Client, declareReads } from '../../platform/protocol.ts';
import type { Transport } from '../../platform/transport.ts';
import { toAbortError, WireError } from '../../platform/wire-error.ts';
import type { KubeAccess, KubeTarget } from './kube-types.ts';

/** True: the options in the body of a DELETE make no dry run of it. An API server that finds options there ignores the address. */
const deniesDryRun = ({ method, body }: HttpRequest): boolean => {
  if (method !== 'DELETE' || body === undefined) return false;
  const options: unknown = JSON.parse(body);
  const said = typeof options === 'object' && options !== null && 'dryRun' in options ? options.dryRun : [];
  return !Array.isArray(said) || said.join() !== 'All';
};

/** Throws unless the API server checks the write and does not persist it. Source: Kubernetes docs, API Concepts, Dry-run. */
const assertDryRun = (request: HttpRequest): void => {
  // Of an option that is given twice, a server may take the other one.
  if (new URL(request.url).searchParams.getAll('dryRun').join() !== 'All' || deniesDryRun(request))
    throw new Error(`${request.method} ${request.url} is not a dry run`);
};

/** A write as an operation makes it, or rehearses it with `?dryRun=All`. The path begins with a slash. */
export interface KubeCall {
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
}

/** A port of a pod. */
interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/**
 * The API of one cluster, as one context of a kubeconfig sees it. Paths begin with a slash; answers are given whatever their status.
 * Every call throws WireError: unconfigured, missing, denied (a login that has expired).
 */
export interface KubernetesReader extends Client {
  /** Who and where the context is. Opened by the first call, and again after a login was refused, for it may have been renewed since. */
  access(signal: AbortSignal): Promise<KubeAccess>;
  /** What the last call found; undefined before the first. */
  known(): KubeAccess | undefined;
  get(path: string, signal: AbortSignal): Promise<HttpAnswer>;
  stream(path: string, signal: AbortSignal): Promise<HttpStream>;
  /** Has the authorizer say whether we may do something: a SelfSubjectAccessReview. */
  review(review: unknown, signal: AbortSignal): Promise<HttpAnswer>;
  /** A write that the API server checks and does not persist; refused unless it is a dry run. */
  rehearse(call: KubeCall, signal: AbortSignal): Promise<HttpAnswer>;
  /** A connection to a port of a pod. Throws TunnelError too, and a plain WireError when nothing listens at that port. */
  portForward(to: PodPort, signal: AbortSignal): Promise<SealedConnection>;
  /** A request with its credentials, for a changing door. Sends nothing. */
  request(call: KubeCall, signal: AbortSignal): Promise<HttpRequest>;
  /** A changing door was answered that the login is refused: the next call reads the kubeconfig again. */
  refused(): void;
}

/** Where access reviews are created. */
export const accessReviewPath = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** An address of the API with the credentials for one request. */
interface Prepared {
  readonly url: string;
  readonly headers: HttpHeaders;
  readonly tls: TlsOptions;
  readonly proxy?: string;
}

const openReader = ({ clock, http, within, webSocket }: Transport, target: KubeTarget): KubernetesReader => {
  let opened: Promise<KubeAccess> | undefined;
  let known: KubeAccess | undefined;
  const closing = new AbortController();

  const access = async (signal: AbortSignal): Promise<KubeAccess> => {
    if (signal.aborted) throw toAbortError(signal);
    // One opening serves all who ask, so that none of them may end it.
    opened ??= import('./access.ts').then(({ openKubeAccess }) =>
      openKubeAccess(target, within(closing.signal), clock),
    );
    const mine = opened;
    try {
      known = await mine;
      return known;
    } catch (error) {
      if (opened === mine) opened = undefined;
      throw error;
    }
  };

  const prepared = async (path: string, signal: AbortSignal): Promise<Prepared> => {
    // Anything else would go on with the name of the host.
    if (!path.startsWith('/')) throw new Error(`${path} is not a path`);
    const at = await access(signal);
    const headers = { accept: 'application/json', ...(await at.headers(signal)) };
    const proxy = at.proxy === undefined ? {} : { proxy: at.proxy };
    return { url: `${at.server}${path}`, headers, tls: at.tls, ...proxy };
  };

  /** What a call with the present login gives. A kubeconfig may hold another token when that is refused. */
  const asked = async <A extends { readonly status: number }>(call: () => Promise<A>): Promise<A> => {
    const answer = await call();
    if (answer.status === 401) opened = undefined;
    return answer;
  };

  const request: KubernetesReader['request'] = async ({ method, path, contentType, body }, signal) => {
    const { headers, ...rest } = await prepared(path, signal);
    return {
      ...rest,
      method,
      headers: { ...headers, ...(contentType === undefined ? {} : { 'content-type': contentType }) },
      maxRedirects: 0,
      ...(body === undefined ? {} : { body }),
    };
  };

  return {
    access,
    known: () => known,
    get: (path, signal) =>
      asked(async () => http.request({ ...(await prepared(path, signal)), method: 'GET' }, within(signal))),
    stream: (path, signal) =>
      asked(async () => http.stream({ ...(await prepared(path, signal)), method: 'GET' }, within(signal))),
    review: (review, signal) =>
      asked(async () => {
        const { headers, ...rest } = await prepared(accessReviewPath, signal);
        const json = { ...headers, 'content-type': 'application/json' };
        const body = JSON.stringify(review);
        return http.request({ ...rest, method: 'POST', headers: json, body }, within(signal));
      }),
    rehearse: (call, signal) =>
      asked(async () => {
        const write = await request(call, signal);
        assertDryRun(write);
        return http.request(write, within(signal));
      }),
    portForward: async ({ namespace, pod, port }, signal) => {
      const of = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`;
      const path = `${of}/portforward?ports=${port}`;
      // A kubelet answers 406 to a WebSocket that says what it accepts.
      const {
        headers: { accept: _, ...headers },
        ...rest
      } = await prepared(path, signal);
      const { openPortForward } = await import('./port-forward.ts');
      const wire = await webSocket({ ...rest, headers, protocols: ['v4.channel.k8s.io'] }, signal);
      return sealConnection(await openPortForward(wire, `${pod}:${port}`, signal));
    },
    request,
    refused: () => {
      opened = undefined;
    },
    close: async () => {
      closing.abort(new WireError('cancelled', 'this source is closed'));
      known?.close();
    },
  };
};

/** The reads of one cluster. Source: Kubernetes API reference; API Concepts, Dry-run; SelfSubjectAccessReview; Pod portforward. */
export const kubernetesReads = declareReads('kubernetes', openReader);
