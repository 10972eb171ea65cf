import { defined } from '../../../../domain/base/defined.ts';
import type { ActEvent, Target, TargetDrift } from '../../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { secretMasker } from '../../../../platform/masking/secrets.ts';
import { statusText } from '../../../../platform/network/status.ts';
import { toFault } from '../../../../platform/network/to-fault.ts';
import {
  defineOperation,
  type OperationBehavior,
  type OperationDefinition,
  type OperationSpec,
  type PlanDraft,
  type PlanOf,
} from '../../../kit/operations/define-operation.ts';
import type { KubeParts } from '../../api/parts.ts';
import { checkPermit, dryRunOrRefuse, requireAccess, responseWarnings, toPlanError } from './admission.ts';
import { rolloutImpact } from './blast-radius.ts';
import { rolloutEffects } from './declared-effects.ts';
import { fieldDiff } from './field-diff.ts';
import { objectDrift } from './find-object.ts';
import { rolloutInterruption } from './interruption.ts';
import { waitForRollouts } from './rollout-wait.ts';
import type { PlannedWrite, PreparedWrites, WriteParams, WritePlanner } from './write-planner.ts';
import { type PlanRecord, parsePlanRecord } from './write-planner.ts';

/** A write that changes something, and its description. */
interface EvaluatedWrite {
  readonly write: PlannedWrite;
  readonly words: readonly string[];
  readonly isNoop: boolean;
  /** The object as the dry run would leave it. */
  readonly after: unknown;
}

const evaluateWrite = async (
  { client }: KubeParts,
  write: PlannedWrite,
  signal: AbortSignal,
): Promise<EvaluatedWrite> => {
  const { object, before } = write;
  const answer = await dryRunOrRefuse(client, write.dryRunCall ?? write.call, object, signal);
  const warnings = responseWarnings(answer);
  if (before === undefined) return { write, words: warnings, isNoop: false, after: undefined };
  const after: unknown = answer.json();
  if (before.raw === undefined)
    return { write, words: [`${object} is created`, ...warnings], isNoop: false, after };
  const diff = fieldDiff(before.raw, after);
  const words =
    diff.length === 0
      ? [`${object} already has these values, so there is nothing to change`]
      : diff.map((line) => `${object} ${line}`);
  return { write, words: [...words, ...warnings], isNoop: diff.length === 0, after };
};

/**
 * Defines a writing operation from its planner. Its plan has been authorized by the API and validated by a dry run, so
 * a rejection by admission shows before the confirmation. `act` sends what the plan shows.
 */
export const defineWriteOperation = <P extends WriteParams>(
  declared: OperationSpec<P>,
  recipeOf: (parts: KubeParts) => WritePlanner<P>,
): OperationDefinition<KubeParts> =>
  defineOperation(declared, (parts: KubeParts) => writeBehavior(parts, declared.name, recipeOf(parts)));

/** The requests as the preview shows them. */
const shownCalls = (client: KubeParts['client'], writes: readonly PlannedWrite[]): PlanDraft['calls'] =>
  writes.map(({ call, displayBody: shown }, target) => {
    const body = shown ?? call.body;
    return {
      line: client.describeCall(call.method, call.path),
      ...(body === undefined ? {} : { body: secretMasker.mask(body) }),
      target,
    };
  });

/** The record of a plan for its execution: the requests, where their objects are read, and what is waited for. */
const recordOf = (
  effective: readonly PlannedWrite[],
  follow: PreparedWrites['follow'],
  undo: PreparedWrites['undo'],
): PlanRecord => ({
  calls: effective.map(({ call }) => call),
  looks: effective.map(({ readPath }) => readPath),
  rights: effective.flatMap((write) => [...write.rights]),
  follow: [
    ...(follow ??
      effective.flatMap(({ rollsOut, object, readPath }) => (rollsOut ? [{ object, path: readPath }] : []))),
  ],
  ...(undo === undefined ? {} : { undo: { ...undo, with: { ...undo.with } } }),
});

const writeBehavior = <P extends WriteParams>(
  parts: KubeParts,
  name: string,
  recipe: WritePlanner<P>,
): OperationBehavior<P> => {
  const { client, source } = parts;
  const words = (error: unknown): string => toFault(source, '', error, client.now()).message;

  const planned = async (params: P, signal: AbortSignal): Promise<PlanDraft> => {
    const {
      writes,
      objects,
      changes,
      lost,
      undo,
      follow,
      reach: impact,
      interrupts: interruption,
      effects: declaredEffects,
    } = await recipe.prepare(params, signal);
    const rights = writes.flatMap((write) => write.rights);
    const allowed = await Promise.all(rights.map((right) => requireAccess(client, right, signal)));
    const all = await Promise.all(writes.map((write) => evaluateWrite(parts, write, signal)));
    const effective = all.flatMap(({ write, isNoop: isIdle }) => (isIdle ? [] : [write]));
    if (effective.length === 0)
      throw new PlanError('not-applicable', all.flatMap((evaluatedWrite) => evaluatedWrite.words).join('; '));
    const reach = impact ?? rolloutImpact(effective);
    const interrupts = interruption ?? rolloutInterruption(effective);
    const effects =
      declaredEffects ??
      all.flatMap(({ write: { before }, isNoop, after }) =>
        isNoop || before?.raw === undefined ? [] : rolloutEffects(before.raw, after),
      );
    return {
      targets: effective.map(({ target }) => target),
      calls: shownCalls(client, effective),
      objects: [
        ...objects,
        ...all.flatMap((evaluatedWrite) => evaluatedWrite.words),
        `allowed: ${[...new Set(allowed)].join(', ')}`,
      ],
      ...defined({ changes, lost, reach, interrupts }),
      ...(effects.length === 0 ? {} : { effects }),
      earlier: recordOf(effective, follow, undo),
    };
  };

  const driftOf = async (plan: PlanOf<P>, target: Target, index: number, signal: AbortSignal) =>
    objectDrift(client, target, parsePlanRecord(plan).looks[index] ?? '', signal, (raw) =>
      recipe.pinnedValue(raw, plan.params),
    );

  return {
    plan: async (params, signal) => {
      try {
        return await planned(params, signal);
      } catch (error) {
        throw toPlanError(error, name);
      }
    },

    permits: (plan, signal) => checkPermit(client, parsePlanRecord(plan).rights, signal),

    recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
      const drifts = await Promise.all(
        plan.targets.map((target, index) => driftOf(plan, target, index, signal)),
      );
      const drift = drifts.find((candidate) => candidate !== undefined);
      return drift ?? recipe.extraDrift?.(plan, signal);
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const { calls, follow } = parsePlanRecord(plan);
      for (const [index, call] of calls.entries()) {
        const line = plan.calls[index]?.line ?? client.describeCall(call.method, call.path);
        yield { is: 'call', line };
        try {
          const finished = (await recipe.finalizeCall?.(call, plan, index, signal)) ?? call;
          const answer = await client.send(change, finished, signal);
          const problem = client.responseError(answer);
          if (problem !== undefined) throw problem;
          yield { is: 'answered', line, status: statusText(answer.status), ok: true };
        } catch (error) {
          yield { is: 'answered', line, status: words(error), ok: false };
          return;
        }
      }
      const { wait } = plan.params;
      if (wait !== undefined) yield* waitForRollouts(client, follow, wait, change.clock, signal);
    },

    undo: (plan) => parsePlanRecord(plan).undo,
  };
};
