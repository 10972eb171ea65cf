import { useIsScreenReaderEnabled } from 'ink';
import type { ReactNode } from 'react';
import type { Level } from '../../../domain/facts/level.ts';
import { situationSentence } from '../../../situation/sentence.ts';
import { Rows, reconcileRows } from '../../kit/components/rows.tsx';
import { type StyledRow, styleLine } from '../../kit/text/ansi.ts';
import { fitLine, justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { liveContext, type RenderContext, wallNow } from '../contract/render-context.ts';
import { currentRun } from '../state/current-run.ts';
import { viewSituation } from '../state/view-situation.ts';
import { renderFooter } from './footer.ts';
import { type Frame, useFrame } from './frame-store.tsx';
import { renderHeader } from './header.ts';
import { renderMessageLine } from './message-line.ts';
import { recentChanges } from './recent-changes.ts';
import { situationMark } from './situation-bar.ts';
import { spokenHeader } from './spoken-header.ts';
import { renderSummary } from './summary.ts';

/** Cells between a message and what is at the end of its row. */
const minGap = 3;

/** Fits a line to the width of the screen; text that is cut ends before the last cell. */
const fitToScreen = (line: StyledLine, { columns, pen }: RenderContext): StyledLine =>
  lineWidth(line) > columns - (line.at(-1)?.text.endsWith(' ') === true ? 0 : 1)
    ? [...fitLine(line, columns - 1, 'plain', pen.ellipsis), pen.run(' ')]
    : fitLine(line, columns, 'plain', pen.ellipsis);

/** Fits a line to the width of the screen and styles it on a background. */
const frameRow = (
  { context: { view }, theme }: Frame,
  line: StyledLine,
  ground: 'plain' | 'dimmed' | Level = 'plain',
): StyledRow => styleLine(fitToScreen(line, view), theme, ground);

/** True while a card covers the panes, which are then dimmed. */
export const hasOpenCards = ({ context: { view } }: Frame): boolean =>
  view.ui.overlay.is !== 'none' || currentRun(view) !== undefined;

const headerRow = (frame: Frame): readonly StyledRow[] => [
  frameRow(frame, renderHeader(frame.context.view, frame.mono)),
];
/** The situation stands on the tint of its level. */
const summaryRows = (frame: Frame): readonly StyledRow[] => {
  const { view } = frame.context;
  const situation = viewSituation(view);
  const strip = view.features.header.strip(view);
  const ground = strip?.level ?? (situation === undefined ? 'plain' : situationMark(situation));
  return renderSummary(view).map((line) => frameRow(frame, line, hasOpenCards(frame) ? 'dimmed' : ground));
};
/** The header for a screen reader: it changes with the state of arming, not with the clock. */
const readHeaderRow = (frame: Frame): readonly StyledRow[] => [
  styleLine([frame.context.view.pen.run(spokenHeader(frame.context.view))], frame.theme),
];
/** The level as a word: a screen reader reads no glyph. */
const spokenLevels: Readonly<Record<Level, string>> = {
  ok: 'ok',
  unknown: 'unknown',
  warn: 'warning',
  crit: 'critical',
};

/** The summary for a screen reader: the whole situation, however wide the screen is. */
const readSummaryRow = (frame: Frame): readonly StyledRow[] => {
  const { view } = frame.context;
  const situation = viewSituation(view);
  if (situation === undefined) return summaryRows(frame);
  const time = { now: view.now, clockOffset: wallNow(view) - view.now };
  const strip = view.features.header.strip(view);
  const about = strip === undefined ? '' : `${strip.spoken}. `;
  const text = `${about}${spokenLevels[situation.level]}: ${situationSentence(situation, time)}`;
  return [styleLine([view.pen.run(text)], frame.theme)];
};

/** The message line; at its end the number of changes, if both have room. */
const messageRow = (frame: Frame): readonly StyledRow[] => {
  const { view } = frame.context;
  const line = renderMessageLine(liveContext(view), view.past !== undefined);
  const changes = recentChanges(view);
  const hasRoom = lineWidth(line) + lineWidth(changes) + minGap <= view.columns;
  const whole = hasRoom ? justifyLine(line, changes, view.columns, 'plain', view.pen.ellipsis) : line;
  return [frameRow(frame, whole, hasOpenCards(frame) ? 'dimmed' : 'plain')];
};
const footerRow = (frame: Frame): readonly StyledRow[] => [frameRow(frame, renderFooter(frame.context))];

export const selectColumns = ({ context }: Frame): number => context.view.columns;

/** Full-width rows of the screen. */
function FrameRows({ select }: { readonly select: (frame: Frame) => readonly StyledRow[] }): ReactNode {
  const rows = useFrame(select, reconcileRows);
  return <Rows rows={rows} width={useFrame(selectColumns)} />;
}

/** Environment, arming, place, clock and age of the data. */
export function Header(): ReactNode {
  const isRead = useIsScreenReaderEnabled();
  return <FrameRows select={isRead ? readHeaderRow : headerRow} />;
}
/** The situation, of the overview with its effects and the keys that help. */
export function Summary(): ReactNode {
  const isRead = useIsScreenReaderEnabled();
  return <FrameRows select={isRead ? readSummaryRow : summaryRows} />;
}
/** The newest message, the run in the background or the text field of the focused pane. */
export const MessageLine = (): ReactNode => <FrameRows select={messageRow} />;
/** The active keys. */
export const Footer = (): ReactNode => <FrameRows select={footerRow} />;
