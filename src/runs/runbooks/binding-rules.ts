import type { BindingRule, BindingRules } from '../../domain/runbooks/operation.ts';
import { PlanError } from '../../domain/runbooks/operation.ts';
import type { ParamValues } from '../../domain/runbooks/runbook.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { type TextsOf, unsafeItems } from './argv/unsafe-items.ts';
import { anyText, textsOfValue } from './argv/value-texts.ts';
import { bindParams, referencedNames } from './binding/bind.ts';

type With = Readonly<Record<string, unknown>>;

/**
 * Encodes a value as one segment of an address (RFC 3986, 2.1). Throws for '', '.' and '..', which are removed when
 * an address is parsed.
 */
const partOfAddress = (value: string): string => {
  if (value === '' || value === '.' || value === '..')
    throw new PlanError('failed', `"${value}" cannot be part of an address. Use a value without / and ..`);
  return encodeURIComponent(value);
};

/** Escapes a value as a pattern that matches only itself (ECMA-262, SyntaxCharacter). */
const asPattern = (value: string): string => value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const encoders: Readonly<Partial<Record<BindingRule, (value: string) => string>>> = {
  address: partOfAddress,
  pattern: asPattern,
};

/** The values that a text refers to, encoded for their place. */
const encodedFor = (part: unknown, values: ParamValues, encode: (value: string) => string): ParamValues =>
  Object.fromEntries(
    referencedNames(part).flatMap((name) =>
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

/** The texts of values that are known, as a run has them. */
const textsIn =
  (values: ParamValues): TextsOf =>
  (name) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? anyText : textsOfValue(value);
  };

/**
 * Binds a step's `with` by the rules of its operation. Throws PlanError where a value could be interpreted as code or as an
 * option of a program, and where an address cannot contain it.
 */
export const bindByRules = (params: With, values: ParamValues, rules: BindingRules): With => {
  const [splice] = unsafeSplices(params, rules, textsIn(values));
  if (splice !== undefined)
    throw new PlanError(
      'failed',
      `with.${splice.path.join('.')}: ${splice.what}. ${sentenceCase(splice.todo)}`,
    );
  return Object.fromEntries(
    Object.entries(params).map(([key, part]) => [key, boundAt(part, key, values, rules)]),
  );
};

/** A value in a place where it could be interpreted as code. */
interface Splice {
  /** Path relative to the step's `with`. */
  readonly path: readonly (string | number)[];
  readonly what: string;
  readonly todo: string;
}

const written = (name: string): string => (name === 'each' ? '${each}' : `\${param.${name}}`);

const advice: Readonly<
  Record<Exclude<BindingRule, 'address' | 'pattern' | 'argv'>, (reference: string) => Omit<Splice, 'path'>>
> = {
  statement: (reference) => ({
    what: `${reference} is inside SQL text, where the value could end the literal and run as SQL`,
    todo: `write $1 there and params: ["${reference}"]; for a name, {NAME} and identifiers: { NAME: "${reference}" }`,
  }),
  document: (reference) => ({
    what: `${reference} is inside text that the receiver parses`,
    todo: `write the body as a map: { KEY: "${reference}" }, or as plain: TEXT if the receiver does not parse it`,
  }),
  fixed: (reference) => ({
    what: `${reference} is inside text that a program executes`,
    todo: 'write the text without a parameter',
  }),
};

const splicesIn = (
  rule: BindingRule,
  value: unknown,
  path: readonly (string | number)[],
  textsOf: TextsOf,
): readonly Splice[] => {
  if (rule === 'address' || rule === 'pattern') return [];
  if (rule === 'argv') {
    // A value in place of the whole list would name the program.
    if (!Array.isArray(value))
      return unsafeItems([String(value)], textsOf).map(({ what, todo }) => ({ path, what, todo }));
    return unsafeItems(value.map(String), textsOf).map(({ nth, what, todo }) => ({
      path: [...path, nth],
      what,
      todo,
    }));
  }
  const [name] = typeof value === 'string' ? referencedNames(value) : [];
  return name === undefined ? [] : [{ path, ...advice[rule](written(name)) }];
};

const valueAt = (tree: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (here, key) =>
      typeof here === 'object' && here !== null && Object.hasOwn(here, key)
        ? Object.entries(here).find(([name]) => name === key)?.[1]
        : undefined,
    tree,
  );

/**
 * Finds the places in a step's `with` where a value is inserted into text that is parsed or executed, or could be an option.
 * `textsOf`: what is known about the values; by default nothing.
 */
export const unsafeSplices = (
  params: Readonly<Record<string, unknown>>,
  rules: BindingRules,
  textsOf: TextsOf = () => anyText,
): readonly Splice[] =>
  Object.entries(rules).flatMap(([key, rule]) => {
    const path = key.split('.');
    return splicesIn(rule, valueAt(params, path), path, textsOf);
  });
