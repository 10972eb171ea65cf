import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { isSecret } from '../../../kit/values/secrets.ts';
import { entries, field, number, text } from '../../../kit/values/wire-value.ts';
import { parseObjectRef } from '../../api/api-resources.ts';
import { parseConditions, parseMeta } from '../../api/object-meta.ts';
import { parseQuantity } from '../../api/quantity.ts';
import {
  daemonSetRollout,
  deploymentRollout,
  type Rollout,
  statefulSetRollout,
} from '../../workload/parse-workload.ts';
import { readPinnedObject } from './find-object.ts';
import { parseEnv, templateContainers } from './pod-template.ts';
import { defineObjectRead, objectParams } from './read-operation.ts';

/** Resources of a container as numbers: memory in bytes, CPU in cores. */
const templateResources = (raw: unknown, of: 'limits' | 'requests') =>
  Object.fromEntries(
    entries(field(field(raw, 'resources'), of)).flatMap(([name, amount]) => {
      const size = parseQuantity(amount);
      return size === undefined ? [] : [[name, size] as const];
    }),
  );

/** Literal values of variables, without secrets and references. */
const templateEnvironment = (raw: unknown) =>
  Object.fromEntries(
    [...parseEnv(raw)].flatMap(([name, variable]) =>
      'from' in variable || isSecret(name, variable.value) ? [] : [[name, variable.value] as const],
    ),
  );

/**
 * A workload as a JSON document for verifications: progress of its rollout, the properties that identify its template
 * (generation, revision, restartedAt), and its containers by name. Source: kubectl's annotation of a restart.
 */
const rolloutDocument = (raw: unknown, { isDone, status, wanted, updated, ready, available }: Rollout) => {
  const annotations = field(field(raw, 'metadata'), 'annotations');
  const template = field(field(field(raw, 'spec'), 'template'), 'metadata');
  return {
    uid: parseMeta(raw).uid,
    generation: number(field(field(raw, 'metadata'), 'generation')) ?? null,
    revision:
      number(Number(text(field(annotations, 'deployment.kubernetes.io/revision')) ?? Number.NaN)) ?? null,
    restartedAt: text(field(field(template, 'annotations'), 'kubectl.kubernetes.io/restartedAt')) ?? null,
    done: isDone,
    status,
    replicas: wanted,
    updated,
    ready,
    available,
    containers: Object.fromEntries(
      templateContainers(raw).map(({ name, image, raw: container }) => [
        name,
        {
          image,
          env: templateEnvironment(container),
          limits: templateResources(container, 'limits'),
          requests: templateResources(container, 'requests'),
        },
      ]),
    ),
  };
};

/** Rollout parser for each kind that supports rollouts. */
export const rolloutParsers: Readonly<Record<string, ((raw: unknown) => Rollout) | undefined>> = {
  deployment: deploymentRollout,
  statefulset: statefulSetRollout,
  daemonset: daemonSetRollout,
};

/** `rollout`: shows the progress of a deployment, stateful set or daemon set; as JSON also the template. */
export const rollout = defineObjectRead(
  {
    name: 'rollout',
    says: 'shows the state of the rollout of a workload',
    params: objectParams,
    resultKinds: ['json'],
  },
  (parts) => ({
    requests: async ({ object, namespace }, signal) => {
      const { kind, request: pinned } = await readPinnedObject(parts, object, namespace, signal);
      if (rolloutParsers[kind.singular] === undefined)
        throw new PlanError(
          'not-applicable',
          `a ${kind.singular} has no rollout: use deployment/NAME, statefulset/NAME or daemonset/NAME`,
        );
      return [pinned];
    },
    lines: (answer, _, { object }) => {
      const raw = answer.json();
      const judge = rolloutParsers[parseObjectRef(object)?.kind.singular ?? ''];
      return judge === undefined ? [] : [formatRollout(object, judge(raw)), ...formatConditions(raw)];
    },
    json: (answer, { object }) => {
      const raw = answer.json();
      const judge = rolloutParsers[parseObjectRef(object)?.kind.singular ?? ''];
      return judge === undefined ? undefined : rolloutDocument(raw, judge(raw));
    },
  }),
);

/** 'deployment/x: progressing; 1 of 3 updated, 2 ready, 2 available' */
export const formatRollout = (
  object: string,
  { status, isDone, updated, wanted, ready, available }: Rollout,
): string =>
  `${object}: ${isDone ? 'complete, ' : ''}${status}; ${updated} of ${wanted} updated, ${ready} ready, ${available} available`;

export const formatConditions = (raw: unknown): readonly string[] =>
  parseConditions(raw).map(({ type, status, reason, message }) =>
    [`${type} ${status}`, reason, message].filter((part) => part !== '').join(': '),
  );
