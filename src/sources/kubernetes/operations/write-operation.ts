import type { ActEvent, Drift, Target } from '../../../domain/operation.ts';
import { PlanError } from '../../../domain/operation.ts';
import { toFault } from '../../../platform/fault.ts';
import { statusText } from '../../../platform/network/status.ts';
import { masker } from '../../../platform/terminal/secrets.ts';
import {
  type Declared,
  defineOperation,
  type OperationBehavior,
  type OperationDefinition,
  type PlanDraft,
  type PlanOf,
} from '../../define-operation.ts';
import type { KubeParts } from '../parts.ts';
import { admitted, permitOf, planErrorOf, rehearsed, warningsOf } from './admission.ts';
import { rolledOut } from './blast-radius.ts';
import { fieldDiff } from './field-diff.ts';
import { followAll } from './follow.ts';
import { driftOf } from './found.ts';
import type { Deed, Recipe, WriteParams } from './recipe.ts';
import { type Earlier, earlierOf } from './recipe.ts';

/** A write that would change something, and what in words. */
interface Weighed {
  readonly deed: Deed;
  readonly words: readonly string[];
  readonly isIdle: boolean;
}

const weighed = async ({ client }: KubeParts, deed: Deed, signal: AbortSignal): Promise<Weighed> => {
  const { object, before } = deed;
  const answer = await rehearsed(client, deed.rehearsal ?? deed.call, object, signal);
  const warnings = warningsOf(answer);
  if (before === undefined) return { deed, words: warnings, isIdle: false };
  if (before.raw === undefined)
    return { deed, words: [`${object} is made: it is not there yet`, ...warnings], isIdle: false };
  const diff = fieldDiff(before.raw, answer.json());
  const words =
    diff.length === 0 ? [`${object}: nothing would change`] : diff.map((line) => `${object} ${line}`);
  return { deed, words: [...words, ...warnings], isIdle: diff.length === 0 };
};

/**
 * Defines an operation that writes, by its recipe. Its plan has been allowed by the API's authorizer and rehearsed by a dry run; what admission
 * would refuse is told before anybody confirms. `act` sends what the plan shows.
 */
export const defineWrite = <P extends WriteParams>(
  declared: Declared<P>,
  recipeOf: (parts: KubeParts) => Recipe<P>,
): OperationDefinition<KubeParts> =>
  defineOperation(declared, (parts: KubeParts) => behaviorOf(parts, declared.name, recipeOf(parts)));

const behaviorOf = <P extends WriteParams>(
  parts: KubeParts,
  name: string,
  recipe: Recipe<P>,
): OperationBehavior<P> => {
  const { client, source } = parts;
  const words = (error: unknown): string => toFault(source, '', error, client.now()).message;

  const planned = async (params: P, signal: AbortSignal): Promise<PlanDraft> => {
    const { deeds, objects, lost, undo, follow, reach: said } = await recipe.prepare(params, signal);
    const rights = deeds.flatMap((deed) => deed.rights);
    const allowed = await Promise.all(rights.map((right) => admitted(client, right, signal)));
    const all = await Promise.all(deeds.map((deed) => weighed(parts, deed, signal)));
    const meant = all.flatMap(({ deed, isIdle }) => (isIdle ? [] : [deed]));
    if (meant.length === 0) throw new PlanError('not-applicable', all.flatMap((one) => one.words).join('; '));
    const earlier: Earlier = {
      calls: meant.map(({ call }) => call),
      looks: meant.map(({ look }) => look),
      rights: meant.flatMap((deed) => [...deed.rights]),
      follow: [
        ...(follow ??
          meant.flatMap(({ rollsOut, object, look }) => (rollsOut ? [{ object, path: look }] : []))),
      ],
      ...(undo === undefined ? {} : { undo: { ...undo, with: { ...undo.with } } }),
    };
    const reach = said ?? rolledOut(meant);
    return {
      targets: meant.map(({ target }) => target),
      calls: meant.map(({ call, shown }, target) => {
        const body = shown ?? call.body;
        return {
          line: client.line(call.method, call.path),
          ...(body === undefined ? {} : { body: masker.mask(body) }),
          target,
        };
      }),
      objects: [
        ...objects,
        ...all.flatMap((one) => one.words),
        `allowed: ${[...new Set(allowed)].join(', ')}`,
      ],
      ...(lost === undefined ? {} : { lost }),
      ...(reach === undefined ? {} : { reach }),
      earlier,
    };
  };

  const found = async (plan: PlanOf<P>, target: Target, index: number, signal: AbortSignal) =>
    driftOf(client, target, earlierOf(plan).looks[index] ?? '', signal, (raw) =>
      recipe.saw(raw, plan.params),
    );

  return {
    plan: async (params, signal) => {
      try {
        return await planned(params, signal);
      } catch (error) {
        throw planErrorOf(error, name);
      }
    },

    permits: (plan, signal) => permitOf(client, earlierOf(plan).rights, signal),

    recheck: async (plan, signal): Promise<Drift | undefined> => {
      const drifts = await Promise.all(
        plan.targets.map((target, index) => found(plan, target, index, signal)),
      );
      const drift = drifts.find((one) => one !== undefined);
      return drift ?? recipe.moved?.(plan, signal);
    },

    act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
      const { calls, follow } = earlierOf(plan);
      for (const [index, call] of calls.entries()) {
        const line = plan.calls[index]?.line ?? client.line(call.method, call.path);
        yield { is: 'call', line };
        try {
          const finished = (await recipe.finish?.(call, plan, index, signal)) ?? call;
          const answer = await client.send(change, finished, signal);
          const problem = client.problem(answer);
          if (problem !== undefined) throw problem;
          yield { is: 'answered', line, status: statusText(answer.status), ok: true };
        } catch (error) {
          yield { is: 'answered', line, status: words(error), ok: false };
          return;
        }
      }
      const { wait } = plan.params;
      if (wait !== undefined) yield* followAll(client, follow, wait, change.clock, signal);
    },

    undo: (plan) => earlierOf(plan).undo,
  };
};
