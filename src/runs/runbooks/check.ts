import { nearestHint } from '../../domain/nearest.ts';
import type { DiagnoseStep, ParamSpec, Runbook } from '../../domain/runbook.ts';
import { originOf } from '../../expressions/choices.ts';
import { comparesWithBefore, mentionsBefore, paramsOf, signalsOf } from '../../expressions/mentions.ts';
import { parseExpression, parseTest } from '../../expressions/parse.ts';
import { paramsIn } from './bind.ts';
import { actComplaints, expectComplaints, nameComplaints } from './check-steps.ts';
import type { RunbookComplaint } from './complaint.ts';

/** What a runbook may name: for each source its feeds and operations; the signals, when they are known. */
export interface KnownNames {
  readonly sources: Readonly<
    Record<string, { readonly feeds: readonly string[]; readonly operations: readonly string[] }>
  >;
  readonly signals?: readonly string[];
}

interface Scope {
  readonly known: KnownNames;
  readonly params: readonly string[];
}

const missing = (word: string, names: readonly string[], nobody: string): string =>
  names.length === 0 ? nobody : nearestHint(word, names);

const unknownParam = (path: string, name: string, { params }: Scope): readonly RunbookComplaint[] =>
  params.includes(name)
    ? []
    : [{ path, what: `there is no parameter ${name}`, todo: missing(name, params, 'add it under params') }];

/** Only verification comes after an act, and can compare with the time before it. */
const beforeOf = (path: string, text: string | undefined): readonly RunbookComplaint[] => {
  const parsed = text === undefined ? undefined : parseExpression(text);
  return parsed?.ok === true && mentionsBefore(parsed.expression)
    ? [
        {
          path,
          what: 'only verify can compare with the time before the act',
          todo: 'ask without ${before} and new',
        },
      ]
    : [];
};

const expression = (path: string, text: string | undefined, scope: Scope): readonly RunbookComplaint[] => {
  if (text === undefined) return [];
  const parsed = parseExpression(text);
  if (!parsed.ok) return [{ path, what: `col ${parsed.col}: ${parsed.message}`, todo: '' }];
  const { signals } = scope.known;
  const strangers =
    signals === undefined ? [] : [...signalsOf(parsed.expression)].filter((id) => !signals.includes(id));
  return [
    ...strangers.map((id) => ({
      path,
      what: `there is no signal ${id}`,
      todo: missing(id, signals ?? [], 'add it under signals'),
    })),
    ...[...paramsOf(parsed.expression)].flatMap((name) => unknownParam(path, name, scope)),
  ];
};

/** `when` is asked before anyone has given a parameter. */
const whenOf = (text: string | undefined, scope: Scope): readonly RunbookComplaint[] => {
  const parsed = text === undefined ? undefined : parseExpression(text);
  const [used] = parsed?.ok === true ? paramsOf(parsed.expression) : [];
  if (used === undefined) return expression('when', text, scope);
  return [
    { path: 'when', what: `parameter ${used} has no value yet when this is asked`, todo: 'ask without it' },
  ];
};

const useOf = (
  path: string,
  use: string | undefined,
  feedsToo: boolean,
  { known }: Scope,
): readonly RunbookComplaint[] => {
  if (use === undefined) return [];
  const dot = use.indexOf('.');
  const id = use.slice(0, Math.max(0, dot));
  const name = use.slice(dot + 1);
  const source = Object.hasOwn(known.sources, id) ? known.sources[id] : undefined;
  if (source === undefined) {
    const todo = missing(id, Object.keys(known.sources), 'add it under sources');
    return [{ path, what: `"${use}" names no source`, todo }];
  }
  const names = feedsToo ? [...source.feeds, ...source.operations] : source.operations;
  if (names.includes(name)) return [];
  const what = `${id} has no ${feedsToo ? 'feed or operation' : 'operation'} ${name}`;
  return [{ path, what, todo: missing(name, names, `${id} has none`) }];
};

const boundIn = (path: string, tree: unknown, scope: Scope): readonly RunbookComplaint[] =>
  paramsIn(tree).flatMap((name) => unknownParam(path, name, scope));

const paramSpec = (spec: ParamSpec): readonly RunbookComplaint[] => {
  if (spec.from === undefined) return [];
  const path = `params.${spec.name}`;
  const origin = originOf(spec.from);
  if ('what' in origin)
    return [{ path: `${path}.from`, what: origin.what, todo: 'write KIND.FIELD: breakers.name' }];
  const parsed = spec.where === undefined ? undefined : parseTest(origin.kind, spec.where);
  if (parsed?.ok === true && comparesWithBefore(parsed.test))
    return [
      {
        path: `${path}.where`,
        what: 'a choice is made before the act',
        todo: 'ask without ${before} and new',
      },
    ];
  if (parsed?.ok !== false) return [];
  return [{ path: `${path}.where`, what: `col ${parsed.col}: ${parsed.message}`, todo: '' }];
};

/** In a loop `${each}` is a value like a parameter's. */
const inLoop = (scope: Scope): Scope => ({ ...scope, params: [...scope.params, 'each'] });

const impactOf = ({ impact = {} }: Runbook, { known: { signals } }: Scope): readonly RunbookComplaint[] =>
  Object.entries(impact).flatMap(([name, id]) =>
    id === undefined || signals === undefined || signals.includes(id)
      ? []
      : [
          {
            path: `impact.${name}`,
            what: `there is no signal ${id}`,
            todo: missing(id, signals, 'add it under signals'),
          },
        ],
  );

type Reading = Pick<DiagnoseStep, 'use' | 'that' | 'with'>;

const readings = (section: string, steps: readonly Reading[], scope: Scope): readonly RunbookComplaint[] =>
  steps.flatMap((step, i) => [
    ...useOf(`${section}[${i}].use`, step.use, true, scope),
    ...expression(`${section}[${i}].that`, step.that, scope),
    ...boundIn(`${section}[${i}].with`, step.with, scope),
  ]);

/** The same of steps that only read, outside of a runbook: there are no parameters. */
export const checkReading = (
  section: string,
  steps: readonly Reading[],
  known: KnownNames,
): readonly RunbookComplaint[] => readings(section, steps, { known, params: [] });

/**
 * What a runbook says that cannot be: an expression that does not parse, a kind, field, signal or parameter that is not
 * there, a `use` that no source offers. Empty when all is well.
 */
export const checkRunbook = (runbook: Runbook, known: KnownNames): readonly RunbookComplaint[] => {
  const scope: Scope = { known, params: runbook.params.map((spec) => spec.name) };
  const proofs = runbook.verify === 'none' ? [] : runbook.verify;
  return [
    ...boundIn('title', runbook.title, scope),
    ...whenOf(runbook.when, scope),
    ...beforeOf('when', runbook.when),
    ...runbook.diagnose.flatMap((step, i) => beforeOf(`diagnose[${i}].that`, step.that)),
    ...runbook.act.flatMap((step, i) => beforeOf(`act[${i}].needs`, step.needs)),
    ...nameComplaints(runbook),
    ...runbook.params.flatMap(paramSpec),
    ...impactOf(runbook, scope),
    ...readings('diagnose', runbook.diagnose, scope),
    ...runbook.act.flatMap((step, i) => [
      ...useOf(`act[${i}].use`, step.use, false, scope),
      ...boundIn(`act[${i}].title`, step.title, scope),
      ...boundIn(`act[${i}].with`, step.with, scope),
      ...expression(`act[${i}].needs`, step.needs, step.each === undefined ? scope : inLoop(scope)),
    ]),
    ...actComplaints(runbook),
    ...proofs.flatMap((step, i) => [
      ...expression(`verify[${i}].that`, step.that, scope),
      ...useOf(`verify[${i}].use`, step.use, false, scope),
      ...boundIn(`verify[${i}].with`, step.with, scope),
      ...boundIn(`verify[${i}].expect`, step.expect, scope),
    ]),
    ...expectComplaints(runbook),
  ];
};
