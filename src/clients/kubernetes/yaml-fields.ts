import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { WireError } from '../../platform/wire-error.ts';

type Path = readonly (string | number)[];
type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A mapping of a YAML file, read field by field. A field that is missing, null or '' is undefined; one of another type throws
 * WireError `malformed` as `FILE:LINE:COL: FIELD must be …`. No value is in a message: it may be a secret.
 */
export interface YamlFields {
  text(name: string): string | undefined;
  flag(name: string): boolean;
  texts(name: string): readonly string[];
  fields(name: string): YamlFields | undefined;
  /** The mappings of a sequence. */
  each(name: string): readonly YamlFields[];
  /** The names of the fields that it has. */
  names(): readonly string[];
  /** The value as JSON has it. */
  json(name: string): unknown;
  /** An error at this mapping, or at a field of it. */
  wrong(what: string, name?: string): WireError;
}

/** Parses a YAML file that holds one mapping, or nothing. `file`: its path, for messages. Throws WireError `malformed`. */
export const parseYamlFields = (source: string, file: string): YamlFields => {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, merge: true });
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  // The parser's own words quote the line, which may hold a token; its code does not.
  const [error] = document.errors;
  if (error !== undefined) {
    const why = error.code.toLowerCase().replaceAll('_', ' ');
    throw new WireError('malformed', `${placeOf(error.pos[0])}: invalid YAML: ${why}`);
  }
  const root: unknown = document.toJS() ?? {};
  if (!isMapping(root))
    throw new WireError('malformed', `${placeOf(startOf(document, []) ?? 0)}: the file must be a mapping`);
  return fieldsAt(root, [], (path) => placeOf(nearest(document, path)));
};

/** Where a value begins; of one that is not there, the nearest of what contains it. */
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
  const wrong = (what: string, at: Path): WireError => new WireError('malformed', `${place(at)}: ${what}`);
  /** A field that is there; undefined for one that says nothing. */
  const held = <T>(name: string, is: (found: unknown) => found is T, form: string): T | undefined => {
    const found = value[name];
    if (found === undefined || found === null || found === '') return undefined;
    if (is(found)) return found;
    throw wrong(`${name} must be ${form}`, [...path, name]);
  };
  const list = (name: string): readonly unknown[] =>
    held(name, (found): found is readonly unknown[] => Array.isArray(found), 'a list') ?? [];
  const item = <T>(name: string, is: (found: unknown) => found is T, form: string): readonly T[] =>
    list(name).map((found, index) => {
      if (is(found)) return found;
      throw wrong(`an entry of ${name} must be ${form}`, [...path, name, index]);
    });
  return {
    text: (name) => held(name, isText, 'a string'),
    flag: (name) => held(name, (found) => typeof found === 'boolean', 'true or false') ?? false,
    texts: (name) => item(name, isText, 'a string'),
    fields: (name) => {
      const found = held(name, isMapping, 'a mapping');
      return found && fieldsAt(found, [...path, name], place);
    },
    each: (name) =>
      item(name, isMapping, 'a mapping').map((found, index) =>
        fieldsAt(found, [...path, name, index], place),
      ),
    names: () => Object.keys(value),
    json: (name) => value[name],
    wrong: (what, name) => wrong(what, name === undefined ? path : [...path, name]),
  };
};

const isText = (found: unknown): found is string => typeof found === 'string';
