import type { SignalSpec } from '../../../domain/profile/profile.ts';
import { alertMention } from '../../../expressions/condition-match.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { sortBySuggestion } from '../../shell/state/blocked-reasons.ts';
import { memoizeLast, memoizePerObject } from '../../shell/state/memoize.ts';
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

/** True if an address ends with the id of a runbook: https://wiki/runbooks/consumer-lag, …/page#consumer-lag. */
const namesRunbook = (url: string, id: string): boolean =>
  url.split(/[/#?=]/).some((part) => part.toLowerCase().replace(/\.(?:md|html?)$/, '') === id.toLowerCase());

/** The id of the runbook of the profile that an address names; undefined without one. */
export const linkedRunbook = ({ cockpit }: RenderContext, url: string): string | undefined =>
  cockpit.suggestions.find(({ runbook }) => namesRunbook(url, runbook.id))?.runbook.id;

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

/** True for a runbook of an alert with the same name and other labels, such as those of another service. */
const isOfAnother = ({ runbook: { when } }: RunbookSuggestion, { alert }: RunbookSubject): boolean =>
  alert !== undefined && when !== undefined && alertMention(when, alert) === 'of another';

const doesMatch = ({ suggestion }: ListedRunbook): boolean => suggestion.fits === 'yes';

/** The runbooks that match now before the others; otherwise in their order. */
const matchingFirst = (found: readonly ListedRunbook[]): readonly ListedRunbook[] => [
  ...found.filter(doesMatch),
  ...found.filter((listedRunbook) => !doesMatch(listedRunbook)),
];

/** Puts runbooks that cannot run now, or were tried, behind the last matching one that can. */
const hinderedLast = (listed: readonly ListedRunbook[]): readonly ListedRunbook[] => {
  const isHindered = ({ suggestion }: ListedRunbook): boolean => suggestion.hindrance !== undefined;
  const others = listed.filter((listedRunbook) => !isHindered(listedRunbook));
  const last = others.findLastIndex(doesMatch);
  return last < 0
    ? listed
    : [...others.slice(0, last + 1), ...listed.filter(isHindered), ...others.slice(last + 1)];
};

const matchingOf = memoizePerObject<readonly RunbookSuggestion[]>();

/** The first of `runbooksFor` that matches now, or that is there for another reason than words. Searches few runbooks. */
export const matchingRunbookOf = (
  view: RenderContext,
  about: RunbookSubject,
): RunbookSuggestion | undefined => {
  const [first] = runbooksFor(view, { ...about, text: '' });
  if (first !== undefined) return first.suggestion;
  const { suggestions } = view.cockpit;
  const matching = matchingOf(suggestions, [], () => suggestions.filter(({ fits }) => fits === 'yes'));
  return foundRunbooks({ ...askedIn(view, about.text), suggestions: matching }).find(
    ({ suggestion }) => !isOfAnother(suggestion, about),
  )?.suggestion;
};

/**
 * The runbooks for a row: the one that the alerting rule names, those that match because of the row, those whose condition names
 * the alert, then those that mention its words. A runbook for an alert of the same name with other labels (another service) is not
 * among them. [] if there are none.
 */
export const runbooksFor = (view: RenderContext, about: RunbookSubject): readonly ListedRunbook[] => {
  const { alert, url, matching = [] } = about;
  const sorted = sortBySuggestion(view.cockpit.suggestions);
  const naming = (how: ReturnType<typeof alertMention>): readonly RunbookSuggestion[] =>
    alert === undefined
      ? []
      : sorted.filter(({ runbook: { when } }) => when !== undefined && alertMention(when, alert) === how);
  const byUrl = url === undefined ? [] : sorted.filter(({ runbook }) => namesRunbook(url, runbook.id));
  const byName = naming('of this');
  const namedText = `${namedExcerpt}${alert?.name ?? ''}`;
  const listed = [
    ...byUrl.map((suggestion): ListedRunbook => ({ suggestion, excerpt: urlExcerpt })),
    ...sorted
      .filter(({ runbook }) => matching.includes(runbook.id))
      .map(
        (suggestion): ListedRunbook => ({
          suggestion,
          excerpt: byName.includes(suggestion) ? namedText : conditionExcerpt,
        }),
      ),
    ...byName.map((suggestion): ListedRunbook => ({ suggestion, excerpt: namedText })),
    ...matchingFirst(foundRunbooks(askedIn(view, about.text))),
  ];
  const seen = new Set<RunbookSuggestion>(
    naming('of another').filter((suggestion) => !byUrl.includes(suggestion)),
  );
  return hinderedLast(listed.filter(({ suggestion }) => !seen.has(suggestion) && seen.add(suggestion)));
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
    const { fact } = row.subject;
    const { name, summary, runbookUrl } = fact;
    const url = runbookUrl === undefined ? {} : { url: runbookUrl };
    return { title: name, text: `${name} ${summary}`, alert: fact, ...url };
  }
  return pane === 'logs' && row !== undefined ? { title: 'this line', text: row.text } : undefined;
};
