import { entries, field, list, text } from '../wire-value.ts';
import { objectNamed } from './kinds.ts';
import type { Labels } from './strings.ts';

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

/** One requirement of a label selector. */
interface Requirement {
  readonly key: string;
  readonly is: 'in' | 'not in' | 'there' | 'absent';
  readonly values: readonly string[];
}
export type Selector = readonly Requirement[];

const label = '[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?';
const forms: readonly (readonly [RegExp, Requirement['is']])[] = [
  [new RegExp(`^(?<key>${label})\\s*(?:==?)\\s*(?<values>[-A-Za-z0-9_.]*)$`), 'in'],
  [new RegExp(`^(?<key>${label})\\s*!=\\s*(?<values>[-A-Za-z0-9_.]*)$`), 'not in'],
  [new RegExp(`^(?<key>${label})\\s+in\\s*\\((?<values>[^()]*)\\)$`), 'in'],
  [new RegExp(`^(?<key>${label})\\s+notin\\s*\\((?<values>[^()]*)\\)$`), 'not in'],
  [new RegExp(`^(?<key>${label})$`), 'there'],
  [new RegExp(`^!\\s*(?<key>${label})$`), 'absent'],
];

/**
 * 'app=bus,tier!=db,env in (a, b),!canary' as requirements; undefined when it is no label selector.
 * Source: kubernetes.io, "Labels and Selectors".
 */
export const parseSelector = (text: string): Selector | undefined => {
  const parts = text.split(/,(?![^()]*\))/).map((part) => part.trim());
  const found = parts.map((part): Requirement | undefined => {
    for (const [form, is] of forms) {
      const groups = form.exec(part)?.groups;
      const key = groups?.key;
      if (key !== undefined)
        return { key, is, values: (groups?.values ?? '').split(',').map((value) => value.trim()) };
    }
    return undefined;
  });
  return found.every((one) => one !== undefined) ? found : undefined;
};

/** True when the labels meet every requirement. */
export const matches = (selector: Selector, labels: Labels): boolean =>
  selector.every((one) => isMet(one, labels[one.key]));

const isMet = ({ is, values }: Requirement, held: string | undefined): boolean => {
  switch (is) {
    case 'there':
      return held !== undefined;
    case 'absent':
      return held === undefined;
    case 'in':
      return held !== undefined && values.includes(held);
    case 'not in':
      return held === undefined || !values.includes(held);
  }
};

/** The requirements as the API takes them in `labelSelector=`. */
export const selectorText = (selector: Selector): string =>
  selector
    .map(({ key, is, values }) => {
      if (is === 'there') return key;
      if (is === 'absent') return `!${key}`;
      return `${key} ${is === 'in' ? 'in' : 'notin'} (${values.join(',')})`;
    })
    .join(',');

const operators: Readonly<Record<string, Requirement['is']>> = {
  In: 'in',
  NotIn: 'not in',
  Exists: 'there',
  DoesNotExist: 'absent',
};

/** `spec.selector` of a workload: matchLabels and matchExpressions. Undefined when it selects nothing. */
export const selectorOf = (raw: unknown): Selector | undefined => {
  const equal = entries(field(raw, 'matchLabels')).map(
    ([key, value]): Requirement => ({ key, is: 'in', values: [String(value)] }),
  );
  const expressions = list(field(raw, 'matchExpressions')).flatMap((one): readonly Requirement[] => {
    const [key, is] = [text(field(one, 'key')), operators[text(field(one, 'operator')) ?? '']];
    return key === undefined || is === undefined
      ? []
      : [{ key, is, values: list(field(one, 'values')).map(String) }];
  });
  const all = [...equal, ...expressions];
  return all.length === 0 ? undefined : all;
};

/** `spec.selector` of a service: labels alone. Undefined when it has none. */
export const serviceSelector = (raw: unknown): Selector | undefined => selectorOf({ matchLabels: raw });
