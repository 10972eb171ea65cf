import { z } from 'zod';
import type { Diagnostic, Position } from '../../domain/text/position.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import { didYouMean, errorAt, nearestWord } from './diagnostics.ts';
import { foreignReference } from './foreign-reference.ts';
import { expectedBy, issueWords, keysText, type Leaf, remedyOf } from './issue-text.ts';
import { parseReferences } from './references.ts';
import {
  type Gap,
  nearestNode,
  nodeNoun,
  plainValue,
  scalarsIn,
  type YamlNode,
  type YamlPath,
} from './tree.ts';

/** `{ a?: T | undefined }` as `{ a?: T }`. */
type Definite<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Removes the keys whose value is undefined. */
export const definite = <T extends object>(value: T): Definite<T> =>
  // The compiler cannot infer that filtering removes exactly the undefined values.
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Definite<T>;

/** Resolves an issue's path: the node there, or its nearest ancestor and the key missing in it. */
const placeOf = (root: YamlNode, path: YamlPath): { readonly node: YamlNode; readonly missing?: string } => {
  const node = nearestNode(root, path);
  const last = path.at(-1);
  if (last === undefined) return { node };
  const parent = nearestNode(root, path.slice(0, -1));
  const exists = parent.is === 'map' ? parent.entries.has(String(last)) : parent.is === 'list';
  return exists ? { node } : { node: parent, missing: String(last) };
};

/** Returns whether the issue points at a reference without a value. */
const atGap = (root: YamlNode, path: YamlPath): boolean => {
  const node = nearestNode(root, path);
  return node.is === 'scalar' && node.gaps !== undefined;
};

const isRoot = (issue: Leaf, path: YamlPath): boolean =>
  issue.path.length === path.length && (issue.code === 'invalid_type' || issue.code === 'invalid_value');

/** Distance between a union branch and the input: the nearest branch is the intended one. */
const branchDistance = (branch: readonly Leaf[], path: YamlPath): number =>
  branch
    .map((issue) =>
      isRoot(issue, path) ? 100 : issue.code === 'unrecognized_keys' ? 3 * issue.keys.length : 2,
    )
    .reduce((sum, cost) => sum + cost, 0);

const unionLeaves = (
  issue: z.core.$ZodIssueInvalidUnion,
  path: YamlPath,
  root: YamlNode,
): readonly Leaf[] => {
  if (issue.message !== '') return [{ code: 'custom', path: [...path], message: issue.message }];
  if (issue.errors.length === 0) {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : [];
    return [{ code: 'invalid_value', values: options, path: [...path], message: '' }];
  }
  const branches = issue.errors.map((branch) => branch.flatMap((inner) => leaves(inner, root, path)));
  const open = branches.map((branch) => branch.filter((leaf) => !atGap(root, leaf.path)));
  if (open.some((branch) => branch.length === 0)) return [];
  if (open.every((branch) => branch.length === 1 && branch.every((leaf) => isRoot(leaf, path)))) {
    const expected = [...new Set(open.flat().map(expectedBy))].join(' or ');
    const message = `expected ${expected}, found ${nodeNoun(nearestNode(root, path))}. ${sentenceCase(remedyOf(open.flat()))}`;
    const { missing } = placeOf(root, path);
    return missing === undefined ? [{ code: 'custom', path: [...path], message }] : open.flat().slice(0, 1);
  }
  return open.reduce((best, branch) =>
    branchDistance(branch, path) < branchDistance(best, path) ? branch : best,
  );
};

/** Flattens unions: replaces each by the issues of its most likely branch. */
const leaves = (issue: z.core.$ZodIssue, root: YamlNode, above: YamlPath = []): readonly Leaf[] => {
  const path = [...above, ...issue.path];
  return issue.code === 'invalid_union' ? unionLeaves(issue, path, root) : [{ ...issue, path }];
};

/** Result of checking a node with a schema. */
export interface CheckedNode<T> {
  /** Absent when the schema rejected the node. With gaps, it still contains the text of unresolved references. */
  readonly value?: T;
  readonly diagnostics: readonly Diagnostic[];
  /** References in this node without a value, or with one that does not fit. */
  readonly gaps: readonly Gap[];
}

/** 'checks[0].timeout' */
const pathText = (path: YamlPath): string =>
  path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${String(step)}`))
    .join('');

/**
 * Prefixes a message with its label: 'api checks[0].timeout "15" needs a unit', 'guard.arm: expected text, found a
 * list'.
 */
const withLabel = (label: string, what: string): string =>
  label === '' ? what : `${label}${/^["\d]/.test(what) ? ' ' : ': '}${what}`;

const knownMark = 'known:';

/** The map, or the map in the items, of a schema that may be optional or have a default. */
const mapIn = (schema: unknown): z.ZodObject | undefined => {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return mapIn(schema.unwrap());
  if (schema instanceof z.ZodArray) return mapIn(schema.element);
  return schema instanceof z.ZodPipe ? mapIn(schema.in) : undefined;
};

/** Keys of the maps below a map, with the key that each belongs to: `path=checks`. */
const keysBelow = ({ shape }: z.ZodObject): readonly string[] =>
  Object.entries(shape).flatMap(([key, schema]) =>
    Object.keys(mapIn(schema)?.shape ?? {})
      .filter((below) => shape[below] === undefined)
      .map((below) => `${below}=${key}`),
  );

const isOptional = (schema: unknown): boolean =>
  schema instanceof z.ZodType && schema._zod.optin !== undefined;

/**
 * Replaces the library's messages: '' separates them from messages that our schemas wrote, and the keys of a map are passed on
 * to the message about an unknown key or a value that is no map.
 */
const noMessages: z.core.$ZodErrorMap = (issue) => {
  if (!(issue.inst instanceof z.ZodObject)) return '';
  const { shape } = issue.inst;
  if (issue.code === 'unrecognized_keys')
    return knownMark + [...Object.keys(shape), ...keysBelow(issue.inst)].join(',');
  if (issue.code !== 'invalid_type') return '';
  return keysText(Object.entries(shape).map(([name, schema]) => ({ name, isRequired: !isOptional(schema) })));
};

interface CheckOptions {
  /** Name of the checked object in messages: a source ID, a signal ID. */
  readonly label?: string;
  /** Path of the node within the object that `label` names; prefix of the paths in messages. */
  readonly under?: YamlPath;
  /** Keys removed from the node before validation, listed with the schema's own. */
  readonly extraKeys?: readonly string[];
}

/** The names that a message passes on: keys of the map, and `key=parent` of the maps below it. */
const passedOn = ({ message }: Leaf): readonly string[] =>
  message.startsWith(knownMark) ? message.slice(knownMark.length).split(',') : [];

const knownKeys = (issue: Leaf, extra: readonly string[] = []): readonly string[] => {
  const known = passedOn(issue).filter((name) => !name.includes('='));
  return issue.path.length === 0 ? [...known, ...extra] : known;
};

/** The remedy for an unknown key: write it below the key where it belongs, else as the nearest known key. */
const keyRemedy = (key: string, issue: Leaf, extra: readonly string[] | undefined): string => {
  const below = passedOn(issue).filter((name) => name.startsWith(`${key}=`));
  const [parent] = below.map((name) => name.slice(key.length + 1));
  return below.length === 1
    ? `write ${key} below ${parent ?? ''}:`
    : didYouMean(key, knownKeys(issue, extra));
};

const keyDiagnostics = (
  issue: Leaf & { code: 'unrecognized_keys' },
  root: YamlNode,
  { extraKeys }: CheckOptions,
): readonly Diagnostic[] => {
  const { node } = placeOf(root, issue.path);
  return issue.keys.map((key) => {
    const position = keyOf(node, key);
    return errorAt(position, `unknown key "${key}"`, keyRemedy(key, issue, extraKeys));
  });
};

const keyOf = (node: YamlNode, key: string): Position =>
  (node.is === 'map' ? node.entries.get(key)?.key : undefined) ?? node.position;

const leafDiagnostics = (issue: Leaf, root: YamlNode, options: CheckOptions): readonly Diagnostic[] => {
  if (issue.code === 'unrecognized_keys') return keyDiagnostics(issue, root, options);
  const { node, missing } = placeOf(root, issue.path);
  const atParent = missing !== undefined || issue.code === 'invalid_key';
  const path = [...(options.under ?? []), ...(atParent ? issue.path.slice(0, -1) : issue.path)];
  const name = [options.label ?? '', pathText(path)].filter((part) => part !== '').join(' ');
  if (missing !== undefined && (issue.message === '' || issue.code === 'invalid_type')) {
    const words = issue.code === 'invalid_value' ? issue.values.map(String).join(' | ') : '…';
    return [errorAt(node.position, withLabel(name, `${missing} is missing`), `write ${missing}: ${words}`)];
  }
  const { what, todo } = foreignReference(node) ?? issueWords(issue, node);
  const parent = placeOf(root, issue.path.slice(0, -1)).node;
  const position = issue.code === 'invalid_key' ? keyOf(parent, String(issue.path.at(-1))) : node.position;
  return [errorAt(position, withLabel(name, what), todo)];
};

/** Paths of keys that are present but misspelled: reporting them as missing would be redundant. */
const misspelled = (issues: readonly Leaf[], extra: readonly string[] | undefined): ReadonlySet<string> =>
  new Set(
    issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => pathText([...issue.path, nearestWord(key, knownKeys(issue, extra)) ?? '']))
        : [],
    ),
  );

/**
 * Returns whether an issue is only a consequence of another one: a rule about the keys of a map that has an unknown key, or
 * a value whose reference is not valid.
 */
const isConsequence = (issue: Leaf, issues: readonly Leaf[], root: YamlNode): boolean => {
  const { node } = placeOf(root, issue.path);
  if (node.is === 'scalar' && typeof node.value === 'string' && !parseReferences(node.value).ok) return true;
  const path = pathText(issue.path);
  return (
    issue.code === 'custom' &&
    node.is === 'map' &&
    issues.some((other) => other.code === 'unrecognized_keys' && pathText(other.path) === path)
  );
};

/** Turns an external value that the schema rejects into a gap, so that no message shows the value. */
const mismatch = (issue: Leaf, root: YamlNode): Gap | undefined => {
  const { node } = placeOf(root, issue.path);
  if (node.is !== 'scalar' || node.outside === undefined) return undefined;
  const reference = node.outside.join(' ');
  const what = `has a value that ${pathText(issue.path)} does not accept`;
  return {
    reference,
    position: node.position,
    missing: true,
    what,
    todo: 'correct the value behind the reference',
  };
};

/** Returns the references in a node without a value. */
export const gapsIn = (node: YamlNode): readonly Gap[] => [
  ...new Set(scalarsIn(node).flatMap((scalar) => scalar.gaps ?? [])),
];

/** Cache of valid results: a profile is checked twice, and its files belong to several environments. */
const knownGood = new WeakMap<z.ZodType, WeakMap<YamlNode, CheckedNode<unknown>>>();

const remember = <T>(schema: z.ZodType<T>, node: YamlNode, checked: CheckedNode<T>): CheckedNode<T> => {
  const known = knownGood.get(schema) ?? new WeakMap<YamlNode, CheckedNode<unknown>>();
  knownGood.set(schema, known.set(node, checked));
  return checked;
};

/**
 * Checks a node with a schema. Issues become diagnostics at the position of the nearest node, in opsdeck's wording. An
 * issue at a reference without a value is not reported.
 */
export const checkNode = <T>(
  schema: z.ZodType<T>,
  node: YamlNode,
  options: CheckOptions = {},
): CheckedNode<T> => {
  const known = knownGood.get(schema)?.get(node);
  // The cache entry was made by this schema from this node.
  if (known !== undefined) return known as CheckedNode<T>;
  const gaps = [...gapsIn(node)];
  const parsed = schema.safeParse(plainValue(node), { error: noMessages });
  if (parsed.success) return remember(schema, node, { value: parsed.data, diagnostics: [], gaps });
  const diagnostics: Diagnostic[] = [];
  const issues = parsed.error.issues.flatMap((issue) => leaves(issue, node));
  const written = misspelled(issues, options.extraKeys);
  for (const issue of issues) {
    const { node: place, missing } = placeOf(node, issue.path);
    if (place.is === 'scalar' && place.gaps !== undefined) continue;
    if (missing !== undefined && written.has(pathText(issue.path))) continue;
    if (isConsequence(issue, issues, node)) continue;
    const bad = mismatch(issue, node);
    if (bad !== undefined) gaps.push(bad);
    else diagnostics.push(...leafDiagnostics(issue, node, options));
  }
  return { diagnostics, gaps };
};
