import { z } from 'zod';
import { isSecretName } from '../../../../domain/mask/secret-fields.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { stripControls } from '../../../../domain/text/controls.ts';
import { pluralize } from '../../../../domain/text/count-text.ts';
import { formatBytes } from '../../../../domain/text/format.ts';
import { lineDiff } from '../../../../logs/reading/line-diff.ts';
import type { ReadFiles } from '../../../../platform/files/file-interfaces.ts';
import { clipped } from '../../../../platform/masking/sanitize.ts';
import { secretMasker } from '../../../../platform/masking/secrets.ts';
import { resolveLocalPath } from '../../../kit/operations/local-files.ts';
import { documentProblem } from '../../../kit/values/document-problem.ts';
import { redactPasswords } from '../../../kit/values/secrets.ts';
import { apiResources, parseObjectRef } from '../../api/api-resources.ts';
import { shortHash } from '../write/field-diff.ts';
import { zNamespaceParam, zObjectName } from '../write/shared-params.ts';

const zKey = z
  .string()
  .regex(/^[-._a-zA-Z0-9]+$/, { error: 'not a ConfigMap or Secret key: use letters, digits, - _ and .' });
const zFile = z.string().min(1);

export const setDataParams = z
  .strictObject({
    configmap: zObjectName('ConfigMap name').exactOptional(),
    secret: zObjectName('Secret name').exactOptional(),
    key: zKey.meta({ description: 'set the key with this name' }).exactOptional(),
    file: zFile
      .meta({ description: 'path of a file that has the new value, relative to the profile' })
      .exactOptional(),
    value: z
      .string()
      .nullable()
      .meta({
        description:
          'new value of the key. With null, the key is removed. Not allowed for a Secret, because the profile and the audit log would store the value',
      })
      .exactOptional(),
    files: z
      .record(zKey, zFile)
      .refine((files) => Object.keys(files).length > 0, {
        error: 'files is empty. Write at least one key: { KEY: FILE }',
      })
      .meta({ description: 'several keys to set at once, as a map of key to file' })
      .exactOptional(),
    shorter: z
      .boolean()
      .meta({
        description:
          'whether to accept a certificate that expires earlier than the current one (default: false)',
      })
      .exactOptional(),
    namespace: zObjectName('namespace (required)'),
  })
  .refine(({ configmap, secret }) => (configmap === undefined) !== (secret === undefined), {
    error: 'the step needs one object: set either configmap or secret',
  })
  .refine(
    ({ key, file, value, files }) =>
      files === undefined
        ? key !== undefined && (file === undefined) !== (value === undefined)
        : key === undefined && file === undefined && value === undefined,
    { error: 'the step sets nothing: name key with file or value, or files' },
  )
  .refine(({ secret, value }) => secret === undefined || value === undefined, {
    error: 'the value of a Secret must come from a file: use file or files',
  });

export type SetDataParams = z.infer<typeof setDataParams> & { readonly wait?: string };

export const dataParams = z
  .strictObject({
    configmap: zObjectName('ConfigMap name').exactOptional(),
    secret: zObjectName('name of the Secret. Only the keys are shown, not the values').exactOptional(),
    compare: z
      .record(zKey, zFile)
      .meta({ description: 'files to compare keys with, as a map of key to file, relative to the profile' })
      .exactOptional(),
    namespace: zNamespaceParam,
  })
  .refine(({ configmap, secret }) => (configmap === undefined) !== (secret === undefined), {
    error: 'the step needs one object: set either configmap or secret',
  });

export type DataParams = z.infer<typeof dataParams>;

export const keepParams = z.strictObject({
  objects: z
    .array(
      z.string().refine((name) => parseObjectRef(name) !== undefined, {
        error: (issue) => `"${String(issue.input)}" is not an object: use deployment/NAME or configmap/NAME`,
      }),
    )
    .min(1)
    .refine((names) => names.every((name) => parseObjectRef(name)?.kind !== apiResources.secret), {
      error:
        'a Secret cannot be backed up, because the file would be plain text: remove the Secret from the list',
    })
    .meta({ description: 'deployment/NAME, configmap/NAME …' }),
  dir: z.string().min(1).meta({
    description:
      'existing directory for the new file, relative to the profile. The name of the file is the time',
  }),
  namespace: zNamespaceParam,
});

const maxDiffLines = 60;
const maxLineLength = 160;
/** The hash of a shorter value could be reversed by guessing. */
const shortestHashed = 40;

/** Describes a value without revealing it: by its hash, where the hash cannot be reversed. */
export const describeDataValue = (text: string | undefined, isSecret: boolean): string => {
  if (text === undefined) return 'none';
  if (isSecret && text.length < shortestHashed) return 'hidden';
  return `${formatBytes(Buffer.byteLength(text))}, sha256 ${shortHash(text)}`;
};

const displayLine = (line: string): string => {
  return clipped(stripControls(redactPasswords(line)), maxLineLength);
};

/** Line diff of the text of a ConfigMap key. */
export const textDiff = (
  key: string,
  before: string | undefined,
  after: string | null,
): readonly string[] => {
  if (isSecretName(key)) return [`${key}: hidden → hidden`];
  const changedLines = lineDiff(before ?? '', after ?? '').map((line) => `${key} ${displayLine(line)}`);
  return changedLines.length > maxDiffLines
    ? [
        ...changedLines.slice(0, maxDiffLines),
        `${key}: and ${pluralize(changedLines.length - maxDiffLines, 'more line')}`,
      ]
    : changedLines;
};

/** API limit for one object. Source: Kubernetes, limit of a ConfigMap and a Secret. */
const maxValueBytes = 1024 * 1024;

const asGiven = 'as given';

/** Desired content of a key. */
export interface DesiredValue {
  readonly key: string;
  /** null: the key is removed. */
  readonly text: string | null;
  /** Description of the origin. */
  readonly from: string;
}

const readValueFile = async (files: ReadFiles, path: string, signal: AbortSignal): Promise<string> => {
  const part = await files.read(path, { from: 'head', maxBytes: maxValueBytes }, signal);
  if (!part.whole) throw new PlanError('failed', `${path} is larger than 1 MiB, the limit of Kubernetes`);
  if (part.raw === '') throw new PlanError('failed', `${path} is empty. Name a file with content`);
  return part.raw;
};

/** Removes the line end of a single-line text: a password with a trailing line break fails every login. */
export const trimSingleLineEnd = (text: string): string =>
  text.endsWith('\n') && text.indexOf('\n') === text.length - 1 ? text.slice(0, -1) : text;

/** Reads the values to set. Masks the secret ones in all output from now on. Throws WireError, PlanError. */
export const readDesiredValues = async (
  files: ReadFiles,
  { secret, key, file, value, files: several = {} }: SetDataParams,
  dir: string,
  signal: AbortSignal,
): Promise<readonly DesiredValue[]> => {
  if (key !== undefined && value !== undefined)
    return [requireValidDocument({ key, text: value, from: asGiven })];
  const sources = key === undefined || file === undefined ? Object.entries(several) : [[key, file] as const];
  return Promise.all(
    sources.map(async ([name, path]) => {
      const full = resolveLocalPath(path, dir);
      const raw = await readValueFile(files, full, signal);
      if (secret === undefined) return requireValidDocument({ key: name, text: raw, from: full });
      const text = trimSingleLineEnd(raw);
      secretMasker.add(text);
      const words = text === raw ? full : `${full}, without the trailing newline`;
      return { key: name, text, from: words };
    }),
  );
};

/** Checks that a text has the format that its key name implies. Throws PlanError with line and column. */
const requireValidDocument = (value: DesiredValue): DesiredValue => {
  const problem = value.text === null ? undefined : documentProblem(value.key, value.text);
  if (problem === undefined) return value;
  throw new PlanError('failed', `${value.from === asGiven ? value.key : value.from}:${problem}`);
};
