import type { Values } from './values.ts';

const reference = /\$\{param\.([^}]*)\}/g;
const whole = /^\$\{param\.([^}]*)\}$/;

const boundValue = (name: string, values: Values): string | number | boolean => {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  // checkRunbook and checkParams have run before anything is bound, so this is a mistake of ours, and nothing is sent.
  if (value === undefined) throw new Error(`parameter ${name} has no value to bind`);
  return value;
};

const bindText = (text: string, values: Values): string | number | boolean => {
  const alone = whole.exec(text)?.[1];
  if (alone !== undefined) return boundValue(alone, values);
  return text.replaceAll(reference, (_, name: string) => String(boundValue(name, values)));
};

const bind = (tree: unknown, values: Values): unknown => {
  if (typeof tree === 'string') return bindText(tree, values);
  if (Array.isArray(tree)) return tree.map((item) => bind(item, values));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, bind(value, values)]));
};

/**
 * A tree (texts, numbers, lists, maps) with its `${param.NAME}` replaced. A text that is one reference and nothing else
 * becomes the value in its own type; what was put in is never looked at again, so a value that reads `${param.x}`, or
 * that holds quotes, stays as it is. Keys are not bound. Throws for a parameter without a value.
 */
export const bindParams = <T>(tree: T, values: Values): T =>
  // The shape stays; only texts that are one whole reference change their type, to what the operation's schema checks.
  bind(tree, values) as T;

/** The names of the parameters that a tree refers to, in their order, once each. */
export const paramsIn = (tree: unknown): readonly string[] => {
  if (typeof tree === 'string')
    return [...new Set([...tree.matchAll(reference)].map((found) => found[1] ?? ''))];
  if (typeof tree !== 'object' || tree === null) return [];
  return [...new Set(Object.values(tree).flatMap(paramsIn))];
};
