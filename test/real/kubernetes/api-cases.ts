import type { Call } from './api.ts';
import type { KubeObject } from './objects.ts';

const deployment = '/apis/apps/v1/namespaces/NS/deployments/inventory-service';
const pods = '/api/v1/namespaces/NS/pods';
export const maps = '/api/v1/namespaces/NS/configmaps';
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
export const merge = (body: object): Call => ({
  method: 'PATCH',
  type: 'application/merge-patch+json',
  body,
});
export const configMap = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { mode: 'fast' },
});
export const creationOf = (name: string): Call => ({ method: 'POST', body: configMap(name) });
const review = (verb: string, resource: string): Call => ({
  method: 'POST',
  body: {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb, resource, namespace: 'x' } },
  },
});

/** A request to both API servers, with `NS` as placeholder of the namespace, and the expected status. */
export interface ApiCase {
  readonly title: string;
  readonly status: number;
  readonly path: string;
  readonly call?: Call;
  readonly as?: 'admin' | 'viewer' | 'expired';
}

/** Requests that both reject. */
export const rejectedCases: readonly ApiCase[] = [
  { status: 400, title: 'an invalid continue token', path: `${pods}?limit=1&continue=x` },
  { status: 400, title: 'an unsupported field selector', path: `${pods}?fieldSelector=spec.nope=1` },
  { status: 401, title: 'an unknown token', path: pods, as: 'expired' },
  { status: 403, title: 'a list without permission', path: '/api/v1/namespaces/NS/secrets', as: 'viewer' },
  { status: 403, title: 'a change without permission', path: deployment, call: merge({}), as: 'viewer' },
  { status: 403, title: 'a port-forward without permission', path: `${pods}/x/portforward`, as: 'viewer' },
  { status: 404, title: 'an unknown object', path: `${deployment}-2` },
  { status: 404, title: 'an unknown kind', path: '/apis/apps/v1/namespaces/NS/things' },
  { status: 404, title: 'an unknown API group', path: '/apis/things.example/v1/namespaces/NS/things' },
  { status: 404, title: 'the log of an unknown pod', path: `${pods}/missing/log` },
  { status: 405, title: 'a pod without a namespace', path: '/api/v1/pods', call: creationOf('x') },
  { status: 409, title: 'an existing object', path: maps, call: creationOf('twice') },
  {
    status: 409,
    title: 'an outdated resource version',
    path: deployment,
    call: merge({ metadata: { resourceVersion: '1' } }),
  },
  {
    status: 409,
    title: 'a field of another manager',
    path: `${maps}/owned?fieldManager=b`,
    call: {
      method: 'PATCH',
      type: 'application/apply-patch+yaml',
      body: { ...configMap('owned'), data: { mode: 'slow' } },
    },
  },
  {
    status: 415,
    title: 'a patch with an unsupported content type',
    path: deployment,
    call: { method: 'PATCH', body: {} },
  },
  { status: 422, title: 'an invalid value', path: deployment, call: merge({ spec: { replicas: -1 } }) },
];

/** Successful requests whose response is not the stored object. */
export const acceptedCases: readonly ApiCase[] = [
  { status: 200, title: 'a scale subresource', path: `${deployment}/scale` },
  {
    status: 200,
    title: 'a change of a scale subresource',
    path: `${deployment}/scale?dryRun=All`,
    call: merge({ spec: { replicas: 3 } }),
  },
  {
    status: 201,
    title: 'a review of a permission of an administrator',
    path: reviews,
    call: review('delete', 'pods'),
  },
  {
    status: 201,
    title: 'a review of a permission of a viewer',
    path: reviews,
    call: review('list', 'pods'),
    as: 'viewer',
  },
  {
    status: 201,
    title: 'a review of a missing permission of a viewer',
    path: reviews,
    call: review('delete', 'pods'),
    as: 'viewer',
  },
  {
    status: 201,
    title: 'the question who the login is',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    call: { method: 'POST', body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' } },
  },
  { status: 200, title: 'a chunk of a list', path: `${pods}?limit=1` },
];
