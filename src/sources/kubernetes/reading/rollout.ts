import { PlanError } from '../../../domain/plan-error.ts';
import { objectNamed } from '../kinds.ts';
import { conditionsOf } from '../meta.ts';
import {
  daemonSetRollout,
  deploymentRollout,
  type Rollout,
  statefulSetRollout,
} from '../workload/rollout.ts';
import { findObject } from './object.ts';
import { objectParams } from './params.ts';
import { defineReading } from './reading-operation.ts';
import { rolloutDocument } from './rollout-document.ts';

/** How the rollout of each kind that has one is judged. */
export const rolloutOf: Readonly<Record<string, ((raw: unknown) => Rollout) | undefined>> = {
  deployment: deploymentRollout,
  statefulset: statefulSetRollout,
  daemonset: daemonSetRollout,
};

/** `rollout`: how far a deployment, stateful set or daemon set has come; as JSON also what its template asks for. */
export const rollout = defineReading({ name: 'rollout', params: objectParams, finds: ['json'] }, (parts) => ({
  asks: async ({ object, namespace }, signal) => {
    const { kind, asked } = await findObject(parts, object, namespace, signal);
    if (rolloutOf[kind.word] === undefined)
      throw new PlanError(
        'not-applicable',
        `a ${kind.word} has no rollout: deployment/NAME, statefulset/NAME, daemonset/NAME`,
      );
    return [asked];
  },
  lines: (answer, _, { object }) => {
    const raw = answer.json();
    const judge = rolloutOf[objectNamed(object)?.kind.word ?? ''];
    return judge === undefined ? [] : [rolloutWords(object, judge(raw)), ...conditionLines(raw)];
  },
  json: (answer, { object }) => {
    const raw = answer.json();
    const judge = rolloutOf[objectNamed(object)?.kind.word ?? ''];
    return judge === undefined ? undefined : rolloutDocument(raw, judge(raw));
  },
}));

/** 'deployment/x: progressing; 1 of 3 updated, 2 ready, 2 available' */
export const rolloutWords = (
  object: string,
  { status, isDone, updated, wanted, ready, available }: Rollout,
): string =>
  `${object}: ${isDone ? 'done, ' : ''}${status}; ${updated} of ${wanted} updated, ${ready} ready, ${available} available`;

export const conditionLines = (raw: unknown): readonly string[] =>
  conditionsOf(raw).map(({ type, status, reason, message }) =>
    [`${type} ${status}`, reason, message].filter((part) => part !== '').join(': '),
  );
