import { errorMessage } from '../../domain/text/error-message.ts';
import type { ProcessEnv } from '../command/process-env.ts';

/** The variables of a Compose project. */
export interface ComposeVariables {
  /** The value of a variable; undefined if it is not set. Throws the reason for which it cannot be determined. */
  readonly value: (name: string) => string | undefined;
  /** `file:line:col` of a variable that an environment file sets. */
  readonly place: (name: string) => string | undefined;
}

/** A file of environment variables. `name` is its path as messages show it. */
export interface EnvFile {
  readonly name: string;
  readonly text: string;
}

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
  for (let index = from; index < text.length; index++) {
    if (text[index] === '}' && --depth === 0) return index;
    if (text.startsWith('${', index)) depth++;
  }
  throw new Error('a variable has no closing brace. Add }');
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
      if (!isSet) throw new Error(`the variable ${name} is required, but not set`);
  }
  return value ?? '';
};

const substitute = (
  text: string,
  lookup: (name: string, depth: number) => string | undefined,
  budget: Budget,
  depth: number,
): string => {
  if (depth > mostDepth) throw new Error('variables are nested too deeply. Nest fewer of them');
  let result = '';
  let end = 0;
  for (let index = text.indexOf('$'); index >= 0; index = text.indexOf('$', end)) {
    if (++budget.references > mostReferences)
      throw new Error('the file has too many variables. Split the file');
    result += text.slice(end, index);
    token.lastIndex = index;
    const found = token.exec(text);
    if (found === null) throw new Error('a $ does not begin a variable. Write $$ for the character');
    const { dollar, plain, braced, operator = '' } = found.groups ?? {};
    end = index + found[0].length;
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
  substitute(text, variables.value, { references: 0 }, 0);

interface EnvEntry {
  readonly name: string;
  readonly text: string;
  /** In single quotes: nothing is replaced. */
  readonly isLiteral: boolean;
  /** `file:line:col` of the name. */
  readonly place: string;
  /** Number of the group of its file. */
  readonly group: number;
  /** Number of the entry, counted through all files. */
  readonly order: number;
}

const envLine =
  /^([ \t]*(?:export[ \t]+)?)([A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*(?:'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([^\n]*))/gm;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', $: '$$' };

/** The entries of an environment file. Source: Docker documentation, Syntax for environment files. */
const entriesOf = ({ name: file, text }: EnvFile) => {
  const lines = text.replaceAll('\r\n', '\n');
  return [...lines.matchAll(envLine)].map(
    ({ index, 1: indent = '', 2: name = '', 3: single, 4: double, 5: plain = '' }) => ({
      name,
      text:
        single ??
        double?.replaceAll(/\\([\s\S])/g, (_, part: string) => escapes[part] ?? part) ??
        plain.replace(/(?:^|[ \t])#.*$/, '').trim(),
      isLiteral: single !== undefined,
      place: `${file}:${lines.slice(0, index).split('\n').length}:${indent.length + 1}`,
    }),
  );
};

/**
 * The variables of a Compose project: those of the shell, then those of groups of environment files. An earlier group has
 * precedence over a later one; in a group, the last entry of the last file. A reference sees earlier groups, then the entries
 * before its own. Source: compose-go, cli, WithDotEnv, and dotenv, GetEnvFromFile.
 */
export const composeVariables = (
  shell: ProcessEnv,
  groups: readonly (readonly EnvFile[])[],
): ComposeVariables => {
  const entries = groups
    .flatMap((files, group) => files.flatMap(entriesOf).map((entry) => ({ ...entry, group })))
    .map((entry, order): EnvEntry => ({ ...entry, order }));
  const entryOf = (name: string, before: EnvEntry | undefined): EnvEntry | undefined => {
    const same = entries.filter((entry) => entry.name === name);
    for (const [group] of groups.entries()) {
      const own = same.filter((envEntry) => envEntry.group === group);
      const found = before?.group === group ? own.findLast(({ order }) => order < before.order) : own.at(-1);
      if (found !== undefined || before?.group === group) return found;
    }
    return undefined;
  };
  const evaluate = (name: string, before: EnvEntry | undefined, budget: Budget, depth: number) => {
    const entry = shell[name] === undefined ? entryOf(name, before) : undefined;
    if (entry === undefined) return shell[name];
    if (entry.isLiteral) return entry.text;
    const earlier = (other: string, position: number): string | undefined =>
      evaluate(other, entry, budget, position + 1);
    return substitute(entry.text, earlier, budget, depth);
  };
  const place = (name: string): string | undefined =>
    shell[name] === undefined ? entryOf(name, undefined)?.place : undefined;
  return {
    place,
    value: (name) => {
      try {
        return evaluate(name, undefined, { references: 0 }, 0);
      } catch (error) {
        throw new Error(`${place(name) ?? name}: ${errorMessage(error)}`);
      }
    },
  };
};

/** A variable as errors name it: `NAME`, or `file:line:col: NAME`. */
export const variableLabel = (name: string, { place }: ComposeVariables): string =>
  [place(name), name].filter((part) => part !== undefined).join(': ');
