import { pluralize } from '../../../domain/text/count-text.ts';
import type { EnvironmentRef } from '../../../store/cockpit.ts';
import { renderColumnsCard } from '../../features/columns/columns-card.ts';
import { renderCommandLine } from '../../features/command-line/command-line-card.ts';
import { renderHints } from '../../features/drill/hints.ts';
import { renderScoreCard } from '../../features/drill/score-card.ts';
import {
  needsEnvironmentChoice,
  orderedRunbookIds,
  selectEnvironmentNames,
} from '../../features/environments/lists.ts';
import { exportFormats, selectedRows } from '../../features/export/export.ts';
import { renderHelp } from '../../features/help/help.ts';
import { renderIncidentMenu } from '../../features/incident/menu.ts';
import { renderLogList } from '../../features/logs/list-dialog.ts';
import { renderLogSaveDialog } from '../../features/logs/save-dialog.ts';
import { renderMessages } from '../../features/messages/card.ts';
import { renderPalette } from '../../features/palette/palette-card.ts';
import { renderRunbookList } from '../../features/palette/runbooks-card.ts';
import { renderReader } from '../../features/reader/reader.ts';
import { renderRelated } from '../../features/related/card.ts';
import { renderUnshareDialog } from '../../features/share/share-dialog.ts';
import { renderSavedCard } from '../../features/views/saved-card.ts';
import type { Card } from '../../kit/components/card.ts';
import {
  cardHeading,
  cardInnerWidth,
  cardLabelWidth,
  cardTitleLines,
  inputField,
  keyHints,
  labeledLine,
  visiblePage,
} from '../../kit/components/card.ts';
import { type Cursor, cursorIndexIn } from '../../kit/components/cursor.ts';
import { formatElapsed } from '../../kit/text/format.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { justifyLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import { markedKeys } from '../contract/model.ts';
import type { Overlay } from '../contract/overlay.ts';
import type { KeyContext } from '../contract/pane.ts';
import { armingDurationText } from '../state/blocked-reasons.ts';
import { boundKey } from '../state/keys-in-text.ts';
import { renderAcknowledgeDialog, renderChecklistDialog, renderReasonDialog } from './dialogs.ts';

/** Renders the environment list, with tiers in their colors. */
const renderEnvironmentList = (context: KeyContext, at: number, room: number): Card => {
  const { pen, cockpit } = context.view;
  const { file } = cockpit.environments[at] ?? {};
  // A profile path may contain a person's name, so share mode hides it.
  const from: readonly StyledLine[] =
    file === undefined || pen.shared
      ? []
      : [[pen.run('profile ', 'faint'), pen.run(pen.cutInside(file, cardInnerWidth(context.view) - 8))]];
  const seen = visiblePage('environments', cockpit.environments.length, at, room - from.length);
  const name = ({ system, env }: EnvironmentRef): string => pen.maskText(`${system}/${env}`);
  const nameCells = Math.max(0, ...cockpit.environments.map((one) => widthOf(name(one))));
  const lines = cockpit.environments
    .slice(seen.from, seen.from + seen.count)
    .map((one, index): StyledLine => {
      const chosen = seen.from + index === at;
      const open = one.env === cockpit.open?.env && one.system === cockpit.open.system;
      const left = [
        chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
        pen.run(`  ${name(one).padEnd(nameCells + 2)}`, chosen ? 'bold' : 'plain'),
        pen.run(one.title, 'faint'),
      ];
      return justifyLine(
        left,
        [pen.run(open ? 'open  ' : ''), pen.run(` ${one.tier} `, `env.${one.tier}`)],
        cardInnerWidth(context.view),
        'plain',
        pen.ellipsis,
      );
    });
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        context.view,
        [pen.run('ENVIRONMENTS', 'bold')],
        [pen.run(`${cockpit.environments.length}`)],
      ),
      ...lines,
      ...from,
      keyHints(
        pen,
        'enter open',
        needsEnvironmentChoice(cockpit, context.view.ui)
          ? `${boundKey(cockpit, 'quit', 'q')} quit`
          : 'esc close',
      ),
    ],
  };
};

/** Renders the arming dialog. */
const armCard = (context: KeyContext, text: string): Card => {
  const { pen, cockpit } = context.view;
  const env = cockpit.open?.env.toUpperCase() ?? '';
  return {
    edge: 'armed',
    lines: [
      cardHeading(context.view, [
        pen.run(`ARM ${env}`, 'bold'),
        pen.run(`  allow changes${armingDurationText(cockpit.arming)}`),
      ]),
      labeledLine(
        pen,
        'reason',
        inputField(pen, text, 'plain', cardInnerWidth(context.view) - cardLabelWidth),
      ),
      keyHints(pen, 'enter arm', 'esc stay read-only', 'recorded in the ledger'),
    ],
  };
};

/** Renders the dialog that confirms quitting during a run. */
const quitCard = (context: KeyContext): Card => {
  const { pen, cockpit, now } = context.view;
  const { run } = cockpit;
  const since = formatElapsed(now - (run?.events[0]?.at ?? now));
  return {
    edge: 'warn',
    lines: [
      ...cardTitleLines(
        context.view,
        [pen.run('QUIT', 'bold')],
        `${run?.runbook.title ?? ''} has been running for ${since}`,
      ),
      [pen.run('quitting cancels the run; sent calls are not undone')],
      keyHints(pen, 'enter quit', 'esc stay'),
    ],
  };
};

/** Renders the export dialog with the number of rows. */
const exportCard = (context: KeyContext, cursor: Cursor): Card => {
  const { view, pane } = context;
  const { pen } = view;
  const at = cursorIndexIn(
    exportFormats.map(({ form }) => form),
    cursor,
  );
  const rows = selectedRows(context).length;
  const marked = markedKeys(view.ui, pane.id).size > 0;
  const lines = exportFormats.map(({ form, says }, index): StyledLine => {
    const chosen = index === at;
    return [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(`  ${form.toUpperCase().padEnd(6)}`, chosen ? 'bold' : 'plain'),
      pen.run(says, chosen ? 'plain' : 'faint'),
    ];
  });
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        view,
        [pen.run('EXPORT', 'bold'), pen.run(`  ${pane.title}`)],
        [pen.run(pluralize(rows, marked ? 'marked row' : 'row'))],
      ),
      ...lines,
      ...(pane.exportName === undefined
        ? []
        : pen
            .wrap(pane.exportName, cardInnerWidth(view))
            .map((text): StyledLine => [pen.run(text, 'faint')])),
      keyHints(pen, 'enter write to current directory', 'v editor', 'p pager', 'esc close'),
    ],
  };
};

/** Renders the current overlay in at most `room` lines; undefined if there is none. */
export const renderOverlay = (context: KeyContext, overlay: Overlay, room: number): Card | undefined => {
  switch (overlay.is) {
    case 'none':
      return undefined;
    case 'help':
      return renderHelp(context, overlay, room);
    case 'palette':
      return renderPalette(context, overlay, room);
    case 'command':
      return renderCommandLine(context, overlay, room);
    case 'environments':
      return renderEnvironmentList(
        context,
        cursorIndexIn(selectEnvironmentNames(context), overlay.cursor),
        room,
      );
    case 'runbooks':
      return renderRunbookList(context, cursorIndexIn(orderedRunbookIds(context), overlay.cursor), room);
    case 'columns':
      return renderColumnsCard(context, overlay, room);
    case 'saved':
      return renderSavedCard(context, overlay, room);
    case 'export':
      return exportCard(context, overlay.cursor);
    case 'related':
      return renderRelated(context, overlay, room);
    case 'reader':
      return renderReader(context, overlay);
    case 'log-list':
      return renderLogList(context, overlay, room);
    case 'log-save':
      return renderLogSaveDialog(context, overlay);
    case 'arm':
      return armCard(context, overlay.text);
    case 'words':
      return renderReasonDialog(context, overlay);
    case 'incident-menu':
      return renderIncidentMenu(context, overlay, room);
    case 'acknowledge':
      return renderAcknowledgeDialog(context, overlay);
    case 'checklist':
      return renderChecklistDialog(context, overlay);
    case 'score':
      return renderScoreCard(context);
    case 'hints':
      return renderHints(context);
    case 'messages':
      return renderMessages(context, overlay);
    case 'quit':
      return quitCard(context);
    case 'unshare':
      return renderUnshareDialog(context);
  }
};
