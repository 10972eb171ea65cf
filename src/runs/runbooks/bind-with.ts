import type { BindingRule, BindingRules } from '../../domain/binding.ts';
import type { ParamValues } from '../../domain/param-value.ts';
import { PlanError } from '../../domain/plan-error.ts';
import { bindParams, namesIn } from './bind.ts';
import { splices } from './binding-rules.ts';

type With = Readonly<Record<string, unknown>>;

/**
 * A value as a part of an address (RFC 3986, 2.1): what would end the part or begin another is percent-encoded. Throws for
 * one that no encoding makes a part of its own: an empty one, '.' and '..' are taken away when the address is read.
 */
const partOfAddress = (value: string): string => {
  if (value === '' || value === '.' || value === '..')
    throw new PlanError('failed', `"${value}" cannot be a part of an address`);
  return encodeURIComponent(value);
};

/** A value as a pattern that matches it and nothing else (ECMA-262, SyntaxCharacter). */
const asPattern = (value: string): string => value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const encoders: Readonly<Partial<Record<BindingRule, (value: string) => string>>> = {
  address: partOfAddress,
  pattern: asPattern,
};

/** The values that a text names, each as its place wants it. */
const encodedFor = (part: unknown, values: ParamValues, encode: (value: string) => string): ParamValues =>
  Object.fromEntries(
    namesIn(part).flatMap((name) =>
      Object.hasOwn(values, name) ? [[name, encode(String(values[name]))]] : [],
    ),
  );

const boundAt = (part: unknown, path: string, values: ParamValues, rules: BindingRules): unknown => {
  const rule = Object.hasOwn(rules, path) ? rules[path] : undefined;
  const encode = rule && encoders[rule];
  if (encode !== undefined) return bindParams(part, encodedFor(part, values, encode));
  const isMap = typeof part === 'object' && part !== null && !Array.isArray(part);
  if (!isMap || !Object.keys(rules).some((key) => key.startsWith(`${path}.`)))
    return bindParams(part, values);
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [key, boundAt(value, `${path}.${key}`, values, rules)]),
  );
};

/**
 * A step's `with`, bound by the rules of its operation. Throws PlanError where a value would be taken for something else
 * than a value, and where an address cannot hold it.
 */
export const bindWith = (given: With, values: ParamValues, rules: BindingRules): With => {
  const [splice] = splices(given, rules);
  if (splice !== undefined)
    throw new PlanError('failed', `with.${splice.path.join('.')}: ${splice.what}; ${splice.todo}`);
  return Object.fromEntries(
    Object.entries(given).map(([key, part]) => [key, boundAt(part, key, values, rules)]),
  );
};
