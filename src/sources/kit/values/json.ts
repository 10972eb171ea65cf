import type { Sample } from '../../../domain/facts/facts.ts';
import { secretPlaceholder } from '../../../domain/mask/secret-fields.ts';
import { nameStart } from '../../../domain/text/cut-text.ts';
import { oneLine, sanitizeDeep } from '../../../platform/masking/sanitize.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';

/** Fields that name the item of a list. */
const itemNames = ['name', 'id', 'key', 'uid'];

/** Returns the items of lists on a path, by their names: at a position of a list another item may be next time. */
const itemsOn = (json: unknown, steps: readonly Step[]): Readonly<Record<string, string>> => {
  const items: Record<string, string> = {};
  let value = json;
  for (const [index, step] of steps.slice(0, -1).entries()) {
    value = stepInto(value, step);
    if (typeof step !== 'number') continue;
    const item = value;
    const name = itemNames
      .map((candidate) => stepInto(item, candidate))
      .find((candidate) => typeof candidate === 'string' || typeof candidate === 'number');
    if (name !== undefined)
      items[`item ${step} of ${steps.slice(0, index).join('.') || 'the list'}`] = String(name);
  }
  return items;
};

/** Names of fields that tell the unit of another field beside them. */
const unitNames = ['unit', 'units', 'uom', 'unitOfMeasure', 'unit_of_measure'];

/**
 * Returns what a JSON value tells about the one at a path: its unit (`unit` beside it, or `latencyUnit` and `latency_unit` of `latency`), and the
 * items of lists that it is in.
 */
export const jsonContextAt = (json: unknown, path: string): Pick<Sample, 'metric' | 'origin'> => {
  const steps = parseJsonPath(path) ?? [];
  const parent = steps.slice(0, -1).reduce(stepInto, json);
  const name = String(steps.at(-1) ?? '');
  const unit = [`${name}Unit`, `${name}_unit`, ...unitNames]
    .map((candidate) => stepInto(parent, candidate))
    .find((candidate) => typeof candidate === 'string' && candidate !== '');
  const items = itemsOn(json, steps);
  return {
    ...(typeof unit === 'string' ? { metric: { unit } } : {}),
    ...(Object.keys(items).length === 0 ? {} : { origin: { objects: items } }),
  };
};

/** Reads a path of a JSON value as a signal value: a number, a word or a boolean; anything else is no value. */
export const jsonScalarAt = (
  json: unknown,
  path: string | undefined,
): Pick<Sample, 'value' | 'why' | 'metric' | 'origin'> => {
  const value = path === undefined ? json : jsonValueAt(json, path);
  const context = path === undefined ? {} : jsonContextAt(json, path);
  if (typeof value === 'number') return { value, ...context };
  const { metric: _, ...origin } = context;
  if (typeof value === 'string') return { value, ...origin };
  if (typeof value === 'boolean') return { value: String(value) };
  const where = path === undefined ? 'it' : `at ${path}`;
  return {
    why:
      path === undefined
        ? `${where} is neither a number nor a text: set path to a single value`
        : `there is no number or text ${where}: check path`,
  };
};

type Step = string | number;

/** Parses a path such as 'components.db[0].active' or '["a.b"].c' into steps; undefined when it is invalid. */
export const parseJsonPath = (path: string): readonly Step[] | undefined => {
  const step = /(?:^|\.)([^.[\]"]+)|\[(\d+)\]|\.?\["([^"]*)"\]/gy;
  const steps: Step[] = [];
  while (step.lastIndex < path.length) {
    const match = step.exec(path);
    if (match === null) return undefined;
    const [, name, index, quoted] = match;
    steps.push(index === undefined ? (name ?? quoted ?? '') : Number(index));
  }
  return steps.length === 0 ? undefined : steps;
};

/** Value at a path of a JSON value; undefined when absent (null stays null). */
export const jsonValueAt = (json: unknown, path: string): unknown =>
  (parseJsonPath(path) ?? []).reduce<unknown>(stepInto, parseJsonPath(path) === undefined ? undefined : json);

const stepInto = (parent: unknown, step: Step): unknown => {
  if (typeof parent !== 'object' || parent === null) return undefined;
  if (Array.isArray(parent)) return typeof step === 'number' ? parent[step] : undefined;
  return Object.hasOwn(parent, step)
    ? Object.entries(parent).find(([key]) => key === String(step))?.[1]
    : undefined;
};

type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  /** `problem` includes the position, where known: 'line 3, column 5: no JSON at "x"'. */
  | { readonly ok: false; readonly problem: string };

/** Parses a JSON text, and removes control sequences from every string after parsing. */
export const parseJson = (raw: string): ParsedJson => {
  try {
    return { ok: true, value: sanitizeDeep(JSON.parse(raw)) };
  } catch (error) {
    return { ok: false, problem: jsonProblemText(raw, error instanceof Error ? error.message : '') };
  }
};

const jsonProblemText = (raw: string, message: string): string => {
  if (raw.trim() === '') return 'empty document';
  const position = errorPosition(raw, message);
  if (position === undefined) return `not JSON: "${oneLine(raw, 20)}"`;
  const before = raw.slice(0, position).split('\n');
  const where = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  // A part of a text that contains a secret may be a part of that secret.
  const rest =
    secretMasker.outgoing(raw) === raw
      ? oneLine(raw.slice(position === raw.length ? position : nameStart(raw, position)), 20)
      : secretPlaceholder;
  return rest === '' ? `${where}: the JSON ends too early` : `${where}: invalid JSON at "${rest}"`;
};

/** Number of characters that V8 shows on each side of an unexpected token. */
const contextLetters = 10;

/**
 * Position of V8's syntax error: 'in JSON at position 34', the end of the input, or a token with its context
 * (`Unexpected token 'x', ..."y": x }"... is not valid JSON`); undefined when that occurs twice.
 */
const errorPosition = (raw: string, message: string): number | undefined => {
  const [, written] = /at position (\d+)/.exec(message) ?? [];
  if (written !== undefined) return Number(written);
  if (/end of JSON input/.test(message)) return raw.length;
  const [, token = '', dots, around = ''] =
    /^Unexpected token '(.+?)', (\.\.\.)?"(.*)"(?:\.\.\.)? is not valid JSON$/su.exec(message) ?? [];
  const index = around === '' ? -1 : raw.indexOf(around);
  if (index === -1 || raw.indexOf(around, index + 1) !== -1) return undefined;
  const position = dots === undefined ? raw.indexOf(token, index) : index + contextLetters;
  return position === -1 ? undefined : position;
};
