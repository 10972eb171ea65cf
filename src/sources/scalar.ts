import type { Sample } from '../domain/facts.ts';
import { valueAt } from './json-path.ts';

/** What a path of a JSON value holds, as a signal's value: a number, a word or a truth; anything else is no value. */
export const scalarAt = (json: unknown, path: string | undefined): Pick<Sample, 'value' | 'why'> => {
  const found = path === undefined ? json : valueAt(json, path);
  if (typeof found === 'number' || typeof found === 'string') return { value: found };
  if (typeof found === 'boolean') return { value: String(found) };
  const where = path === undefined ? 'it' : `at ${path}`;
  return { why: path === undefined ? `${where} is no number or word` : `no number or word ${where}` };
};
