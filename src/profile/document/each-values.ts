import type { Diagnostic } from '../../domain/text/position.ts';
import { didYouMean, errorAt } from './diagnostics.ts';
import { childOf, type MapEntry, type MapNode, type ScalarNode, textAt, type YamlNode } from './tree.ts';

/** The values of one combination by axis: a name, or a map of the inventory. */
export type Combination = ReadonlyMap<string, YamlNode>;

/** The field of a map that stands for the whole: `${each.service}` is the name of the service. */
export const itemNameField = 'name';

const reference = /\$?\$\{each\.([^{}]*)\}/g;
const wholeReference = /^\$\{each\.([^{}]*)\}$/;

/** Returns what a path such as `service.port` names in a combination, or undefined. */
const valueAt = (path: string, combination: Combination): YamlNode | undefined => {
  const [axis = '', ...fields] = path.split('.');
  const named = fields.reduce<YamlNode | undefined>(
    (node, field) => childOf(node, field),
    combination.get(axis),
  );
  return named?.is === 'map' ? childOf(named, itemNameField) : named;
};

/** Replaces `${each.…}` by the values of combinations, and reports what names none. */
export class EachFiller {
  readonly #diagnostics: Diagnostic[];
  /** Positions and references that are reported: each combination has the same fault. */
  readonly #reported = new Set<string>();

  constructor(diagnostics: Diagnostic[]) {
    this.#diagnostics = diagnostics;
  }

  fill(node: YamlNode, combination: Combination): YamlNode {
    if (node.is === 'scalar') return this.#scalar(node, combination);
    if (node.is === 'list') return { ...node, items: node.items.map((item) => this.fill(item, combination)) };
    return this.map(node, combination);
  }

  map(node: MapNode, combination: Combination): MapNode {
    const entries = new Map<string, MapEntry>();
    for (const [key, { key: position, value }] of node.entries) {
      const { value: filled } = this.#scalar({ is: 'scalar', value: key, position }, combination);
      entries.set(String(filled), { key: position, value: this.fill(value, combination) });
    }
    return { ...node, entries };
  }

  #scalar(node: ScalarNode, combination: Combination): ScalarNode {
    const { value } = node;
    if (typeof value !== 'string' || !value.includes('${each.')) return node;
    const whole = wholeReference.exec(value)?.[1];
    // Alone it keeps its type: a port stays a number.
    if (whole !== undefined) return { ...node, value: this.#valueOf(whole, node, combination) };
    const text = value.replaceAll(reference, (written: string, path: string) =>
      written.startsWith('$$') ? written : String(this.#valueOf(path, node, combination)),
    );
    return { ...node, value: text };
  }

  #valueOf(path: string, { position }: ScalarNode, combination: Combination): ScalarNode['value'] {
    const found = valueAt(path, combination);
    if (found?.is === 'scalar' && found.value !== null) return found.value;
    const written = `\${each.${path}}`;
    const id = `${position.file}:${position.line}:${position.col} ${written}`;
    if (this.#reported.has(id)) return '';
    this.#reported.add(id);
    const [axis = ''] = path.split('.');
    const item = combination.get(axis);
    const name = item?.is === 'map' ? textAt(item, itemNameField) : undefined;
    const what = combination.has(axis)
      ? `${written} has no value${name === undefined ? '' : ` for ${axis} ${name}`}`
      : `${written}: over has no "${axis}"`;
    const todo = combination.has(axis)
      ? `give ${path} a value in the inventory`
      : didYouMean(axis, [...combination.keys()], `add ${axis} to over:`);
    this.#diagnostics.push(errorAt(position, what, todo));
    return '';
  }
}
