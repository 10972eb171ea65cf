import type { Millis } from '../domain/base/fault.ts';
import type { AlertRuleFact, AlertRulesView } from '../domain/facts/alert-rules.ts';
import type { Row, Snapshot } from '../domain/facts/snapshot.ts';
import { formatAge } from '../domain/text/duration.ts';
import { targetProblem } from './alert-targets.ts';
import type { EvaluationContext } from './rows/evaluation-context.ts';
import { missingDataText } from './rows/evaluation-context.ts';

/**
 * The life of an alert. `suppressed`: it is silenced, inhibited, muted or acknowledged, and goes on. `resolved`: a rule that
 * was evaluated since the action says so; nothing else shows that.
 */
type AlertLifeState = 'firing' | 'suppressed' | 'pending' | 'resolved' | 'unknown';

/** The life of an alert, with the reason. */
export interface AlertLife {
  readonly is: AlertLifeState;
  readonly why: string;
  /** True: its condition holds now, also where no notification is sent. */
  readonly fires: boolean;
  /** True: a person has ended it. It may be the act of the run. */
  readonly isEndedByPerson?: true;
}

/** An alert, or every alert of its name. */
export interface NamedAlert {
  readonly name: string;
  /** Labels that one of them has; absent: all of them. */
  readonly labels?: Readonly<Record<string, string>>;
}

type Labels = NonNullable<NamedAlert['labels']>;
type Times = Pick<EvaluationContext, 'before' | 'actedAt'>;

interface LoadedRule {
  readonly rule: AlertRuleFact;
  readonly view: AlertRulesView;
}

const isWithin = (a: Labels, b: Labels): boolean =>
  Object.entries(a).every(([name, value]) => b[name] === value);

/** Alertmanager adds the external labels of its Prometheus, so either may have more labels. */
const isMeant = ({ labels }: NamedAlert, found: Labels): boolean =>
  labels === undefined || isWithin(labels, found) || isWithin(found, labels);

const rowsOf = (alert: NamedAlert, snapshot: Snapshot | undefined): readonly Row<'alerts'>[] =>
  (snapshot?.kinds.alerts.rows ?? []).filter(
    ({ fact }) => fact.name === alert.name && isMeant(alert, fact.labels),
  );

const rulesOf = ({ name }: NamedAlert, snapshot: Snapshot | undefined): readonly LoadedRule[] =>
  (snapshot?.alertRules ?? []).flatMap((view) =>
    (view.read?.rules ?? []).filter((rule) => rule.name === name).map((rule) => ({ rule, view })),
  );

const activeIn = (alert: NamedAlert, rules: readonly LoadedRule[]) =>
  rules.flatMap(({ rule }) => rule.active.filter(({ labels }) => isMeant(alert, labels)));

const suppressedStates: ReadonlySet<string> = new Set(['silenced', 'inhibited', 'acknowledged']);

const unreadText = ({ source, faults: [fault] }: AlertRulesView): string =>
  `the rules of ${source} cannot be read${fault === undefined ? '' : `: ${fault.message}`}`;

const life = (is: AlertLifeState, why: string, fires = false): AlertLife => ({ is, why, fires });

/**
 * Returns the life of an alert that was ended explicitly; undefined: none tells so. Its monitoring may end it when its condition is false.
 * A person may end it at any time.
 */
const endedLife = (alert: NamedAlert, snapshot: Snapshot, { actedAt }: Times): AlertLife | undefined => {
  const { name } = alert;
  const ended = (snapshot.alertRules ?? [])
    .flatMap(({ read }) => read?.ended ?? [])
    .findLast((candidate) => candidate.name === name && isMeant(alert, candidate.labels));
  if (ended === undefined) return undefined;
  const { at, how, isByPerson } = ended;
  if (isByPerson)
    return {
      ...life('unknown', `alert ${name} was ${how} by hand, so the cause may still be active`),
      isEndedByPerson: true,
    };
  return actedAt === undefined || (at !== undefined && at > actedAt)
    ? life('resolved', `${name} was ${how}`)
    : life(
        'unknown',
        `alert ${name} was ${how} before the action, so this does not show that the action helped`,
      );
};

/** Returns why it is unknown whether any rule speaks for the alert; undefined: every rule of before is there and read. */
const missingRule = (alert: NamedAlert, snapshot: Snapshot, { before }: Times): string | undefined => {
  const views = (snapshot.alertRules ?? []).filter(({ read }) => read?.ended === undefined);
  const loaded = new Set(rulesOf(alert, snapshot).map(({ view }) => view.source));
  const had = new Set(rulesOf(alert, before).map(({ view }) => view.source));
  const unread = views.find(
    ({ source, read }) => read === undefined && (loaded.size === 0 || had.has(source)),
  );
  if (unread !== undefined) return unreadText(unread);
  const lost = [...had].find((source) => !loaded.has(source));
  if (lost !== undefined)
    return `${lost} no longer has the alerting rule, so the missing alert does not prove that the problem is over`;
  if (loaded.size > 0) return undefined;
  return views.length === 0
    ? 'no source reads the alerting rule, so the missing alert does not prove that the problem is over. Add the Prometheus that evaluates the rule'
    : `${views.map(({ source }) => source).join(', ')} has no rule of this name, so the missing alert does not prove that the problem is over`;
};

/** Returns why the rules of the alert are not those of before the action: an edited one holds for another condition. */
const editedRule = (
  alert: NamedAlert,
  snapshot: Snapshot,
  { before, actedAt }: Times,
): string | undefined => {
  if (actedAt === undefined) return undefined;
  const byRule = (loaded: readonly LoadedRule[]): ReadonlySet<string> =>
    new Set(
      loaded.flatMap(({ rule: { definition }, view: { source } }) =>
        definition === undefined ? [] : [JSON.stringify([source, definition])],
      ),
    );
  const here = byRule(rulesOf(alert, snapshot));
  // A source that tells none now is another matter, and so is a rule that is gone.
  const isEdited = here.size > 0 && [...byRule(rulesOf(alert, before))].some((rule) => !here.has(rule));
  return isEdited
    ? 'the alerting rule was edited after the action, so the missing alert may only mean another condition'
    : undefined;
};

/**
 * Returns an alert of the name that has come since with labels of other names: one that was relabelled goes on. An alert of the same labels with
 * other values is one about something else.
 */
const relabelled = (
  alert: NamedAlert,
  snapshot: Snapshot,
  { before, actedAt }: Times,
): string | undefined => {
  if (actedAt === undefined || alert.labels === undefined) return undefined;
  const all: NamedAlert = { name: alert.name };
  const namesIn = (of: Snapshot | undefined): readonly string[] =>
    [
      ...rowsOf(all, of).map(({ fact }) => fact.labels),
      ...activeIn(all, rulesOf(all, of)).map(({ labels }) => labels),
    ].map((labels) => Object.keys(labels).sort().join(', '));
  const former = new Set(namesIn(before));
  const newcomer = former.size === 0 ? undefined : namesIn(snapshot).find((names) => !former.has(names));
  return (
    newcomer &&
    `an alert of this name has come with other labels (${newcomer}), so the problem may continue under them`
  );
};

const notEvaluated = (
  { evaluatedAt, evaluatedAfter }: AlertRuleFact,
  actedAt: Millis,
): string | undefined => {
  if (evaluatedAt !== undefined && evaluatedAt <= actedAt)
    return `the alerting rule was last evaluated ${formatAge(actedAt - evaluatedAt)} before the action ended`;
  return evaluatedAfter === undefined || evaluatedAfter <= actedAt
    ? 'the alerting rule has not been evaluated since the action: wait for the next evaluation'
    : undefined;
};

/** Returns why a rule without an active alert does not show that it is resolved; undefined: it does. */
const ruleProblem = (
  { rule, view }: LoadedRule,
  alerts: readonly Labels[],
  { before, actedAt }: Times,
): string | undefined => {
  if (rule.problem !== undefined) return `the rule ${rule.problem}`;
  if (actedAt === undefined) return undefined;
  const earlier = before?.alertRules?.find(({ source }) => source === view.source);
  return notEvaluated(rule, actedAt) ?? targetProblem(rule, alerts, view, earlier);
};

/**
 * Returns the life of an alert. An alert that is only absent is never resolved: a silence, an inhibition, a scrape gap, or the
 * death of its Prometheus or of its target removes it as well. `actedAt`: when the last action completed; absent: before it.
 */
export const alertLifeOf = (alert: NamedAlert, snapshot: Snapshot, times: Times): AlertLife => {
  const { name } = alert;
  const rows = rowsOf(alert, snapshot);
  const rules = rulesOf(alert, snapshot);
  const active = activeIn(alert, rules);
  const fresh = rows.filter(({ stale }) => !stale).map(({ fact }) => fact);
  const fires = [...fresh, ...active].some(({ state }) => state === 'firing');

  const suppressed = fresh.find(({ state }) => suppressedStates.has(state));
  if (suppressed !== undefined)
    return life(
      'suppressed',
      `${name} is ${suppressed.suppressedBy ?? suppressed.state}: not resolved`,
      fires,
    );
  if (fires) return life('firing', `${name} is firing`, true);
  if ([...fresh, ...active].some(({ state }) => state === 'pending'))
    return life('pending', `alert ${name} is pending, so the problem is not over`);

  if (rows.length > 0) return life('unknown', `${name} is stale`);
  const ended = rules.length > 0 ? undefined : endedLife(alert, snapshot, times);
  if (ended !== undefined) return ended;
  const hidden =
    missingDataText('alerts', snapshot.kinds.alerts) ??
    missingRule(alert, snapshot, times) ??
    editedRule(alert, snapshot, times) ??
    relabelled(alert, snapshot, times);
  if (hidden !== undefined) return life('unknown', `${name}: ${hidden}`);
  const earlier = [
    ...rowsOf(alert, times.before).map(({ fact }) => fact.labels),
    ...activeIn(alert, rulesOf(alert, times.before)).map(({ labels }) => labels),
  ];
  const problem = rules.map((rule) => ruleProblem(rule, earlier, times)).find((why) => why !== undefined);
  return problem === undefined
    ? life('resolved', `${name} is resolved`)
    : life('unknown', `${name}: ${problem}`);
};
