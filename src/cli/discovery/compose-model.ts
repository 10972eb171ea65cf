import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  type Node,
  visit,
} from 'yaml';
import { positionText } from '../../domain/text/position.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { isObject } from '../../domain/text/value-text.ts';
import { parseYamlDocuments, type YamlOptions } from '../../domain/yaml/bounded-yaml.ts';
import { YamlLimitError } from '../../domain/yaml/yaml-limits.ts';

/** A Compose file. `name` is its path as messages show it. */
export interface ComposeFile {
  readonly name: string;
  readonly text: string;
}

/** `name:` as it is written, with variables, and its `file:line:col`. */
export interface ComposeName {
  readonly text: string;
  readonly place: string;
}

/** The parts of merged Compose files that a first profile needs. */
export interface ComposeModel {
  readonly name: ComposeName | undefined;
  readonly services: ReadonlySet<string>;
  /** Whether a file includes others, which may add services. */
  readonly hasIncludes: boolean;
}

interface Layer {
  readonly document: Document.Parsed;
  /** Formats `file:line:col` of a node, or of the text that is at an offset. */
  readonly placeOf: (at: Node | number | null | undefined) => string;
}

const documentsOf = (file: string, text: string, options: YamlOptions): readonly Document.Parsed[] => {
  try {
    return parseYamlDocuments(text, options);
  } catch (error) {
    if (error instanceof YamlLimitError)
      throw new Error(`${file}: ${error.message}. ${sentenceCase(error.todo)}`);
    throw error;
  }
};

/** The documents of a file. The messages of the parser quote the file, which may hold passwords; its codes do not. */
const layersOf = ({ name: file, text }: ComposeFile): readonly Layer[] => {
  const lines = new LineCounter();
  const options = { merge: true, customTags: ['timestamp' as const], lineCounter: lines };
  const placeOf: Layer['placeOf'] = (node) => {
    const offset = typeof node === 'number' ? node : (node?.range?.[0] ?? 0);
    return positionText({ file, ...lines.linePos(offset) });
  };
  return documentsOf(file, text, options).map((document) => {
    const [wrong] = document.errors;
    if (wrong !== undefined)
      throw new Error(
        `${placeOf(wrong.pos[0])}: invalid YAML: ${wrong.code.toLowerCase().replaceAll('_', ' ')}`,
      );
    return { document, placeOf };
  });
};

/** Values that a file may expand to: some hundred services with anchors have a few thousand, aliases in aliases billions. */
const maxValues = 200_000;

/** The number of values of a node with its aliases resolved. Each anchor is counted once, whatever the number of its aliases. */
const expandedSize = (document: Document.Parsed): number => {
  const known = new Map<unknown, number>();
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) return sizeOf(node.resolve(document));
    if (isPair(node)) return sizeOf(node.key) + sizeOf(node.value);
    if (!isCollection(node)) return 1;
    // A collection within itself expands without end.
    const counted = known.get(node) ?? Number.POSITIVE_INFINITY;
    if (known.has(node)) return counted;
    known.set(node, Number.POSITIVE_INFINITY);
    const size = node.items.reduce<number>((sum, item) => sum + sizeOf(item), 1);
    known.set(node, size);
    return size;
  };
  return sizeOf(document.contents);
};

/** The plain value of a document. An alias without an anchor, and aliases that multiply, are errors. */
const plainValue = ({ document, placeOf }: Layer): unknown => {
  try {
    if (expandedSize(document) > maxValues)
      throw new Error('the file contains too many values: split the file');
    // The limit of the library multiplies the aliases of an anchor by those inside of it.
    return document.toJS({ maxAliasCount: -1 });
  } catch {
    let unresolved: Node | undefined;
    visit(document, {
      Alias: (_, alias) => {
        if (alias.resolve(document) !== undefined) return undefined;
        unresolved = alias;
        return visit.BREAK;
      },
    });
    const reason =
      unresolved === undefined
        ? 'the file contains too many YAML aliases: write out some of the values'
        : 'a YAML alias has no anchor: define the anchor, or correct the name';
    throw new Error(`${placeOf(unresolved)}: invalid YAML: ${reason}`);
  }
};

/** The value node of a key at the top level, with aliases resolved; the key itself if it has no value. */
const nodeAt = (document: Document.Parsed, key: string): Node | undefined => {
  const pair = isMap(document.contents)
    ? document.contents.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  const node = pair?.value ?? pair?.key;
  const resolved = isAlias(node) ? node.resolve(document) : node;
  return isNode(resolved) ? resolved : undefined;
};

/** Numbers of YAML 1.1 that are text in YAML 1.2. */
const oldNumber = /^[-+]?(?:0b[01_]+|\d[\d_]*)$/;

/** Throws the reason for which Compose refuses a name. Source: Compose specification, schema. */
const nameOf = (name: unknown, { document, placeOf }: Layer): ComposeName | undefined => {
  const node = nodeAt(document, 'name');
  const place = placeOf(node);
  if (name === undefined || name === '') return undefined;
  const isNumber = isScalar(node) && node.type === 'PLAIN' && oldNumber.test(node.source ?? '');
  if (typeof name === 'string' && !isNumber) return { text: name, place };
  const todo =
    isScalar(node) && name !== null ? 'write the name in quotes' : 'write a text, or remove the key';
  throw new Error(`${place}: name must be a string, as Compose requires. ${sentenceCase(todo)}`);
};

/**
 * Merges the services of a document. `!reset` removes what earlier files declare, at a service or at all of them, and declares
 * nothing; `!override` replaces it. Source: Compose specification, Merge.
 */
const mergeServices = (services: Set<string>, declared: unknown, { document, placeOf }: Layer): void => {
  if (declared === undefined) return;
  const node = nodeAt(document, 'services');
  if (node?.tag === '!reset' || node?.tag === '!override') services.clear();
  if (node?.tag === '!reset') return;
  if (!isObject(declared))
    throw new Error(`${placeOf(node)}: services must be a mapping. Write NAME: { image: IMAGE }`);
  for (const service of Object.keys(declared)) services.add(service);
  for (const { key, value } of isMap(node) ? node.items : [])
    if (isScalar(key) && isNode(value) && value.tag === '!reset') services.delete(String(key.value));
};

/** Whether `include` names files: a path, or a list of them. */
const isFilled = (include: unknown): boolean =>
  Array.isArray(include) ? include.length > 0 : typeof include === 'string' && include !== '';

/**
 * Merges Compose files in their order, as Compose does: services by name, the last `name`. Only these parts are checked. Throws
 * the reason, with `file:line:col`, for which Compose refuses them; no value is in it.
 */
export const composeModel = (files: readonly ComposeFile[]): ComposeModel => {
  const services = new Set<string>();
  let name: ComposeName | undefined;
  let hasIncludes = false;
  for (const layer of files.flatMap(layersOf)) {
    const value = plainValue(layer);
    if (value === null || value === undefined) continue;
    if (!isObject(value))
      throw new Error(
        `${layer.placeOf(layer.document.contents)}: the file must be a mapping. Begin with services:`,
      );
    name = nameOf(value.name, layer) ?? name;
    mergeServices(services, value.services, layer);
    hasIncludes ||= isFilled(value.include);
  }
  return { name, services, hasIncludes };
};
