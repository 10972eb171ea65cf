import { createHash } from 'node:crypto';
import { isSecretName } from '../../../../domain/mask/secret-fields.ts';
import { pluralize } from '../../../../domain/text/count-text.ts';
import { nameStart } from '../../../../domain/text/cut-text.ts';
import { oneLine } from '../../../../platform/masking/sanitize.ts';
import { secretMasker } from '../../../../platform/masking/secrets.ts';
import { redactPasswords } from '../../../kit/values/secrets.ts';
import { entries, field, number, text } from '../../../kit/values/wire-value.ts';

/** Pins an object without a value by its last user-made change. */
export const writtenVersion = (raw: unknown): string => {
  if (raw === undefined) return 'not found';
  const metadata = field(raw, 'metadata');
  const generation = number(field(metadata, 'generation'));
  if (generation !== undefined && generation > 0) return `generation ${generation}`;
  // The version of an object with a status (an autoscaler, a node, a pod) changes all the time.
  if (field(raw, 'status') !== undefined) return `as written, ${writtenFingerprint(raw)}`;
  return `version ${text(field(metadata, 'resourceVersion')) ?? 'unknown'}`;
};

/** Fields that the server writes. */
const serverManagedFields: readonly string[] = [
  'managedFields',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'uid',
  'selfLink',
];
/** A copy of the object that kubectl last applied. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const maxDiffFields = 24;
const maxValueLength = 80;

type Leaves = ReadonlyMap<string, string>;

/** Keys list items by their names where they have them, otherwise by index. */
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
    : entries(value).map(([key, child]) => [path === '' ? key : `.${key}`, child] as const);
  if (below.length === 0) {
    if (value !== undefined && value !== null) into.set(path, JSON.stringify(value));
  } else for (const [key, child] of below) collectLeaves(child, `${path}${key}`, into);
  return into;
};

/** Removes the fields that the server and its controllers write. */
const userFields = (raw: unknown): unknown => {
  const metadata = Object.fromEntries(
    entries(field(raw, 'metadata')).flatMap(([key, child]) => {
      if (serverManagedFields.includes(key)) return [];
      return [[key, key === 'annotations' ? omitKey(child, lastApplied) : child] as const];
    }),
  );
  const rest = entries(raw).filter(([key]) => key !== 'status' && key !== 'metadata');
  return { ...Object.fromEntries(rest), metadata };
};

const omitKey = (child: unknown, omitted: string): unknown =>
  Object.fromEntries(entries(child).filter(([key]) => key !== omitted));

/** The kind of an object that compares the values of two revisions of a Helm release. */
export const helmValuesKind = 'HelmValues';

/** True for a variable whose name marks it as secret, and for all data of a Secret. */
const isSecretPath = (path: string, kind: string | undefined): boolean => {
  if (kind === 'Secret' && /^(data|stringData)\b/.test(path)) return true;
  if (kind === helmValuesKind) return path.split(/[.[\]]+/).some((part) => part !== '' && isSecretName(part));
  const name = /\benv\[([^\]]+)\]\.value$/.exec(path)?.[1] ?? /^data\.(.+)$/.exec(path)?.[1];
  return name !== undefined && isSecretName(name);
};

const isEmpty = (leaf: string | undefined): boolean => leaf === '{}' || leaf === '[]';
const isBelow = (path: string, above: string): boolean =>
  path.startsWith(`${above}.`) || path.startsWith(`${above}[`);

/** A difference of one field; its values are JSON, undefined when the field is absent. */
interface RawChange {
  readonly path: string;
  readonly was: string | undefined;
  readonly is: string | undefined;
}

/** A difference of one field, for display: without secret values, each value in one line. */
interface FieldChange {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Returns the differences of two versions of an object in the fields that users write; `counts` selects among them.
 * Excludes secret values.
 */
export const fieldChanges = (
  before: unknown,
  after: unknown,
  counts: (change: RawChange) => boolean = () => true,
): readonly FieldChange[] => {
  const was = collectLeaves(userFields(before), '', new Map());
  const is = collectLeaves(userFields(after), '', new Map());
  const kind = text(field(after, 'kind')) ?? text(field(before, 'kind'));
  const all = [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path));
  // A field that changed between empty and non-empty is described by its contents.
  const paths = all.filter(
    (path) => !isEmpty(was.get(path) ?? is.get(path)) || !all.some((other) => isBelow(other, path)),
  );
  const shown = (value: string | undefined, path: string): string | undefined =>
    value === undefined || !isSecretPath(path, kind) ? value && redactPasswords(value) : '…';
  return paths
    .filter((path) => counts({ path, was: was.get(path), is: is.get(path) }))
    .map((path) => {
      const [from, to] = cutToDifference(shown(was.get(path), path), shown(is.get(path), path));
      return { path, from, to };
    });
};

/** The first lines of a diff, and the number of the others. */
export const firstFields = (lines: readonly string[], most: number): readonly string[] =>
  lines.length > most
    ? [...lines.slice(0, most), `and ${pluralize(lines.length - most, 'more field')}`]
    : lines;

/**
 * Returns the differences of two versions of an object, one line per field: 'spec.replicas: 3 → 5'. Excludes secret
 * values. [] when no user-written field differs.
 */
export const fieldDiff = (before: unknown, after: unknown): readonly string[] =>
  firstFields(
    fieldChanges(before, after).map(({ path, from, to }) => `${path}: ${from} → ${to}`),
    maxDiffFields,
  );

/** Unchanged characters kept before the first difference of two long texts. */
const contextLength = 20;

/** Shortens two values to one line each, keeping the first difference in both. */
const cutToDifference = (was: string | undefined, is: string | undefined): readonly [string, string] => {
  const shorten = (value: string | undefined, from: number): string =>
    value === undefined ? 'none' : oneLine(`${from > 0 ? '…' : ''}${value.slice(from)}`, maxValueLength);
  if (was === undefined || is === undefined || Math.max(was.length, is.length) <= maxValueLength)
    return [shorten(was, 0), shorten(is, 0)];
  // Masks before cutting: a part of a secret is no longer recognizable as one.
  const then = secretMasker.outgoing(was);
  const now = secretMasker.outgoing(is);
  const differ = then.split('').findIndex((letter, index) => letter !== now[index]);
  const from = nameStart(then, (differ < 0 ? then.length : differ) - contextLength);
  return [shorten(then, from), shorten(now, from)];
};

/** Short hash of a text that is too long to compare by eye. */
export const shortHash = (value: string): string =>
  createHash('sha256').update(value).digest('hex').slice(0, 12);

/** Hash of the user-written fields of an object, without its status. */
const writtenFingerprint = (raw: unknown): string => fingerprint(userFields(raw));

/** Hash of a value, whatever the order of its keys. */
export const fingerprint = (value: unknown): string =>
  shortHash(JSON.stringify([...collectLeaves(value, '', new Map())].sort()));
