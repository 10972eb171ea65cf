import type { KubeObject } from './objects.ts';

const rbac = 'rbac.authorization.k8s.io/v1';

const role = (name: string, rules: readonly object[]): KubeObject => ({
  apiVersion: rbac,
  kind: 'ClusterRole',
  metadata: { name },
  rules,
});

/** Grants a role to a group; deleting it revokes the role at once. */
const binding = (name: string, group: string, roleName: string): KubeObject => ({
  apiVersion: rbac,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  subjects: [{ kind: 'Group', name: group, apiGroup: 'rbac.authorization.k8s.io' }],
  roleRef: { kind: 'ClusterRole', name: roleName, apiGroup: 'rbac.authorization.k8s.io' },
});

const allButNodes = [
  ...['namespaces', 'pods', 'pods/log', 'pods/exec', 'pods/attach', 'pods/ephemeralcontainers'],
  ...['pods/eviction', 'pods/portforward', 'events'],
  ...['secrets', 'configmaps', 'services', 'serviceaccounts'],
];

/** Permissions of the user `contract`; a suite deletes one of them to deny access. */
export const contractBindings: readonly KubeObject[] = [
  binding('opsdeck:contract', 'opsdeck:contract', 'opsdeck:contract'),
  binding('opsdeck:contract-nodes', 'opsdeck:contract', 'opsdeck:nodes'),
];

/** Permissions of the suites' users except the administrator. `nobody` has none. */
export const permissions: readonly KubeObject[] = [
  role('opsdeck:nodes', [{ apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] }]),
  role('opsdeck:contract', [
    { apiGroups: ['apps', 'batch', 'autoscaling'], resources: ['*'], verbs: ['*'] },
    { apiGroups: [''], resources: allButNodes, verbs: ['*'] },
    // Nodes are read by another binding, which a suite deletes.
    { apiGroups: [''], resources: ['nodes'], verbs: ['patch'] },
    { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['get', 'list'] },
    { apiGroups: ['argoproj.io'], resources: ['applications'], verbs: ['get', 'list', 'patch'] },
    {
      apiGroups: ['kustomize.toolkit.fluxcd.io'],
      resources: ['kustomizations'],
      verbs: ['get', 'list', 'patch'],
    },
  ]),
  role('opsdeck:getter', [
    { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] },
  ]),
  binding('opsdeck:viewers', 'opsdeck:viewers', 'view'),
  binding('opsdeck:viewers-nodes', 'opsdeck:viewers', 'opsdeck:nodes'),
  ...contractBindings,
  binding('opsdeck:getters', 'opsdeck:getters', 'opsdeck:getter'),
];
