import type { ActStep } from '../../domain/runbooks/runbook.ts';

/** A step that must not wait where it does. `path` is its place in the runbook. */
interface OutageProblem {
  readonly path: string;
  readonly what: string;
  readonly todo: string;
}

/** The effect of a step on whether its object runs, by operation; undefined for any other operation or value. */
const runEffect = ({ use, with: values = {} }: ActStep): 'stops' | 'starts' | undefined => {
  const operation = use?.slice(use.indexOf('.') + 1);
  const verbs: Readonly<Record<string, 'stops' | 'starts'>> = {
    stop: 'stops',
    start: 'starts',
    restart: 'starts',
  };
  switch (operation) {
    case 'scale':
      return values.replicas === 0 ? 'stops' : 'starts';
    case 'systemctl':
      return typeof values.verb === 'string' ? verbs[values.verb] : undefined;
    case 'stop':
    case 'start':
      return verbs[operation];
    default:
      return undefined;
  }
};

/** The object of a step: what it is started and stopped by, whatever else it says. */
const objectOf = ({ use = '', with: values = {} }: ActStep): string => {
  const { verb: _, replicas: __, wait: ___, stopped: ____, only: _____, ...rest } = values;
  return `${use.slice(0, use.indexOf('.'))} ${JSON.stringify(Object.entries(rest).sort())}`;
};

/**
 * Finds steps that wait for a person while an object is stopped that a later step starts again: an outage must not last
 * as long as an operator reads, is called away, or forgets the card.
 */
export const waitsInOutage = (act: readonly ActStep[]): readonly OutageProblem[] =>
  act.flatMap((step, index) => {
    if (step.manual !== true && step.ask !== true) return [];
    const stop = act
      .slice(0, index)
      .findLast(
        (before) =>
          runEffect(before) === 'stops' &&
          act
            .slice(index)
            .some((later) => runEffect(later) === 'starts' && objectOf(later) === objectOf(before)),
      );
    if (stop === undefined) return [];
    const what = step.manual === true ? 'manual step' : 'abort point';
    return [
      {
        path: `act[${index}]`,
        what: `${what} ${step.id} waits for a person while ${stop.id} (${stop.title}) keeps the object stopped`,
        todo: `move ${step.id} before ${stop.id}, or after the step that starts the object again`,
      },
    ];
  });
