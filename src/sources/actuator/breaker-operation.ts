import { z } from 'zod';
import { zOneOrMore } from '../../domain/facts/schema.ts';
import type { OperationCall, UndoCall } from '../../domain/runbooks/operation.ts';
import { PlanError } from '../../domain/runbooks/operation.ts';
import { defineOperation, type PlanOf } from '../kit/operations/define-operation.ts';
import type { ActuatorInstance } from './instance.ts';
import { type InstanceAnswer, queryInstances, selectInstances } from './instance.ts';
import { readBreakers } from './instance-feeds.ts';
import { type ActuatorContext, findInstanceDrift, instanceUid, postToTargets } from './instance-operation.ts';
import type { ParsedBreaker } from './parse.ts';

/** State words of the endpoint for each transition. It has no forced closed state. */
const updates = { close: 'CLOSE', 'force-open': 'FORCE_OPEN', disable: 'DISABLE' } as const;
type Transition = keyof typeof updates;

const breakerParams = z.strictObject({
  name: z.string().min(1).meta({ description: 'the operation changes the circuit breaker with this name' }),
  to: z.enum(['close', 'force-open', 'disable']).meta({ description: 'state to put the circuit breaker in' }),
  instance: zOneOrMore
    .meta({
      description: 'name of the instance, or a list of names (default: every instance that has the breaker)',
    })
    .exactOptional(),
});

/**
 * `breaker`: changes the state of a circuit breaker on every instance that has it. The endpoint CREATES a breaker with
 * an unknown name and returns 200, so the name is looked up first; it must be spelled exactly as on the wire. Source:
 * resilience4j, circuitbreakers endpoint.
 */
export const breakerOperation = defineOperation(
  { name: 'breaker', danger: 'disruptive', params: breakerParams },
  ({ source, instances }: ActuatorContext) => ({
    plan: async ({ name, to, instance }, signal) => {
      const selected = selectInstances(instances, instance);
      const answers = await queryInstances(
        selected,
        '/circuitbreakers',
        (actuatorInstance) => readBreakers(actuatorInstance, signal),
        signal,
      );
      const having = answers.flatMap(({ instance: actuatorInstance, value: breakers }) =>
        breakers
          .filter((breaker) => isNamedBreaker(name, breaker))
          .map((breaker) => ({ instance: actuatorInstance, breaker: breaker })),
      );
      if (having.length === 0) throw new PlanError('not-applicable', describeMissingBreaker(name, answers));
      const path = breakerPath(name);
      return {
        targets: having.map(({ instance: actuatorInstance, breaker }) => ({
          name,
          uid: instanceUid(actuatorInstance, path),
          saw: breaker.word,
          where: actuatorInstance.where,
        })),
        reach: {
          share: {
            part: having.length,
            whole: instances.length,
            of: source === 'instances' ? source : `instances of ${source}`,
          },
        },
        calls: having.map(({ instance: actuatorInstance }, target) => ({
          line: actuatorInstance.endpoint.line('POST', path),
          body: transitionBody(to),
          target,
        })),
        // A breaker that lets everything through shows nothing; here it is what is asked for.
        ...(to === 'disable'
          ? {
              effects: having.map(({ instance: { name: instanceName } }) => ({
                does: 'ends' as const,
                kind: 'breakers',
                where: { name, ...(instanceName === '' ? {} : { instance: instanceName }) },
              })),
            }
          : {}),
        objects: having.map(({ instance: actuatorInstance, breaker }) =>
          describeBreakerTarget(breaker, actuatorInstance),
        ),
        lost: [lossByTransition[to], ...describeLoss(to, having)].join('; '),
        earlier: having.map(
          ({ instance: actuatorInstance, breaker }): PriorBreakerState => ({
            instance: actuatorInstance.name,
            word: breaker.word,
          }),
        ),
      };
    },

    recheck: (plan, signal) => {
      const { name } = plan.params;
      const wordNow = async (actuatorInstance: ActuatorInstance): Promise<string | undefined> =>
        (await readBreakers(actuatorInstance, signal)).find((breaker) => isNamedBreaker(name, breaker))?.word;
      return findInstanceDrift(plan, instances, breakerPath(name), wordNow, signal);
    },

    act: (plan, change, signal) => {
      const { name, to } = plan.params;
      return postToTargets(plan, instances, breakerPath(name), transitionBody(to), change, signal);
    },

    undo: (plan) => undoTransition(source, plan),
  }),
);

const isAddressable = ({ addressable }: ParsedBreaker): boolean => addressable;
const isNamedBreaker = (name: string, breaker: ParsedBreaker): boolean =>
  isAddressable(breaker) && breaker.name === name;

interface PriorBreakerState {
  readonly instance: string;
  readonly word: string;
}

const lossByTransition: Readonly<Record<Transition, string>> = {
  close: 'the breaker forgets its recorded calls: the sliding window starts empty',
  'force-open': 'every call is rejected until you change the state again',
  disable: 'the breaker protects nothing until you change the state again: every call passes',
};

const breakerPath = (name: string): string => `/circuitbreakers/${encodeURIComponent(name)}`;
const transitionBody = (to: Transition): string => JSON.stringify({ updateState: updates[to] });

const describeBreakerTarget = (breaker: ParsedBreaker, actuatorInstance: ActuatorInstance): string => {
  const { failedCalls, bufferedCalls } = breaker;
  const calls =
    failedCalls === undefined || bufferedCalls === undefined
      ? ''
      : `, ${failedCalls} of ${bufferedCalls} calls failed`;
  return `circuit breaker ${breaker.name} of ${actuatorInstance.where}: ${breaker.word}${calls}`;
};

const describeMissingBreaker = (
  name: string,
  answers: readonly InstanceAnswer<readonly ParsedBreaker[]>[],
): string => {
  const known = [
    ...new Set(
      answers.flatMap(({ value: breakers }) => breakers.filter(isAddressable).map((breaker) => breaker.name)),
    ),
  ].sort();
  return `no instance has a circuit breaker "${name}". ${known.length === 0 ? 'None exist' : `Available: ${known.join(', ')}`}`;
};

/** Transition that restores a state, and its title. No call opens or half-opens a breaker. */
const undoTransitions: Readonly<
  Record<
    string,
    { readonly to: Transition; readonly words: string; readonly but?: string; readonly lost?: string }
  >
> = {
  CLOSED: { to: 'close', words: 'Close' },
  FORCED_OPEN: { to: 'force-open', words: 'Force open' },
  DISABLED: { to: 'disable', words: 'Disable' },
  OPEN: {
    to: 'force-open',
    words: 'Force open',
    but: 'was OPEN. Undo sets FORCED_OPEN, which a person must close',
    lost: 'undo can only force the breaker open, and the breaker then stays FORCED_OPEN until a person closes the breaker',
  },
};

/** Describes the state of each instance that undo cannot restore. */
const describeLoss = (
  to: Transition,
  having: readonly { readonly instance: ActuatorInstance; readonly breaker: ParsedBreaker }[],
): readonly string[] => {
  const of = (names: readonly string[]): string => names.filter((name) => name !== '').join(', ');
  return [...Map.groupBy(having, ({ breaker }) => breaker.word)].flatMap(([word, all]) => {
    const where = of(all.map(({ instance }) => instance.name));
    const state = where === '' ? word : `${word} of ${where}`;
    const way = undoTransitions[word];
    if (way === undefined) return [`the state ${state} cannot be restored by an undo`];
    return way.lost === undefined
      ? []
      : [`${state}: ${way.to === to ? 'undo cannot restore this state' : way.lost}`];
  });
};

const isPriorBreakerState = (value: unknown): value is PriorBreakerState =>
  typeof value === 'object' && value !== null && 'instance' in value && 'word' in value;

/**
 * Undo: restores the previous state of each instance, one call per transition; undefined when none can be restored, or
 * none has changed.
 */
const undoTransition = (
  source: string,
  plan: PlanOf<z.infer<typeof breakerParams>>,
): UndoCall | undefined => {
  const { name, to } = plan.params;
  const earlier = Array.isArray(plan.earlier) ? plan.earlier.filter(isPriorBreakerState) : [];
  const moved = earlier.filter(
    ({ word }) => undoTransitions[word] !== undefined && undoTransitions[word].to !== to,
  );
  const [first, ...and] = [...Map.groupBy(moved, ({ word }) => word)].flatMap(
    ([word, all]): OperationCall[] => {
      const way = undoTransitions[word];
      if (way === undefined) return [];
      const named = all.flatMap(({ instance }) => (instance === '' ? [] : [instance]));
      return [
        {
          use: `${source}.breaker`,
          with: { name, to: way.to, ...(named.length === 0 ? {} : { instance: named }) },
          title: `${way.words} circuit breaker ${name}${named.length === 0 ? '' : ` of ${named.join(', ')}`}${way.but === undefined ? '' : ` (${way.but})`}`,
          pins: 'value',
        },
      ];
    },
  );
  return first && { ...first, ...(and.length === 0 ? {} : { and }) };
};
