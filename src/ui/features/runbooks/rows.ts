import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Level } from '../../../domain/facts/level.ts';
import type { Severity } from '../../../domain/facts/severity.ts';
import { incidentOf, outcomeOf } from '../../../domain/runs/run-outcome.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import { dangerLabel } from '../../kit/components/card.ts';
import type { Column } from '../../kit/components/table.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { paneState } from '../../shell/contract/model.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { parseFilterTerms } from '../../shell/filter/filter.ts';
import { runbookSeverity, severityColumn } from '../../shell/panes/severity.ts';
import { runbookDanger, suggestionStanding, suggestionText } from '../../shell/state/blocked-reasons.ts';
import { shortOutcome } from '../run-words/ending-styles.ts';
import { runbookSearchText } from '../runbook-matching/runbook-words.ts';

/** The marks and words of a suggested runbook by its standing. */
export const runbookStandings = {
  yes: { glyph: 'ok', role: 'ok', word: 'matches' },
  no: { glyph: 'off', role: 'stale', word: 'no match' },
  unknown: { glyph: 'unknown', role: 'unknown', word: 'cannot tell' },
  never: { glyph: 'off', role: 'stale', word: 'manual' },
  blocked: { glyph: 'off', role: 'warn', word: 'cannot run' },
  tried: { glyph: 'off', role: 'warn', word: 'tried' },
  residue: { glyph: 'off', role: 'warn', word: 'residue' },
} as const;

const lastRole = ({ word, level }: LastRun): TextRole => {
  if (level === 'crit') return 'crit';
  return word === 'RECOVERED' ? 'ok' : 'plain';
};

/** 'RECOVERED 3m27s ago' */
const lastCell = ({ pen, now }: RenderContext, { last }: RunbookRow): StyledLine =>
  last === undefined
    ? [pen.run('–', 'faint')]
    : [pen.run(shortOutcome(last.word), lastRole(last)), pen.run(` ${formatAge(now - last.at)} ago`)];

/** '2 · 1 · 1': number of diagnose, act and verify steps. */
const stepsOf = ({ suggestion }: RunbookRow): string => {
  const { diagnose, act, verify } = suggestion.runbook;
  return `${diagnose.length} · ${act.length} · ${verify === 'none' ? 'none' : verify.length}`;
};

export const runbookColumns = (view: RenderContext): readonly Column<RunbookRow>[] => {
  const { pen } = view;
  return [
    {
      head: '',
      width: 14,
      cell: ({ suggestion }) => {
        const { glyph, role, word } = runbookStandings[suggestionStanding(suggestion)];
        return [pen.glyph(glyph, role), pen.run(` ${word}`, role)];
      },
    },
    ...severityColumn<RunbookRow>(view, ({ severity }) => severity),
    { head: 'RUNBOOK', required: true, width: 26, grow: 2, cell: ({ label }) => pen.run(label) },
    { head: 'DANGER', width: 13, cell: ({ suggestion }) => dangerLabel(pen, runbookDanger(suggestion)) },
    { head: 'DIAG·ACT·VERIFY', width: 16, hideBelow: 96, cell: (row) => pen.run(stepsOf(row)) },
    { head: 'WHY', width: 22, grow: 2, cell: ({ suggestion }) => pen.run(suggestionText(suggestion)) },
    { head: 'LAST RUN', width: 24, grow: 1, hideBelow: 116, cell: (row) => lastCell(view, row) },
  ];
};

/** The last run of a runbook in this session. */
interface LastRun {
  readonly at: Millis;
  readonly word: string;
  readonly level: Level;
}

/** One runbook and whether it matches now. */
export interface RunbookRow extends PaneRow {
  readonly suggestion: RunbookSuggestion;
  readonly last?: LastRun;
  readonly severity?: Severity;
}

const lastRunOf = ({ cockpit }: RenderContext, id: string): LastRun | undefined => {
  for (const { runbook, events } of cockpit.endedRuns) {
    if (runbook.id !== id) continue;
    const ended = events.findLast((event) => event.event === 'ended');
    if (ended?.event === 'ended') return { at: ended.at, ...outcomeOf(ended, incidentOf(events)) };
  }
  return undefined;
};

export const runbooksPaneId = 'runbooks';

/** The filter of the pane, by which its rows are also sorted. */
const runbooksFilter = ({ ui }: RenderContext): string => paneState(ui, runbooksPaneId).filter;

/** True for a runbook whose title or id has all words of the filter; most others only mention them. */
const isTitled = (view: RenderContext): ((row: RunbookRow) => boolean) => {
  const words = parseFilterTerms(runbooksFilter(view))
    .filter(({ is, negated }) => is === 'text' && !negated)
    .map(({ value }) => value.toLowerCase());
  return ({ label, key }) => {
    const title = `${label} ${key}`.toLowerCase();
    return words.length > 0 && words.every((word) => title.includes(word));
  };
};

/** Returns a row per runbook: matching ones first, then those that the filter names. */
export const selectRunbookRows = (view: RenderContext): readonly RunbookRow[] => {
  const signals = view.own?.facts.frame.signals ?? [];
  const named = isTitled(view);
  return view.cockpit.suggestions
    .map((suggestion): RunbookRow => {
      const { runbook, fits } = suggestion;
      const last = lastRunOf(view, runbook.id);
      const severity = runbookSeverity(view.cockpit, runbook.id);
      return {
        key: runbook.id,
        level: fits === 'unknown' ? 'unknown' : 'ok',
        isNotable: fits === 'yes',
        label: runbook.title,
        text: `${runbookSearchText(runbook, signals)} ${suggestionText(suggestion)} ${severity?.id ?? ''}`,
        suggestion,
        ...defined({ last, severity }),
      };
    })
    .toSorted((a, b) => Number(b.isNotable) - Number(a.isNotable) || Number(named(b)) - Number(named(a)));
};
