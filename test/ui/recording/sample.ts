import type { StyledRow } from '../../../src/ui/kit/text/ansi.ts';
import type { SgrStyle } from '../../../src/ui/kit/theme/theme.ts';
import type { PaintedFrame, RecordedMark } from '../../../src/ui/shell/recording/format.ts';
import { createScreenRecorder } from '../../../src/ui/shell/recording/screen-recorder.ts';
import { manualClock } from '../../support/manual-clock.ts';

export const plainStyle: SgrStyle = {};
export const redStyle: SgrStyle = { fg: '38;2;255;0;0', bold: true };

/** A frame of plain rows, each padded to the width. */
export const frameOf = (columns: number, ...texts: readonly string[]): PaintedFrame => ({
  columns,
  isLight: false,
  isShared: false,
  rows: texts.map((text): StyledRow => [{ text: text.padEnd(columns), style: plainStyle }]),
  mask: (text) => text,
});

export const startTime = Date.parse('2026-03-04T14:00:00Z');

/** An event and its time, in ms since the start. */
type Happening = readonly [at: number, what: PaintedFrame | RecordedMark];

/** The lines of a recording of these happenings. */
export const recorded = async (
  happenings: readonly Happening[],
  { isEnded = true, endAt = 0 }: { readonly isEnded?: boolean; readonly endAt?: number } = {},
): Promise<readonly string[]> => {
  const clock = manualClock(startTime);
  const lines: string[] = [];
  const recorder = createScreenRecorder({
    clock,
    sink: { write: (line) => lines.push(line) },
    version: '1.2.3',
    env: 'shop/production',
    shared: false,
  });
  for (const [position, what] of happenings) {
    await clock.advance(startTime + position - clock.now());
    if ('rows' in what) recorder.painted(what);
    else recorder.mark(what);
  }
  await clock.advance(Math.max(100, startTime + endAt - clock.now()));
  if (isEnded) recorder.end();
  return lines;
};

export const openMark: RecordedMark = {
  kind: 'verdict',
  level: 'crit',
  what: 'breaker billing-0 · psp',
  change: 'CLOSED → OPEN',
};
