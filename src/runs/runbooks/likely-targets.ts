import { defined } from '../../domain/base/defined.ts';
import { levelRank } from '../../domain/facts/level.ts';
import type { Row, Snapshot } from '../../domain/facts/snapshot.ts';
import type { ParamSpec, Runbook } from '../../domain/runbooks/runbook.ts';
import { type AvailableChoices, choicesOf } from '../../expressions/choices.ts';
import { conditionUsesSignal, rowsOfCondition } from '../../expressions/condition-match.ts';
import type { Alert } from '../../kinds/alerts/fact.ts';
import type { KindDefinition } from '../../kinds/define/define-kind.ts';
import { kindOf } from '../../kinds/registry/registry.ts';
import type { RunbookTargets } from '../../store/runbook-suggestion.ts';

/** Names by which a row of the condition tells its object: its identity, its owner, the labels of an alert. */
const namesOfRow = (kind: KindDefinition, row: Row): readonly string[] => [
  ...kind.identity(row.fact).map(String),
  ...(kind.belongsTo?.(row.fact) === undefined ? [] : [kind.belongsTo(row.fact) ?? '']),
  ...(kind.name === 'alerts' ? Object.values((row.fact as Alert).labels) : []),
];

/** The names of the objects because of which a runbook is suggested: of its rows, and the labels of its signals past a limit. */
const evidenceOf = ({ when }: Runbook, snapshot: Snapshot): ReadonlySet<string> => {
  if (when === undefined) return new Set();
  const rows = rowsOfCondition(when, snapshot).flatMap(({ kind, row }) => namesOfRow(kindOf(kind), row));
  const signals = snapshot.signals
    .filter(
      ({ id, level, stale }) =>
        !stale && levelRank[level] > levelRank.ok && level !== 'unknown' && conditionUsesSignal(when, id),
    )
    .flatMap(({ labels }) => Object.values(labels));
  return new Set([...rows, ...signals].filter((name) => name !== ''));
};

/** True if the evidence names the choice, or an object of it: a pod has the name of its deployment in front. */
const isNamed = (choice: string, evidence: ReadonlySet<string>): boolean =>
  evidence.has(choice) || [...evidence].some((name) => name.startsWith(`${choice}-`));

/** Choices that are facts, or name such, without a date of their own: those are ordered by what is known of them. */
const areTargets = ({ from }: ParamSpec, { made, levels }: AvailableChoices): boolean =>
  (from !== undefined || levels !== undefined) && made === undefined;

/**
 * Puts the targets that the evidence of the suggestion names before the others, whatever their level is now: a service can be
 * OK between two restarts. `isUndecided`: several targets are well, and nothing names one of them. `isUnnamed`: the only target is
 * well, and the evidence names other objects.
 */
export const withLikelyTargets = (
  spec: ParamSpec,
  runbook: Runbook,
  available: AvailableChoices,
  snapshot: Snapshot,
): AvailableChoices & { readonly isUndecided?: true; readonly isUnnamed?: true } => {
  const { choices, levels = {}, doubts = {} } = available;
  const [first, ...others] = choices;
  if (first === undefined || !areTargets(spec, available)) return available;
  const evidence = evidenceOf(runbook, snapshot);
  if (others.length === 0) {
    const isElsewhere = evidence.size > 0 && !isNamed(first, evidence) && levels[first] === 'ok';
    return isElsewhere ? { ...available, isUnnamed: true } : available;
  }
  const named = choices.filter((choice) => isNamed(choice, evidence));
  if (named.length > 0 && named.length < choices.length) {
    return { ...available, choices: [...named, ...choices.filter((choice) => !named.includes(choice))] };
  }
  const isAnyBad = choices.some((choice) => levels[choice] !== 'ok' || doubts[choice] !== undefined);
  return isAnyBad || runbook.when === undefined ? available : { ...available, isUndecided: true };
};

/** 'to 3 instances' of a parameter 'Instances', 'Instances of blue: 3': the first number that a runbook recommends. */
const recommendedNumber = ({ params }: Runbook): RunbookTargets | undefined => {
  const number = params.find(({ recommended }) => recommended !== undefined);
  if (number?.recommended === undefined) return undefined;
  const title = (number.title ?? number.name).replace(/ \(.*\)$/, '');
  const isNoun = /^[A-Z][a-z]+s$/.test(title);
  const name = isNoun ? `to ${number.recommended} ${title.toLowerCase()}` : `${title}: ${number.recommended}`;
  return { name, count: 1 };
};

/** Kinds whose name is no word for what a parameter offers of them. */
const unnamedKinds: ReadonlySet<string> = new Set(['workloads', 'ci']);

/** 'pods' of a parameter 'Pod' or 'Pods', 'sessions' of `sessions.pid` with a longer title; undefined: no word fits. */
const targetNoun = ({ title = '', from = '' }: ParamSpec): string | undefined => {
  if (/^[A-Z][a-z]+$/.test(title)) return title.toLowerCase().replace(/s?$/, 's');
  const [kind = '', name = ''] = from.split('.');
  if (name === 'service') return 'services';
  return ['name', 'pid'].includes(name) && !unnamedKinds.has(kind) ? kind : undefined;
};

/**
 * Returns the objects that the first parameter of a runbook offers, before it is opened, or the number that it recommends; undefined: it has
 * no such parameter, or they are not known.
 */
export const offeredTargets = (runbook: Runbook, snapshot: Snapshot): RunbookTargets | undefined => {
  const spec = runbook.params.find(({ type }) => type === 'choice' || type === 'choices');
  if (spec === undefined) return recommendedNumber(runbook);
  const available = choicesOf(spec, snapshot);
  if (!('choices' in available) || available.choices.length === 0 || !areTargets(spec, available))
    return undefined;
  const { choices, levels } = available;
  const evidence = evidenceOf(runbook, snapshot);
  const named = choices.filter((choice) => isNamed(choice, evidence));
  const [first = ''] = choices;
  const isElsewhere = named.length === 0 && evidence.size > 0 && levels?.[first] === 'ok';
  const [name] = named.length === 1 ? named : choices.length === 1 && !isElsewhere ? choices : [];
  return { count: choices.length, ...defined({ name, noun: targetNoun(spec) }) };
};
