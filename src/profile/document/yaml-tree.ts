import type { YAMLError } from 'yaml';
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type ParsedNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { stripControls } from '../../domain/text/controls.ts';
import type { Diagnostic, Position } from '../../domain/text/position.ts';
import { parseYamlDocument } from '../../domain/yaml/bounded-yaml.ts';
import { YamlLimitError, type YamlLimits } from '../../domain/yaml/yaml-limits.ts';
import { type MapEntry, nodeNoun, type YamlNode } from './tree.ts';

export interface Words {
  readonly what: string;
  readonly todo: string;
}

const byCode: Readonly<Record<string, Words>> = {
  DUPLICATE_KEY: { what: 'duplicate key', todo: 'keep one of them' },
  TAB_AS_INDENT: { what: 'the line is indented with a tab', todo: 'indent with spaces' },
  RESOURCE_EXHAUSTION: { what: 'the file is nested too deeply', todo: 'reduce the nesting of the file' },
  MULTIPLE_DOCS: { what: 'second YAML document', todo: 'keep one document per file' },
  BAD_ALIAS: { what: 'opsdeck cannot read this YAML alias', todo: 'write the value itself' },
  BAD_DIRECTIVE: { what: 'the YAML directive is unknown', todo: 'remove the line' },
  BAD_DQ_ESCAPE: {
    what: 'the text in double quotes has an unknown escape',
    todo: 'use single quotes, or write the backslash twice',
  },
  BAD_SCALAR_START: { what: 'a value cannot start with this character', todo: 'put the value in quotes' },
  BLOCK_IN_FLOW: {
    what: 'the file has an indented block inside { } or [ ]',
    todo: 'put a comma between the entries, or write everything as a block',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    what: 'a second "key: value" on the same line, or wrong indentation',
    todo: 'start a new line, or quote the value',
  },
  BAD_INDENT: {
    what: 'the line is indented differently from the lines above',
    todo: 'align the line with its neighbors, or with its parent and two more spaces',
  },
  MULTILINE_IMPLICIT_KEY: { what: 'the key spans several lines', todo: 'write the key on one line' },
};

/** Begins the library's message about a value where a comma is missing. */
const isScalarToken = /^Unexpected (?:scalar|(?:double|single)-quoted-scalar) token/;

/** A line such as `type:http`, whose colon YAML takes for a part of the text. */
const withoutSpace = /^\s*(?:- )?([A-Za-z_][\w-]*):([^\s:/].*)$/;

const noSpace = (key: string, value: string): Words => ({
  what: `the space after ${key}: is missing`,
  todo: `write ${key}: ${value.trim()}`,
});

/**
 * Rewords a YAML error for the author of the file. `line`: its text, to recognize the two most common errors in
 * profiles, unquoted thresholds and references.
 */
const yamlWords = (error: YAMLError, line: string): Words => {
  const [, key, value] = withoutSpace.exec(line) ?? [];
  if (key !== undefined && value !== undefined && /IMPLICIT_KEY|MISSING_CHAR/.test(error.code))
    return noSpace(key, value);
  const bound = /\b(?:warn|crit|clear)["']?:\s*((?:[<>]=?|!=)\s*[^\s,}]+)/.exec(line)?.[1];
  const header = /^(Block scalar header|Unresolved tag)/.test(error.message);
  if (bound !== undefined && header)
    return { what: `${bound} reads as YAML syntax here`, todo: `put the bound in quotes: "${bound}"` };
  if (header && error.code !== 'TAG_RESOLVE_FAILED')
    return { what: 'there is text after a block indicator (| or >)', todo: 'write the value in quotes' };
  if (error.code === 'TAG_RESOLVE_FAILED')
    return { what: 'the YAML tag is unknown', todo: 'quote the value, or remove the tag' };
  if (/[[{,:]\s*\$\{/.test(line) && (error.code === 'UNEXPECTED_TOKEN' || error.code === 'MISSING_CHAR'))
    return {
      what: 'a reference inside { } or [ ] needs quotes',
      todo: `write the reference in quotes: "\${…}"`,
    };
  if (/quote$/.test(error.message))
    return { what: 'a quote is opened and never closed', todo: `close the quote before the value ends` };
  if (/end with a ([\]}])/.test(error.message))
    return { what: 'a bracket is opened and never closed', todo: `add a closing ${error.message.slice(-1)}` };
  if (error.code === 'UNEXPECTED_TOKEN' && isScalarToken.test(error.message))
    return {
      what: 'a comma is missing before this value',
      todo: 'write a comma between the entries of { } or [ ]',
    };
  if (/^Implicit map keys/.test(error.message))
    return { what: 'the colon is missing after the key', todo: 'write KEY: VALUE' };
  return (
    byCode[error.code] ?? {
      what: 'this is not valid YAML',
      todo: 'check indentation, colons and quotes of the file',
    }
  );
};

interface ParsedYaml {
  /** Absent when the text is empty or not YAML. */
  readonly tree?: YamlNode;
  readonly diagnostics: readonly Diagnostic[];
}

/** Limits: a profile of a thousand entries has some 20,000 nodes; aliases can turn a page into billions. */
const maxNodes = 200_000;
const maxDepth = 64;

class LimitExceeded extends Error {}

/**
 * Converts the nodes of the YAML library and reports what a profile must not contain. It strips control sequences from
 * texts and keys here: "\e[2J" in YAML becomes one only when it is parsed.
 */
class Reader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #anchors = new Map<string, ParsedNode>();
  readonly #open = new Set<ParsedNode>();
  readonly #position: (offset: number) => Position;
  #nodes = 0;

  constructor(position: (offset: number) => Position) {
    this.#position = position;
  }

  read(node: ParsedNode | null, fallback: Position, depth = 0): YamlNode {
    this.#nodes += 1;
    if (this.#nodes > maxNodes)
      throw new LimitExceeded('the file expands to too many values through aliases. Write fewer aliases');
    if (depth > maxDepth) throw new LimitExceeded('the file is nested too deeply');
    if (node === null) return { is: 'scalar', value: null, position: fallback };
    const position = this.#position(node.range[0]);
    if (isAlias(node)) return this.#alias(node, position, depth);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isMap(node)) return this.#guard(node, () => this.#map(node, position, depth));
    if (isSeq(node)) return this.#guard(node, () => this.#list(node, position, depth));
    const { value } = node;
    if (node.type === 'PLAIN' && typeof value === 'string' && /^[“‘].*[”’]$/s.test(value))
      this.#report(
        position,
        'typographic quotes are part of the value',
        `write straight quotes: "${stripControls(value.slice(1, -1))}"`,
      );
    if (typeof value === 'string') return { is: 'scalar', value: stripControls(value), position };
    if (value === null || ['number', 'boolean'].includes(typeof value))
      return { is: 'scalar', value: value as number | boolean | null, position };
    return { is: 'scalar', value: String(value), position };
  }

  #guard(node: ParsedNode, read: () => YamlNode): YamlNode {
    this.#open.add(node);
    const result = read();
    this.#open.delete(node);
    return result;
  }

  #alias(alias: Alias, position: Position, depth: number): YamlNode {
    const named = this.#anchors.get(alias.source);
    if (named !== undefined && !this.#open.has(named)) return this.read(named, position, depth + 1);
    this.#report(
      position,
      named === undefined ? `unknown alias *${alias.source}` : `*${alias.source} contains itself`,
      'write the value itself in place of the alias',
    );
    return { is: 'scalar', value: null, position };
  }

  #list(node: YAMLSeq<ParsedNode>, position: Position, depth: number): YamlNode {
    return { is: 'list', position, items: node.items.map((item) => this.read(item, position, depth + 1)) };
  }

  #map(node: YAMLMap<ParsedNode, ParsedNode | null>, position: Position, depth: number): YamlNode {
    const entries = new Map<string, MapEntry>();
    const merged: YamlNode[] = [];
    for (const pair of node.items) {
      const onlyPosition = this.#position(
        (pair.key as ParsedNode | null)?.range?.[0] ?? node.range?.[0] ?? 0,
      );
      const isMerge = isScalar(pair.key) && pair.key.value === '<<';
      const key = isMerge ? undefined : this.#key(pair, onlyPosition);
      const value = this.read(pair.value ?? null, onlyPosition, depth + 1);
      if (isMerge) merged.push(value);
      if (key !== undefined) entries.set(key, { key: onlyPosition, value });
    }
    for (const value of merged) this.#merge(entries, value);
    return { is: 'map', position, entries };
  }

  /** Adds the keys of `<<: *a` or `<<: [*a, *b]` that the map does not have itself. Source: yaml.org/type/merge.html. */
  #merge(entries: Map<string, MapEntry>, value: YamlNode): void {
    const maps = value.is === 'list' ? value.items : [value];
    for (const map of maps)
      if (map.is !== 'map')
        this.#report(
          map.position,
          `"<<" expects a map, found ${nodeNoun(map)}`,
          'write <<: *NAME, where &NAME marks a map',
        );
      else for (const [key, entry] of map.entries) if (!entries.has(key)) entries.set(key, entry);
  }

  #key(pair: Pair<ParsedNode, ParsedNode | null>, position: Position): string | undefined {
    const key: unknown = isScalar(pair.key) ? pair.key.value : undefined;
    const [, name, value] =
      pair.value === null && typeof key === 'string' ? (withoutSpace.exec(key) ?? []) : [];
    if (name !== undefined && value !== undefined) {
      const { what, todo } = noSpace(name, value);
      this.#report(position, what, todo);
      return undefined;
    }
    if (typeof key === 'string' && key !== '__proto__') return stripControls(key);
    if (typeof key === 'number' || typeof key === 'boolean')
      this.#report(position, `the key ${key} is not text`, `write "${key}":`);
    else this.#report(position, 'the text is not a valid key', 'write the key as one word, such as replicas');
    return undefined;
  }

  #report(position: Position, what: string, todo: string): void {
    this.diagnostics.push({ position, severity: 'error', what, todo });
  }
}

/**
 * Reports the first syntax error, since follow-up errors are noise, and every duplicate key, since they are
 * independent.
 */
const syntaxDiagnostics = (document: Document.Parsed, text: string, place: (offset: number) => Position) => {
  const lines = text.split('\n');
  const all = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const duplicates = all.filter((error) => error.code === 'DUPLICATE_KEY');
  // The library takes entries without a comma between them for an indented block, and names its first line.
  const isBlock = all.some((error) => error.code === 'BLOCK_IN_FLOW');
  const comma = isBlock
    ? all.find(({ code, message }) => code === 'UNEXPECTED_TOKEN' && isScalarToken.test(message))
    : undefined;
  const first = comma ?? all.find((error) => error.code !== 'DUPLICATE_KEY');
  return [...(first === undefined ? [] : [first]), ...duplicates].map((error): Diagnostic => {
    const position = place(error.pos[0]);
    return { position, severity: 'error', ...yamlWords(error, lines[position.line - 1] ?? '') };
  });
};

/**
 * Parses YAML 1.2 text into a tree with positions. Never throws: errors become diagnostics. `limits`: absent for a file that the
 * user has chosen.
 */
export const parseYaml = (text: string, file: string, limits?: YamlLimits): ParsedYaml => {
  const start: Position = { file, line: 1, col: 1 };
  const refuse = (what: string, todo: string): ParsedYaml => ({
    diagnostics: [{ position: start, severity: 'error', what, todo }],
  });
  const lineCounter = new LineCounter();
  const place = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line: Math.max(1, line), col: Math.max(1, col) };
  };
  try {
    const document = parseYamlDocument(text, { lineCounter, ...(limits && { limits }) });
    const diagnostics = syntaxDiagnostics(document, text, place);
    // A tag changes the meaning of a value, so a warning of the library aborts like an error.
    if ([...document.errors, ...document.warnings].some((error) => error.code !== 'DUPLICATE_KEY'))
      return { diagnostics };
    if (document.contents === null)
      return refuse('the profile is empty', 'write opsdeck: 1, system, env and tier');
    const reader = new Reader(place);
    const tree = reader.read(document.contents, start);
    return { tree, diagnostics: [...diagnostics, ...reader.diagnostics] };
  } catch (error) {
    // The library recurses: ten thousand nested brackets overflow its stack.
    if (error instanceof YamlLimitError) return refuse(error.message, error.todo);
    if (error instanceof LimitExceeded)
      return refuse(error.message, 'shorten the file, or split the file with extends and include');
    return refuse('the file is nested too deeply, or is not YAML', 'check brackets and indentation');
  }
};
