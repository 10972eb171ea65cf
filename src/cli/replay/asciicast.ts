import { castEvent, castHeader } from '../../runs/sent/session-cast.ts';
import { createPlayback } from '../../ui/shell/recording/playback.ts';
import type { Recording, RecordingCut } from '../../ui/shell/recording/recording.ts';
import { createCellPainter } from '../../ui/shell/terminal/cell-painter.ts';

/** Hides the cursor: the recorded screen has none. */
const hideCursor = '\u001b[?25l';

/**
 * The lines of an asciicast v2: frames as output events, changes as markers, sizes as resize events. Source: asciinema docs,
 * asciicast v2. Every frame is drawn from parsed cells, so nothing but text, colors and positions is in it.
 */
export function* asciicastLines(recording: Recording, { fromMs, toMs }: RecordingCut): Generator<string> {
  const { frames, marks, header, startedAt } = recording;
  const playback = createPlayback(frames);
  const painter = createCellPainter();
  const first = playback.frameAt(fromMs);
  if (first === undefined) return;
  let size = { columns: first.columns, rows: first.rows.length };
  const title = `opsdeck ${header.env ?? ''}`.trim();
  yield `${castHeader(size, startedAt + fromMs, title)}\n`;
  yield `${castEvent(0, 'o', hideCursor + painter.bytesFor(first.rows))}\n`;
  const within = <T extends { readonly t: number }>(records: readonly T[]): readonly T[] =>
    records.filter(({ t }) => t > fromMs && t <= toMs);
  const shown = within(frames);
  const noted = within(marks);
  let next = 0;
  function* markersUntil(t: number): Generator<string> {
    for (let mark = noted[next]; mark !== undefined && mark.t <= t; mark = noted[next]) {
      yield `${castEvent(mark.t - fromMs, 'm', `${mark.mark.what} ${mark.mark.change}`)}\n`;
      next += 1;
    }
  }
  for (const { t } of shown) {
    yield* markersUntil(t);
    const frame = playback.frameAt(t);
    if (frame === undefined) continue;
    if (frame.columns !== size.columns || frame.rows.length !== size.rows) {
      size = { columns: frame.columns, rows: frame.rows.length };
      painter.reset();
      yield `${castEvent(t - fromMs, 'r', `${size.columns}x${size.rows}`)}\n`;
    }
    const bytes = painter.bytesFor(frame.rows);
    if (bytes !== '') yield `${castEvent(t - fromMs, 'o', bytes)}\n`;
  }
  yield* markersUntil(toMs);
}
