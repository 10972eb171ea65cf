import { accessReviewPath } from '../../clients/kubernetes/reading.ts';
import { type CheckResult, type DoctorCheck, runChecks } from '../kit/contract/doctor-checks.ts';
import { formatRbacRule } from '../kit/contract/kube-api-errors.ts';
import type { Finding } from '../kit/contract/source.ts';
import { field, text } from '../kit/values/wire-value.ts';
import { type ApiResource, apiResources } from './api/api-resources.ts';
import { configuredDeliveryNamespaces, type FactName, isFactEnabled, showsDelivery } from './api/config.ts';
import { kubeIdentityFault } from './api/identity.ts';
import { type KubeParts, resolveNamespaces } from './api/parts.ts';
import { podMetricsPath } from './api/pod-usage-cache.ts';
import { deliveryFeedSpecs } from './feeds/delivery.ts';
import { objectPlurals } from './feeds/judge-objects.ts';
import { isMetricsServerMissing, metricsServerError } from './feeds/pod-usage.ts';
import { requiresCreateVerb } from './operations/exec/exec-targets.ts';
import { isDelivery, optionalRights } from './operations/operation-rights.ts';
import { reviewAccess } from './operations/write/admission.ts';

/** Permission to check for each kind, and the fact that needs it. */
const listedFacts: readonly { readonly fact: FactName; readonly kind: ApiResource }[] = [
  { fact: 'pods', kind: apiResources.pod },
  { fact: 'deployments', kind: apiResources.deployment },
  { fact: 'statefulsets', kind: apiResources.statefulset },
  { fact: 'daemonsets', kind: apiResources.daemonset },
  { fact: 'jobs', kind: apiResources.job },
  { fact: 'hpas', kind: apiResources.hpa },
  { fact: 'warnings', kind: apiResources.event },
];

/** NodeMetrics of the metrics server. */
const nodeMetrics: ApiResource = { ...apiResources.node, kind: 'NodeMetrics', group: 'metrics.k8s.io' };

/** Examines the cluster: identity of the login, permissions in each namespace, and whether a metrics server runs. */
export const diagnoseKubernetes = async (
  parts: KubeParts,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { client, config, source } = parts;
  const fault = (path: string, error: unknown) =>
    client.fault(path, error, path === accessReviewPath ? 'POST' : 'GET');
  const examine = (checks: readonly DoctorCheck[]) => runChecks({ source, fault }, checks, signal);
  const reached = await examine([{ call: '/version', run: () => connectionResult(parts, signal) }]);
  if (reached.some(({ ok }) => !ok)) return reached;
  const mismatch =
    config.identity === undefined ? undefined : await kubeIdentityFault(client, config.identity, signal);
  const namespaces = await resolveNamespaces(parts, signal);
  const inward = await inwardVerbs(parts, signal);
  const rights = (namespace: string, checks: readonly RightCheck[]): DoctorCheck => ({
    call: accessReviewPath,
    run: () => rightsResults(parts, namespace, checks, signal),
  });
  const findings = await examine([
    ...namespaces.map((namespace) => rights(namespace, rightChecks(parts, namespace, inward))),
    ...(configuredDeliveryNamespaces(config) ?? namespaces).map((namespace) =>
      rights(namespace, deliveryRightChecks(parts, namespace)),
    ),
    ...(isFactEnabled(config, 'nodes') ? [rights('*', nodeRightChecks(parts, namespaces))] : []),
    ...(isFactEnabled(config, 'top') ? [metricsServerCheck(parts, namespaces[0] ?? 'default')] : []),
  ]);
  return [
    ...reached,
    ...(mismatch === undefined ? [] : [{ source, ok: false, what: mismatch.message }]),
    ...findings,
  ];
};

const connectionResult = async (parts: KubeParts, signal: AbortSignal): Promise<CheckResult> => {
  const { client } = parts;
  const version = text(field(await client.get('/version', signal), 'gitVersion'));
  const { context, user, server } = await client.access(signal);
  const where = (await resolveNamespaces(parts, signal)).join(', ');
  return `Kubernetes ${version ?? '(unknown version)'} at ${server}, context ${context}, user ${user}, namespaces ${where}`;
};

/** Subresources of a pod that are WebSockets. */
const inwardSubresources: readonly string[] = ['exec', 'attach', 'portforward'];

/** The verbs that a WebSocket into a pod needs; those of older servers if the version is unknown. */
const inwardVerbs = async (parts: KubeParts, signal: AbortSignal): Promise<readonly string[]> => {
  try {
    return (await requiresCreateVerb(parts, signal)) ? ['get', 'create'] : ['get'];
  } catch {
    return ['get'];
  }
};

const placeText = (namespace: string): string =>
  namespace === '*' ? 'in all namespaces' : `in ${namespace}`;

/**
 * Checks the permissions in a namespace: one line for all granted ones, and one per missing one with the rule to
 * request.
 */
const rightsResults = async (
  parts: KubeParts,
  namespace: string,
  checks: readonly RightCheck[],
  signal: AbortSignal,
): Promise<readonly CheckResult[]> => {
  const reviewed = await Promise.all(checks.map((wish) => reviewRight(parts, wish, signal)));
  const may = reviewed
    .filter(({ missing }) => missing.length === 0)
    .map(({ wish }) => `${wish.verbs.join('+')} ${resourceLabel(wish)}`)
    .join(', ');
  return [
    ...(may === '' ? [] : [`allowed ${placeText(namespace)}: ${may}`]),
    ...reviewed.flatMap(({ wish, missing }) =>
      missing.length === 0 ? [] : [missingRightResult(wish, missing)],
    ),
  ];
};

interface RightCheck {
  readonly kind: ApiResource;
  readonly sub?: string;
  readonly verbs: readonly string[];
  readonly gives: string;
  readonly namespace: string;
  /** True: most features work without it. */
  readonly isOptional: boolean;
}

const resourceText = ({ kind, sub }: RightCheck): string =>
  `${kind.plural}${sub === undefined ? '' : `/${sub}`}`;

/** The resource in a finding: 'pods/log', 'nodes.metrics.k8s.io', which would read like nodes otherwise. */
const resourceLabel = (wish: RightCheck): string =>
  wish.kind === nodeMetrics ? `${resourceText(wish)}.${nodeMetrics.group}` : resourceText(wish);

const rightChecks = (
  { config }: KubeParts,
  namespace: string,
  inward: readonly string[],
): readonly RightCheck[] => [
  ...listedFacts
    .filter(({ fact }) => isFactEnabled(config, fact))
    .map(({ kind, fact }) => ({
      kind,
      verbs: config.watch ? ['list', 'watch'] : ['list'],
      gives: fact,
      namespace,
      isOptional: false,
    })),
  ...(showsDelivery(config, 'releases')
    ? [{ kind: apiResources.secret, verbs: ['list'], gives: 'releases', namespace, isOptional: false }]
    : []),
  ...(isFactEnabled(config, 'objects')
    ? Object.values(objectPlurals)
        .filter((kind) => kind.isNamespaced && kind !== apiResources.hpa)
        .map((kind) => ({
          kind,
          verbs: ['list'],
          gives: `problems of ${kind.plural}`,
          namespace,
          isOptional: config.facts === undefined,
        }))
    : []),
  ...optionalRights(({ kind }) => kind.isNamespaced && !isDelivery(kind)).map((right) => ({
    ...right,
    // A WebSocket into a pod needs other verbs.
    verbs: inwardSubresources.includes(right.sub ?? '') ? inward : right.verbs,
    namespace,
    isOptional: true,
  })),
];

/** Permissions for what delivers to the cluster: its rows, and sync and reconcile. */
const deliveryRightChecks = ({ config }: KubeParts, namespace: string): readonly RightCheck[] =>
  deliveryFeedSpecs
    .filter(({ name }) => showsDelivery(config, name))
    .flatMap(({ name, kind }) => [
      {
        kind,
        verbs: config.watch ? ['list', 'watch'] : ['list'],
        gives: name,
        namespace,
        isOptional: false,
      },
      ...optionalRights((right) => right.kind === kind).map((right) => ({
        ...right,
        namespace,
        isOptional: true,
      })),
    ]);

/** Permissions on the whole cluster, for the rows and columns of nodes. */
const nodeRightChecks = (
  { config, wantsUsage }: KubeParts,
  namespaces: readonly string[],
): readonly RightCheck[] => {
  const followed = config.watch ? ['list', 'watch'] : ['list'];
  const whole = { namespace: '*', isOptional: true };
  return [
    {
      ...whole,
      kind: apiResources.node,
      verbs: followed,
      gives: 'nodes',
      isOptional: config.facts === undefined,
    },
    ...optionalRights(({ kind }) => !kind.isNamespaced).map((right) => ({ ...right, ...whole })),
    ...(wantsUsage
      ? [{ ...whole, kind: nodeMetrics, verbs: ['list'], gives: 'CPU and memory usage of nodes' }]
      : []),
    ...(config.watch && !namespaces.includes('*')
      ? [{ ...whole, kind: apiResources.pod, verbs: followed, gives: 'the pods and requests of nodes' }]
      : []),
  ];
};

const reviewRight = async (
  { client }: KubeParts,
  wish: RightCheck,
  signal: AbortSignal,
): Promise<{ readonly wish: RightCheck; readonly missing: readonly string[] }> => {
  const { kind, sub, verbs, namespace } = wish;
  const subresource = sub === undefined ? {} : { subresource: sub };
  const of = { group: kind.group, resource: kind.plural, namespace, ...subresource };
  const answers = await Promise.all(verbs.map((verb) => reviewAccess(client, { verb, ...of }, signal)));
  return { wish, missing: verbs.filter((_, index) => answers[index]?.allowed !== true) };
};

const missingRightResult = (wish: RightCheck, missing: readonly string[]): CheckResult => {
  const { kind, gives, namespace, isOptional } = wish;
  const costs =
    missing.includes('list') || isOptional ? `${gives} unavailable` : `${gives} require repeated lists`;
  const rule = formatRbacRule({
    verbs: missing,
    resource: resourceText(wish),
    group: kind.group,
    ...(namespace === '*' ? {} : { namespace }),
  });
  return {
    ok: isOptional,
    what: `not allowed to ${missing.join(' or ')} ${resourceLabel(wish)} ${placeText(namespace)}: ${costs}`,
    remedy: `request ${rule}`,
  };
};

const metricsServerCheck = (parts: KubeParts, namespace: string): DoctorCheck => ({
  call: podMetricsPath(namespace),
  run: async (signal) => {
    try {
      await parts.usage.read(namespace, signal);
      return 'metrics-server provides the CPU and memory usage of pods';
    } catch (error) {
      throw isMetricsServerMissing(error) ? metricsServerError(error) : error;
    }
  },
});
