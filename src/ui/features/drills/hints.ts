import type { DrillHint } from '../../../domain/drills/drill.ts';
import { penaltyMs } from '../../../domain/drills/drill.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import { type Card, cardHeading, cardInnerWidth, keyHints } from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { noOverlay, overlayBelow } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { isFindingRow } from '../findings/columns.ts';
import type { RowFinding } from '../findings/findings.ts';
import { runbooksMatchingRow } from '../relations/condition-match.ts';

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    /** The hints of the running drill. */
    readonly hints: { readonly is: 'hints' };
  }
}

const isProblem = ({ level }: Pick<PaneRow, 'level'>): boolean => level === 'crit' || level === 'warn';

/** The findings of Problems, most important first. */
const rankedFindings = (view: RenderContext): readonly RowFinding[] =>
  view.features.panes
    .byId('now')
    .allRows(view)
    .filter(isFindingRow)
    .flatMap((row) => (row.is === 'finding' && (row.level === 'crit' || row.level === 'warn') ? [row] : []));

const runbookHint = ({ cockpit }: RenderContext, { runbook, why }: RunbookSuggestion): DrillHint => ({
  about: 'runbook',
  subject: runbook.id,
  text: `${boundKey(cockpit, 'runbook.card', 'R')} and ${runbook.id}: ${runbook.title}. Matches: ${why}`,
});

/**
 * Hints available now, from the least to the most: the pane, the symptom, the runbook. Taken from the facts: the first
 * matching runbook, and the first finding because of which it matches, else the first finding. Empty without a finding.
 */
const hintsNow = (view: RenderContext): readonly DrillHint[] => {
  const suggestion = view.cockpit.suggestions.find(({ fits }) => fits === 'yes');
  const findings = rankedFindings(view);
  const finding =
    findings.find(({ finding: { row } }) =>
      runbooksMatchingRow(view, row).some(({ runbook }) => runbook.id === suggestion?.runbook.id),
    ) ?? findings[0];
  const last = suggestion === undefined ? [] : [runbookHint(view, suggestion)];
  if (finding === undefined) return last;
  const { pane, label } = finding;
  // Problems folds consequences; the pane has all of its problems.
  const count = pane.problems(view).filter(({ row }) => isProblem(row)).length;
  const key = pane.key === undefined ? `:${pane.id}` : boundKey(view.cockpit, `pane.${pane.key}`, pane.key);
  return [
    {
      about: 'pane',
      subject: pane.id,
      text: `${key} ${pane.title} has ${pluralize(count, 'problem')}.`,
    },
    {
      about: 'symptom',
      subject: finding.key,
      text: `${pane.title} ${label}: ${finding.finding.describe(view)}`,
    },
    ...last,
  ];
};

/** The next hint: the first of a kind that was not given, else another runbook than the last one. */
const nextHint = (view: RenderContext): DrillHint | undefined => {
  const given = view.cockpit.drill?.hints ?? [];
  const now = hintsNow(view);
  const fresh = now.find(({ about }) => given.every((hint) => hint.about !== about));
  if (fresh !== undefined) return fresh;
  const last = given.findLast(({ about }) => about === 'runbook');
  return now.find(({ about, subject }) => about === 'runbook' && subject !== last?.subject);
};

const isDrilling = ({ cockpit }: RenderContext): boolean => cockpit.drill?.isRunning === true;

/** Why there is no further hint. It is none itself: it costs nothing. */
const noHintText = ({ cockpit }: RenderContext, given: readonly DrillHint[]): string => {
  if (given.length === 0) return 'there is no hint yet, because no source has reported a problem';
  if (cockpit.suggestions.some(({ fits }) => fits === 'yes')) return 'this drill has no more hints';
  return `no runbook matches now: ${boundKey(cockpit, 'row.actions', 'x')} lists the actions of a row, 9 shows whom to call`;
};

/** Gives the next hint, and shows all that were given. */
const giveHint = ({ model, view, commands, notify }: KeyContext): void => {
  const hint = nextHint(view);
  const given = view.cockpit.drill?.hints ?? [];
  if (hint !== undefined) commands.drill({ event: 'hint', hint });
  else notify(noHintText(view, given));
  model.setState({ overlay: hint === undefined && given.length === 0 ? noOverlay : { is: 'hints' } });
};

const whyNoHint = ({ view }: KeyContext): string | undefined => {
  if (!isDrilling(view)) return 'no drill is running: start one with :rehearse';
  return view.past === undefined ? undefined : 'hints are about the present: return to live data first';
};

/** Help gives the next hint of a running drill: `?` twice. */
export const hintKey: Binding = {
  id: 'drill.hint',
  keys: ['?'],
  description: `show the next hint of the drill (adds ${formatDuration(penaltyMs.hint)} to the score)`,
  footer: 'hint',
  whyNot: whyNoHint,
  run: giveHint,
};

/** Keys of the hints. */
export const hintCardKeys: readonly Binding[] = [
  hintKey,
  {
    id: 'hints.close',
    keys: ['esc', 'enter', 'q'],
    description: 'close the hints',
    footer: 'close',
    run: ({ model, view }) => model.setState({ overlay: overlayBelow(view.ui.overlay) }),
  },
];

/** Renders the hints that were given, the last one highlighted. */
export const renderHints = ({ view }: KeyContext): Card => {
  const { pen, cockpit } = view;
  const hints = cockpit.drill?.hints ?? [];
  const lines = hints.flatMap(({ about, text }, index): readonly StyledLine[] =>
    pen
      .wrap(text, cardInnerWidth(view) - 9)
      .map((piece, line) => [
        pen.run((line === 0 ? about : '').padEnd(9), 'faint'),
        pen.run(piece, index === hints.length - 1 ? 'bold' : 'plain'),
      ]),
  );
  const cost = formatDuration(penaltyMs.hint * hints.length);
  return {
    edge: 'focus',
    lines: [
      cardHeading(view, [pen.run('HINTS', 'bold')], [pen.run(`${hints.length} given · +${cost}`, 'faint')]),
      ...lines,
      keyHints(pen, '? next hint', 'esc close'),
    ],
  };
};
