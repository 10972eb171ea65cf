import type { Millis } from '../../../domain/base/fault.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { drawOverRow, sliceRow } from '../../kit/components/canvas.ts';
import { type StyledRow, styleLine } from '../../kit/text/ansi.ts';
import { fitLine, justifyLine, lineWidth, type StyledLine, type StyledRun } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import type { SgrStyle, Theme } from '../../kit/theme/theme.ts';
import type { PlayedFrame } from '../../shell/recording/playback.ts';
import { nextMark, type Recording } from '../../shell/recording/recording.ts';
import { type PlayerState, playerKeys } from './player.ts';
import { playPositionText, positionTime } from './position.ts';

/** Inputs of the player's screen. */
export interface PlayerView {
  readonly state: PlayerState;
  readonly recording: Recording;
  readonly frame: PlayedFrame | undefined;
  readonly columns: number;
  readonly rows: number;
  readonly pen: TextPen;
  readonly theme: Theme;
  adapt(style: SgrStyle): SgrStyle;
  /** The name of what is played: a file, or a cockpit. */
  readonly title: string;
  /** True: a cockpit is followed. */
  readonly canBeLive: boolean;
  /** True: the newest frame may be out of date; its time is that of the position. */
  readonly isStale: boolean;
  /** Why no more comes, or what is missing at the end. */
  readonly notice?: string | undefined;
}

const adaptedRows = new WeakMap<StyledRow, { readonly to: PlayerView['adapt']; readonly row: StyledRow }>();

/** A row in the colors of this terminal; the same object for the same row. */
const adaptRow = (row: StyledRow, adapt: PlayerView['adapt']): StyledRow => {
  const had = adaptedRows.get(row);
  if (had?.to === adapt) return had.row;
  const made = row.map(({ text, style }) => ({ text, style: adapt(style) }));
  adaptedRows.set(row, { to: adapt, row: made });
  return made;
};

const blankRow = (columns: number): StyledRow => [{ text: ' '.repeat(columns), style: {} }];

/** The recorded rows, cut or padded to the room above the status line. */
const recordedRows = ({ frame, columns, rows, adapt }: PlayerView): readonly StyledRow[] =>
  Array.from({ length: Math.max(0, rows - 1) }, (_, index) => {
    const row = frame?.rows[index];
    if (frame === undefined || row === undefined) return blankRow(columns);
    const own = adaptRow(row, adapt);
    if (frame.columns === columns) return own;
    return frame.columns > columns
      ? sliceRow(own, 0, columns)
      : [...own, ...blankRow(columns - frame.columns)];
  });

/** '120×40, 20 columns and 1 row cut': what this terminal does not show. */
const cutText = ({ frame, columns, rows }: PlayerView): string => {
  if (frame === undefined) return '';
  const wide = Math.max(0, frame.columns - columns);
  const high = Math.max(0, frame.rows.length - (rows - 1));
  const parts = [
    ...(wide > 0 ? [pluralize(wide, 'column')] : []),
    ...(high > 0 ? [pluralize(high, 'row')] : []),
  ];
  return parts.length === 0 ? '' : `${parts.join(' and ')} cut`;
};

/** Cells of the bar that shows the position. */
const barCells = 16;

/** '━━━━━●──────' */
const positionBar = ({ state, recording, pen }: PlayerView): readonly StyledRun[] => {
  const share = recording.durationMs === 0 ? 1 : state.at / recording.durationMs;
  const position = Math.min(barCells - 1, Math.max(0, Math.floor(share * barCells)));
  return [
    pen.run((pen.ascii ? '=' : '━').repeat(position), 'focus'),
    pen.run(pen.ascii ? 'o' : '●', 'focus'),
    pen.run((pen.ascii ? '-' : '─').repeat(barCells - 1 - position), 'faint'),
  ];
};

const stateWord = ({ state, recording, canBeLive, isStale }: PlayerView): string => {
  const newest = isStale ? 'STALE' : 'LIVE';
  if (state.isLive) return newest;
  if (state.isPlaying && state.at >= recording.durationMs) return canBeLive ? newest : 'END';
  return state.isPlaying ? 'PLAY' : 'PAUSED';
};

const inText = (ms: Millis): string => (ms < 1000 ? 'now' : `in ${formatAge(ms)}`);

/** 'next in 42s: breaker billing-0 · psp CLOSED → OPEN': the change that `n` goes to. */
const nextChange = ({ state, recording, pen, canBeLive }: PlayerView): StyledLine => {
  const mark = state.mark ?? nextMark(recording, state.at);
  if (mark === undefined) return canBeLive ? [] : [pen.run('no further change', 'faint')];
  const when = state.mark === undefined ? 'next ' : '';
  return [
    pen.run(`${when}${inText(mark.t - state.at)}: `, 'faint'),
    pen.run(`${mark.mark.what} ${mark.mark.change}`, mark.mark.level === 'ok' ? 'plain' : mark.mark.level),
  ];
};

const prompt = ({ state, pen, columns }: PlayerView): StyledLine | undefined => {
  if (state.typed === undefined) return undefined;
  const left = [
    pen.run(' go to: ', 'bold'),
    pen.run(`${state.typed}_`),
    pen.run(`  ${state.problem ?? ''}`, 'warn'),
  ];
  return justifyLine(
    left,
    [pen.run('14:05 · 12m30s · enter go · esc close ', 'faint')],
    columns,
    'plain',
    pen.ellipsis,
  );
};

/** Why no more comes, at the newest frame. */
const shownNotice = ({ state, recording, notice }: PlayerView): string | undefined =>
  state.at >= recording.durationMs ? notice : undefined;

/** The fewest cells in which a change or a notice can be read. */
const readableCells = 12;

interface StatusLines {
  readonly status: StyledLine;
  /** The notice, where the status line has no room for the whole text. */
  readonly above?: StyledLine;
}

/** The status line: state, wall time, position, speed, next change or notice, and what is cut. */
const statusLines = (view: PlayerView): StatusLines => {
  const styledLine = prompt(view);
  if (styledLine !== undefined) return { status: styledLine };
  const { state, recording, pen, columns } = view;
  const gap = pen.run('  ');
  const speed = state.speed === 1 ? [] : [gap, pen.run(`${state.speed}×`, 'bold')];
  const bar = columns >= 100 ? [gap, ...positionBar(view)] : [];
  const cut = cutText(view);
  const left: StyledLine = [
    pen.run(` ${stateWord(view)} `, 'past'),
    pen.run(` ${positionTime(recording, state.at)}`, 'bold'),
    gap,
    pen.run(playPositionText(recording, state.at)),
    ...speed,
    ...bar,
    gap,
  ];
  const help = [pen.run('? ', 'key'), pen.run('help '), pen.run('q ', 'key'), pen.run('quit ')];
  const right: StyledLine = [...(cut === '' ? [] : [pen.run(`  ${cut}`, 'warn')]), gap, ...help];
  const notice = shownNotice(view);
  const middle = notice === undefined ? nextChange(view) : [pen.run(notice, 'warn')];
  const room = columns - lineWidth(left) - lineWidth(right);
  const line = (shown: StyledLine): StyledLine =>
    room < readableCells
      ? justifyLine(left, room < 0 ? help : right, columns, 'plain', pen.ellipsis)
      : justifyLine([...left, ...fitLine(shown, room, 'plain', pen.ellipsis)], right, columns);
  return notice === undefined || lineWidth(middle) <= room
    ? { status: line(middle) }
    : { status: line([]), above: [pen.run(' '), ...middle] };
};

/** The rows of the help, as a box. */
const helpLines = ({ pen, title, recording, canBeLive }: PlayerView): readonly StyledLine[] => {
  const { header } = recording;
  const keys = playerKeys.filter(({ live }) => live !== true || canBeLive);
  const facts = [
    title,
    `${header.env ?? 'no environment'} · ${header.columns}×${header.rows}${header.shared ? ' · shared' : ''} · opsdeck ${header.opsdeck}`,
    `from ${recording.header.startedAt.slice(0, 19).replace('T', ' ')} UTC`,
  ];
  return [
    [pen.run(canBeLive ? 'FOLLOW' : 'REPLAY', 'title')],
    ...facts.map((text) => [pen.run(text, 'faint')]),
    [],
    ...keys.map(({ shown, label }) => [pen.run(shown.padEnd(8), 'key'), pen.run(label)]),
    [pen.run('q'.padEnd(8), 'key'), pen.run('quit')],
  ];
};

const helpRows = (view: PlayerView, rows: readonly StyledRow[]): readonly StyledRow[] => {
  const { columns, pen, theme } = view;
  const lines = helpLines(view);
  const inner = Math.min(Math.max(0, columns - 4), Math.max(...lines.map(lineWidth)));
  const [h, v, corners] = pen.ascii ? ['-', '|', '++++'] : ['─', '│', '╭╮╰╯'];
  const edge = (from: number): StyledLine => [
    pen.run(`${corners[from] ?? ''}${h.repeat(inner + 2)}${corners[from + 1] ?? ''}`, 'rule'),
  ];
  const box = [
    edge(0),
    ...lines.map((line) => [
      pen.run(`${v} `, 'rule'),
      ...fitLine(line, inner, 'plain', pen.ellipsis),
      pen.run(` ${v}`, 'rule'),
    ]),
    edge(2),
  ].slice(0, rows.length);
  const x = Math.max(0, Math.floor((columns - inner - 4) / 2));
  const top = Math.max(0, Math.floor((rows.length - box.length) / 2));
  return rows.map((row, index) => {
    const line = box[index - top];
    return line === undefined
      ? row
      : drawOverRow(row, columns, { x, width: inner + 4, row: styleLine(line, theme) });
  });
};

/** All rows of the screen of the player. A notice that is too long for the status line has a row of its own above it. */
export const playerRows = (view: PlayerView): readonly StyledRow[] => {
  const { state, theme, columns, rows, pen } = view;
  const fitted = (line: StyledLine): StyledRow =>
    styleLine(fitLine(line, columns, 'plain', pen.ellipsis), theme);
  const { above } = statusLines(view);
  const notices = above === undefined || rows < 3 ? [] : [fitted(above)];
  const smaller = { ...view, rows: rows - notices.length };
  const recorded = recordedRows(smaller);
  const shown = state.isHelpOpen ? helpRows(smaller, recorded) : recorded;
  return [...shown, ...notices, fitted(statusLines(smaller).status)];
};
