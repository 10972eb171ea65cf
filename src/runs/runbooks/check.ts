import type { FactKind } from '../../domain/facts/facts.ts';
import type {
  DiagnoseStep,
  ExpectedResult,
  ParamSpec,
  Runbook,
  VerifyStep,
} from '../../domain/runbooks/runbook.ts';
import { closestWordHint } from '../../domain/text/closest-word.ts';
import { choiceOrigin } from '../../expressions/choices.ts';
import { expectedValueProblem } from '../../expressions/expect.ts';
import { paramNamesIn } from '../../expressions/rows/describe-row.ts';
import {
  mentionsBefore,
  paramsOf,
  signalIdsOf,
  testMentionsBefore,
} from '../../expressions/rows/mentions.ts';
import { parseExpression, parseTest } from '../../expressions/rows/parse.ts';
import { fieldOf } from '../../kinds/registry/registry.ts';
import { actDiagnostics, strayEach } from './action-steps.ts';
import { referencedParams } from './binding/bind.ts';
import type { RunbookDiagnostic } from './diagnostic.ts';
import { waitsInOutage } from './outages.ts';

/** In `expect`, compared values may contain parameters; patterns and paths may not. */
const strayParams = (expect: ExpectedResult, path: string): readonly RunbookDiagnostic[] =>
  Object.entries(expect).flatMap(([key, part]) => {
    const [name] = key === 'value' || key === 'json' ? [] : referencedParams(part);
    return name === undefined
      ? []
      : [
          {
            path: `${path}.${key}`,
            what: `${key} cannot contain a parameter`,
            todo: 'write the value, or compare with value or json',
          },
        ];
  });

const expectOf = (step: VerifyStep, path: string): readonly RunbookDiagnostic[] => {
  const { expect } = step;
  if (expect === undefined) return [];
  return [...strayParams(expect, path), ...comparedIn(expect, path)];
};

const comparedIn = (expect: ExpectedResult, path: string): readonly RunbookDiagnostic[] => {
  const { column, value, path: place, change } = expect;
  if (place !== undefined && change === undefined)
    return [
      {
        path: `${path}.path`,
        what: 'the key path works only with change',
        todo: 'add change, or remove path',
      },
    ];
  if (value === undefined)
    return column === undefined || change !== undefined
      ? []
      : [
          {
            path: `${path}.column`,
            what: 'the key column works only with value',
            todo: 'add value, or remove column',
          },
        ];
  const wrong = expectedValueProblem(value);
  return wrong === undefined ? [] : [{ path: `${path}.value`, what: wrong, todo: '' }];
};

/** Checks the expectations of a verification step. */
const expectDiagnostics = ({ verify }: Runbook): readonly RunbookDiagnostic[] =>
  (verify === 'none' ? [] : verify).flatMap((step, i) => [
    ...expectOf(step, `verify[${i}].expect`),
    ...strayEach(`verify[${i}].with`, step.with),
    ...strayEach(`verify[${i}].expect`, step.expect),
  ]);

/** `each` is reserved for loops and cannot name a parameter. */
const nameDiagnostics = ({ params }: Runbook): readonly RunbookDiagnostic[] =>
  params.some(({ name }) => name === 'each')
    ? [{ path: 'params.each', what: 'the name each is reserved for loops', todo: 'rename the parameter' }]
    : [];

/**
 * The names that a runbook may use: the feeds and operations of each source, and the signals when they are known.
 */
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

const missing = (word: string, names: readonly string[], noneText: string): string =>
  names.length === 0 ? noneText : closestWordHint(word, names);

const unknownParam = (path: string, name: string, { params }: Scope): readonly RunbookDiagnostic[] =>
  params.includes(name)
    ? []
    : [
        {
          path,
          what: `no parameter is called ${name}`,
          todo: missing(name, params, 'add the parameter under params'),
        },
      ];

/** Only verification runs after an action, and can compare with the state before it. */
const beforeOf = (path: string, text: string | undefined): readonly RunbookDiagnostic[] => {
  const parsed = text === undefined ? undefined : parseExpression(text);
  return parsed?.ok === true && mentionsBefore(parsed.expression)
    ? [
        {
          path,
          what: '${before}, change and new are only available in verify',
          todo: 'remove ${before} and new',
        },
      ]
    : [];
};

const expression = (path: string, text: string | undefined, scope: Scope): readonly RunbookDiagnostic[] => {
  if (text === undefined) return [];
  const parsed = parseExpression(text);
  if (!parsed.ok) return [{ path, what: `col ${parsed.col}: ${parsed.message}`, todo: '' }];
  const { signals } = scope.known;
  const strangers =
    signals === undefined ? [] : [...signalIdsOf(parsed.expression)].filter((id) => !signals.includes(id));
  return [
    ...strangers.map((id) => ({
      path,
      what: `no signal is called ${id}`,
      todo: missing(id, signals ?? [], 'add the signal under signals'),
    })),
    ...[...paramsOf(parsed.expression)].flatMap((name) => unknownParam(path, name, scope)),
  ];
};

/** `when` is evaluated before any parameter is given. */
const whenOf = (text: string | undefined, scope: Scope): readonly RunbookDiagnostic[] => {
  const parsed = text === undefined ? undefined : parseExpression(text);
  const [used] = parsed?.ok === true ? paramsOf(parsed.expression) : [];
  if (used === undefined) return expression('when', text, scope);
  return [
    {
      path: 'when',
      what: `parameter ${used} has no value yet at this point`,
      todo: 'remove the parameter from this expression',
    },
  ];
};

const useOf = (
  path: string,
  use: string | undefined,
  feedsToo: boolean,
  { known }: Scope,
): readonly RunbookDiagnostic[] => {
  if (use === undefined) return [];
  const dot = use.indexOf('.');
  const id = use.slice(0, Math.max(0, dot));
  const name = use.slice(dot + 1);
  const source = Object.hasOwn(known.sources, id) ? known.sources[id] : undefined;
  if (source === undefined) {
    const todo = missing(id, Object.keys(known.sources), 'add the source under sources');
    return [{ path, what: `"${use}" names no source of this profile`, todo }];
  }
  const names = feedsToo ? [...source.feeds, ...source.operations] : source.operations;
  if (names.includes(name)) return [];
  const what = `${id} has no ${feedsToo ? 'feed or operation' : 'operation'} ${name}`;
  return [{ path, what, todo: missing(name, names, `${id} has no feeds and no operations`) }];
};

const boundIn = (path: string, tree: unknown, scope: Scope): readonly RunbookDiagnostic[] =>
  referencedParams(tree).flatMap((name) => unknownParam(path, name, scope));

/** Checks a test of the rows of a choice. `usable`: the parameters that have a value when it is evaluated. */
const rowTest = (
  path: string,
  kind: FactKind,
  text: string | undefined,
  usable: readonly string[],
): readonly RunbookDiagnostic[] => {
  const parsed = text === undefined ? undefined : parseTest(kind, text);
  if (parsed === undefined) return [];
  if (!parsed.ok) return [{ path, what: `col ${parsed.col}: ${parsed.message}`, todo: '' }];
  if (testMentionsBefore(parsed.test))
    return [
      {
        path,
        what: '${before} and new are only available in verify',
        todo: 'remove ${before} and new',
      },
    ];
  return paramNamesIn(parsed.test.test)
    .filter((name) => !usable.includes(name))
    .map((name) => ({
      path,
      what: `parameter ${name} has no value yet at this point`,
      todo:
        usable.length === 0
          ? 'move the parameter before the place that uses it'
          : `write one of ${usable.join(', ')}`,
    }));
};

/** A choice for each value of another parameter needs an earlier one that takes several. */
const eachOf = (
  path: string,
  { each }: ParamSpec,
  earlier: readonly ParamSpec[],
): readonly RunbookDiagnostic[] =>
  each === undefined || earlier.some(({ name, type }) => name === each && type === 'choices')
    ? []
    : [
        {
          path: `${path}.each`,
          what: `no earlier parameter of type choices is called ${each}`,
          todo: 'move the parameter before the place that uses it, or remove each',
        },
      ];

/** A choice that is read may use the values of earlier parameters. */
const readingOf = (
  { name, read }: ParamSpec,
  earlier: readonly ParamSpec[],
  { known }: Scope,
): readonly RunbookDiagnostic[] => {
  const scope: Scope = { known, params: earlier.map((earlierParamSpec) => earlierParamSpec.name) };
  return [
    ...useOf(`params.${name}.read.use`, read?.use, true, scope),
    ...boundIn(`params.${name}.read.with`, read?.with, scope),
  ];
};

const paramSpec = (
  spec: ParamSpec,
  index: number,
  all: readonly ParamSpec[],
): readonly RunbookDiagnostic[] => {
  if (spec.from === undefined) return [];
  const path = `params.${spec.name}`;
  const origin = choiceOrigin(spec.from);
  if ('what' in origin)
    return [{ path: `${path}.from`, what: origin.what, todo: 'write KIND.FIELD: breakers.name' }];
  const { kind } = origin;
  const earlier = all.slice(0, index);
  const usable = [...earlier.map(({ name }) => name), ...(spec.each === undefined ? [] : ['each'])];
  const isTime = spec.made === undefined || fieldOf(kind, spec.made)?.type === 'time';
  return [
    ...rowTest(`${path}.where`, kind, spec.where, usable),
    ...eachOf(path, spec, earlier),
    ...(spec.avoid ?? []).flatMap(({ that }, i) => rowTest(`${path}.avoid[${i}].that`, kind, that, [])),
    ...(isTime
      ? []
      : [
          {
            path: `${path}.made`,
            what: `${kind} has no time field ${spec.made}`,
            todo: 'write made: startedAt',
          },
        ]),
  ];
};

/** In a loop `${each}` is bound like a parameter. */
const inLoop = (scope: Scope): Scope => ({ ...scope, params: [...scope.params, 'each'] });

const impactOf = ({ impact = {} }: Runbook, { known: { signals } }: Scope): readonly RunbookDiagnostic[] =>
  Object.entries(impact).flatMap(([name, id]) =>
    id === undefined || signals === undefined || signals.includes(id)
      ? []
      : [
          {
            path: `impact.${name}`,
            what: `no signal is called ${id}`,
            todo: missing(id, signals, 'add the signal under signals'),
          },
        ],
  );

type Reading = Pick<DiagnoseStep, 'use' | 'that' | 'with'>;

const readings = (section: string, steps: readonly Reading[], scope: Scope): readonly RunbookDiagnostic[] =>
  steps.flatMap((step, i) => [
    ...useOf(`${section}[${i}].use`, step.use, true, scope),
    ...expression(`${section}[${i}].that`, step.that, scope),
    ...boundIn(`${section}[${i}].with`, step.with, scope),
  ]);

/** Checks read-only steps outside a runbook: there are no parameters. */
export const checkReading = (
  section: string,
  steps: readonly Reading[],
  known: KnownNames,
): readonly RunbookDiagnostic[] => readings(section, steps, { known, params: [] });

/**
 * Lists the mistakes of a runbook: invalid expressions, unknown kinds, fields, signals and parameters, and a `use`
 * that no source offers. Empty for a valid runbook.
 */
export const checkRunbook = (runbook: Runbook, known: KnownNames): readonly RunbookDiagnostic[] => {
  const scope: Scope = { known, params: runbook.params.map((spec) => spec.name) };
  const checks = runbook.verify === 'none' ? [] : runbook.verify;
  return [
    ...boundIn('title', runbook.title, scope),
    ...whenOf(runbook.when, scope),
    ...beforeOf('when', runbook.when),
    ...runbook.diagnose.flatMap((step, i) => beforeOf(`diagnose[${i}].that`, step.that)),
    ...runbook.act.flatMap((step, i) => beforeOf(`act[${i}].needs`, step.needs)),
    ...nameDiagnostics(runbook),
    ...runbook.params.flatMap(paramSpec),
    ...runbook.params.flatMap((spec, index) => readingOf(spec, runbook.params.slice(0, index), scope)),
    ...impactOf(runbook, scope),
    ...readings('diagnose', runbook.diagnose, scope),
    ...runbook.act.flatMap((step, i) => [
      ...useOf(`act[${i}].use`, step.use, false, scope),
      ...boundIn(`act[${i}].title`, step.title, scope),
      ...boundIn(`act[${i}].with`, step.with, scope),
      ...boundIn(`act[${i}].effects`, step.effects, scope),
      ...expression(`act[${i}].needs`, step.needs, step.each === undefined ? scope : inLoop(scope)),
    ]),
    ...(runbook.after ?? []).flatMap((step, i) => boundIn(`after[${i}].title`, step.title, scope)),
    ...(runbook.prevent ?? []).flatMap((step, i) => boundIn(`prevent[${i}].title`, step.title, scope)),
    ...actDiagnostics(runbook),
    ...waitsInOutage(runbook.act),
    ...checks.flatMap((step, i) => [
      ...expression(`verify[${i}].that`, step.that, scope),
      ...useOf(`verify[${i}].use`, step.use, false, scope),
      ...boundIn(`verify[${i}].with`, step.with, scope),
      ...boundIn(`verify[${i}].expect`, step.expect, scope),
    ]),
    ...expectDiagnostics(runbook),
  ];
};
