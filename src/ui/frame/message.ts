import { clockText } from '../../domain/format.ts';
import { isGoing } from '../actions.ts';
import { paneStateOf } from '../model.ts';
import { countText } from '../text/ages.ts';
import { fitLine, type Line } from '../text/run.ts';
import type { View } from '../view.ts';

/** The filter's text field stands where messages stand otherwise. */
const filterLine = (view: View): Line => {
  const { pen, ui } = view;
  return pen.line(
    pen.run(' /', 'key'),
    `${paneStateOf(ui, ui.focus).filter}_`,
    pen.run('   enter keeps · esc clears', 'faint'),
  );
};

const backgroundLine = (view: View): Line | undefined => {
  const { pen, cockpit, now } = view;
  const { run } = cockpit;
  if (run?.background !== true || !isGoing(cockpit)) return undefined;
  const since = countText(now - (run.events[0]?.at ?? now));
  const waits = run.ticking === undefined ? '' : ` · waits for: ${run.ticking.title}`;
  return pen.line(
    ' ',
    pen.glyph('loading', 'loading'),
    pen.run(` ${run.runbook.title} runs ${since}${waits} · R shows its card`, 'loading'),
  );
};

/** The row above the footer: the filter being typed, a run in the background, or the newest message. */
export const messageLine = (view: View): Line => {
  const { pen, ui, cockpit, columns, wallOffset } = view;
  const fitted = (line: Line): Line => fitLine(line, columns, 'plain', pen.mark);
  if (ui.filtering && ui.overlay.is === 'none') return fitted(filterLine(view));
  const { notice } = ui;
  const newest = cockpit.messages.at(-1);
  const going = backgroundLine(view);
  if (notice !== undefined && notice.at >= (newest?.at ?? 0))
    return fitted([pen.run(` ${notice.text}`, 'key')]);
  if (going !== undefined) return fitted(going);
  if (newest === undefined) return fitted([]);
  const role = newest.level === 'ok' ? 'plain' : newest.level;
  return fitted(
    pen.line(pen.run(` ${clockText(newest.at + wallOffset)}  `, 'faint'), pen.run(newest.text, role)),
  );
};
