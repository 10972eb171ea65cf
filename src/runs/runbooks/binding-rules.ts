import type { BindingRule, BindingRules } from '../../domain/binding.ts';
import { codeIn } from './argv-code.ts';
import { namesIn } from './bind.ts';

/** A value that stands where it would be taken for something else than a value. */
export interface Splice {
  /** From the step's `with` on. */
  readonly path: readonly (string | number)[];
  readonly what: string;
  readonly todo: string;
}

const written = (name: string): string => (name === 'each' ? '${each}' : `\${param.${name}}`);

const advice: Readonly<
  Record<Exclude<BindingRule, 'address' | 'pattern'>, (reference: string) => Omit<Splice, 'path'>>
> = {
  statement: (reference) => ({
    what: `${reference} stands in the text of a statement, where it could end the literal and go on as SQL`,
    todo: `write $1 there and params: ["${reference}"]; for a name, {NAME} and identifiers: { NAME: "${reference}" }`,
  }),
  document: (reference) => ({
    what: `${reference} stands in a text that the receiver takes apart`,
    todo: `write the body as a map: { KEY: "${reference}" }, or as plain: TEXT if nothing takes it apart`,
  }),
  fixed: (reference) => ({
    what: `${reference} stands in a text that a program runs`,
    todo: 'write the text without a parameter',
  }),
  argv: (reference) => ({
    what: `${reference} stands in a text that a program among the items runs, or names that program`,
    todo: `write the value as an item of its own behind the code: [sh, -c, 'echo "$1"', sh, "${reference}"]`,
  }),
};

const splicesIn = (
  rule: BindingRule,
  value: unknown,
  path: readonly (string | number)[],
): readonly Splice[] => {
  if (rule === 'address' || rule === 'pattern') return [];
  if (rule === 'argv') {
    const items = Array.isArray(value) ? value.map(String) : [];
    const code = codeIn(items);
    // In place of the whole list a value would name the program.
    const whole = typeof value === 'string' ? [{ item: value, at: path }] : [];
    const pieces = items.flatMap((item, nth) => (code.has(nth) ? [{ item, at: [...path, nth] }] : []));
    return [...whole, ...pieces].flatMap(({ item, at }) => {
      const [name] = namesIn(item);
      return name === undefined ? [] : [{ path: at, ...advice.argv(written(name)) }];
    });
  }
  const [name] = typeof value === 'string' ? namesIn(value) : [];
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

/** Where the `with` of a step, as it is written, puts a value into a text that something takes apart. */
export const splices = (given: Readonly<Record<string, unknown>>, rules: BindingRules): readonly Splice[] =>
  Object.entries(rules).flatMap(([key, rule]) => {
    const path = key.split('.');
    return splicesIn(rule, valueAt(given, path), path);
  });
