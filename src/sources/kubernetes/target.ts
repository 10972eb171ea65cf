import { objectNamed } from './kinds.ts';
import { parseSelector } from './selector.ts';

/** What is wrong with a text that is to name pods; undefined when nothing is. */
export const targetProblem = (target: string): string | undefined => {
  const object = objectNamed(target);
  if (object !== undefined)
    return leads(object.kind.word)
      ? undefined
      : `no pods belong to a ${object.kind.word}: pod/NAME, deployment/NAME, app=NAME`;
  return parseSelector(target) === undefined
    ? `"${target}" is neither an object (pod/NAME, deployment/NAME, service/NAME) nor a label selector (app=NAME)`
    : undefined;
};

/**
 * The same of the target of a `via:`. A bare word would select whatever bears a label of that name, which nobody means who
 * writes the name of a deployment.
 */
export const viaTargetProblem = (target: string): string | undefined =>
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(target)
    ? `"${target}" is no kind of object; write deployment/${target}, pod/${target} or app=${target}`
    : targetProblem(target);

const leading = new Set(['pod', 'deployment', 'statefulset', 'daemonset', 'replicaset', 'job', 'service']);
const leads = (word: string): boolean => leading.has(word);
