import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Danger, splitUse } from '../../domain/runbooks/operation.ts';
import type { ParamSpec } from '../../domain/runbooks/runbook.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { dangers, isAtLeast, isChanging, isDanger, operationDanger } from '../../runs/policy/danger.ts';
import { anyText, textsOfSpec } from '../../runs/runbooks/argv/value-texts.ts';
import { unsafeSplices } from '../../runs/runbooks/binding-rules.ts';
import type { OperationDeclaration } from '../../sources/kit/contract/source.ts';
import { checkNode } from '../document/check.ts';
import { errorAt } from '../document/diagnostics.ts';
import { childOf, type MapNode, nearestNode, plainValue, textAt, type YamlNode } from '../document/tree.ts';
import type { BuiltSource } from './context.ts';

type Finds = 'rows' | 'status' | 'json';

/** Result data that each key of `expect` needs; the other keys apply to the text output that every operation has. */
const about: Readonly<Record<string, Finds>> = {
  rows: 'rows',
  column: 'rows',
  status: 'status',
  json: 'json',
};

/** Reports expectations about data that the operation never returns. */
const fitDiagnostics = (
  step: MapNode,
  label: string,
  use: string,
  finds: readonly Finds[] = [],
): readonly Diagnostic[] => {
  const expect = childOf(step, 'expect');
  if (expect?.is !== 'map') return [];
  const possible = finds.includes('rows') ? ['rows', 'column and value'] : ['value'];
  const others = (['status', 'json'] as const).filter((find) => finds.includes(find));
  const words = [...possible, ...others];
  return [...expect.entries].flatMap(([key, { value }]) => {
    const expected = Object.hasOwn(about, key) ? about[key] : undefined;
    if (expected === undefined || finds.includes(expected)) return [];
    const what = `${label}.expect.${key}: ${use} never returns ${expected === 'json' ? 'JSON' : expected}`;
    return [errorAt(value.position, what, `expect one of these instead: ${words.join(', ')}, matches`)];
  });
};

/** Marks `${param.x}` and `${each}`, which are bound at run time, as valid anywhere. */
const unbound = (node: YamlNode): YamlNode => {
  if (node.is === 'list') return { ...node, items: node.items.map(unbound) };
  if (node.is === 'map')
    return {
      ...node,
      entries: new Map(
        [...node.entries].map(([key, entry]) => [key, { ...entry, value: unbound(entry.value) }]),
      ),
    };
  if (typeof node.value !== 'string' || !/\$\{(?:param\.|each\})/.test(node.value)) return node;
  const gap = { reference: node.value, position: node.position, missing: false, what: '', todo: '' };
  return { ...node, gaps: [gap] };
};

type Section = 'diagnose' | 'act' | 'verify' | 'items';

/** Messages for the sections that are read-only. */
const readOnlyMessages = {
  diagnose: 'a step of diagnose may only read',
  verify: 'a step of verify may only read',
  items: 'a step of a checklist may only read',
} as const;

/** Names the section where a changing operation belongs. */
const instead = (section: Section): string =>
  section === 'items'
    ? 'move the step to a runbook, and name that runbook here'
    : 'move the step to act of the runbook';

/**
 * Reports a `danger` lower than the operation's own (a profile may only raise it), and changing operations in read-only
 * sections.
 */
const dangerDiagnostics = (
  step: MapNode,
  label: string,
  use: string,
  danger: Danger,
  section: Section,
): readonly Diagnostic[] => {
  const declared = textAt(step, 'danger');
  const position = (childOf(step, 'danger') ?? childOf(step, 'use') ?? step).position;
  if (section !== 'act' && isChanging(danger))
    return [
      errorAt(position, `${label}: ${use} is ${danger}, but ${readOnlyMessages[section]}`, instead(section)),
    ];
  if (isDanger(declared) && !isAtLeast(declared, danger))
    return [
      errorAt(
        position,
        `${label}: ${use} is ${danger}. Danger cannot be lowered to ${declared}`,
        'remove danger, or write a higher one',
      ),
    ];
  return [];
};

/**
 * Reports a missing `danger` where the operation declares none and its parameters are not read-only. Only the
 * author knows whether a program reads; a danger derived from the parameters (`isDerived`) cannot be overridden.
 */
const missingDangerDiagnostics = (
  step: MapNode,
  label: string,
  use: string,
  section: Section,
  isDerived: boolean,
): readonly Diagnostic[] => {
  const position = (childOf(step, 'use') ?? step).position;
  if (section !== 'act') {
    if (!isDerived && !isChanging(textAt(step, 'danger') ?? 'as-step')) return [];
    const what = `${label}: ${use} may change something, but ${readOnlyMessages[section]}`;
    const todo = isDerived
      ? instead(section)
      : `write danger: read if nothing is changed, or ${instead(section)}`;
    return [errorAt(position, what, todo)];
  }
  return textAt(step, 'danger') === undefined
    ? [
        errorAt(
          position,
          `${label}: ${use} does not say how dangerous it is`,
          `write danger: ${dangers.join(' | ')}`,
        ),
      ]
    : [];
};

/** The parameters as written, with references. */
const recordOf = (params: YamlNode): Readonly<Record<string, unknown>> =>
  z.record(z.string(), z.unknown()).catch({}).parse(plainValue(params));

/** Reports parameter values inside text that is parsed later: a quote in the value would end the author's string. */
const spliceDiagnostics = (
  params: YamlNode,
  label: string,
  { operation: { bindingRules = {} }, step, specs }: UsedOperation,
): readonly Diagnostic[] =>
  unsafeSplices(recordOf(params), bindingRules, (name) => {
    const param = name === 'each' ? textAt(step, 'each') : name;
    const spec = specs.find((candidate) => candidate.name === param);
    return spec === undefined ? anyText : textsOfSpec(spec);
  }).map(({ path, what, todo }) =>
    errorAt(nearestNode(params, path).position, `${label}.${path.join('.')}: ${what}`, todo),
  );

/** A step of a runbook, and the operation that it uses. */
interface UsedOperation {
  readonly step: MapNode;
  readonly index: number;
  readonly runbook: string;
  readonly section: Section;
  readonly use: string;
  readonly operation: OperationDeclaration;
  /** The parameters of the runbook. */
  readonly specs: readonly ParamSpec[];
}

const diagnosticsOf = (used: UsedOperation): readonly Diagnostic[] => {
  const { step, index, runbook, section, use, operation } = used;
  const params: YamlNode = childOf(step, 'with') ?? {
    is: 'map',
    position: step.position,
    entries: new Map(),
  };
  const { value, diagnostics } = checkNode(operation.params, unbound(params), {
    label: runbook,
    under: [section, index, 'with'],
  });
  const label = `${runbook} ${section}[${index}]`;
  const spliced = spliceDiagnostics(params, `${label}.with`, used);
  const unfit = section === 'verify' ? fitDiagnostics(step, label, use, operation.resultKinds) : [];
  const written = recordOf(params);
  const danger = operationDanger(operation, value ?? written);
  if (isDanger(danger))
    return [...diagnostics, ...spliced, ...unfit, ...dangerDiagnostics(step, label, use, danger, section)];
  // A mismatch was already reported; a value that depends on a parameter may be anything.
  const isReported = value === undefined && diagnostics.length > 0;
  if (isReported) return [...diagnostics, ...spliced, ...unfit];
  const isDerived = operation.reads !== undefined;
  return [
    ...diagnostics,
    ...spliced,
    ...unfit,
    ...missingDangerDiagnostics(step, label, use, section, isDerived),
  ];
};

/** Diagnostics about steps that were checked before: a profile is built twice, and its files belong to several environments. */
const checkedSteps = new WeakMap<MapNode, UsedOperation & { readonly diagnostics: readonly Diagnostic[] }>();

const stepOf = (
  step: YamlNode,
  index: number,
  runbook: string,
  section: Section,
  sources: readonly BuiltSource[],
  specs: readonly ParamSpec[],
): readonly Diagnostic[] => {
  const use = textAt(step, 'use');
  if (step.is !== 'map' || use === undefined) return [];
  const { source, name } = splitUse(use);
  const module = sources.find((builtSource) => builtSource.entry.id === source)?.module;
  const operation =
    module !== undefined && Object.hasOwn(module.operations, name) ? module.operations[name] : undefined;
  if (operation === undefined) return [];
  const known = checkedSteps.get(step);
  if (
    known?.operation === operation &&
    known.index === index &&
    known.runbook === runbook &&
    known.section === section &&
    isDeepStrictEqual(known.specs, specs)
  )
    return known.diagnostics;
  const used: UsedOperation = { step, index, runbook, section, use, operation, specs };
  const diagnostics = diagnosticsOf(used);
  checkedSteps.set(step, { ...used, diagnostics });
  return diagnostics;
};

/** Checks what each step passes to its operation, as far as it is known before the run. */
export const stepDiagnostics = (
  runbook: MapNode,
  label: string,
  sources: readonly BuiltSource[],
  sections: readonly Section[] = ['diagnose', 'act', 'verify'],
  specs: readonly ParamSpec[] = [],
): readonly Diagnostic[] =>
  sections.flatMap((section) => {
    const list = childOf(runbook, section);
    return list?.is === 'list'
      ? list.items.flatMap((step, i) => stepOf(step, i, label, section, sources, specs))
      : [];
  });
