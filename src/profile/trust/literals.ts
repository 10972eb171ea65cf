import { parseReferences } from '../document/references.ts';
import { type ScalarNode, scalarsIn, type YamlNode } from '../document/tree.ts';

/** Values that `vars:` of any file assign to a name, as written. */
type LiteralVars = ReadonlyMap<string, ReadonlySet<string>>;

const mostTexts = 1024;

/** Thrown when the files of a profile cannot all be determined: the missing ones would not be covered. */
export class UncoverableError extends Error {
  constructor(why: string) {
    super(`cannot trust the profiles: ${why}`);
    this.name = 'UncoverableError';
  }
}

/** Adds the vars of a file to those of others: each environment may assign another value. */
export const addVars = (known: Map<string, Set<string>>, tree: YamlNode): void => {
  const section = tree.is === 'map' ? tree.entries.get('vars')?.value : undefined;
  if (section?.is !== 'map') return;
  for (const [name, { value }] of section.entries) {
    if (value.is !== 'scalar' || value.value === null) continue;
    const values = known.get(name) ?? new Set<string>();
    known.set(name, values.add(String(value.value)));
  }
};

/**
 * Returns the possible values of a text once literal vars are inserted; none for a text with a reference resolved only
 * at run time.
 */
export type Literals = (text: string) => readonly string[];

/**
 * Creates the expander; each var is expanded once. Throws UncoverableError for a text with more than 1,024 values, and
 * for a cycle.
 */
export const literalsOf = (vars: LiteralVars): Literals => {
  const known = new Map<string, readonly string[]>();
  const open = new Set<string>();
  const valuesOfVar = (name: string): readonly string[] => {
    const cached = known.get(name);
    if (cached !== undefined) return cached;
    if (open.has(name))
      throw new UncoverableError(`the var ${name} refers to itself. Give the var a plain value`);
    open.add(name);
    const values = [...new Set([...(vars.get(name) ?? [])].flatMap(textsOf))];
    open.delete(name);
    known.set(name, values);
    return values;
  };
  const textsOf: Literals = (text) => {
    const parsed = parseReferences(text);
    if (!parsed.ok) return [];
    let texts: readonly string[] = [''];
    for (const part of parsed.parts) {
      if (typeof part !== 'string' && part.is !== 'var') return [];
      const values = typeof part === 'string' ? [part] : valuesOfVar(part.name);
      if (texts.length * values.length > mostTexts)
        throw new UncoverableError(`a text expands to more than ${mostTexts} values`);
      texts = texts.flatMap((head) => values.map((tail) => head + tail));
    }
    return texts;
  };
  return textsOf;
};

/** Iterates over the nodes below any of these keys, at any depth. */
export function* nodesNamed(node: YamlNode, keys: ReadonlySet<string>): Generator<YamlNode> {
  if (node.is === 'list') for (const item of node.items) yield* nodesNamed(item, keys);
  if (node.is !== 'map') return;
  for (const [key, { value }] of node.entries) {
    if (keys.has(key)) yield value;
    yield* nodesNamed(value, keys);
  }
}

/** Keys whose value is a program with its arguments. */
const programKeys: ReadonlySet<string> = new Set(['argv', 'run', 'exec', 'command', 'compose']);

const wordOf = ({ value }: ScalarNode): string => (value === null ? '' : String(value));

const loginKeys: ReadonlySet<string> = new Set(['login']);

/** Returns the programs of `${exec:…}` and `login:`, which start in the working directory. */
export const execsIn = (tree: YamlNode): readonly (readonly string[])[] => [
  ...[...referencesIn(tree)].flatMap((reference) => (reference.is === 'exec' ? [reference.argv] : [])),
  ...[...nodesNamed(tree, loginKeys)].flatMap((node) =>
    node.is === 'list' ? [[...scalarsIn(node)].map(wordOf)] : [],
  ),
];

/**
 * Iterates over programs with their arguments: lists under `run`, `argv`, `exec` and so on. They start in the directory
 * of the file.
 */
export function* programsIn(tree: YamlNode): Generator<readonly string[]> {
  for (const node of nodesNamed(tree, programKeys)) {
    if (node.is === 'list') yield [...scalarsIn(node)].map(wordOf);
    if (node.is === 'scalar' && typeof node.value === 'string') yield node.value.split(/\s+/);
  }
}

/** Iterates over the references in every text of a file. */
export function* referencesIn(tree: YamlNode) {
  for (const { value } of scalarsIn(tree)) {
    const parsed = typeof value === 'string' && value.includes('${') ? parseReferences(value) : undefined;
    if (parsed?.ok === true) for (const part of parsed.parts) if (typeof part !== 'string') yield part;
  }
}
