import { PlanError } from '../../../../domain/plan-error.ts';
import type { ReadFiles } from '../../../../platform/files/file-shapes.ts';
import { masker } from '../../../../platform/terminal/secrets.ts';
import { documentProblem } from '../../../document-problem.ts';
import { ownPath } from '../../../own-files.ts';
import type { SetDataParams } from './params.ts';

/** The API takes no more of one object. Source: Kubernetes, limit of a ConfigMap and a Secret. */
const longest = 1024 * 1024;

const asGiven = 'as given';

/** What a key is to hold. */
export interface WantedValue {
  readonly key: string;
  /** null: the key is taken away. */
  readonly text: string | null;
  /** Where it comes from, in words. */
  readonly from: string;
}

const readFile = async (files: ReadFiles, path: string, signal: AbortSignal): Promise<string> => {
  const part = await files.read(path, { from: 'head', maxBytes: longest }, signal);
  if (!part.whole) throw new PlanError('failed', `${path} is longer than 1 MiB`);
  if (part.raw === '') throw new PlanError('failed', `${path} is empty`);
  return part.raw;
};

/** A line by itself is meant without its end: a password with a line break in it logs nobody in. */
export const withoutEnd = (text: string): string =>
  text.endsWith('\n') && text.indexOf('\n') === text.length - 1 ? text.slice(0, -1) : text;

/** What is to be set, read afresh; what is secret of it shows nowhere from now on. Throws WireError, PlanError. */
export const wantedValues = async (
  files: ReadFiles,
  { secret, key, file, value, files: several = {} }: SetDataParams,
  dir: string,
  signal: AbortSignal,
): Promise<readonly WantedValue[]> => {
  if (key !== undefined && value !== undefined) return [checked({ key, text: value, from: asGiven })];
  const wanted = key === undefined || file === undefined ? Object.entries(several) : [[key, file] as const];
  return Promise.all(
    wanted.map(async ([name, path]) => {
      const full = ownPath(path, dir);
      const raw = await readFile(files, full, signal);
      if (secret === undefined) return checked({ key: name, text: raw, from: full });
      const text = withoutEnd(raw);
      masker.add(text);
      const words = text === raw ? full : `${full}, without its line break`;
      return { key: name, text, from: words };
    }),
  );
};

/** Throws PlanError, with line and column, for a text that is not what the name of its key says. */
const checked = (value: WantedValue): WantedValue => {
  const problem = value.text === null ? undefined : documentProblem(value.key, value.text);
  if (problem === undefined) return value;
  throw new PlanError('failed', `${value.from === asGiven ? value.key : value.from}:${problem}`);
};
