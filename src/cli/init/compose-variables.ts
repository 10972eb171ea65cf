import type { ProcessEnv } from '../process-env.ts';

/** Returns the value of a variable; undefined if it is not set. Throws the reason for which it cannot be determined. */
export type ComposeVariables = (name: string) => string | undefined;

/** Limits against exponential growth: variables that repeat variables. */
const mostReferences = 1000;
const mostDepth = 20;

interface Budget {
  references: number;
}

const token = /\$(?:(?<dollar>\$)|(?<plain>[a-z_]\w*)|\{(?<braced>[a-z_]\w*)(?<operator>:?[-?+]|(?=\})))/iy;

/** The index of the brace that closes a text after `${`. References in it may have braces of their own. */
const closingBrace = (text: string, from: number): number => {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '}' && --depth === 0) return at;
    if (text.startsWith('${', at)) depth++;
  }
  throw new Error('a variable has no closing brace');
};

/** The value of `${NAME}` with an operator. */
const replacement = (
  name: string,
  operator: string,
  value: string | undefined,
  operand: () => string,
): string => {
  const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
  switch (operator.at(-1)) {
    case '-':
      return isSet ? value : operand();
    case '+':
      return isSet ? operand() : '';
    case '?':
      if (!isSet) throw new Error(`the variable ${name} is required and not set`);
  }
  return value ?? '';
};

const substitute = (
  text: string,
  lookup: (name: string, depth: number) => string | undefined,
  budget: Budget,
  depth: number,
): string => {
  if (depth > mostDepth) throw new Error('variables are nested too deeply');
  let result = '';
  let end = 0;
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', end)) {
    if (++budget.references > mostReferences) throw new Error('too many variables');
    result += text.slice(end, at);
    token.lastIndex = at;
    const found = token.exec(text);
    if (found === null) throw new Error('a $ does not begin a variable; write $$ for the character');
    const { dollar, plain, braced, operator = '' } = found.groups ?? {};
    end = at + found[0].length;
    if (dollar !== undefined) result += '$';
    if (plain !== undefined) result += lookup(plain, depth) ?? '';
    if (braced === undefined) continue;
    const close = closingBrace(text, end);
    const operand = text.slice(end, close);
    result += replacement(braced, operator, lookup(braced, depth), () =>
      substitute(operand, lookup, budget, depth + 1),
    );
    end = close + 1;
  }
  return result + text.slice(end);
};

/**
 * Replaces the variables of a text of a Compose file: `$NAME`, `${NAME}`, and `${NAME…}` with `:-`, `-`, `:?`, `?`, `:+` or `+`.
 * `$$` is a `$`. Throws the reason if a text cannot be interpolated; no value is in it. Source: Compose specification,
 * Interpolation.
 */
export const interpolate = (text: string, variables: ComposeVariables): string =>
  substitute(text, variables, { references: 0 }, 0);

interface DotenvEntry {
  readonly name: string;
  readonly text: string;
  /** In single quotes: nothing is replaced. */
  readonly isLiteral: boolean;
}

const dotenvLine =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*(?:'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([^\n]*))/gm;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', $: '$$' };

/** The entries of a .env file. Source: Docker documentation, Syntax for environment files. */
const dotenvEntries = (text: string): readonly DotenvEntry[] =>
  [...text.replaceAll('\r\n', '\n').matchAll(dotenvLine)].map(
    ([, name = '', single, double, plain = '']) => ({
      name,
      text:
        single ??
        double?.replaceAll(/\\([\s\S])/g, (_, one: string) => escapes[one] ?? one) ??
        plain.replace(/(?:^|[ \t])#.*$/, '').trim(),
      isLiteral: single !== undefined,
    }),
  );

/** The variables of a Compose project: those of the shell, then those of its .env file, which may refer to earlier ones. */
export const composeVariables = (shell: ProcessEnv, dotenv: string): ComposeVariables => {
  const entries = dotenvEntries(dotenv);
  const valueBefore = (index: number, name: string, budget: Budget, depth: number): string | undefined => {
    const own = shell[name];
    if (own !== undefined) return own;
    const last = entries.findLastIndex((one, i) => i < index && one.name === name);
    const entry = entries[last];
    if (entry === undefined || entry.isLiteral) return entry?.text;
    const earlier = (other: string, at: number) => valueBefore(last, other, budget, at + 1);
    return substitute(entry.text, earlier, budget, depth);
  };
  return (name) => valueBefore(entries.length, name, { references: 0 }, 0);
};
