import { durationText } from '../domain/duration.ts';
import type { Danger } from '../domain/operation.ts';
import { moreDangerous } from '../domain/operation.ts';
import type { Runbook } from '../domain/runbook.ts';
import type { CockpitState, Suggestion } from '../store/cockpit.ts';
import type { Subject } from './panes/pane.ts';

/** A runbook with its parameters taken from the row under the cursor. */
export interface RowAction {
  readonly suggestion: Suggestion;
  readonly params: Readonly<Record<string, string>>;
}

/** A row's fields by name. They are looked up by the profile's words, so their types are not known here. */
const fieldsOf = (subject: Subject): Readonly<Record<string, unknown>> =>
  subject.kind === 'signal' ? {} : { ...subject.fact };

/** The parameters of a runbook that this row answers; undefined when it answers none. */
const paramsFrom = (runbook: Runbook, subject: Subject): RowAction['params'] | undefined => {
  const fields = fieldsOf(subject);
  const given = runbook.params.flatMap((param): readonly (readonly [string, string])[] => {
    const [kind, field = ''] = param.from?.split('.') ?? [];
    const value = fields[field];
    const isGiven = typeof value === 'number' || (typeof value === 'string' && value !== '');
    return param.type === 'choice' && kind === subject.kind && isGiven ? [[param.name, String(value)]] : [];
  });
  return given.length === 0 ? undefined : Object.fromEntries(given);
};

/** What can be done about this row: the runbooks one of whose choices it is, those that fit now first. */
export const actionsOf = (cockpit: CockpitState, subject: Subject | undefined): readonly RowAction[] => {
  if (subject === undefined) return [];
  return byFit(cockpit.suggestions).flatMap((suggestion) => {
    const params = paramsFrom(suggestion.runbook, subject);
    return params === undefined ? [] : [{ suggestion, params }];
  });
};

const fitOrder: readonly Suggestion['fits'][] = ['yes', 'unknown', 'never', 'no'];

/** Runbooks that fit now first, then those of which that cannot be told, then the others; else as in the profile. */
export const byFit = (suggestions: readonly Suggestion[]): readonly Suggestion[] =>
  suggestions.toSorted((a, b) => fitOrder.indexOf(a.fits) - fitOrder.indexOf(b.fits));

/** The danger of a runbook's worst step, as far as it can be told before it is planned. */
export const dangerOf = ({ runbook, danger }: Suggestion): Danger | undefined =>
  runbook.act.reduce<Danger | undefined>(
    (worst, step) =>
      step.danger === undefined
        ? worst
        : worst === undefined
          ? step.danger
          : moreDangerous(worst, step.danger),
    danger,
  );

/** The action that puts a breaker into a state: a runbook with a `breaker` step that says so. */
export const breakerAction = (
  cockpit: CockpitState,
  subject: Subject | undefined,
  to: 'close' | 'force-open',
): RowAction | undefined =>
  actionsOf(cockpit, subject).find(({ suggestion }) =>
    suggestion.runbook.act.some((step) => step.use?.endsWith('.breaker') === true && step.with?.to === to),
  );

/** Why nothing that changes the outside can be said yes to now, or undefined. */
export const notArmed = ({ arming }: CockpitState): string | undefined =>
  arming.readOnly && arming.armedUntil === undefined ? 'read-only: A arms it' : undefined;

/** ' for 15m': how long arming lasts, where that is known. */
export const armsFor = ({ forMs }: CockpitState['arming']): string =>
  forMs === undefined ? '' : ` for ${durationText(forMs)}`;

/** A run that is on its way: acting, proving, or in its cancel window. */
export const isGoing = ({ run }: CockpitState): boolean =>
  run?.stage === 'running' || run?.stage === 'window';

/** Why nothing else can be begun while a run is on its way, or undefined. */
export const busy = (cockpit: CockpitState): string | undefined =>
  isGoing(cockpit) ? 'a run is going: ctrl-c cancels it' : undefined;

/**
 * Why a runbook cannot be started, or undefined. Starting it only reads (its parameters, its checks, what it would
 * call), so nothing has to be armed for that.
 */
export const whyNotStart = (cockpit: CockpitState, { problem }: Runbook): string | undefined =>
  problem?.message ?? busy(cockpit);

/** What to know before starting a runbook that changes something while nothing may be changed, or undefined. */
export const readOnlyNote = (cockpit: CockpitState, { problem, act }: Runbook): string | undefined =>
  problem === undefined && act.some((step) => step.use !== undefined) ? notArmed(cockpit) : undefined;
