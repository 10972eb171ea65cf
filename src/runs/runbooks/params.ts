import { nearestHint } from '../../domain/nearest.ts';
import type { ParamValue, ParamValues } from '../../domain/param-value.ts';
import type { ParamSpec, Runbook } from '../../domain/runbook.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { choicesOf, countsOf } from '../../expressions/choices.ts';

import { parseValue } from './param-value.ts';

/** What is wrong with one parameter; `missing`: nobody gave it, and it has no default. */
interface ParamProblem {
  readonly name: string;
  readonly what: string;
  readonly missing: boolean;
}

/** What somebody gave for a parameter: a text, or several for one that takes several. */
type Given = string | readonly string[];
export type GivenParams = Readonly<Record<string, Given>>;

type Checked =
  | { readonly ok: true; readonly values: ParamValues }
  | { readonly ok: false; readonly problems: readonly ParamProblem[] };

const notAmong = (text: string, spec: ParamSpec, snapshot: Snapshot): string | undefined => {
  const found = choicesOf(spec, snapshot);
  if ('problem' in found) return `the choices of ${spec.name} ${found.problem}`;
  if (found.choices.includes(text)) return undefined;
  const hidden = found.hidden === undefined ? '' : ` (${found.hidden})`;
  if (found.choices.length === 0) return `"${text}" is no choice: there is none now${hidden}`;
  return `"${text}" is no choice; ${nearestHint(text, found.choices)}${hidden}`;
};

const checkSeveral = (
  spec: ParamSpec,
  given: readonly string[],
  snapshot: Snapshot,
): ReturnType<typeof parseValue> => {
  const values = [...new Set(given)];
  const { min, max } = countsOf(spec);
  if (values.length < min) return { what: `${values.length} chosen, at least ${min} are needed` };
  if (values.length > max) return { what: `${values.length} chosen, ${max} at most` };
  for (const text of values) {
    const what = notAmong(text, spec, snapshot);
    if (what !== undefined) return { what };
    const parsed = parseValue(text, spec);
    if ('what' in parsed) return parsed;
  }
  return { value: values };
};

const listOf = (value: Given): readonly string[] => (typeof value === 'string' ? [value] : value);

const checkOne = (
  spec: ParamSpec,
  given: Given | undefined,
  snapshot: Snapshot,
): ReturnType<typeof parseValue> => {
  if (spec.type === 'choices')
    return checkSeveral(spec, listOf(given ?? (Array.isArray(spec.default) ? spec.default : [])), snapshot);
  if (typeof given === 'object' && given.length !== 1)
    return { what: `${given.length} values, and it takes one` };
  const text = typeof given === 'object' ? (given[0] ?? '') : (given ?? String(spec.default));
  const what = spec.type === 'choice' ? notAmong(text, spec, snapshot) : undefined;
  return what === undefined ? parseValue(text, spec) : { what };
};

/**
 * Checks what was given for a runbook's parameters, as texts, against their types and, for choices, against what there
 * is to choose from now. What nobody gave takes its default; without one it is missing.
 */
export const checkParams = (runbook: Runbook, given: GivenParams, snapshot: Snapshot): Checked => {
  const names = runbook.params.map((spec) => spec.name);
  const strangers = Object.keys(given).filter((name) => !names.includes(name));
  const problems: ParamProblem[] = strangers.map((name) => ({
    name,
    what:
      names.length === 0
        ? 'this runbook takes no parameters'
        : `there is no parameter ${name}; ${nearestHint(name, names)}`,
    missing: false,
  }));
  const values: [string, ParamValue][] = [];
  for (const spec of runbook.params) {
    const text = Object.hasOwn(given, spec.name) ? given[spec.name] : undefined;
    if (text === undefined && spec.default === undefined) {
      problems.push({ name: spec.name, what: 'it needs a value', missing: true });
      continue;
    }
    const found = checkOne(spec, text, snapshot);
    if ('what' in found) problems.push({ name: spec.name, what: found.what, missing: false });
    else values.push([spec.name, found.value]);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, values: Object.fromEntries(values) };
};
