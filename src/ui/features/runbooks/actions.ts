import { formatDuration } from '../../../domain/duration.ts';
import type { Danger } from '../../../domain/operation.ts';
import type { Runbook } from '../../../domain/runbook.ts';
import { moreDangerous } from '../../../runs/policy/danger.ts';
import type { CockpitState, RunbookSuggestion } from '../../../store/cockpit.ts';

/**
 * Runbooks that fit now first; the others as in the profile. One of which nobody can tell whether it fits is not put above one
 * that does not.
 */
export const sortBySuggestion = (suggestions: readonly RunbookSuggestion[]): readonly RunbookSuggestion[] =>
  suggestions.toSorted((a, b) => Number(b.fits === 'yes') - Number(a.fits === 'yes'));

/** The danger of a runbook's worst step, as far as it can be told before it is planned. */
export const runbookDanger = ({ runbook, danger }: RunbookSuggestion): Danger | undefined =>
  runbook.act.reduce<Danger | undefined>(
    (worst, step) =>
      step.danger === undefined
        ? worst
        : worst === undefined
          ? step.danger
          : moreDangerous(worst, step.danger),
    danger,
  );

/** Why nothing that changes the outside can be said yes to now, or undefined. */
export const notArmedReason = ({ arming }: CockpitState): string | undefined =>
  arming.readOnly && arming.armedUntil === undefined ? 'read-only: press A to arm' : undefined;

/** ' for 15m': how long arming lasts, where that is known. */
export const armingDurationText = ({ forMs }: CockpitState['arming']): string =>
  forMs === undefined ? '' : ` for ${formatDuration(forMs)}`;

/** A run that is on its way: acting, proving, or in its cancel window. */
export const isRunActive = ({ run }: CockpitState): boolean =>
  run?.stage === 'running' || run?.stage === 'window';

/** Why a run cannot be asked for once more here, or undefined. */
export const rerunBlockedReason = (
  cockpit: CockpitState,
  run: { readonly system: string; readonly env: string } | undefined,
): string | undefined => {
  const { open } = cockpit;
  if (run !== undefined && (run.system !== open?.system || run.env !== open.env))
    return `it ran in ${run.system}/${run.env}: open that environment first`;
  return activeRunReason(cockpit);
};

/** Why nothing else can be begun while a run is on its way, or undefined. */
export const activeRunReason = (cockpit: CockpitState): string | undefined =>
  isRunActive(cockpit) ? 'a run is in progress: ctrl-c cancels it' : undefined;

/**
 * Why a runbook cannot be started, or undefined. Starting it only reads (its parameters, its checks, what it would
 * call), so nothing has to be armed for that.
 */
export const startBlockedReason = (cockpit: CockpitState, { problem }: Runbook): string | undefined =>
  problem?.message ?? activeRunReason(cockpit);

/** What to know before starting a runbook that changes something while nothing may be changed, or undefined. */
export const readOnlyWarning = (cockpit: CockpitState, { problem, act }: Runbook): string | undefined =>
  problem === undefined && act.some((step) => step.use !== undefined) ? notArmedReason(cockpit) : undefined;
