import type { LikelyTrigger } from '../../../domain/profile/likely-trigger.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import type { Danger } from '../../../domain/runbooks/operation.ts';
import type { Runbook } from '../../../domain/runbooks/runbook.ts';
import { mostDangerous } from '../../../runs/policy/danger.ts';
import { estimatedStepDanger } from '../../../runs/runbooks/estimated-danger.ts';
import type { Source } from '../../../sources/kit/contract/source.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import { isOnlyOnRows } from './built-in-runbooks.ts';

/** The estimated danger of each runbook's most dangerous step, by id, before parameters are bound. */
export const runbookDangers = (
  runbooks: readonly Runbook[],
  sources: ReadonlyMap<string, Source>,
): ReadonlyMap<string, Danger> =>
  new Map(
    runbooks.map(({ id, act }) => [id, mostDangerous(act.map((step) => estimatedStepDanger(step, sources)))]),
  );

export const withRunbookDanger = (
  suggestion: RunbookSuggestion,
  dangers: ReadonlyMap<string, Danger>,
): RunbookSuggestion => {
  const danger = dangers.get(suggestion.runbook.id);
  return danger === undefined ? suggestion : { ...suggestion, danger };
};

/** True when two lists match the same runbooks: an unchanged list is not drawn again. */
export const sameSuggestions = (a: readonly RunbookSuggestion[], b: readonly RunbookSuggestion[]): boolean =>
  a.length === b.length &&
  a.every((runbookSuggestion, index) => {
    const other = b[index];
    return (
      runbookSuggestion.runbook === other?.runbook &&
      runbookSuggestion.fits === other.fits &&
      runbookSuggestion.why === other.why &&
      runbookSuggestion.reason === other.reason &&
      runbookSuggestion.hindrance === other.hindrance &&
      runbookSuggestion.danger === other.danger &&
      runbookSuggestion.isPending === other.isPending &&
      runbookSuggestion.targets?.name === other.targets?.name &&
      runbookSuggestion.targets?.count === other.targets?.count
    );
  });

/** The generic actions that are offered on their rows, with their danger. They have no `when`. */
export const genericSuggestions = (
  runbooks: readonly Runbook[],
  dangers: ReadonlyMap<string, Danger>,
): readonly RunbookSuggestion[] =>
  runbooks
    .filter((runbook) => isOnlyOnRows(runbook) && runbook.reports === undefined)
    .map((runbook) => withRunbookDanger({ runbook, fits: 'never', why: 'an action on a row' }, dangers));

/** True when both name the same change for the same reason. */
export const sameTrigger = (a: LikelyTrigger | undefined, b: LikelyTrigger | undefined): boolean =>
  a?.entry === b?.entry &&
  a?.onset === b?.onset &&
  a?.isOnsetUnknown === b?.isOnsetUnknown &&
  a?.isOwn === b?.isOwn;

/** The number from which on a signal warns; undefined: it has no such limit. */
export const warningLimit = (signals: readonly SignalSpec[], id: string): number | undefined => {
  const threshold = signals.find((signal) => signal.id === id)?.threshold;
  const limit = (threshold?.warn ?? threshold?.crit)?.value;
  return typeof limit === 'number' ? limit : undefined;
};
