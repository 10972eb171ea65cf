import type { StoreApi } from 'zustand/vanilla';
import { incidentLine } from '../../../domain/runs/run-outcome.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { CockpitState, PastRun } from '../../../store/cockpit.ts';
import type { Commands } from '../../../store/commands.ts';
import { activeRunText, isRunActive } from '../../../store/run-view.ts';
import type { Column } from '../../kit/components/table.ts';
import { formatTimeOrDate } from '../../kit/text/format.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { GlyphName } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { UiState, UiStore } from '../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { defineKindPane } from '../../shell/panes/define-pane.ts';
import { compareByLabel, compareWorstFirst } from '../../shell/panes/ranking.ts';
import { hiddenRowsLines, type RowCounts } from '../../shell/panes/status-lines.ts';
import { rerunBlockedReason } from '../../shell/state/blocked-reasons.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { unfinishedUndoReason } from '../cards/confirmation.ts';
import { copyPastHandover } from '../cards/handover.ts';
import { copyRunCommand, openNoteDialog, openRunOutput } from '../cards/recorded-run-keys.ts';
import { drillsKey, drillWord, hiddenDrillsLines } from '../run-words/drills.ts';
import { shortOutcome } from '../run-words/ending-styles.ts';
import { formatParams } from '../run-words/run-text.ts';
import { nextRelapseKey, relapseRow } from './relapses.ts';
import type { RunRow } from './rows.ts';
import { selectRunRows } from './rows.ts';

interface Parts {
  readonly cockpit: StoreApi<CockpitState>;
  readonly model: UiStore;
  readonly commands: Pick<Commands, 'readRuns'>;
}

const isSeen = ({ place, split }: UiState): boolean =>
  place === runsPaneId || split?.panes.includes(runsPaneId) === true;

/** Reads the ledger whenever Runs becomes visible, because other processes write to it. Returns a stop function. */
export const refreshRunsWhenVisible = ({ cockpit, model, commands }: Parts): (() => void) => {
  let seen = false;
  const refresh = (): void => {
    const sees = cockpit.getState().open !== undefined && isSeen(model.getState());
    const comes = sees && !seen;
    seen = sees;
    if (comes) commands.readRuns();
  };
  const stops = [model.subscribe(refresh), cockpit.subscribe(refresh)];
  refresh();
  return () => {
    for (const stop of stops) stop();
  };
};

const notice = ({ pen }: RenderContext, glyph: GlyphName, role: TextRole, text: string): StyledLine => [
  pen.run(' '),
  pen.glyph(glyph, role),
  pen.run(` ${text}`, role),
];

/** Status lines for an unreadable, loading or empty ledger. */
const runStatusLines = (view: RenderContext, count: RowCounts): readonly StyledLine[] => {
  const { runs, runsError: runsTrouble } = view.cockpit;
  const trouble =
    runsTrouble === undefined
      ? []
      : [notice(view, 'down', 'down', `cannot read the ledger: ${runsTrouble} · run opsdeck audit verify`)];
  const hidden = hiddenDrillsLines(view, runsPaneId, runs ?? [], 'drill');
  if (count.all > 0 || hidden.length > 0) return [...trouble, ...hiddenRowsLines(view, count), ...hidden];
  if (trouble.length > 0) return trouble;
  if (runs === undefined) return [notice(view, 'loading', 'loading', 'loading the ledger')];
  const key = boundKey(view.cockpit, 'runbook.card', 'R');
  return [notice(view, 'empty', 'loading', `no runs yet · ${key} lists the runbooks`)];
};

/** The run under the cursor. */
const runOf = ({ view, row }: KeyContext): PastRun | undefined =>
  view.cockpit.runs?.find(({ run }) => run === row?.key);

const noRun = (context: KeyContext): string | undefined =>
  runOf(context) === undefined ? 'no run is selected: move the cursor to a run' : undefined;

const withPast =
  (act: (context: KeyContext, run: PastRun) => void) =>
  (context: KeyContext): void => {
    const run = runOf(context);
    if (run !== undefined) act(context, run);
  };

const notAgain = (context: KeyContext): string | undefined => {
  const run = runOf(context);
  return run === undefined ? noRun(context) : rerunBlockedReason(context.view.cockpit, run);
};

/** Opens the run's card; brings back the card of the active run. */
const openRun = ({ view, commands, notify: say }: KeyContext, run: PastRun): void => {
  const { cockpit } = view;
  if (!isRunActive(cockpit)) commands.showRun(run.run);
  else if (cockpit.run?.proposal?.run === run.run) commands.background(false);
  else say(activeRunText);
};

/** Keys of Runs. They replace global keys with the same ids. */
const runKeys: readonly Binding[] = [
  {
    id: 'run.again',
    keys: ['a'],
    description: 'run again with the same parameters',
    footer: 'again',
    isChange: true,
    whyNot: (context) =>
      runOf(context)?.undoes === undefined
        ? notAgain(context)
        : `this run is an undo: press ${boundKey(context.view.cockpit, 'undo', 'u')} on the original run to undo again`,
    run: withPast(({ commands }, { run }) => commands.rerun(run)),
  },
  {
    id: 'undo',
    keys: ['u'],
    description: 'undo the run, after a confirmation',
    footer: 'undo',
    isChange: true,
    whyNot: (context) =>
      ['going', 'unknown'].includes(runOf(context)?.unended ?? '') ? unfinishedUndoReason : notAgain(context),
    run: withPast(({ commands }, { run }) => commands.undo(run)),
  },
  {
    id: 'run.note',
    keys: ['!'],
    description: 'add a note to the run in the ledger',
    footer: 'note',
    whyNot: noRun,
    run: withPast((context, { run, title }) => openNoteDialog(context, run, title)),
  },
  {
    id: 'copy',
    keys: ['y'],
    description: 'copy the run as a command: opsdeck run …',
    footer: 'copy',
    whyNot: (context) =>
      runOf(context)?.undoes === undefined
        ? noRun(context)
        : 'an undo cannot be copied as a command: copy the command of the original run',
    run: withPast(copyRunCommand),
  },
  {
    id: 'run.handover',
    keys: ['H'],
    description:
      'copy one line about the run for the next shift: who did what, when, with what result, and what is left to do',
    footer: 'handover',
    whyNot: noRun,
    run: withPast(copyPastHandover),
  },
  {
    id: 'logs.here',
    keys: ['L'],
    description: 'open the output in Logs',
    whyNot: noRun,
    run: withPast((context, { run, title }) => openRunOutput(context, run, title)),
  },
  nextRelapseKey,
  drillsKey('runs'),
  {
    id: 'ask',
    keys: ['r'],
    description: 'reload the ledger',
    footer: 'reload',
    run: ({ commands }) => commands.readRuns(),
  },
];

/** The environment; with its system if another system is open. */
const envOf = ({ cockpit }: RenderContext, { system, env }: PastRun): string =>
  cockpit.open?.system === system ? env : `${system}/${env}`;

/** As on the card of the run: from its first action. */
const tookOf = ({ run }: RunRow): number => (run.endedAt ?? run.lastAt) - (run.actedAt ?? run.at);

const runColumns = (view: RenderContext): readonly Column<RunRow>[] => {
  const { pen } = view;
  const wall = wallNow(view);
  return [
    {
      head: '',
      name: 'ENDING',
      required: true,
      width: 17,
      cell: ({ style }) => [
        pen.glyph(style.glyph, style.role),
        pen.run(` ${shortOutcome(style.word)}`, style.role),
      ],
    },
    {
      head: 'WHEN (UTC)',
      width: 13,
      cell: ({ run }) => pen.run(formatTimeOrDate(run.at, wall)),
    },
    {
      head: 'AGE',
      width: 6,
      align: 'right',
      hideBelow: 110,
      cell: ({ run }) => pen.run(formatAge(wall - run.at), 'faint'),
    },
    {
      head: 'RUN',
      required: true,
      width: 22,
      grow: 3,
      cell: ({ label, run }) => [
        pen.run(run.drill === true ? `${drillWord} ` : '', 'armed'),
        pen.run(run.foreign === undefined ? '' : 'foreign ', 'faint'),
        pen.run(label, 'bold'),
      ],
    },
    { head: 'USER', width: 12, grow: 1, cell: ({ run }) => pen.run(`${run.who}@${run.host}`) },
    { head: 'ENV', width: 11, cell: ({ run }) => pen.run(envOf(view, run)) },
    {
      head: 'DURATION',
      width: 9,
      align: 'right',
      hideBelow: 90,
      cell: (row) => pen.run(row.run.endedAt === undefined ? '–' : formatAge(tookOf(row))),
    },
  ];
};

const shownNotes = 3;

/** Details of a run: parameters, reason of the ending and the last notes. */
const runDetails = (view: RenderContext, { run, style }: RunRow): readonly StyledLine[] => {
  const { pen, columns } = view;
  const { title, runbook, params, why, undoes, drill, foreign, incident, unended, notes = [] } = run;
  const enter = unended === 'going' ? 'enter follows the run' : 'enter opens the run';
  const words = [
    drill === true ? 'DRILL on a simulator' : '',
    runbook,
    formatParams(params),
    undoes === undefined ? '' : `undoes ${undoes}`,
  ];
  const texts = [
    ...(foreign === undefined ? [] : [`foreign, view only: ${foreign}`]),
    why === '' ? style.word.toLowerCase() : why,
    ...(incident === undefined ? [] : [incidentLine(incident)]),
    ...notes.slice(-shownNotes).map((note) => `note: ${note}`),
  ];
  return [
    [
      pen.run(` ${title}`, 'bold'),
      pen.run(`  ${words.filter((word) => word !== '').join(' · ')} · ${enter}`, 'faint'),
    ],
    ...texts.flatMap((text) =>
      pen.wrap(text, columns - 4).map((piece): StyledLine => [pen.run(`   ${piece}`)]),
    ),
  ];
};

const runsPaneId = 'runs';

/** U Runs: every run in the ledger, from all sessions and processes. */
export const runsPane = defineKindPane<RunRow>({
  id: runsPaneId,
  key: 'U',
  title: 'Runs',
  noun: 'runs',
  keys: runKeys,
  landingRow: relapseRow,
  statusLines: runStatusLines,
  rows: selectRunRows,
  order: 'newest first',
  orders: [
    { name: 'worst first', compare: compareWorstFirst },
    { name: 'by name', compare: compareByLabel },
    { name: 'longest first', column: 'DURATION', value: tookOf, largestFirst: true },
  ],
  table: runColumns,
  details: runDetails,
  enter: (context, { run }) => openRun(context, run),
});
