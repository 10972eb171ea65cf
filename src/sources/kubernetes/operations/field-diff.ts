import { createHash } from 'node:crypto';
import { nameStart } from '../../../domain/mask/cut-text.ts';
import { isSecretName } from '../../../domain/mask/secret-fields.ts';
import { oneLine } from '../../../platform/terminal/sanitize.ts';
import { secretMasker } from '../../../platform/terminal/secrets.ts';
import { redactPasswords } from '../../secrets.ts';
import { entries, field, number, text } from '../../wire-value.ts';

/** By what an object is pinned that has no value of its own to be pinned by: what somebody wrote last. */
export const writtenVersion = (raw: unknown): string => {
  if (raw === undefined) return 'not found';
  const metadata = field(raw, 'metadata');
  const generation = number(field(metadata, 'generation'));
  if (generation !== undefined && generation > 0) return `generation ${generation}`;
  // Of what says how it fares (an autoscaler, a node, a pod) the version changes all the time by itself.
  if (field(raw, 'status') !== undefined) return `as written, ${writtenFingerprint(raw)}`;
  return `version ${text(field(metadata, 'resourceVersion')) ?? 'unknown'}`;
};

/** What the server itself writes. */
const serverManagedFields: readonly string[] = [
  'managedFields',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'uid',
  'selfLink',
];
/** A copy of what another tool has once applied. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const maxDiffFields = 24;
const maxValueLength = 80;

type Leaves = ReadonlyMap<string, string>;

/** Items of a list are told apart by their names where they have them, else by their places. */
const keyedItems = (items: readonly unknown[]): readonly (readonly [string, unknown])[] => {
  const names = items.map((item) => text(field(item, 'name')));
  const areNames = names.every((name) => name !== undefined) && new Set(names).size === names.length;
  return items.map((item, index) =>
    areNames ? [`[${names[index]}]`, omitKey(item, 'name')] : [`[${index}]`, item],
  );
};

const collectLeaves = (value: unknown, path: string, into: Map<string, string>): Leaves => {
  const below = Array.isArray(value)
    ? keyedItems(value)
    : entries(value).map(([key, held]) => [path === '' ? key : `.${key}`, held] as const);
  if (below.length === 0) {
    if (value !== undefined && value !== null) into.set(path, JSON.stringify(value));
  } else for (const [key, held] of below) collectLeaves(held, `${path}${key}`, into);
  return into;
};

/** An object without what the server and its controllers write. */
const userFields = (raw: unknown): unknown => {
  const metadata = Object.fromEntries(
    entries(field(raw, 'metadata')).flatMap(([key, held]) => {
      if (serverManagedFields.includes(key)) return [];
      return [[key, key === 'annotations' ? omitKey(held, lastApplied) : held] as const];
    }),
  );
  const rest = entries(raw).filter(([key]) => key !== 'status' && key !== 'metadata');
  return { ...Object.fromEntries(rest), metadata };
};

const omitKey = (held: unknown, gone: string): unknown =>
  Object.fromEntries(entries(held).filter(([key]) => key !== gone));

/** The value of a variable whose name says that it is secret, and all that a Secret holds. */
const isSecretPath = (path: string, kind: string | undefined): boolean => {
  if (kind === 'Secret' && /^(data|stringData)\b/.test(path)) return true;
  const name = /\benv\[([^\]]+)\]\.value$/.exec(path)?.[1] ?? /^data\.(.+)$/.exec(path)?.[1];
  return name !== undefined && isSecretName(name);
};

const isEmpty = (leaf: string | undefined): boolean => leaf === '{}' || leaf === '[]';
const isBelow = (path: string, above: string): boolean =>
  path.startsWith(`${above}.`) || path.startsWith(`${above}[`);

/**
 * What differs between two versions of an object, a line per field: 'spec.replicas: 3 → 5'. Secret values are not in it.
 * [] when nothing does that somebody has written.
 */
export const fieldDiff = (before: unknown, after: unknown): readonly string[] => {
  const [was, is] = [
    collectLeaves(userFields(before), '', new Map()),
    collectLeaves(userFields(after), '', new Map()),
  ];
  const kind = text(field(after, 'kind')) ?? text(field(before, 'kind'));
  const all = [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path));
  // What was empty and holds something by now (or the other way round) is told by what it holds.
  const paths = all.filter(
    (path) => !isEmpty(was.get(path) ?? is.get(path)) || !all.some((other) => isBelow(other, path)),
  );
  const shown = (value: string | undefined, path: string): string | undefined =>
    value === undefined || !isSecretPath(path, kind) ? value && redactPasswords(value) : '…';
  const lines = paths.map((path) => {
    const [from, to] = cutToDifference(shown(was.get(path), path), shown(is.get(path), path));
    return `${path}: ${from} → ${to}`;
  });
  return lines.length > maxDiffFields
    ? [...lines.slice(0, maxDiffFields), `and ${lines.length - maxDiffFields} more fields`]
    : lines;
};

/** What stays before the place where two long texts differ. */
const contextLength = 20;

/** Two values short enough for a line, cut so that the first place where they differ is in both. */
const cutToDifference = (was: string | undefined, is: string | undefined): readonly [string, string] => {
  const shorten = (value: string | undefined, from: number): string =>
    value === undefined ? 'none' : oneLine(`${from > 0 ? '…' : ''}${value.slice(from)}`, maxValueLength);
  if (was === undefined || is === undefined || Math.max(was.length, is.length) <= maxValueLength)
    return [shorten(was, 0), shorten(is, 0)];
  // Masked before a part of it is taken: the end of a secret is recognised by nothing.
  const [then, now] = [secretMasker.outgoing(was), secretMasker.outgoing(is)];
  const differ = then.split('').findIndex((letter, at) => letter !== now[at]);
  const from = nameStart(then, (differ < 0 ? then.length : differ) - contextLength);
  return [shorten(then, from), shorten(now, from)];
};

/** A short name for a text that is too long to be compared by eye. */
export const shortHash = (value: string): string =>
  createHash('sha256').update(value).digest('hex').slice(0, 12);

/** The same of all that somebody has written of an object, without what its controllers say of it. */
const writtenFingerprint = (raw: unknown): string =>
  shortHash(JSON.stringify([...collectLeaves(userFields(raw), '', new Map())].sort()));
