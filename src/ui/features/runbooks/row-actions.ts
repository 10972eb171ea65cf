import type { ShownTarget } from '../../../domain/proposal.ts';
import type { ParamSpec, Runbook } from '../../../domain/runbook.ts';
import { selectionBounds } from '../../../expressions/choices.ts';
import type { CockpitState, RunbookSuggestion } from '../../../store/cockpit.ts';
import type { KeyContext } from '../../panes/pane.ts';
import type { RowSubject } from '../../panes/pane-row.ts';
import { sortBySuggestion } from './actions.ts';

/** A runbook with parameters filled from the row under the cursor or the marked rows. */
export interface RowAction {
  readonly suggestion: RunbookSuggestion;
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  /** The objects as shown on the screen. Planning rejects a different object of the same name. */
  readonly targets: readonly ShownTarget[];
  /** Why it does not accept this number of rows. */
  readonly whyNot?: string;
}

/** A row's fields by name. Profiles name the fields, so their types are unknown here. */
const fieldsOf = (subject: RowSubject): Readonly<Record<string, unknown>> =>
  subject.kind === 'signal' ? {} : { ...subject.fact };

const textsOf = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? [String(value)] : [];
};

/** Distinct values of the rows for one parameter; [] if a row has none. */
const valuesFrom = (param: ParamSpec, subjects: readonly RowSubject[]): readonly string[] => {
  const [kind, field = ''] = param.from?.split('.') ?? [];
  const values = subjects.map((subject) => (subject.kind === kind ? textsOf(fieldsOf(subject)[field]) : []));
  return values.some((texts) => texts.length === 0) ? [] : [...new Set(values.flat())];
};

/** True if the values answer the parameter. Several rows need a parameter that accepts several values. */
const isAnswered = (
  { type }: ParamSpec,
  values: readonly string[],
  subjects: readonly RowSubject[],
): boolean =>
  type === 'choices' ? values.length > 0 : type === 'choice' && subjects.length === 1 && values.length === 1;

const whyNotSoMany = (given: readonly (readonly [ParamSpec, readonly string[]])[]): string | undefined => {
  for (const [param, { length }] of given) {
    const { min, max } = selectionBounds(param);
    if (length > max) return `${length} selected, but ${param.title ?? param.name} takes at most ${max}`;
    if (length < min) return `${length} selected, but ${param.title ?? param.name} takes at least ${min}`;
  }
  return undefined;
};

/** The uid that identifies an object, if its row has one. */
const pinOf = (subject: RowSubject): readonly ShownTarget[] => {
  const { name, uid } = fieldsOf(subject);
  return typeof name === 'string' && typeof uid === 'string' && uid !== '' ? [{ name, uid }] : [];
};

const actionFrom = (suggestion: RunbookSuggestion, subjects: readonly RowSubject[]): readonly RowAction[] => {
  const { runbook }: { runbook: Runbook } = suggestion;
  const given = runbook.params
    .map((param) => [param, valuesFrom(param, subjects)] as const)
    .filter(([param, values]) => isAnswered(param, values, subjects));
  if (given.length === 0) return [];
  const whyNot = whyNotSoMany(given.filter(([{ type }]) => type === 'choices'));
  return [
    {
      suggestion,
      params: Object.fromEntries(
        given.map(([{ name, type }, values]) => [name, type === 'choices' ? values : (values[0] ?? '')]),
      ),
      targets: subjects.flatMap(pinOf),
      ...(whyNot === undefined ? {} : { whyNot }),
    },
  ];
};

/** Runbooks whose choices these rows are, matching ones first. */
export const actionsForRows = (
  cockpit: CockpitState,
  subjects: readonly RowSubject[],
): readonly RowAction[] =>
  subjects.length === 0
    ? []
    : sortBySuggestion(cockpit.suggestions).flatMap((suggestion) => actionFrom(suggestion, subjects));

export const actionsForRow = (cockpit: CockpitState, subject: RowSubject | undefined): readonly RowAction[] =>
  actionsForRows(cockpit, subject === undefined ? [] : [subject]);

/** The runbook action that sets a breaker to a state. */
export const breakerAction = (
  cockpit: CockpitState,
  subject: RowSubject | undefined,
  to: 'close' | 'force-open',
): RowAction | undefined =>
  actionsForRow(cockpit, subject).find(({ suggestion }) =>
    suggestion.runbook.act.some((step) => step.use?.endsWith('.breaker') === true && step.with?.to === to),
  );

/** Proposes the action with the objects shown on the screen. */
export const proposeAction = (
  { commands }: Pick<KeyContext, 'commands'>,
  { suggestion, params, targets: shown }: RowAction,
): void => commands.propose(suggestion.runbook.id, params, ...(shown.length === 0 ? [] : [shown]));
