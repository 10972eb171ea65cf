import { formatCount } from '../../../domain/text/format.ts';
import { type Card, cardHeading, keyHints } from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { documentKeys, type NamedText } from '../../shell/output/documents.ts';
import { formatSavedLines, logFileName, savedLineCount } from './save.ts';
import { bookmarkIds } from './view/rows.ts';
import type { LogSaveOverlay } from './view/view-state.ts';
import { streamUnavailableReason } from './view/view-state-access.ts';

const overlayOf = ({ view }: KeyContext): LogSaveOverlay | undefined =>
  view.ui.overlay.is === 'log-save' ? view.ui.overlay : undefined;

/** The choices of each field. */
const logSaveChoices = {
  what: ['marked', 'shown', 'all'],
  form: ['text', 'json'],
  names: ['real', 'anonymized'],
} as const;

const logSaveFields = ['what', 'form', 'names'] as const;

const change = (context: KeyContext, part: Partial<Omit<LogSaveOverlay, 'is'>>): void => {
  const overlay = overlayOf(context);
  if (overlay !== undefined) context.model.setState({ overlay: { ...overlay, ...part } });
};

const move = (step: number) => (context: KeyContext) => {
  const overlay = overlayOf(context);
  if (overlay !== undefined)
    change(context, { at: Math.max(0, Math.min(logSaveFields.length - 1, overlay.at + step)) });
};

const next = <T>(all: readonly T[], now: T, step: number): T =>
  all[(all.indexOf(now) + step + all.length) % all.length] ?? now;

const choose = (step: 1 | -1) => (context: KeyContext) => {
  const overlay = overlayOf(context);
  if (overlay === undefined) return;
  const row = logSaveFields[overlay.at];
  // 'marked' requires at least one marked line.
  const whats = logSaveChoices.what.filter(
    (what) => what !== 'marked' || bookmarkIds(context.view).length > 0,
  );
  if (row === 'what') change(context, { what: next(whats, overlay.what, step) });
  else if (row === 'form') change(context, { form: next(logSaveChoices.form, overlay.form, step) });
  else change(context, { names: next(logSaveChoices.names, overlay.names, step) });
};

const write = (context: KeyContext): void => {
  const overlay = overlayOf(context);
  const { logs } = context.view.cockpit;
  if (overlay === undefined || logs === undefined) return;
  context.model.setState({ overlay: noOverlay });
  context.commands.save(logFileName(context.view, overlay), formatSavedLines(context.view, logs, overlay));
  context.notify('writing');
};

/** The lines of the dialog, named as the file would be. */
const savedText = (context: KeyContext): NamedText | undefined => {
  const overlay = overlayOf(context);
  const { logs } = context.view.cockpit;
  return overlay === undefined || logs === undefined
    ? undefined
    : { name: logFileName(context.view, overlay), text: formatSavedLines(context.view, logs, overlay) };
};

/** Keys of the save dialog. */
export const logSaveKeys: readonly Binding[] = [
  {
    id: 'log-save.write',
    keys: ['enter'],
    description: 'save to a new file',
    footer: 'save',
    run: write,
  },
  {
    id: 'log-save.next',
    keys: ['l', 'right', 'space'],
    description: 'next choice',
    footer: 'change',
    run: choose(1),
  },
  { id: 'log-save.previous', keys: ['h', 'left'], description: 'previous choice', run: choose(-1) },
  ...documentKeys('log-save', savedText),
  { id: 'log-save.down', keys: ['j', 'down'], description: 'next', run: move(1) },
  { id: 'log-save.up', keys: ['k', 'up'], description: 'previous', run: move(-1) },
  {
    id: 'log-save.close',
    keys: ['esc'],
    description: 'close',
    footer: 'close',
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
];

export const openLogSaveKey: Binding = {
  id: 'logs.save',
  keys: ['S'],
  description: 'save lines: marked, shown or all, text or JSON, anonymized',
  footer: 'save',
  footerMinColumns: 110,
  whyNot: (context) =>
    streamUnavailableReason(context) ??
    (context.rows.length === 0 ? 'no lines are shown, so there is nothing to save' : undefined),
  run: ({ model, view }) =>
    model.setState({
      overlay: {
        is: 'log-save',
        at: 0,
        what: bookmarkIds(view).length > 0 ? 'marked' : 'shown',
        form: 'text',
        // In screen-sharing mode the file is likely to be shared as well.
        names: view.pen.shared ? 'anonymized' : 'real',
      },
    }),
};

const fieldLabels = {
  what: 'which',
  form: 'as',
  names: 'names',
} as const;

const descriptions: Readonly<Record<string, string>> = {
  marked: 'from the first to the last marked line',
  shown: 'the lines that pass the filter chips',
  all: 'all lines in memory, whatever the filter chips hide',
  text: 'raw lines',
  json: 'one JSON object per line: time, level, stream, fields',
  real: 'lines keep their real names. Secrets are masked',
  anonymized: 'lines get aliases for hosts, addresses, users, tokens, card-like numbers',
};

/** Renders the save dialog: which lines, which format, and the name of the file. */
export const renderLogSaveDialog = (context: KeyContext, overlay: LogSaveOverlay): Card => {
  const { view } = context;
  const { pen, cockpit } = view;
  const { logs } = cockpit;
  const lines = logs === undefined ? 0 : savedLineCount(view, logs, overlay.what);
  const rows = logSaveFields.map((row, index): StyledLine => {
    const chosen = index === overlay.at;
    const options = logSaveChoices[row].filter((text) => text !== 'marked' || bookmarkIds(view).length > 0);
    return [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(` ${fieldLabels[row].padEnd(7)}`, 'faint'),
      ...options.map((option) => pen.run(` ${option} `, option === overlay[row] ? 'hit' : 'plain')),
      pen.run(`   ${descriptions[overlay[row]] ?? ''}`, 'faint'),
    ];
  });
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        view,
        [pen.run('SAVE', 'bold'), pen.run('  8 Logs')],
        [pen.run(`${formatCount(lines)} ${lines === 1 ? 'line' : 'lines'}`)],
      ),
      ...rows,
      [pen.run(`  to ${logFileName(view, overlay)} in the current directory, readable by you only`)],
      keyHints(pen, 'h l change', 'j k', 'enter save', 'v editor', 'p pager', 'esc close'),
    ],
  };
};
