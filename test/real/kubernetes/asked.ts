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
export const made = (name: string): Call => ({ method: 'POST', body: configMap(name) });
const review = (verb: string, resource: string): Call => ({
  method: 'POST',
  body: {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb, resource, namespace: 'x' } },
  },
});

/** A request of both API servers, `NS` for the namespace, and its status. */
export interface Asked {
  readonly what: string;
  readonly status: number;
  readonly path: string;
  readonly call?: Call;
  readonly as?: 'admin' | 'viewer' | 'expired';
}

/** What both refuse. */
export const refused: readonly Asked[] = [
  { status: 400, what: 'a continuation that is none', path: `${pods}?limit=1&continue=x` },
  { status: 400, what: 'a field that nobody selects by', path: `${pods}?fieldSelector=spec.nope=1` },
  { status: 401, what: 'a token that nobody knows', path: pods, as: 'expired' },
  { status: 403, what: 'what a viewer may not list', path: '/api/v1/namespaces/NS/secrets', as: 'viewer' },
  { status: 403, what: 'what a viewer may not change', path: deployment, call: merge({}), as: 'viewer' },
  { status: 403, what: 'a port that a viewer may not reach', path: `${pods}/x/portforward`, as: 'viewer' },
  { status: 404, what: 'no such object', path: `${deployment}-2` },
  { status: 404, what: 'no such kind', path: '/apis/apps/v1/namespaces/NS/things' },
  { status: 404, what: 'no such group', path: '/apis/things.example/v1/namespaces/NS/things' },
  { status: 404, what: 'no such pod to log', path: `${pods}/nobody/log` },
  { status: 405, what: 'to make pods everywhere', path: '/api/v1/pods', call: made('x') },
  { status: 409, what: 'an object that is there', path: maps, call: made('twice') },
  {
    status: 409,
    what: 'a version gone by',
    path: deployment,
    call: merge({ metadata: { resourceVersion: '1' } }),
  },
  {
    status: 409,
    what: 'a field of somebody else',
    path: `${maps}/owned?fieldManager=b`,
    call: {
      method: 'PATCH',
      type: 'application/apply-patch+yaml',
      body: { ...configMap('owned'), data: { mode: 'slow' } },
    },
  },
  { status: 415, what: 'a patch of no known type', path: deployment, call: { method: 'PATCH', body: {} } },
  { status: 422, what: 'a value that cannot be', path: deployment, call: merge({ spec: { replicas: -1 } }) },
];

/** What both answer with something else than an object as it was written. */
export const taken: readonly Asked[] = [
  { status: 200, what: 'the way of a scale', path: `${deployment}/scale` },
  {
    status: 200,
    what: 'to scale',
    path: `${deployment}/scale?dryRun=All`,
    call: merge({ spec: { replicas: 3 } }),
  },
  { status: 201, what: 'that an administrator may', path: reviews, call: review('delete', 'pods') },
  { status: 201, what: 'that a viewer may', path: reviews, call: review('list', 'pods'), as: 'viewer' },
  { status: 201, what: 'that a viewer may not', path: reviews, call: review('delete', 'pods'), as: 'viewer' },
  { status: 200, what: 'a chunk of a list', path: `${pods}?limit=1` },
];
