import { defined } from '../../../domain/base/defined.ts';
import type { FactKind, FactTypes } from '../../../domain/facts/facts.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import type { ParamSpec, Runbook } from '../../../domain/runbooks/runbook.ts';
import type { ShownTarget } from '../../../domain/runs/proposal.ts';
import { selectionBounds } from '../../../expressions/choices.ts';
import type { WrittenTest } from '../../../expressions/rows/ast.ts';
import { parseTest } from '../../../expressions/rows/parse.ts';
import { testRow } from '../../../expressions/rows/test-row.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { ownerOf } from '../../../kinds/workloads/owner.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import { isFactKind } from '../../../store/keyed-facts.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import type { RowSubject } from '../../shell/contract/pane-row.ts';

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

/**
 * True if the values answer the parameter. Several rows need a parameter that accepts several values; a generic action
 * takes the value that they share for any other (their namespace).
 */
const isAnswered = (
  { params, generic }: Runbook,
  { type }: ParamSpec,
  values: readonly string[],
  subjects: readonly RowSubject[],
): boolean => {
  if (type === 'choices') return values.length > 0;
  if (type !== 'choice' || values.length !== 1) return false;
  return subjects.length === 1 || (generic !== undefined && params.some((other) => other.type === 'choices'));
};

const rowTests = new Map<string, WrittenTest | undefined>();

/** The parsed test of an action's rows, cached: it is tested for every row that the cursor reaches. */
const rowTestOf = (kind: FactKind, where: string): WrittenTest | undefined => {
  const key = `${kind} ${where}`;
  if (!rowTests.has(key)) {
    const parsed = parseTest(kind, where);
    rowTests.set(key, parsed.ok ? parsed.test : undefined);
  }
  return rowTests.get(key);
};

/** True unless the row is certainly none of the choices: `where` may compare with a parameter, which is unknown here. */
const canBeChosen = (fact: Workload, where: string | undefined): boolean => {
  if (where === undefined) return true;
  const written = rowTestOf('workloads', where);
  const row: Row<'workloads'> = { key: '', fact, level: 'ok', stale: false, feed: '' };
  return written === undefined || testRow(written.test, 'workloads', row, {}) !== 'false';
};

/**
 * The row that answers a parameter: itself, or the owner of a pod if only that is a choice; undefined if neither is. Nodes are
 * shared by workloads of several kinds, so that any of their rows names one.
 */
const answeringSubject = (
  { where }: ParamSpec,
  field: string,
  subject: RowSubject,
): RowSubject | undefined => {
  if (subject.kind !== 'workloads' || field !== 'name' || canBeChosen(subject.fact, where)) return subject;
  const owner = ownerOf(subject.fact);
  return owner !== undefined && canBeChosen(owner, where) ? { ...subject, fact: owner } : undefined;
};

/** Distinct values of the rows for one parameter; [] if a row has none. */
const valuesFrom = (param: ParamSpec, subjects: readonly RowSubject[]): readonly string[] => {
  const [kind, field = ''] = param.from?.split('.') ?? [];
  const values = subjects.map((subject) => {
    const answering = subject.kind === kind ? answeringSubject(param, field, subject) : undefined;
    return answering === undefined ? [] : textsOf(fieldsOf(answering)[field]);
  });
  return values.some((texts) => texts.length === 0) ? [] : [...new Set(values.flat())];
};

const passes = <K extends FactKind>(kind: K, fact: FactTypes[K], where: string | undefined): boolean => {
  if (where === undefined) return true;
  const written = rowTestOf(kind, where);
  const row: Row<K> = { key: '', fact, level: 'ok', stale: false, feed: '' };
  return written !== undefined && testRow(written.test, kind, row, {}) === 'true';
};

/** True unless this is a generic action of other rows. A runbook of the profile takes any row that answers a parameter. */
const isForRows = ({ generic }: Runbook, subjects: readonly RowSubject[]): boolean =>
  generic === undefined ||
  subjects.every(
    (subject) =>
      subject.kind !== 'signal' &&
      generic.on.includes(subject.kind) &&
      passes<FactKind>(subject.kind, subject.fact, generic.where),
  );

/** True if the rows answer enough of the parameters: one for a runbook, all that rows can answer for a generic action. */
const isEnough = (
  { params, generic }: Runbook,
  given: readonly (readonly [ParamSpec, unknown])[],
): boolean =>
  generic === undefined
    ? given.length > 0
    : params.every(
        (param) =>
          !generic.on.some((kind) => param.from?.startsWith(`${kind}.`)) ||
          given.some(([answered]) => answered === param),
      );

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
  if (!isForRows(runbook, subjects)) return [];
  const given = runbook.params
    .map((param) => [param, valuesFrom(param, subjects)] as const)
    .filter(([param, values]) => isAnswered(runbook, param, values, subjects));
  if (!isEnough(runbook, given)) return [];
  const whyNot = whyNotSoMany(given.filter(([{ type }]) => type === 'choices'));
  return [
    {
      suggestion,
      params: Object.fromEntries(
        given.map(([{ name, type }, values]) => [name, type === 'choices' ? values : (values[0] ?? '')]),
      ),
      targets: subjects.flatMap(pinOf),
      ...defined({ whyNot }),
    },
  ];
};

/**
 * Actions on these rows: matching runbooks whose choices they are, then the generic actions of their source,
 * then the other runbooks.
 */
export const actionsForRows = (
  { suggestions, genericActions = [] }: CockpitState,
  subjects: readonly RowSubject[],
): readonly RowAction[] => {
  if (subjects.length === 0) return [];
  const isMatch = ({ fits }: RunbookSuggestion): boolean => fits === 'yes';
  const ordered = [
    ...suggestions.filter(isMatch),
    ...genericActions,
    ...suggestions.filter((suggestion) => !isMatch(suggestion)),
  ];
  return ordered.flatMap((suggestion) => actionFrom(suggestion, subjects));
};

export const actionsForRow = (cockpit: CockpitState, subject: RowSubject | undefined): readonly RowAction[] =>
  actionsForRows(cockpit, subject === undefined ? [] : [subject]);

/** True if the pane waits for the first answer to rows of its kind. */
const isLoading = ({ view, pane }: Pick<KeyContext, 'view' | 'pane'>): boolean =>
  pane.kind !== undefined && isFactKind(pane.kind) && (view.own?.snapshot.kinds[pane.kind].waiting ?? 0) > 0;

/** Why a row has no actions: there are none, or they are not known yet. */
export const noActionsReason = (context: Pick<KeyContext, 'view' | 'pane' | 'row'>): string => {
  const { view, row } = context;
  const { suggestions, areSuggestionsAwaited } = view.cockpit;
  if (row === undefined)
    return isLoading(context)
      ? 'there are no rows yet: the pane is still loading'
      : 'no row is selected: move the cursor to a row';
  if (areSuggestionsAwaited === true && suggestions.length === 0)
    return 'the actions of this row are still loading: try again in a moment';
  // Without data a row has no object that a runbook could take.
  return row.subject === undefined && row.level === 'unknown'
    ? 'this row has no data, so the possible actions are unknown'
    : 'no runbook or action matches this row';
};

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
