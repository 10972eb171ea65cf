import { defined } from '../../domain/base/defined.ts';
import { formatCount } from '../../domain/text/format.ts';
import type { Position } from '../../domain/text/position.ts';
import { nearestWord } from './diagnostics.ts';
import {
  hasLimitCall,
  isExpressionKey,
  isTextKey,
  limitName,
  withLimitReferences,
} from './limit-references.ts';
import type {
  Gap,
  ListNode,
  MapEntry,
  MapNode,
  OutsidePart,
  ScalarNode,
  ScalarValue,
  YamlNode,
} from './tree.ts';
import type { Words } from './yaml-tree.ts';

/** The part between `${` and `}`. */
type Reference =
  | { readonly is: 'var'; readonly text: string; readonly name: string }
  | { readonly is: 'env'; readonly text: string; readonly name: string }
  | { readonly is: 'world'; readonly text: string; readonly name: string }
  | { readonly is: 'file'; readonly text: string; readonly path: string }
  | { readonly is: 'exec'; readonly text: string; readonly argv: readonly string[] };

export type OutsideReference = Exclude<Reference, { readonly is: 'var' }>;

type ParsedReferences =
  | { readonly ok: true; readonly parts: readonly (string | Reference)[] }
  | ({ readonly ok: false } & Words);

/**
 * Splits a command line into words at spaces; '…' and "…" keep their contents. No expansion, no shell. Undefined when a
 * quote is not closed.
 */
export const splitArgv = (text: string): readonly string[] | undefined => {
  const words: string[] = [];
  const rest = text.replaceAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g, (word) => {
    words.push(word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single ?? ''));
    return '';
  });
  return rest.trim() === '' ? words : undefined;
};

const schemes = ['env', 'file', 'exec'];

/** `env.NAME`, and a default value as shells write it: `NAME:-value`, `env:NAME:-value`. */
const ofShells = /^(?:env[:.])?([A-Za-z_]\w*)(?::?[-=?+].*)?$/s;

const unknown = (text: string): Words => {
  const inner = text.slice(2, -1);
  const name = ofShells.exec(inner)?.[1];
  if (name !== undefined)
    return {
      what: `${text} is not a valid reference${/[-=?+]/.test(inner) ? ': a reference has no default value' : ''}`,
      todo: `write \${env:${name}}`,
    };
  const [scheme = '', ...rest] = inner.split(':');
  const meant = rest.length > 0 ? nearestWord(scheme, schemes) : undefined;
  return {
    what: `${text} is not a valid reference`,
    todo:
      meant === undefined || meant === scheme
        ? `use \${name}, \${env:NAME}, \${file:path}, \${exec:command} or \${world.name}. $\${ is a literal \${`
        : `did you mean \${${meant}:${rest.join(':')}}?`,
  };
};

const referenceOf = (text: string, inner: string): Reference | Words => {
  const [, scheme, rest = ''] = /^(env|file|exec):\s*(.*?)\s*$/s.exec(inner) ?? [];
  if (scheme === 'env' && /^[A-Za-z_]\w*$/.test(rest)) return { is: 'env', text, name: rest };
  if (scheme === 'file' && rest !== '') return { is: 'file', text, path: rest };
  if (scheme === 'exec') {
    const argv = splitArgv(rest);
    if (argv === undefined) return { what: `unterminated quote in ${text}`, todo: 'close the quote' };
    if (argv.length > 0) return { is: 'exec', text, argv };
  }
  const simulatorName = /^world\.([\w-]+)$/.exec(inner)?.[1];
  if (simulatorName !== undefined) return { is: 'world', text, name: simulatorName };
  if (/^[A-Za-z_][\w-]*$/.test(inner) || limitName.test(inner)) return { is: 'var', text, name: inner };
  return unknown(text);
};

/**
 * Splits text into literals and references. `$${` is a literal `${`; `${param.x}`, `${each}` and `${before}` stay text
 * and are bound by a run.
 */
export const parseReferences = (text: string): ParsedReferences => {
  const parts: (string | Reference)[] = [];
  let plainText = '';
  let end = 0;
  for (const match of text.matchAll(/\$\$\{|\$\{(?:param\.[\w-]+|each|before)\}|\$\{([^{}]*)\}|\$\{/g)) {
    plainText += text.slice(end, match.index);
    end = match.index + match[0].length;
    const [whole, inner] = match;
    if (whole === '$' + '${') plainText += '$' + '{';
    else if (inner !== undefined) {
      const reference = referenceOf(whole, inner);
      if (!('is' in reference)) return { ok: false, ...reference };
      if (plainText !== '') parts.push(plainText);
      plainText = '';
      parts.push(reference);
    } else if (whole !== '$' + '{') plainText += whole;
    else
      return {
        ok: false,
        what: 'a reference is unterminated or nested',
        todo: 'close it with }. $' + '${ is a literal $' + '{',
      };
  }
  plainText += text.slice(end);
  if (plainText !== '' || parts.length === 0) parts.push(plainText);
  return { ok: true, parts };
};

/** Result of an external lookup: a value, or a gap with a hint. */
export type ReferenceLookup =
  | { readonly value: string }
  | { readonly missing: boolean; readonly what: string; readonly todo: string };

export type Lookup = (reference: OutsideReference, position: Position) => ReferenceLookup;

/** Vars as the profile declares them, with the values of `--set` and of a drill. */
export interface ProfileVars {
  readonly declared: ReadonlyMap<string, ScalarNode>;
  readonly overrides: Readonly<Record<string, string>>;
  /** Values of a drill. They take precedence, and count as those of the profile. */
  readonly simulated?: Readonly<Record<string, string>>;
  /** Returns the hint for an undeclared var. */
  unknown(name: string): string;
}

/** Converts external text to the type of the var's declared value, if that is a number or a boolean. */
const typed = (text: string, declared: ScalarValue | undefined): ScalarValue => {
  if (typeof declared === 'number' && text.trim() !== '' && Number.isFinite(Number(text)))
    return Number(text);
  if (typeof declared === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
};

type Part = Omit<ScalarNode, 'is' | 'position' | 'isResolved'>;

/** The parts of a text, where one of them is from outside. */
const joined = (parts: readonly Part[]): Pick<Part, 'parts'> =>
  parts.some((part) => part.parts !== undefined)
    ? {
        parts: parts.flatMap(
          (part): readonly (string | OutsidePart)[] => part.parts ?? [String(part.value ?? '')],
        ),
      }
    : {};

const gap = (reference: Reference, position: Position, what: string, todo: string): Gap => ({
  reference: reference.text,
  position,
  missing: true,
  what,
  todo,
});

/** Limits against exponential growth: vars that repeat vars turn a page into gigabytes. */
const maxLength = 1_000_000;
const maxChain = 50;

const limitGap = (node: ScalarNode, what: string): Gap => ({
  reference: String(node.value),
  position: node.position,
  missing: true,
  what,
  todo: 'write the value itself',
});

/** The value of a limit in a text: 1,000. */
const formatLimit = (value: number): string => (Number.isInteger(value) ? formatCount(value) : String(value));

const hasReference = ({ value }: ScalarNode): boolean => typeof value === 'string' && value.includes('${');

/**
 * Resolved nodes by the node as written, to be used again while they are the same: what is cached for a node, as the result
 * of its check, then stays valid for both builds of a profile and for every environment that shares its file. Never of a node
 * with a value from outside, which must not be kept.
 */
const resolvedNodes = new WeakMap<YamlNode, YamlNode>();

const isKept = (written: YamlNode, resolved: YamlNode): boolean =>
  resolved === written || resolvedNodes.get(written) === resolved;

const keep = <T extends YamlNode>(written: YamlNode, resolved: T): T => {
  resolvedNodes.set(written, resolved);
  return resolved;
};

/** Replaces references by their values. One resolver per tree; each var is resolved once. */
export class ReferenceResolver {
  readonly #vars: ProfileVars;
  readonly #lookup: Lookup;
  readonly #known = new Map<string, Part>();

  constructor(vars: ProfileVars, lookup: Lookup) {
    this.#vars = vars;
    this.#lookup = lookup;
  }

  /**
   * Resolves every scalar of a tree; a scalar without a value keeps its text and lists it in `gaps`. Returns a node
   * without references as is, so that results cached for it stay valid.
   */
  tree(node: YamlNode): YamlNode {
    return this.#tree(node, false);
  }

  /** `isText`: for people, who read 1,000 better than 1000. */
  #tree(node: YamlNode, isText: boolean): YamlNode {
    if (node.is === 'scalar')
      return hasReference(node) ? this.#resolvedScalar(node, node.value, isText) : node;
    return node.is === 'list' ? this.#list(node, isText) : this.#map(node);
  }

  /** Resolves the text of an expression, which may also refer to limits of signals as `limit(SIGNAL)`. */
  #expression(node: ScalarNode, text: string): YamlNode {
    const written = withLimitReferences(text, (name) => this.#vars.declared.has(name));
    return this.#resolvedScalar(node, written, false);
  }

  #resolvedScalar(node: ScalarNode, written: ScalarValue, isText: boolean): ScalarNode {
    const part = this.#scalar({ ...node, value: written }, [], isText);
    const before = resolvedNodes.get(node);
    const isInside = part.gaps === undefined && part.outside === undefined && part.parts === undefined;
    if (isInside && before?.is === 'scalar' && before.value === part.value) return before;
    const made = { is: 'scalar', position: node.position, isResolved: true, ...part } as const;
    return isInside ? keep(node, made) : made;
  }

  #entry(key: string, node: YamlNode): YamlNode {
    return isExpressionKey(key) &&
      node.is === 'scalar' &&
      typeof node.value === 'string' &&
      hasLimitCall(node.value)
      ? this.#expression(node, node.value)
      : this.#tree(node, isTextKey(key));
  }

  #list(node: ListNode, isText: boolean): ListNode {
    const items = node.items.map((item) => this.#tree(item, isText));
    if (items.every((item, index) => item === node.items[index])) return node;
    const before = resolvedNodes.get(node);
    if (before?.is === 'list' && items.every((item, index) => item === before.items[index])) return before;
    const made: ListNode = { ...node, items };
    const areKept = node.items.every((item, index) => isKept(item, items[index] ?? item));
    return areKept ? keep(node, made) : made;
  }

  #map(node: MapNode): MapNode {
    const before = resolvedNodes.get(node);
    const known = before?.is === 'map' ? before.entries : undefined;
    let isSame = true;
    let isBefore = known !== undefined;
    let areKept = true;
    const entries = new Map<string, MapEntry>();
    for (const [key, entry] of node.entries) {
      const value = this.#entry(key, entry.value);
      isSame &&= value === entry.value;
      isBefore &&= value === known?.get(key)?.value;
      areKept &&= isKept(entry.value, value);
      entries.set(key, value === entry.value ? entry : { ...entry, value });
    }
    if (isSame) return node;
    if (isBefore && before?.is === 'map') return before;
    const made: MapNode = { ...node, entries };
    return areKept ? keep(node, made) : made;
  }

  #scalar(node: ScalarNode, within: readonly string[], isText = false): Part {
    if (typeof node.value !== 'string' || !hasReference(node)) return { value: node.value };
    const parsed = parseReferences(node.value);
    if (!parsed.ok) return { value: node.value };
    const parts = parsed.parts.map((part) =>
      typeof part === 'string' ? { value: part } : this.#reference(part, node.position, within),
    );
    const gaps = [...new Set(parts.flatMap((part) => part.gaps ?? []))];
    const from = joined(parts);
    if (gaps.length > 0) return { value: node.value, gaps, ...from };
    const outside = [...new Set(parts.flatMap((part) => part.outside ?? []))];
    const all = { ...(outside.length > 0 ? { outside } : {}), ...from };
    const [first] = parts;
    if (parts.length === 1 && first !== undefined) return { value: first.value, ...all };
    const isLimit = (index: number): boolean => {
      const written = parsed.parts[index];
      return typeof written === 'object' && written.is === 'var' && limitName.test(written.name);
    };
    const texts = parts.map(({ value }, index) =>
      isText && typeof value === 'number' && isLimit(index) ? formatLimit(value) : String(value ?? ''),
    );
    if (texts.reduce((sum, text) => sum + text.length, 0) > maxLength)
      return {
        value: node.value,
        gaps: [limitGap(node, 'the value expands to more text than opsdeck accepts')],
      };
    return { value: texts.join(''), ...all };
  }

  #reference(reference: Reference, position: Position, within: readonly string[]): Part {
    if (reference.is === 'var') return this.#var(reference, position, within);
    const answer = this.#lookup(reference, position);
    const partOf = (value?: string): Pick<Part, 'parts'> =>
      reference.is === 'world' ? {} : { parts: [{ reference: reference.text, ...defined({ value }) }] };
    if ('value' in answer) return { value: answer.value, outside: [reference.text], ...partOf(answer.value) };
    const { missing, what, todo } = answer;
    const open: Gap = { reference: reference.text, position, missing, what, todo };
    return { value: null, gaps: [open], ...partOf() };
  }

  #var(reference: Reference & { readonly is: 'var' }, position: Position, within: readonly string[]): Part {
    const { name } = reference;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const declared = this.#vars.declared.get(name);
    const { overrides, simulated = {} } = this.#vars;
    const own = Object.hasOwn(simulated, name) ? simulated[name] : undefined;
    if (own !== undefined) return { value: typed(own, declared?.value) };
    const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    if (override !== undefined)
      return {
        value: typed(override, declared?.value),
        parts: [{ reference: reference.text, value: override }],
      };
    if (declared === undefined)
      return {
        value: null,
        gaps: [gap(reference, position, 'is not declared under vars', this.#vars.unknown(name))],
      };
    if (declared.value === null)
      return {
        value: null,
        gaps: [gap(reference, position, 'has no value', `give vars.${name} a value, or --set ${name}=VALUE`)],
      };
    // Cycles are reported where vars are declared; here the recursion only has to end.
    const part =
      within.includes(name) || within.length > maxChain
        ? { value: null, gaps: [limitGap(declared, 'the value refers to a chain of vars that is too long')] }
        : this.#scalar(declared, [...within, name]);
    this.#known.set(name, part);
    return part;
  }
}
