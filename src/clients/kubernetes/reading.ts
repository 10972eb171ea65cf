import type { HttpAnswer, HttpRequest, TlsOptions } from '../../platform/network/http-messages.ts';
import { type SealedConnection, seal } from '../../platform/network/sealed.ts';
import { type Client, declareReads } from '../../platform/protocol.ts';
import type { KubeAccess, KubeTarget } from './kube.ts';
import { assertDryRun } from './rehearse.ts';

/** An address of the API with the credentials for one request. */
interface KubeAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
}

/** What of a cluster's API reads without being a GET, and how one logs in there. */
interface KubernetesReader extends Client {
  /** Who and where the context of a kubeconfig is. Throws WireError: unconfigured, missing, denied (a login that has expired). */
  access(signal: AbortSignal): Promise<KubeAccess>;
  /** Asks whether we may do something; refused unless the address is that of an access review. Throws WireError. */
  review(address: KubeAddress, review: unknown, signal: AbortSignal): Promise<HttpAnswer>;
  /** A write that the API server checks and does not persist; refused unless it is a dry run. Throws WireError. */
  rehearse(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /**
   * A connection to a port of a pod; refused unless the address is that of a port-forward. `line` names it: 'bus-0:8081'. Throws
   * WireError, TunnelError.
   */
  portForward(address: KubeAddress, line: string, signal: AbortSignal): Promise<SealedConnection>;
}

const reviewsPath = /\/apis\/authorization\.k8s\.io\/v1\/selfsubjectaccessreviews$/;
const forwardPath = /\/portforward$/;

const assertPath = ({ url }: KubeAddress, path: RegExp, what: string): void => {
  if (!path.test(new URL(url).pathname)) throw new Error(`${url} is no ${what}`);
};

/** The reads of one context of a kubeconfig. Source: Kubernetes API reference, SelfSubjectAccessReview, Pod portforward. */
export const kubernetesReads = declareReads(
  'kubernetes',
  ({ clock, http, within, webSocket }, target: KubeTarget): KubernetesReader => ({
    access: async (signal) => (await import('./access.ts')).openKubeAccess(target, within(signal), clock),
    review: async (address, review, signal) => {
      assertPath(address, reviewsPath, 'access review');
      const headers = { ...address.headers, 'content-type': 'application/json' };
      return http.request(
        { ...address, method: 'POST', headers, body: JSON.stringify(review) },
        within(signal),
      );
    },
    rehearse: async (request, signal) => {
      assertDryRun(request);
      return http.request(request, within(signal));
    },
    portForward: async (address, line, signal) => {
      assertPath(address, forwardPath, 'port-forward');
      const { openForward } = await import('./port-forward.ts');
      const wire = await webSocket({ ...address, protocols: ['v4.channel.k8s.io'] }, signal);
      return seal(await openForward(wire, line, signal));
    },
    close: async () => {},
  }),
);
