import type { Fault } from '../../domain/base/fault.ts';
import type { SignalSpec } from '../../domain/profile/profile.ts';
import type { Runbook } from '../../domain/runbooks/runbook.ts';
import type { Diagnostic } from '../../domain/text/position.ts';
import { draftRefusal } from '../../runs/policy/review.ts';
import { checkRunbook, type KnownNames } from '../../runs/runbooks/check.ts';
import { expectedText } from '../../runs/runbooks/expected-text.ts';
import { verificationDiagnostics } from '../../runs/runbooks/verification-rules.ts';
import { checkNode, definite } from '../document/check.ts';
import { stepIds } from '../document/coverage-file.ts';
import { errorAt } from '../document/diagnostics.ts';
import {
  childOf,
  type MapNode,
  nearestNode,
  parsePath,
  scalarsIn,
  textAt,
  type YamlNode,
} from '../document/tree.ts';
import { effectsFrom } from '../shape/effects.ts';
import { type RunbookShape, zRunbook } from '../shape/runbook.ts';
import type { BuiltSource } from './context.ts';
import {
  type BuildContext,
  type BuildResult,
  duplicates,
  gapProblem,
  gapWarnings,
  mapItems,
  requireLiteral,
} from './context.ts';
import { withHiddenBy } from './hidden-parts.ts';
import { stepDiagnostics } from './steps.ts';

/** Gives every step an ID: its own, or one derived from its position. */
const withIds = <T extends { readonly id?: string | undefined }>(
  steps: readonly T[],
  letter: string,
): readonly (T & { readonly id: string })[] => {
  const ids = stepIds(
    steps.map(({ id }) => id),
    letter,
  );
  return steps.map((step, index) => ({ ...step, id: ids[index] ?? '' }));
};

type Built = Omit<Runbook, 'position' | 'problem'>;

const unreviewedSteps = <T extends object>(
  steps: readonly T[],
): readonly (T & { readonly reviewed: false })[] => steps.map((step) => ({ ...step, reviewed: false }));

/** In a draft, no step counts as reviewed: also those that a diagnosis would read without a run. */
const withDraftedSteps = (made: Built): Built =>
  made.reviewed === false
    ? {
        ...made,
        diagnose: unreviewedSteps(made.diagnose),
        act: unreviewedSteps(made.act),
        verify: made.verify === 'none' ? 'none' : unreviewedSteps(made.verify),
      }
    : made;

/** Reports every part that no person has reviewed yet, at the line to remove. */
const draftWarnings = (node: MapNode, label: string): readonly Diagnostic[] => {
  const todo = 'compare with the origin, then remove reviewed: false';
  const warning = (map: YamlNode | undefined, what: string): readonly Diagnostic[] => {
    const flag = childOf(map, 'reviewed');
    if (flag?.is !== 'scalar' || flag.value !== false) return [];
    return [
      {
        position: flag.position,
        severity: 'warning',
        what: `${what}: the draft has not been reviewed`,
        todo,
      },
    ];
  };
  const steps = (['diagnose', 'act', 'verify'] as const).flatMap((section) => {
    const list = childOf(node, section);
    return list?.is === 'list'
      ? list.items.flatMap((item, i) => {
          const title = textAt(item, 'title') ?? textAt(item, 'id');
          return warning(item, `${label} ${section}[${i}]${title === undefined ? '' : ` "${title}"`}`);
        })
      : [];
  });
  return [...warning(node, `runbook ${label}`), ...steps];
};

/** The problem of a draft, for display: it is listed, and cannot be started. */
const draftProblem = (made: Runbook, now: number): Fault | undefined => {
  const message = draftRefusal(made);
  return message === undefined
    ? undefined
    : {
        kind: 'unconfigured',
        source: '',
        message,
        at: now,
        remedy: 'to see the lines, run opsdeck validate',
      };
};

/** Returns whether the default of a parameter was written with variables of the profile. */
const isProfileDefault = (node: MapNode, name: string): boolean => {
  const value = childOf(childOf(childOf(node, 'params'), name), 'default');
  return value !== undefined && scalarsIn(value).some(({ isResolved }) => isResolved === true);
};

const madeOf = (shape: RunbookShape, node: MapNode): Built =>
  definite({
    id: shape.id,
    title: shape.title ?? shape.id,
    covers: shape.covers,
    when: shape.when,
    reverts: shape.reverts,
    approval: shape.approval,
    checklist: shape.checklist,
    reviewed: shape.reviewed,
    params: Object.entries(shape.params).map(([name, spec]) =>
      definite({
        name,
        ...spec,
        ...('read' in spec && spec.read !== undefined ? { read: definite(spec.read) } : { read: undefined }),
        isProfileDefault: isProfileDefault(node, name) ? (true as const) : undefined,
      }),
    ),
    diagnose: withIds(shape.diagnose, 'd').map(({ timeout: timeoutMs, ...step }) =>
      definite({ ...step, timeoutMs, title: step.title ?? step.use ?? step.that ?? step.id }),
    ),
    act: withIds(shape.act, 'a').map(({ timeout: timeoutMs, pause: pauseMs, effects, ...step }) =>
      definite({
        ...step,
        timeoutMs,
        pauseMs,
        effects: effects === undefined ? undefined : effectsFrom(effects),
        title: step.title ?? step.use ?? step.id,
      }),
    ),
    verify:
      shape.verify === 'none'
        ? ('none' as const)
        : withIds(shape.verify, 'v').map(({ within, for: forMs, ...step }) => {
            const expected = step.expect === undefined ? undefined : definite(step.expect);
            const reading = [
              step.use ?? step.id,
              ...(expected === undefined ? [] : [expectedText(expected)]),
            ];
            return definite({
              ...step,
              expect: expected,
              title: step.title ?? step.that ?? reading.join(': '),
              withinMs: within,
              forMs,
            });
          }),
    after:
      shape.after === undefined
        ? undefined
        : withIds(shape.after, 'f').map(({ manual: _, ...step }) => definite(step)),
    prevent:
      shape.prevent === undefined
        ? undefined
        : withIds(shape.prevent, 'p').map(({ manual: _, ...step }) => definite(step)),
    watchMs: shape.watch,
    impact: shape.impact === undefined ? undefined : definite(shape.impact),
    notes: shape.notes,
    symptoms: shape.symptoms,
  });

/**
 * All names that runbooks and checklists may use. A source of unknown type accepts any name: that error is reported
 * once.
 */
export const knownNames = (
  sources: readonly BuiltSource[],
  context: BuildContext,
  signals: readonly string[],
): KnownNames => {
  const all = [...context.modules.values()];
  return {
    signals,
    sources: Object.fromEntries(
      sources.map(({ entry, module }) => {
        const modules = module === undefined ? all : [module];
        const feeds = modules.flatMap((sourceModule) => sourceModule.feedNames);
        return [
          entry.id,
          { feeds, operations: modules.flatMap((sourceModule) => Object.keys(sourceModule.operations)) },
        ] as const;
      }),
    ),
  };
};

const listDuplicates = (node: MapNode, id: string) =>
  (['diagnose', 'act', 'verify', 'after', 'prevent'] as const).flatMap((section) => {
    const list = childOf(node, section);
    return list?.is === 'list' ? duplicates(list, 'id', `${id} ${section} step`) : [];
  });

const build = (
  node: MapNode,
  index: number,
  sources: readonly BuiltSource[],
  known: KnownNames,
  signals: readonly SignalSpec[],
  context: BuildContext,
): BuildResult<Runbook> => {
  const id = textAt(node, 'id') ?? '';
  const label = id === '' ? `runbooks[${index}]` : id;
  const { value, diagnostics, gaps } = checkNode(zRunbook(), node, { label });
  const made: Built =
    value === undefined
      ? { id, title: id, covers: [], params: [], diagnose: [], act: [], verify: [] }
      : withDraftedSteps(madeOf(value, node));
  const named =
    value === undefined
      ? []
      : checkRunbook({ ...made, position: node.position }, known)
          .map((runbookDiagnostic) => ({
            ...runbookDiagnostic,
            node: nearestNode(node, parsePath(runbookDiagnostic.path)),
          }))
          .filter((entry) => entry.node.is !== 'scalar' || entry.node.gaps === undefined)
          .map((entry) => errorAt(entry.node.position, `${label} ${entry.path}: ${entry.what}`, entry.todo));
  const ineffective = (
    value === undefined
      ? []
      : verificationDiagnostics(
          { ...made, position: node.position },
          {
            signals,
            // Without contact, any source may read the kind.
            sourcesOfKind: () => sources.map(({ entry }) => entry.id),
          },
        )
  ).map(
    (verificationDiagnostic): Diagnostic => ({
      position: nearestNode(node, parsePath(verificationDiagnostic.path)).position,
      severity: 'warning',
      what: `${label} ${verificationDiagnostic.path}: ${verificationDiagnostic.what}`,
      todo: verificationDiagnostic.todo,
    }),
  );
  const all = [
    ...requireLiteral(node, 'id'),
    ...diagnostics,
    ...named,
    ...stepDiagnostics(node, label, sources, undefined, made.params),
    ...listDuplicates(node, label),
  ];
  const problem =
    draftProblem({ ...made, position: node.position }, context.now) ?? gapProblem('', gaps, all, context.now);
  const verify =
    made.verify === 'none' ? made.verify : made.verify.map((step) => withHiddenBy(step, sources));
  return {
    made: definite({ ...made, verify, position: node.position, problem }),
    diagnostics: [
      ...all,
      ...ineffective,
      ...draftWarnings(node, label),
      ...gapWarnings(gaps, `runbook ${id} cannot run`),
    ],
  };
};

/** Builds the runbooks: names must exist and expressions must parse. */
export const buildRunbooks = (
  tree: MapNode,
  sources: readonly BuiltSource[],
  known: KnownNames,
  signals: readonly SignalSpec[],
  context: BuildContext,
): BuildResult<readonly Runbook[]> => {
  const { maps, diagnostics } = mapItems(tree, 'runbooks');
  const built = maps.map((node, i) => build(node, i, sources, known, signals, context));
  return {
    made: built.map((buildResult) => buildResult.made),
    diagnostics: [
      ...diagnostics,
      ...built.flatMap((buildResult) => buildResult.diagnostics),
      ...duplicates(maps, 'id', 'runbook'),
    ],
  };
};
