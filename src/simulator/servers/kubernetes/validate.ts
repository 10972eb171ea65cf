import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type { Cluster } from '../../model/cluster/cluster.ts';
import { firstGeneration, rfc3339Seconds, stableUuid } from '../../model/cluster/state/names.ts';
import type { KubeObject } from '../../model/spec/cluster-objects.ts';
import { badRequest, invalidObject } from './patch/api-error.ts';
import { isJsonObject, type Json } from './patch/json.ts';
import { strategicPatch } from './patch/merge-patch.ts';
import type { ResourceKind, ResourceRoute } from './patch/resources.ts';
import { apiVersionOf } from './patch/resources.ts';

const stateful = {
  observedGeneration: 0,
  replicas: 0,
  availableReplicas: 0,
  currentRevision: '',
  updateRevision: '',
  collisionCount: 0,
};
const daemon = {
  observedGeneration: 0,
  currentNumberScheduled: 0,
  desiredNumberScheduled: 0,
  numberMisscheduled: 0,
  numberReady: 0,
};

/** Defaults that the server sets at creation. */
const defaults: Readonly<Record<string, Json>> = {
  deployments: {
    spec: {
      replicas: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    },
    status: { observedGeneration: 0, conditions: [] },
  },
  statefulsets: { spec: { replicas: 1 }, status: stateful },
  daemonsets: { status: daemon },
  jobs: { spec: { backoffLimit: 6, parallelism: 1, completions: 1 }, status: {} },
};

/** Metadata of a new object. */
const metadataOf = (cluster: Cluster, { of, namespace }: ResourceRoute, name: string) => ({
  name,
  ...defined({ namespace }),
  uid: stableUuid(`${of.plural}/${namespace ?? ''}/${name}/${cluster.ledger.version}`),
  resourceVersion: '',
  creationTimestamp: rfc3339Seconds(cluster.now),
  ...firstGeneration(of.plural),
});

/** A new object with the server's defaults. Throws a `422` if it is invalid. */
export const buildNewObject = (cluster: Cluster, route: ResourceRoute, manifest: Json): KubeObject => {
  const { of } = route;
  const metadata = isJsonObject(manifest) ? manifest.metadata : undefined;
  const named = isJsonObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
  const name = route.name ?? named;
  if (name === '') throw badRequest('name or generateName is required');
  const identity = {
    apiVersion: apiVersionOf(of),
    kind: of.kind,
    metadata: metadataOf(cluster, route, name),
  };
  const whole = strategicPatch(strategicPatch(defaults[of.plural] ?? {}, manifest), identity);
  return validateObject(of, name, whole);
};

const texts = z.record(z.string(), z.string());
const quantity = z
  .string()
  .regex(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, 'quantities must match the regular expression');
const quantities = z.record(z.string(), quantity);

const container = z.looseObject({
  name: z.string().min(1),
  image: z.string().min(1),
  env: z.array(z.looseObject({ name: z.string().min(1), value: z.string().optional() })).optional(),
  resources: z.looseObject({ limits: quantities.optional(), requests: quantities.optional() }).optional(),
});

const template = z.looseObject({
  metadata: z.looseObject({ labels: texts.optional(), annotations: texts.optional() }).optional(),
  spec: z.looseObject({ containers: z.array(container).min(1) }),
});

const replicas = z.int().min(0, 'must be greater than or equal to 0');
const selector = z.looseObject({ matchLabels: texts });
const percentOrCount = z.union([z.int().min(0), z.string().regex(/^\d+%$/)]);

const specs: Readonly<Record<string, z.ZodType>> = {
  deployments: z.looseObject({
    replicas,
    selector,
    template,
    strategy: z.looseObject({
      type: z.enum(['RollingUpdate', 'Recreate']),
      rollingUpdate: z
        .looseObject({ maxSurge: percentOrCount.optional(), maxUnavailable: percentOrCount.optional() })
        .optional(),
    }),
    paused: z.boolean().optional(),
    progressDeadlineSeconds: z.int().positive(),
    revisionHistoryLimit: z.int().min(0),
  }),
  statefulsets: z.looseObject({ replicas, selector, serviceName: z.string(), template }),
  daemonsets: z.looseObject({ selector, template }),
  poddisruptionbudgets: z.looseObject({
    selector,
    minAvailable: percentOrCount.optional(),
    maxUnavailable: percentOrCount.optional(),
  }),
  jobs: z.looseObject({ template, backoffLimit: z.int().min(0).optional() }),
};

const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string().min(1),
    namespace: z.string().optional(),
    uid: z.string(),
    resourceVersion: z.string(),
    creationTimestamp: z.string(),
    labels: texts.optional(),
    annotations: texts.optional(),
  }),
});

const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .reduce<string>(
      (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
      '',
    )
    .slice(1);

/** A patched object in the form that the model accepts. Throws a `422` that names the invalid fields. */
export const validateObject = (of: ResourceKind, name: string, value: unknown): KubeObject => {
  const spec = specs[of.plural];
  const schema = spec === undefined ? objectSchema : objectSchema.extend({ spec });
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success)
    throw invalidObject(
      of,
      name,
      parsed.error.issues.map((issue) => ({
        field: pathOf(issue.path),
        message: `Invalid value: ${JSON.stringify(issue.input)}: ${issue.message}`,
      })),
    );
  const { metadata, ...rest } = parsed.data;
  const { namespace, labels, annotations, ...meta } = metadata;
  return {
    ...rest,
    metadata: {
      ...meta,
      ...defined({ namespace, labels, annotations }),
    },
  };
};
