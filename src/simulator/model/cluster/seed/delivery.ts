import type { ObjectCondition } from '../../spec/cluster-objects.ts';
import type { DeliveredSpec, HelmReleaseSpec } from '../../spec/delivery.ts';
import type { ApplicationObject, FluxObject } from '../../spec/delivery-objects.ts';
import type { ClusterContext } from '../state/cluster-context.ts';
import { releaseSecret, releaseSecretName } from '../state/helm-releases.ts';
import { rfc3339Seconds } from '../state/names.ts';
import { type SeedContext, seedMetadata, seedNamespace } from './workloads.ts';

/** Place of the delivered services and time of the last delivery. */
interface DeliveryContext extends SeedContext {
  readonly namespace: string;
  readonly target: string;
  readonly deliveredAt: string;
}

/** The condition Ready of an object of Flux. */
export const readyCondition = (
  status: ObjectCondition['status'],
  reason: string,
  message: string,
  lastTransitionTime: string,
): ObjectCondition => ({ type: 'Ready', status, reason, message, lastTransitionTime });

const repository = 'https://git.example/delivery.git';

const application = (
  place: DeliveryContext,
  { name, revision, wanted = revision, services }: DeliveredSpec,
): ApplicationObject => {
  const { namespace, target, deliveredAt } = place;
  const status = wanted === revision ? 'Synced' : 'OutOfSync';
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: seedMetadata(place, 'applications', name, namespace),
    spec: {
      source: { repoURL: repository, path: `apps/${name}`, targetRevision: 'main' },
      destination: { server: 'https://kubernetes.default.svc', namespace: target },
      project: 'default',
    },
    status: {
      sync: { status, revision: wanted },
      health: { status: 'Healthy' },
      history: [{ id: 0, revision, deployStartedAt: deliveredAt, deployedAt: deliveredAt }],
      operationState: {
        operation: { sync: { revision } },
        phase: 'Succeeded',
        message: 'successfully synced (all tasks run)',
        startedAt: deliveredAt,
        finishedAt: deliveredAt,
      },
      resources: services.map((service) => ({
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        namespace: target,
        name: service,
        status,
      })),
    },
  };
};

const kustomization = (
  place: DeliveryContext,
  { name, revision, services, suspended }: DeliveredSpec,
): FluxObject => {
  const { namespace, target, deliveredAt } = place;
  const applied = `main@sha1:${revision}`;
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: seedMetadata(place, 'kustomizations', name, namespace),
    spec: {
      interval: '10m0s',
      path: `./apps/${name}`,
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'delivery' },
      targetNamespace: target,
      ...(suspended === true ? { suspend: true } : {}),
    },
    status: {
      observedGeneration: 1,
      lastAppliedRevision: applied,
      lastAttemptedRevision: applied,
      conditions: [
        readyCondition('True', 'ReconciliationSucceeded', `Applied revision: ${applied}`, deliveredAt),
      ],
      inventory: {
        entries: services.map((service) => ({ id: `${target}_${service}_apps_Deployment`, v: 'v1' })),
      },
    },
  };
};

const helmRelease = (place: DeliveryContext, { name, revision, suspended }: DeliveredSpec): FluxObject => {
  const { namespace, target, deliveredAt } = place;
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: seedMetadata(place, 'helmreleases', name, namespace),
    spec: {
      interval: '10m0s',
      chart: {
        spec: { chart: name, version: revision, sourceRef: { kind: 'HelmRepository', name: 'charts' } },
      },
      targetNamespace: target,
      ...(suspended === true ? { suspend: true } : {}),
    },
    status: {
      observedGeneration: 1,
      lastAttemptedRevision: revision,
      conditions: [
        readyCondition(
          'True',
          'UpgradeSucceeded',
          `Helm upgrade succeeded for release ${target}/${name}.v2 with chart ${name}@${revision}`,
          deliveredAt,
        ),
      ],
      history: [
        {
          name,
          namespace: target,
          chartName: name,
          chartVersion: revision,
          version: 2,
          status: 'deployed',
          firstDeployed: deliveredAt,
          lastDeployed: deliveredAt,
        },
      ],
    },
  };
};

/** The Deployments of a chart as `helm template` renders them. */
const renderManifest = (
  registry: string,
  namespace: string,
  services: readonly string[],
  tag: string,
): string =>
  services
    .map((name) => {
      const template = { spec: { containers: [{ name, image: `${registry}/${name}:${tag}` }] } };
      const object = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name, namespace },
        spec: { template },
      };
      return `---\n# Source: ${name}/templates/deployment.yaml\n${JSON.stringify(object)}\n`;
    })
    .join('');

/** The Secrets of a release, one for each revision. */
const seedRelease = (
  { spec, shelves, startedAt }: ClusterContext,
  place: DeliveryContext,
  { name, revisions, services = [] }: HelmReleaseSpec,
): void => {
  for (const [index, revision] of revisions.entries()) {
    const { status, agoMs, chart = '1.0.0', values = {}, tag = chart } = revision;
    const { description = index === 0 ? 'Install complete' : 'Upgrade complete' } = revision;
    const version = index + 1;
    const made = { ...place, createdAt: startedAt - agoMs };
    const content = {
      ...{ name, version, namespace: place.target, config: values },
      info: { status, description },
      chart: { metadata: { name, version: chart, appVersion: chart, apiVersion: 'v2' } },
      manifest: renderManifest(spec.registry, place.target, services, tag),
    };
    const metadata = seedMetadata(made, 'secrets', releaseSecretName(name, version), place.target);
    shelves.secrets.put(releaseSecret(metadata, content, made.createdAt));
  }
};

const deliveredAgoMs = 7_200_000;

/** Applications, objects of Flux and Helm releases. */
export const seedDelivery = (ground: ClusterContext, seed: SeedContext): void => {
  const { spec, env, shelves, startedAt } = ground;
  const { delivery } = spec;
  if (delivery === undefined) return;
  const place: DeliveryContext = {
    ...seed,
    namespace: seedNamespace(env.spec.name, delivery.namespace),
    target: seedNamespace(env.spec.name, spec.namespace),
    deliveredAt: rfc3339Seconds(startedAt - deliveredAgoMs),
  };
  for (const each of delivery.applications ?? []) shelves.applications.put(application(place, each));
  for (const each of delivery.kustomizations ?? []) shelves.kustomizations.put(kustomization(place, each));
  for (const each of delivery.helmReleases ?? []) shelves.helmreleases.put(helmRelease(place, each));
  for (const each of delivery.releases ?? []) seedRelease(ground, place, each);
};
