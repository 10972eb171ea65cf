import { defined } from '../../domain/base/defined.ts';
import type {
  HttpAnswer,
  HttpHeaders,
  HttpRequest,
  HttpStream,
  TlsOptions,
} from '../../platform/network/http-messages.ts';
import { type SealedConnection, sealConnection } from '../../platform/network/sealed.ts';
import { type Client, declareReads, type ReadingProtocol } from '../../platform/protocol.ts';
import { toAbortError, WireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import type { KubeAccess, KubeTarget } from './kube-types.ts';

/** True if the options in a DELETE body override the dry run: an API server with a body ignores the query options. */
const deniesDryRun = ({ method, body }: HttpRequest): boolean => {
  if (method !== 'DELETE' || body === undefined) return false;
  const options: unknown = JSON.parse(body);
  const dryRun = typeof options === 'object' && options !== null && 'dryRun' in options ? options.dryRun : [];
  return !Array.isArray(dryRun) || dryRun.join() !== 'All';
};

/** Throws unless the API server only validates the write. Source: Kubernetes docs, API Concepts, Dry-run. */
const assertDryRun = (request: HttpRequest): void => {
  // If an option is given twice, the server may use the other one.
  if (new URL(request.url).searchParams.getAll('dryRun').join() !== 'All' || deniesDryRun(request))
    throw new Error(`internal error: ${request.method} ${request.url} is not a dry run`);
};

/** A write of an operation, or its dry run with `?dryRun=All`. The path begins with a slash. */
export interface KubeCall {
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  /** Form of the answer, where it is not plain JSON. */
  readonly accept?: string;
  readonly body?: string;
}

/** A port of a pod. */
interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

/**
 * The API of one cluster through one context of a kubeconfig. Paths begin with a slash; responses are returned with
 * any status. Every call throws WireError: unconfigured, missing, denied (an expired login).
 */
export interface KubernetesReader extends Client {
  /**
   * The resolved context. Opened by the first call, and reopened after a refused login, which may have been renewed.
   */
  access(signal: AbortSignal): Promise<KubeAccess>;
  /** The context of the last call; undefined before the first. */
  known(): KubeAccess | undefined;
  /** `maxBytes`: limit of the response, where it may be larger than that of any other request. */
  get(path: string, signal: AbortSignal, maxBytes?: number): Promise<HttpAnswer>;
  /**
   * Reads a list of objects without their content, which may be secret: names, labels, annotations. Source: Kubernetes API
   * concepts, "Receiving resources as tables and metadata".
   */
  getMetadata(path: string, signal: AbortSignal): Promise<HttpAnswer>;
  /**
   * Reads a path that the API server passes on to a Service or a pod. What answers there is not the cluster: its redirect, which
   * would be followed with the login, is returned, and its 401 says nothing about the login.
   */
  getPassedOn(path: string, signal: AbortSignal): Promise<HttpAnswer>;
  stream(path: string, signal: AbortSignal): Promise<HttpStream>;
  /** Checks a permission with a SelfSubjectAccessReview. */
  review(review: unknown, signal: AbortSignal): Promise<HttpAnswer>;
  /** Asks with a SelfSubjectReview as whom the API server knows the login. */
  reviewSelf(signal: AbortSignal): Promise<HttpAnswer>;
  /** Sends a write that the API server only validates; refused unless it is a dry run. */
  rehearse(call: KubeCall, signal: AbortSignal): Promise<HttpAnswer>;
  /** Opens a connection to a port of a pod. Throws TunnelError too, and a plain WireError if the port refuses. */
  portForward(to: PodPort, signal: AbortSignal): Promise<SealedConnection>;
  /** Builds a request with credentials for a ChangeIo. Sends nothing. */
  request(call: KubeCall, signal: AbortSignal): Promise<HttpRequest>;
  /** Reports a login that was refused to a ChangeIo: the next call rereads the kubeconfig. */
  refused(): void;
}

/** The path of access reviews. */
export const accessReviewPath = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** The path of the question who the login is. */
const selfReviewPath = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** The form of a list that contains the metadata of its objects alone. */
export const metadataListType = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** A URL of the API with the credentials of one request. */
interface Prepared {
  readonly url: string;
  readonly headers: HttpHeaders;
  readonly tls: TlsOptions;
  readonly proxy?: string;
}

/** The login to a cluster: opened with the first request, and again after the cluster has refused it. */
class ClusterLogin {
  known: KubeAccess | undefined;
  #opened: Promise<KubeAccess> | undefined;
  readonly #closing = new AbortController();
  readonly #transport: Transport;
  readonly #target: KubeTarget;

  constructor(transport: Transport, target: KubeTarget) {
    this.#transport = transport;
    this.#target = target;
  }

  async access(signal: AbortSignal): Promise<KubeAccess> {
    if (signal.aborted) throw toAbortError(signal);
    const { clock, within } = this.#transport;
    // Shared by all callers, so no single caller may cancel it.
    this.#opened ??= import('./access.ts').then(({ openKubeAccess }) =>
      openKubeAccess(this.#target, within(this.#closing.signal), clock),
    );
    const current = this.#opened;
    try {
      this.known = await current;
      return this.known;
    } catch (error) {
      if (this.#opened === current) this.#opened = undefined;
      throw error;
    }
  }

  async prepared(path: string, signal: AbortSignal): Promise<Prepared> {
    // Any other start would extend the host name.
    if (!path.startsWith('/')) throw new Error(`${path} is not a path`);
    const { server, tls, proxy, headers } = await this.access(signal);
    return {
      url: `${server}${path}`,
      headers: { accept: 'application/json', ...(await headers(signal)) },
      tls,
      ...defined({ proxy }),
    };
  }

  /** The next call reopens the kubeconfig, which may hold a renewed token. */
  refused(): void {
    this.#opened = undefined;
  }

  close(): void {
    this.#closing.abort(
      new WireError('cancelled', 'opsdeck has closed this source, so nothing more is read'),
    );
    this.known?.close();
  }
}

const openReader = (transport: Transport, target: KubeTarget): KubernetesReader => {
  const { http, within, webSocket } = transport;
  const login = new ClusterLogin(transport, target);
  const prepared = (path: string, signal: AbortSignal): Promise<Prepared> => login.prepared(path, signal);

  /** Calls with the current login, which a 401 ends. */
  const withCurrentLogin = async <A extends { readonly status: number }>(
    call: () => Promise<A>,
  ): Promise<A> => {
    const answer = await call();
    if (answer.status === 401) login.refused();
    return answer;
  };

  const request: KubernetesReader['request'] = async (
    { method, path, contentType, accept, body },
    signal,
  ) => {
    const { headers, ...rest } = await prepared(path, signal);
    return {
      ...rest,
      method,
      headers: {
        ...headers,
        ...defined({ accept, 'content-type': contentType }),
      },
      maxRedirects: 0,
      ...defined({ body }),
    };
  };

  /** Sends a question that the API server answers without storing or changing anything. */
  const ask = (path: string, question: unknown, signal: AbortSignal): Promise<HttpAnswer> =>
    withCurrentLogin(async () => {
      const { headers, ...rest } = await prepared(path, signal);
      const json = { ...headers, 'content-type': 'application/json' };
      const body = JSON.stringify(question);
      return http.request({ ...rest, method: 'POST', headers: json, body }, within(signal));
    });

  return {
    access: (signal) => login.access(signal),
    known: () => login.known,
    get: (path, signal, maxBytes) =>
      withCurrentLogin(async () => {
        const limit = maxBytes === undefined ? {} : { maxBytes };
        return http.request({ ...(await prepared(path, signal)), method: 'GET', ...limit }, within(signal));
      }),
    getMetadata: (path, signal) =>
      withCurrentLogin(async () => {
        const { headers, ...rest } = await prepared(path, signal);
        return http.request(
          { ...rest, headers: { ...headers, accept: metadataListType }, method: 'GET' },
          within(signal),
        );
      }),
    getPassedOn: async (path, signal) =>
      http.request({ ...(await prepared(path, signal)), method: 'GET', maxRedirects: 0 }, within(signal)),
    stream: (path, signal) =>
      withCurrentLogin(async () =>
        http.stream({ ...(await prepared(path, signal)), method: 'GET' }, within(signal)),
      ),
    review: (review, signal) => ask(accessReviewPath, review, signal),
    reviewSelf: (signal) =>
      ask(selfReviewPath, { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }, signal),
    rehearse: (call, signal) =>
      withCurrentLogin(async () => {
        const write = await request(call, signal);
        assertDryRun(write);
        return http.request(write, within(signal));
      }),
    portForward: async ({ namespace, pod, port }, signal) => {
      const of = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}`;
      const path = `${of}/portforward?ports=${port}`;
      // A kubelet answers 406 to a WebSocket with an Accept header.
      const {
        headers: { accept: _, ...headers },
        ...rest
      } = await prepared(path, signal);
      const { openPortForward } = await import('./port-forward.ts');
      const wire = await webSocket({ ...rest, headers, protocols: ['v4.channel.k8s.io'] }, signal);
      return sealConnection(await openPortForward(wire, `${pod}:${port}`, signal));
    },
    request,
    refused: () => login.refused(),
    close: async () => login.close(),
  };
};

/**
 * The reads of a cluster. Source: Kubernetes API reference; API Concepts, Dry-run; SelfSubjectAccessReview;
 * SelfSubjectReview; Pod portforward.
 */
export const kubernetesReads: ReadingProtocol<KubeTarget, KubernetesReader> = declareReads(
  'kubernetes',
  openReader,
);
