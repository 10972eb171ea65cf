import {
  renderStrips,
  renderSvgDocument,
  type SvgDocument,
  type TextStrip,
} from '../../src/ui/kit/picture/svg.ts';

/** A screen of a film: its rows, and how long it is shown. */
export interface FilmFrame {
  readonly rows: readonly (readonly TextStrip[])[];
  readonly seconds: number;
}

/** A row that is the same in the frames `from` to `to` (exclusive). */
interface Window {
  readonly from: number;
  readonly to: number;
  readonly content: string;
}

/** The windows of one row, without those in which it is empty. */
const windowsOf = (frames: readonly FilmFrame[], y: number): readonly Window[] => {
  const windows: Window[] = [];
  for (const [index, { rows }] of frames.entries()) {
    const content = renderStrips(rows[y] ?? []);
    const before = windows.at(-1);
    if (before?.content === content) windows[windows.length - 1] = { ...before, to: index + 1 };
    else windows.push({ from: index, to: index + 1, content });
  }
  return windows.filter(({ content }) => content !== '');
};

const percent = (part: number, all: number): string => `${Math.round((part / all) * 10_000) / 100}%`;

/**
 * Renders frames as one animated SVG that repeats, without scripts: rows that do not change between frames are contained
 * once. Where the reader has switched animations off, the last frame is shown.
 */
export const filmSvg = (sheet: SvgDocument, frames: readonly FilmFrame[]): string => {
  const starts = [0];
  for (const { seconds } of frames) starts.push((starts.at(-1) ?? 0) + seconds);
  const total = starts.at(-1) ?? 0;
  const windows = Array.from({ length: sheet.rows }, (_, y) => windowsOf(frames, y)).flat();
  const spans = [...new Set(windows.map(({ from, to }) => `${from}-${to}`))];
  const rules = spans.flatMap((span) => {
    const [from = 0, to = 0] = span.split('-').map(Number);
    if (from === 0 && to === frames.length) return [];
    const shown = percent(starts[from] ?? 0, total);
    const hidden = to === frames.length ? [] : [`${percent(starts[to] ?? 0, total)}{visibility:hidden}`];
    const first = from === 0 ? [] : ['0%{visibility:hidden}'];
    return [
      `@keyframes k${span}{${[...first, `${shown}{visibility:visible}`, ...hidden].join('')}}`,
      `.w${span}{animation:k${span} ${total}s step-end infinite}`,
    ];
  });
  const groups = windows.map(({ from, to, content }) =>
    from === 0 && to === frames.length
      ? content
      : `<g class="f w${from}-${to}${to === frames.length ? ' l' : ''}">\n${content}\n</g>`,
  );
  const style = [
    '.f{visibility:hidden}',
    ...rules,
    '@media (prefers-reduced-motion:reduce){.f{animation:none}.l{visibility:visible}}',
  ].join('\n');
  return renderSvgDocument(sheet, [`<style>\n${style}\n</style>`, ...groups].join('\n'));
};
