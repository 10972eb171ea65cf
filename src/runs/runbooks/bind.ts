import type { ActStep, ParamValue, ParamValues } from '../../domain/runbook.ts';

/** One turn of a loop: the step for one value. */
export interface LoopStep extends ActStep {
  readonly turn?: { readonly value: string; readonly nth: number; readonly of: number };
}

/**
 * A step as it is to be done: itself, or (`each`) once for each value that was chosen, `a1/1`, `a1/2` … in that order. Nothing is
 * bound yet. Its title names the value where it does not already.
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

const reference = /\$\{(?:param\.([^}]*)|(each))\}/g;
const whole = /^\$\{(?:param\.([^}]*)|(each))\}$/;

const boundValue = (name: string, values: ParamValues): ParamValue => {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  // checkRunbook and checkParams have run before anything is bound, so this is a mistake of ours, and nothing is sent.
  if (value === undefined) throw new Error(`parameter ${name} has no value to bind`);
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

/** The values of one turn of a loop: `${each}` is its value. No parameter may have that name. */
export const withTurnValue = (
  values: ParamValues,
  turn: { readonly value: string } | undefined,
): ParamValues => (turn === undefined ? values : { ...values, each: turn.value });

/**
 * A tree (texts, numbers, lists, maps) with its `${param.NAME}`, and in a loop `${each}`, replaced. A text that is one reference and nothing else
 * becomes the value in its own type; what was put in is never looked at again, so a value that reads `${param.x}`, or
 * that holds quotes, stays as it is. Keys are not bound. Throws for a parameter without a value.
 */
export const bindParams = <T>(tree: T, values: ParamValues): T =>
  // The shape stays; only texts that are one whole reference change their type, to what the operation's schema checks.
  bind(tree, values) as T;

const namesBy = (
  tree: unknown,
  nameOf: (found: RegExpExecArray) => string | undefined,
): readonly string[] => {
  if (typeof tree === 'string')
    return [...new Set([...tree.matchAll(reference)].flatMap((found) => nameOf(found) ?? []))];
  if (typeof tree !== 'object' || tree === null) return [];
  return [...new Set(Object.values(tree).flatMap((part) => namesBy(part, nameOf)))];
};

/** The names of the parameters that a tree refers to, in their order, once each. */
export const referencedParams = (tree: unknown): readonly string[] => namesBy(tree, ([, param]) => param);

/** The same with `each`, where it refers to the value of a turn. */
export const referencedNames = (tree: unknown): readonly string[] =>
  namesBy(tree, ([, param, each]) => param ?? each);
