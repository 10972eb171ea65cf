import { entries, field, list, text } from '../../kit/values/wire-value.ts';
import { parseObjectRef } from './api-resources.ts';
import type { ObjectLabels } from './string-pool.ts';

/** Returns the problem with a pod target; undefined when it is valid. */
export const podTargetProblem = (target: string): string | undefined => {
  const object = parseObjectRef(target);
  if (object !== undefined)
    return hasPods(object.kind.singular)
      ? undefined
      : `a ${object.kind.singular} has no pods. Use pod/NAME, deployment/NAME or app=NAME`;
  return parseLabelSelector(target) === undefined
    ? `"${target}" is neither an object nor a label selector. Use pod/NAME, deployment/NAME, service/NAME or app=NAME`
    : undefined;
};

/**
 * Returns the problem with the target of a `via:`. Rejects a bare word: it would select every pod that has a label of
 * that name, when the author most likely meant a deployment.
 */
export const viaTargetProblem = (target: string): string | undefined =>
  /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(target)
    ? `"${target}" is not a kind. Use deployment/${target}, pod/${target} or app=${target}`
    : podTargetProblem(target);

const podTargetKinds = new Set([
  'pod',
  'deployment',
  'statefulset',
  'daemonset',
  'replicaset',
  'job',
  'service',
]);
const hasPods = (word: string): boolean => podTargetKinds.has(word);

/** One requirement of a label selector. */
interface Requirement {
  readonly key: string;
  readonly is: 'in' | 'not in' | 'there' | 'absent';
  readonly values: readonly string[];
}
export type LabelSelector = readonly Requirement[];

const labelPattern = '[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?';
const requirementForms: readonly (readonly [RegExp, Requirement['is']])[] = [
  [new RegExp(`^(?<key>${labelPattern})\\s*(?:==?)\\s*(?<values>[-A-Za-z0-9_.]*)$`), 'in'],
  [new RegExp(`^(?<key>${labelPattern})\\s*!=\\s*(?<values>[-A-Za-z0-9_.]*)$`), 'not in'],
  [new RegExp(`^(?<key>${labelPattern})\\s+in\\s*\\((?<values>[^()]*)\\)$`), 'in'],
  [new RegExp(`^(?<key>${labelPattern})\\s+notin\\s*\\((?<values>[^()]*)\\)$`), 'not in'],
  [new RegExp(`^(?<key>${labelPattern})$`), 'there'],
  [new RegExp(`^!\\s*(?<key>${labelPattern})$`), 'absent'],
];

/**
 * Parses 'app=bus,tier!=db,env in (a, b),!canary' into requirements; undefined when it is not a label selector.
 * Source: kubernetes.io, "Labels and Selectors".
 */
export const parseLabelSelector = (text: string): LabelSelector | undefined => {
  const parts = text.split(/,(?![^()]*\))/).map((part) => part.trim());
  const requirements = parts.map((part): Requirement | undefined => {
    for (const [form, is] of requirementForms) {
      const groups = form.exec(part)?.groups;
      const key = groups?.key;
      if (key !== undefined)
        return { key, is, values: (groups?.values ?? '').split(',').map((value) => value.trim()) };
    }
    return undefined;
  });
  return requirements.every((requirement) => requirement !== undefined) ? requirements : undefined;
};

/** True when the labels meet every requirement. */
export const matchesLabels = (selector: LabelSelector, labels: ObjectLabels): boolean =>
  selector.every((requirement) => meetsRequirement(requirement, labels[requirement.key]));

const meetsRequirement = ({ is, values }: Requirement, actual: string | undefined): boolean => {
  switch (is) {
    case 'there':
      return actual !== undefined;
    case 'absent':
      return actual === undefined;
    case 'in':
      return actual !== undefined && values.includes(actual);
    case 'not in':
      return actual === undefined || !values.includes(actual);
  }
};

/** Formats requirements for the API parameter `labelSelector=`. */
export const formatLabelSelector = (selector: LabelSelector): string =>
  selector
    .map(({ key, is, values }) => {
      if (is === 'there') return key;
      if (is === 'absent') return `!${key}`;
      return `${key} ${is === 'in' ? 'in' : 'notin'} (${values.join(',')})`;
    })
    .join(',');

const expressionOperators: Readonly<Record<string, Requirement['is']>> = {
  In: 'in',
  NotIn: 'not in',
  Exists: 'there',
  DoesNotExist: 'absent',
};

/** Parses `spec.selector` of a workload: matchLabels and matchExpressions. Undefined when it selects nothing. */
export const parseSpecSelector = (raw: unknown): LabelSelector | undefined => {
  const equal = entries(field(raw, 'matchLabels')).map(
    ([key, value]): Requirement => ({ key, is: 'in', values: [String(value)] }),
  );
  const expressions = list(field(raw, 'matchExpressions')).flatMap((value): readonly Requirement[] => {
    const key = text(field(value, 'key'));
    const is = expressionOperators[text(field(value, 'operator')) ?? ''];
    return key === undefined || is === undefined
      ? []
      : [{ key, is, values: list(field(value, 'values')).map(String) }];
  });
  const all = [...equal, ...expressions];
  return all.length === 0 ? undefined : all;
};

/** Parses `spec.selector` of a service: labels only. Undefined when it has none. */
export const parseServiceSelector = (raw: unknown): LabelSelector | undefined =>
  parseSpecSelector({ matchLabels: raw });
