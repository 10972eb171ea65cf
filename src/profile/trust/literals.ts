import { parseReferences } from '../reference.ts';
import { type Node, type ScalarNode, scalars } from '../tree.ts';

/** Values that `vars:` of any file gives to a name, as written. */
export type LiteralVars = ReadonlyMap<string, ReadonlySet<string>>;

const mostValues = 32;
const deepest = 4;

/** The vars of a file added to those of others: a name may have another value in each environment. */
export const addVars = (known: Map<string, Set<string>>, tree: Node): void => {
  const section = tree.is === 'map' ? tree.entries.get('vars')?.value : undefined;
  if (section?.is !== 'map') return;
  for (const [name, { value }] of section.entries) {
    if (value.is !== 'scalar' || value.value === null) continue;
    const values = known.get(name) ?? new Set<string>();
    known.set(name, values.add(String(value.value)));
  }
};

/** A text with the literal values of its vars put in; none when it holds a reference that is known only when it runs. */
export const literalTexts = (text: string, vars: LiteralVars, depth = 0): readonly string[] => {
  const parsed = parseReferences(text);
  if (!parsed.ok || depth > deepest) return [];
  let texts: readonly string[] = [''];
  for (const part of parsed.parts) {
    if (typeof part !== 'string' && part.is !== 'var') return [];
    const given =
      typeof part === 'string'
        ? [part]
        : [...(vars.get(part.name) ?? [])].flatMap((value) => literalTexts(value, vars, depth + 1));
    texts = texts.flatMap((head) => given.map((tail) => head + tail)).slice(0, mostValues);
  }
  return texts;
};

/** Every node below a key of one of these names, at any depth. */
export function* valuesOf(node: Node, keys: ReadonlySet<string>): Generator<Node> {
  if (node.is === 'list') for (const item of node.items) yield* valuesOf(item, keys);
  if (node.is !== 'map') return;
  for (const [key, { value }] of node.entries) {
    if (keys.has(key)) yield value;
    yield* valuesOf(value, keys);
  }
}

/** Keys whose value is a program with its arguments. */
const programKeys: ReadonlySet<string> = new Set(['argv', 'run', 'exec', 'login', 'command', 'compose']);

const wordOf = ({ value }: ScalarNode): string => (value === null ? '' : String(value));

/** Programs of `${exec:…}`, which are started in the working directory. */
export const execsIn = (tree: Node): readonly (readonly string[])[] =>
  [...referencesIn(tree)].flatMap((one) => (one.is === 'exec' ? [one.argv] : []));

/** Programs with their arguments, as a file names them: lists under `run`, `argv`, `exec` … They are started beside the file. */
export function* programsIn(tree: Node): Generator<readonly string[]> {
  for (const node of valuesOf(tree, programKeys)) {
    if (node.is === 'list') yield [...scalars(node)].map(wordOf);
    if (node.is === 'scalar' && typeof node.value === 'string') yield node.value.split(/\s+/);
  }
}

/** References of every text of a file. */
export function* referencesIn(tree: Node) {
  for (const { value } of scalars(tree)) {
    const parsed = typeof value === 'string' && value.includes('${') ? parseReferences(value) : undefined;
    if (parsed?.ok === true) for (const part of parsed.parts) if (typeof part !== 'string') yield part;
  }
}
