import type { Diagnostic } from '../../domain/text/position.ts';
import { didYouMean, errorAt } from './diagnostics.ts';
import {
  childOf,
  type MapEntry,
  type MapNode,
  nodeNoun,
  withoutKeys,
  withValue,
  type YamlNode,
} from './tree.ts';

/** Sections whose entries may name a part, and the templates that make such sections. */
const sectionsWithParts = ['runbooks', 'checklists', 'each'];

/** Keys whose values belong to an operation, which may have a `part` of its own. */
const foreignKeys: ReadonlySet<string> = new Set(['with', 'expect']);

/** Inserts the parts of one file. */
class PartInserter {
  readonly #parts: MapNode;
  readonly #used: Set<string>;
  readonly #diagnostics: Diagnostic[];

  constructor(parts: MapNode, used: Set<string>, diagnostics: Diagnostic[]) {
    this.#parts = parts;
    this.#used = used;
    this.#diagnostics = diagnostics;
  }

  #error(node: YamlNode, what: string, todo: string): undefined {
    this.#diagnostics.push(errorAt(node.position, what, todo));
  }

  /** The part that a node names, with the parts within it; undefined after a diagnostic. */
  #named(name: YamlNode, within: readonly string[]): YamlNode | undefined {
    if (name.is !== 'scalar' || typeof name.value !== 'string')
      return this.#error(name, `part expects a name, found ${nodeNoun(name)}`, 'write part: NAME');
    const part = childOf(this.#parts, name.value);
    if (part === undefined)
      return this.#error(
        name,
        `no part is called "${name.value}"`,
        didYouMean(name.value, [...this.#parts.entries.keys()], 'declare it under parts:'),
      );
    this.#used.add(name.value);
    if (within.includes(name.value))
      return this.#error(
        name,
        `parts form a cycle: ${[...within, name.value].join(' → ')}`,
        'remove one of these part: lines',
      );
    return this.insert(part, [...within, name.value]);
  }

  #map(node: MapNode, within: readonly string[]): YamlNode {
    const entries = [...node.entries].map(([key, entry]): [string, MapEntry] => [
      key,
      foreignKeys.has(key) ? entry : { ...entry, value: this.insert(entry.value, within) },
    ]);
    const name = childOf(node, 'part');
    if (name === undefined) return { ...node, entries: new Map(entries) };
    const own = entries.filter(([key]) => key !== 'part');
    const part = this.#named(name, within) ?? { ...node, entries: new Map() };
    // The other keys correct the part.
    if (part.is === 'map') return { ...node, entries: new Map([...part.entries, ...own]) };
    if (own.length > 0)
      this.#error(
        name,
        `the part is ${nodeNoun(part)}, which takes no other keys`,
        'remove the keys beside part:',
      );
    return { ...part, position: node.position };
  }

  /** The node with all its parts. A part that is a list, alone in an item of a list, is inserted item by item. */
  insert(node: YamlNode, within: readonly string[] = []): YamlNode {
    if (node.is === 'scalar') return node;
    if (node.is === 'map') return this.#map(node, within);
    return {
      ...node,
      items: node.items.flatMap((item) => {
        const inserted = this.insert(item, within);
        return inserted.is === 'list' && item.is === 'map' ? inserted.items : [inserted];
      }),
    };
  }
}

/**
 * Inserts what the profile declares under `parts:` where `part: NAME` stands in its runbooks and checklists: steps, parameters,
 * lists. `layers` are the files of a profile, the lowest first; each may use the parts of all. They are inserted before the files are
 * merged, so that an overlay finds a step by its id. A part of the highest file that is not used is a warning; one of a base may be
 * for other environments.
 */
export const insertParts = (
  layers: readonly MapNode[],
  parts: YamlNode | undefined,
): { readonly layers: readonly MapNode[]; readonly diagnostics: readonly Diagnostic[] } => {
  if (parts === undefined) return { layers, diagnostics: [] };
  if (parts.is !== 'map') {
    const what = `parts: expected a map, found ${nodeNoun(parts)}`;
    return { layers, diagnostics: [errorAt(parts.position, what, 'write NAME: { id: …, title: … }')] };
  }
  const diagnostics: Diagnostic[] = [];
  const used = new Set<string>();
  const inserter = new PartInserter(parts, used, diagnostics);
  const inserted = layers.map((layer) =>
    sectionsWithParts.reduce(
      (map, section) => {
        const given = childOf(map, section);
        return given === undefined ? map : withValue(map, section, inserter.insert(given));
      },
      withoutKeys(layer, 'parts'),
    ),
  );
  for (const [name, { key }] of parts.entries)
    if (!used.has(name) && key.file === layers.at(-1)?.position.file)
      diagnostics.push({
        position: key,
        severity: 'warning',
        what: `part "${name}" is not used`,
        todo: `write part: ${name} in a runbook, or remove the part`,
      });
  return { layers: inserted, diagnostics };
};
