import type { z } from 'zod';
import { nearestWord } from './diagnostics.ts';
import { nodeNoun, type YamlNode } from './tree.ts';
import type { Words } from './yaml-tree.ts';

/** An issue that is not a union, with its whole path from the checked node. */
export type Leaf = Exclude<z.core.$ZodIssue, z.core.$ZodIssueInvalidUnion>;

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
};

const remedies: Readonly<Record<string, string>> = {
  string: 'put the value in quotes',
  number: 'write a number here',
  int: 'write a whole number here',
  boolean: 'write true or false here',
  array: 'write a list here: [ … ]',
  object: 'write the settings as KEY: VALUE lines',
  record: 'write the entries as KEY: VALUE lines',
};

const quoted = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value));

/** Stands before the keys of a map in a message of the schema, as `keysText` writes them. */
const keysMark = 'keys:';

/** Passes the keys of an expected map to the message about a value that is no map. */
export const keysText = (keys: readonly { readonly name: string; readonly isRequired: boolean }[]): string =>
  keysMark + keys.map(({ name, isRequired }) => `${name}${isRequired ? '!' : ''}`).join(',');

/** Most keys that a hint lists. */
const mostKeys = 4;

/** The form of a map: `{ every: … }` with its required keys, `{ arm: …, typed: … }` if none is required. */
const mapForm = (message: string): string | undefined => {
  if (!message.startsWith(keysMark)) return undefined;
  const all = message.slice(keysMark.length).split(',');
  const required = all.filter((key) => key.endsWith('!')).map((key) => key.slice(0, -1));
  const shown = (required.length > 0 ? required : all).slice(0, mostKeys);
  return `{ ${shown.map((key) => `${key}: …`).join(', ')} }`;
};

/** The text to write for one form of a value: 'none', 'a list: [ … ]', '{ url: … }'. */
const formOf = (issue: Leaf): string => {
  if (issue.code === 'invalid_value') return oneOf(issue.values.map(String));
  if (issue.code !== 'invalid_type') return expectedBy(issue);
  return mapForm(issue.message) ?? (issue.expected === 'array' ? 'a list: [ … ]' : expectedBy(issue));
};

/** Returns the hint when none of several forms fits. */
export const remedyOf = (issues: readonly Leaf[]): string => {
  const forms = [...new Set(issues.map(formOf))];
  return `write ${oneOf(forms)}`;
};

/** Returns the expected value in a word or two. */
export const expectedBy = (issue: Leaf): string => {
  if (issue.code === 'invalid_type') return nouns[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return oneOf(issue.values.map(String));
  return 'another value';
};

const actualNoun = (node: YamlNode): string =>
  node.is === 'scalar' && typeof node.value === 'number' ? `${node.value}` : nodeNoun(node);

/** The text to write in place of a value of another type. */
const typeRemedy = (issue: Leaf & { code: 'invalid_type' }, node: YamlNode): string => {
  const { expected } = issue;
  const text = node.is === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
  if (text !== undefined && /^-?\d+(\.\d+)?$/.test(text) && /^(number|int)$/.test(expected))
    return 'remove the quotes around the number';
  if (expected === 'string' && node.is !== 'scalar') return 'write one value instead of a list or a map';
  const item = expected === 'array' ? /^-(\w\S*)$/.exec(text ?? '')?.[1] : undefined;
  if (item !== undefined) return `write a space after the dash: - ${item}`;
  if (expected === 'record' && node.is === 'list') return 'write NAME: VALUE lines, without dashes';
  const form = mapForm(issue.message);
  return form === undefined ? (remedies[expected] ?? 'correct the value') : `write ${form}`;
};

const typeWords = (issue: Leaf & { code: 'invalid_type' }, node: YamlNode): Words => ({
  what: `expected ${expectedBy(issue)}, found ${actualNoun(node)}`,
  todo: typeRemedy(issue, node),
});

/** Wording for `minItems`, `maximum` and similar limits. */
const sizes: Readonly<
  Record<string, { readonly empty: Words; readonly thing: string; readonly unit: string }>
> = {
  string: {
    empty: { what: 'is empty', todo: 'write a text, or remove the key' },
    thing: 'is',
    unit: ' characters',
  },
  array: {
    empty: { what: 'the list is empty', todo: 'write at least one item, or remove the key' },
    thing: 'the list is',
    unit: ' items',
  },
};

const sizeWords = (issue: Leaf & { code: 'too_big' | 'too_small' }, node: YamlNode): Words => {
  const small = issue.code === 'too_small';
  const limit = String(small ? issue.minimum : issue.maximum);
  const inclusive = issue.inclusive !== false;
  const than = small ? (inclusive ? 'at least' : 'more than') : inclusive ? 'at most' : 'less than';
  const size = sizes[issue.origin];
  if (size !== undefined && small && limit === '1') return size.empty;
  if (size !== undefined)
    return {
      what: `${size.thing} too ${small ? 'short' : 'long'}`,
      todo: `write ${than} ${limit}${size.unit}`,
    };
  const value = node.is === 'scalar' ? String(node.value) : 'this';
  return { what: `${value} is too ${small ? 'small' : 'large'}`, todo: `write ${than} ${limit}` };
};

/** 'a, b or c' */
const oneOf = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(' or ');

const valueWords = (issue: Leaf & { code: 'invalid_value' }, node: YamlNode): Words => {
  const known = issue.values.map(String);
  if (node.is !== 'scalar' || node.value === null)
    return { what: `expected ${oneOf(known)}, found ${nodeNoun(node)}`, todo: 'write one of these values' };
  const [only = ''] = known;
  const what = `${quoted(node.value)} is not a valid value`;
  const meant = nearestWord(String(node.value), known);
  if (known.length === 1)
    return {
      what,
      todo: String(node.value) === only ? 'remove the quotes around the value' : `write ${only}`,
    };
  return { what, todo: meant === undefined ? `write ${oneOf(known)}` : `did you mean "${meant}"?` };
};

/** Verbs with which our messages say what to do. */
const instruction =
  /^(?:Add|Check|Choose|Correct|Did you mean|Give|Move|Name|Put|Remove|Rename|Replace|See|Set|Split|Start|Swap|Update|Use|Write)\b/;

/** A message of one sentence that says what to do after a colon: 'not a unit name: use eventmesh-api'. */
const withColon = /^(.+?): ((?:add|give|name|remove|set|specify|use|write) .+)$/s;

/** The sentences of a message. A full stop within double quotes belongs to a value, and ends none. */
const sentencesOf = (message: string): readonly string[] => {
  const sentences: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < message.length; index += 1) {
    if (message[index] === '"') isQuoted = !isQuoted;
    if (isQuoted || !message.startsWith('. ', index)) continue;
    sentences.push(message.slice(start, index));
    start = index + 2;
  }
  return [...sentences, message.slice(start)];
};

/**
 * Splits a message of the form 'what. What to do', as custom messages and limits use it. What is wrong may take several sentences: it ends
 * before the first one that says what to do, else after the first one.
 */
export const splitWords = (message: string): Words => {
  const sentences = sentencesOf(message);
  const instructed = sentences.findIndex((sentence, index) => index > 0 && instruction.test(sentence));
  const [, what, todo] = sentences.length === 1 ? (withColon.exec(message) ?? []) : [];
  if (what !== undefined && todo !== undefined) return { what, todo };
  const end = instructed === -1 ? 1 : instructed;
  return { what: sentences.slice(0, end).join('. '), todo: sentences.slice(end).join('. ') };
};

/** Formats one schema issue. Messages that our schemas wrote are used as they are. */
export const issueWords = (issue: Leaf, node: YamlNode): Words => {
  if (issue.message !== '' && !issue.message.startsWith(keysMark)) return splitWords(issue.message);
  switch (issue.code) {
    case 'invalid_type':
      return typeWords(issue, node);
    case 'invalid_value':
      return valueWords(issue, node);
    case 'too_big':
    case 'too_small':
      return sizeWords(issue, node);
    case 'invalid_key':
      return splitWords(issue.issues[0]?.message ?? '');
    case 'invalid_format':
      return {
        what: `${node.is === 'scalar' ? quoted(node.value) : 'the value'} has a format that is not accepted here`,
        todo: 'correct the value as the reference of this key says',
      };
    default:
      return { what: 'the value is not valid here', todo: 'see docs/reference/profiles.md for valid values' };
  }
};
