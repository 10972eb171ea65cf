import { apiVersionOf, type ResourceKind, resourceKinds } from './resources.ts';
import type { KubeAnswer } from './seat.ts';

const version = {
  major: '1',
  minor: '33',
  emulationMajor: '1',
  emulationMinor: '33',
  gitVersion: 'v1.33.4',
  gitCommit: '74cdb4273de6cc1d8d6a8aa2a5a0a0a6cbc2c8a1',
  gitTreeState: 'clean',
  buildDate: '2025-08-13T15:43:22Z',
  goVersion: 'go1.24.5',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'watch'];

const resourceList = (kinds: readonly ResourceKind[], groupVersion: string) => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion,
  resources: kinds.map(({ plural, kind, isNamespaced, short }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced: isNamespaced,
    kind,
    verbs,
    ...(short === undefined || short.length === 0 ? {} : { shortNames: short }),
  })),
});

const groups = () =>
  [...new Set(resourceKinds.map(({ group }) => group))]
    .filter((group) => group !== '')
    .map((name) => {
      const kind = resourceKinds.find(({ group }) => group === name);
      const preferred = { groupVersion: `${name}/${kind?.version ?? 'v1'}`, version: kind?.version ?? 'v1' };
      return { name, versions: [preferred], preferredVersion: preferred };
    });

/** `/version`, `/readyz`, `/livez`, `/healthz`, and which resources there are; undefined for other paths. */
export const discoveryOf = (path: readonly string[]): KubeAnswer | undefined => {
  const whole = path.join('/');
  if (whole === 'version') return { status: 200, body: version };
  if (['readyz', 'livez', 'healthz'].includes(whole)) return { status: 200, body: 'ok' };
  if (whole === 'api')
    return { status: 200, body: { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] } };
  if (whole === 'apis')
    return { status: 200, body: { kind: 'APIGroupList', apiVersion: 'v1', groups: groups() } };
  const groupVersion = whole.replace(/^apis?\//, '');
  const kinds = resourceKinds.filter((kind) => apiVersionOf(kind) === groupVersion);
  return kinds.length === 0 ? undefined : { status: 200, body: resourceList(kinds, groupVersion) };
};
