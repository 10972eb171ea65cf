import type { SignalSpec } from '../../../domain/profile.ts';
import type { Runbook } from '../../../domain/runbook.ts';
import { alertNamesOf } from '../../../expressions/mentions.ts';
import { parseExpression } from '../../../expressions/parse.ts';
import type { Alert } from '../../../kinds/alerts/fact.ts';
import type { CockpitState, RunbookSuggestion } from '../../../store/cockpit.ts';
import { memoizeLast } from '../../panes/memoize.ts';
import type { PaneRow } from '../../panes/pane-row.ts';
import type { RenderContext } from '../../render-context.ts';
import { sortBySuggestion } from './actions.ts';
import type { RunbookSubject } from './runbook-subject.ts';
import { searchRunbooks } from './symptom-search.ts';

/** A runbook in a list, with the reason if it was found by a text. */
export interface ListedRunbook {
  readonly suggestion: RunbookSuggestion;
  /** The text that matched: 'alert: SagaFailureRate', 'step: Restart the failing service'. Absent: listed without a search. */
  readonly excerpt?: string;
}

/** The excerpts of runbooks that are not found by words: by the address in the rule, the alert's name, and a condition. */
export const urlExcerpt = 'runbook_url of the alert';
export const namedExcerpt = 'condition: names ';
export const conditionExcerpt = 'condition: matches because of this row';

const namesByExpression = new Map<string, ReadonlySet<string>>();

/** The alert names in a `when` expression. Cached, as expressions do not change. */
const namesIn = (when: string): ReadonlySet<string> => {
  const cached = namesByExpression.get(when);
  if (cached !== undefined) return cached;
  const parsed = parseExpression(when);
  const names = parsed.ok ? alertNamesOf(parsed.expression) : new Set<string>();
  namesByExpression.set(when, names);
  return names;
};

const mentionsAlert = ({ when }: Runbook, alert: string): boolean =>
  when !== undefined && namesIn(when).has(alert);

/** True if an address ends with the id of a runbook: https://wiki/runbooks/consumer-lag, …/page#consumer-lag. */
const namesRunbook = (url: string, id: string): boolean =>
  url.split(/[/#?=]/).some((part) => part.toLowerCase().replace(/\.(?:md|html?)$/, '') === id.toLowerCase());

/** The runbook that the rule of an alert names, or whose `when` refers to it; preferably one that matches now. */
export const findRunbookForAlert = (
  { name, runbookUrl }: Pick<Alert, 'name' | 'runbookUrl'>,
  { suggestions }: Pick<CockpitState, 'suggestions'>,
): RunbookSuggestion | undefined => {
  const sorted = sortBySuggestion(suggestions);
  const named = sorted.find(
    ({ runbook }) => runbookUrl !== undefined && namesRunbook(runbookUrl, runbook.id),
  );
  return named ?? sorted.find(({ runbook }) => mentionsAlert(runbook, name));
};

interface Asked {
  readonly suggestions: readonly RunbookSuggestion[];
  readonly signals: readonly SignalSpec[];
  readonly text: string;
}

/** The runbooks that mention a text, the best first. */
const foundRunbooks = memoizeLast(
  ({ suggestions, signals, text }: Asked) => [suggestions, signals, text],
  ({ suggestions, signals, text }): readonly ListedRunbook[] => {
    const byRunbook = new Map(suggestions.map((suggestion) => [suggestion.runbook, suggestion]));
    return searchRunbooks([...byRunbook.keys()], signals, text).flatMap(({ runbook, excerpt }) => {
      const suggestion = byRunbook.get(runbook);
      return suggestion === undefined ? [] : [{ suggestion, excerpt }];
    });
  },
);

const noSignals: readonly SignalSpec[] = [];

const askedIn = ({ cockpit, own }: RenderContext, text: string): Asked => ({
  suggestions: cockpit.suggestions,
  signals: own?.facts.frame.signals ?? noSignals,
  text,
});

/**
 * The runbooks for a row: the one that the alerting rule names, those whose condition names the alert, those that match
 * because of the row, then those that mention its words. [] if there are none.
 */
export const runbooksFor = (view: RenderContext, about: RunbookSubject): readonly ListedRunbook[] => {
  const { alert, url, matching = [] } = about;
  const sorted = sortBySuggestion(view.cockpit.suggestions);
  const named = url === undefined ? [] : sorted.filter(({ runbook }) => namesRunbook(url, runbook.id));
  const byAlert = alert === undefined ? [] : sorted.filter(({ runbook }) => mentionsAlert(runbook, alert));
  const listed = [
    ...named.map((suggestion): ListedRunbook => ({ suggestion, excerpt: urlExcerpt })),
    ...byAlert.map((suggestion): ListedRunbook => ({ suggestion, excerpt: `${namedExcerpt}${alert ?? ''}` })),
    ...sorted
      .filter(({ runbook }) => matching.includes(runbook.id))
      .map((suggestion): ListedRunbook => ({ suggestion, excerpt: conditionExcerpt })),
    ...foundRunbooks(askedIn(view, about.text)),
  ];
  const seen = new Set<RunbookSuggestion>();
  return listed.filter(({ suggestion }) => !seen.has(suggestion) && seen.add(suggestion));
};

/** The runbooks that mention a typed text, the best first. */
export const runbooksMentioning = (view: RenderContext, text: string): readonly ListedRunbook[] =>
  foundRunbooks(askedIn(view, view.pen.resolveAliases(text)));

/** The runbooks of the list: those that mention the searched text, or all, those about its subject first. */
export const listedRunbooks = (
  view: RenderContext,
  { text = '', about }: { readonly text?: string; readonly about?: RunbookSubject },
): readonly ListedRunbook[] => {
  if (text.trim() !== '') return runbooksMentioning(view, text);
  const first = about === undefined ? [] : runbooksFor(view, about);
  const had = new Set(first.map(({ suggestion }) => suggestion));
  return [
    ...first,
    ...sortBySuggestion(view.cockpit.suggestions)
      .filter((suggestion) => !had.has(suggestion))
      .map((suggestion): ListedRunbook => ({ suggestion })),
  ];
};

/** The subject of a row, if it is an alert of this environment or a log line. */
export const runbookSubject = (pane: string, row: PaneRow | undefined): RunbookSubject | undefined => {
  if (row?.subject?.kind === 'alerts') {
    const { name, summary, runbookUrl } = row.subject.fact;
    return {
      title: name,
      text: `${name} ${summary}`,
      alert: name,
      ...(runbookUrl === undefined ? {} : { url: runbookUrl }),
    };
  }
  return pane === 'logs' && row !== undefined ? { title: 'this line', text: row.text } : undefined;
};
