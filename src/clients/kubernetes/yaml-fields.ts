import { type Document, isNode, LineCounter } from 'yaml';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { isObject } from '../../domain/text/value-text.ts';
import { parseYamlDocument } from '../../domain/yaml/bounded-yaml.ts';
import { YamlLimitError } from '../../domain/yaml/yaml-limits.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';

type Path = readonly (string | number)[];
type Mapping = Readonly<Record<string, unknown>>;

/**
 * A mapping in a YAML file, read by field. A missing, null or '' field is undefined; a wrong type throws WireError
 * `malformed` as `FILE:LINE:COL: FIELD must be …`. No message contains a value, which may be a secret.
 */
export interface YamlFields {
  text(name: string): string | undefined;
  flag(name: string): boolean;
  texts(name: string): readonly string[];
  fields(name: string): YamlFields | undefined;
  /** The mappings in a sequence. */
  each(name: string): readonly YamlFields[];
  /** The field names of the mapping. */
  names(): readonly string[];
  /** The value as JSON. */
  json(name: string): unknown;
  /** Creates an error at this mapping, or at one of its fields. */
  wrong(what: string, name?: string): WireError;
}

const documentOf = (source: string, file: string, lineCounter: LineCounter): Document.Parsed => {
  try {
    return parseYamlDocument(source, { lineCounter, merge: true });
  } catch (error) {
    if (error instanceof YamlLimitError)
      throw new WireError('malformed', `${file}: ${error.message}. ${sentenceCase(error.todo)}`);
    throw error;
  }
};

/** Parses a YAML file with one mapping, or empty. `file`: its path, for messages. Throws WireError `malformed`. */
export const parseYamlFields = (source: string, file: string): YamlFields => {
  const lines = new LineCounter();
  const document = documentOf(source, file, lines);
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  // The parser's message quotes the line, which may contain a token; its code does not.
  const [error] = document.errors;
  if (error !== undefined) {
    const why = error.code.toLowerCase().replaceAll('_', ' ');
    throw new WireError('malformed', `${placeOf(error.pos[0])}: invalid YAML: ${why}`);
  }
  const root: unknown = document.toJS() ?? {};
  if (!isObject(root))
    throw new WireError(
      'malformed',
      `${placeOf(startOf(document, []) ?? 0)}: the top level of the file must be a mapping of keys to values`,
    );
  return fieldsAt(root, [], (path) => placeOf(nearest(document, path)));
};

/** The position of a value; for a missing one, that of its closest container. */
const nearest = (document: Document, path: Path): number => {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const start = startOf(document, path.slice(0, depth));
    if (start !== undefined) return start;
  }
  return startOf(document, []) ?? 0;
};

const startOf = (document: Document, path: Path): number | undefined => {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
};

const fieldsAt = (value: Mapping, path: Path, place: (path: Path) => string): YamlFields => {
  const wrong = (what: string, givenPath: Path): WireError =>
    new WireError('malformed', `${place(givenPath)}: ${what}`);
  /** Returns a field that matches a type; undefined if it is missing or empty. */
  const typedField = <T>(name: string, is: (value: unknown) => value is T, form: string): T | undefined => {
    const fieldValue = value[name];
    if (fieldValue === undefined || fieldValue === null || fieldValue === '') return undefined;
    if (is(fieldValue)) return fieldValue;
    throw wrong(`${name} must be ${form}`, [...path, name]);
  };
  const list = (name: string): readonly unknown[] =>
    typedField(name, (value): value is readonly unknown[] => Array.isArray(value), 'a list') ?? [];
  const item = <T>(name: string, is: (value: unknown) => value is T, form: string): readonly T[] =>
    list(name).map((value, index) => {
      if (is(value)) return value;
      throw wrong(`an entry of ${name} must be ${form}`, [...path, name, index]);
    });
  return {
    text: (name) => typedField(name, isText, 'a string'),
    flag: (name) => typedField(name, (value) => typeof value === 'boolean', 'true or false') ?? false,
    texts: (name) => item(name, isText, 'a string'),
    fields: (name) => {
      const mapping = typedField(name, isObject, 'a mapping');
      return mapping && fieldsAt(mapping, [...path, name], place);
    },
    each: (name) =>
      item(name, isObject, 'a mapping').map((mapping, index) =>
        fieldsAt(mapping, [...path, name, index], place),
      ),
    names: () => Object.keys(value),
    json: (name) => value[name],
    wrong: (what, name) => wrong(what, name === undefined ? path : [...path, name]),
  };
};

const isText = (value: unknown): value is string => typeof value === 'string';
