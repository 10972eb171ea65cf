import { isSecret } from '../../secret-name.ts';
import { entries, field, number, text } from '../../wire-value.ts';
import { metaOf } from '../meta.ts';
import { variablesOf } from '../operations/environment.ts';
import { containersIn } from '../operations/pod-template.ts';
import { quantity } from '../quantity.ts';
import type { Rollout } from '../workload/rollout.ts';

/** Amounts of a container as numbers: bytes of memory, cores. */
const amountsOf = (raw: unknown, of: 'limits' | 'requests') =>
  Object.fromEntries(
    entries(field(field(raw, 'resources'), of)).flatMap(([name, amount]) => {
      const size = quantity(amount);
      return size === undefined ? [] : [[name, size] as const];
    }),
  );

/** Literal values of variables. Secret ones are left out, as are those that come from elsewhere. */
const environmentOf = (raw: unknown) =>
  Object.fromEntries(
    [...variablesOf(raw)].flatMap(([name, variable]) =>
      'from' in variable || isSecret(name, variable.value) ? [] : [[name, variable.value] as const],
    ),
  );

/**
 * A workload as a JSON document for verifications: how far its rollout has come, what tells one template from another
 * (generation, revision, restartedAt), and its containers by name. Source: kubectl's annotation of a restart.
 */
export const rolloutDocument = (
  raw: unknown,
  { isDone, status, wanted, updated, ready, available }: Rollout,
) => {
  const annotations = field(field(raw, 'metadata'), 'annotations');
  const template = field(field(field(raw, 'spec'), 'template'), 'metadata');
  return {
    uid: metaOf(raw).uid,
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
      containersIn(raw).map(({ name, image, raw: container }) => [
        name,
        {
          image,
          env: environmentOf(container),
          limits: amountsOf(container, 'limits'),
          requests: amountsOf(container, 'requests'),
        },
      ]),
    ),
  };
};
