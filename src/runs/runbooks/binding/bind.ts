import type { ActStep, ParamValue, ParamValues } from '../../../domain/runbooks/runbook.ts';

/** One iteration of a loop: the step for one value. */
export interface LoopStep extends ActStep {
  readonly turn?: { readonly value: string; readonly nth: number; readonly of: number };
}

/**
 * Expands a step: itself, or (`each`) once per selected value, `a1/1`, `a1/2` … in that order. Binds nothing yet.
 * Adds the value to a title that does not contain it.
 */
export const loopTurns = (step: ActStep, params: ParamValues): readonly LoopStep[] => {
  const { each, ...once } = step;
  if (each === undefined) return [once];
  const chosen = params[each];
  const values = Array.isArray(chosen) ? chosen : [String(chosen)];
  const title = step.title.includes('${each}') ? step.title : `${step.title}: \${each}`;
  return values.map(
    (value: string, index): LoopStep => ({
      ...once,
      title,
      id: `${step.id}/${index + 1}`,
      turn: { value, nth: index + 1, of: values.length },
    }),
  );
};

const reference = /\$\{(?:param\.([^}]{0,200})|(each))\}/g;
const whole = /^\$\{(?:param\.([^}]{0,200})|(each))\}$/;

const boundValue = (name: string, values: ParamValues): ParamValue => {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  // checkRunbook and checkParams run before binding, so this is an internal error, and nothing is sent.
  if (value === undefined) throw new Error(`parameter ${name} has no value. Give the parameter a value`);
  return value;
};

const bindText = (text: string, values: ParamValues): ParamValue => {
  const [, param, each] = whole.exec(text) ?? [];
  const alone = param ?? each;
  if (alone !== undefined) return boundValue(alone, values);
  return text.replaceAll(reference, (_, name?: string, turn = '') =>
    String(boundValue(name ?? turn, values)),
  );
};

const bind = (tree: unknown, values: ParamValues): unknown => {
  if (typeof tree === 'string') return bindText(tree, values);
  if (Array.isArray(tree)) return tree.map((item) => bind(item, values));
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, bind(value, values)]));
};

/** The values of one iteration: `${each}` is its value. No parameter may have that name. */
export const withTurnValue = (
  values: ParamValues,
  turn: { readonly value: string } | undefined,
): ParamValues => (turn === undefined ? values : { ...values, each: turn.value });

/**
 * Replaces `${param.NAME}`, and in a loop `${each}`, in a tree of texts, numbers, lists and maps. A text that is
 * exactly one reference takes the value in its own type. Inserted values are never expanded again, so a value that
 * reads `${param.x}` or contains quotes stays as it is. Keys are not bound. Throws for a parameter without a value.
 */
export const bindParams = <T>(tree: T, values: ParamValues): T =>
  // The shape is kept; only texts that are exactly one reference change their type, to what the operation's schema
  // checks.
  bind(tree, values) as T;

const namesBy = (
  tree: unknown,
  nameOf: (match: RegExpExecArray) => string | undefined,
): readonly string[] => {
  if (typeof tree === 'string')
    return [...new Set([...tree.matchAll(reference)].flatMap((match) => nameOf(match) ?? []))];
  if (typeof tree !== 'object' || tree === null) return [];
  return [...new Set(Object.values(tree).flatMap((part) => namesBy(part, nameOf)))];
};

/** The names of the parameters that a tree refers to, in order, without duplicates. */
export const referencedParams = (tree: unknown): readonly string[] => namesBy(tree, ([, param]) => param);

/** The same, including `each`. */
export const referencedNames = (tree: unknown): readonly string[] =>
  namesBy(tree, ([, param, each]) => param ?? each);
