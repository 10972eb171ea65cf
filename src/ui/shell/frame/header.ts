import { formatClockTime } from '../../../domain/text/format.ts';
import { formatDate } from '../../kit/text/format.ts';
import { justifyLine, type StyledLine } from '../../kit/text/line.ts';
import { formatPastTime, formatTimeAgo } from '../../kit/text/past-time.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { type RenderContext, type TimeTravelState, wallNow } from '../contract/render-context.ts';
import { isArmed } from '../state/armed.ts';
import { environmentLabel, environmentRole } from '../state/environment-label.ts';
import { boundKey } from '../state/keys-in-text.ts';
import { renderArmedHeader } from './armed-header.ts';
import { composeHeader, dataAge, drillText, type HeaderPart, principals } from './header-parts.ts';
import { statusMarks } from './status-marks.ts';

/** Minimum terminal width for 'UTC' beside the clock and for the names of old sources; for the date as well. */
const roomy = 100;
const wide = 180;
/** Minimum width of a cluster or host, and of the name of a drill, that is cut. */
const leastPlaceCells = 8;
const leastDrillCells = 16;
/** Cells that the news of an incident leaves for parts of a higher rank: the clock. */
const besideNews = 10;

/** The badge of the environment: the only saturated cells of a calm header. */
const badge = (view: RenderContext, mono: boolean): StyledLine => {
  const word = environmentLabel(view, mono);
  // Without color the brackets take the place of the blanks.
  if (word === '') return [view.pen.run(' opsdeck', 'bold')];
  const text = mono ? word : ` ${word} `;
  return [view.pen.run(text, environmentRole(view))];
};

/** The time of day, the longest form first. */
const clockForms = (view: RenderContext): readonly string[] => {
  const wall = wallNow(view);
  const time = formatClockTime(wall);
  return [
    ...(view.columns >= wide ? [formatDate(wall)] : []),
    ...(view.columns >= roomy ? [`${time} UTC`] : []),
    time,
  ];
};

const place = ({ cockpit: { open }, columns }: RenderContext): string => {
  if (open === undefined) return '';
  // Its title says what it is.
  if (open.isDiscovered === true) return open.title;
  const where = open.where ?? open.title;
  return columns >= roomy ? `${open.system} @ ${where}` : where;
};

/** The header during time travel: the displayed time, its age, and the key for live. */
const pastHeader = (view: RenderContext, past: TimeTravelState, first: StyledLine): StyledLine => {
  const { columns, pen } = view;
  const now = wallNow(past.live);
  const time = past.at ?? past.requestedAt;
  const where = columns >= roomy ? place(view) : '';
  const back = `PAST ${formatPastTime(time, now)} · ${formatTimeAgo(now - time)} ago · ${boundKey(view.cockpit, 'past.live', '.')} live`;
  const shared = view.ui.shared ? [pen.run(' SHARED ', 'shared'), pen.run(' ', 'past')] : [];
  const left = [...first, pen.run(' ', 'past'), ...shared, pen.run(` ${back} `, 'past')];
  const data = past.at === undefined ? 'no history' : dataAge(view, columns < roomy);
  const simulated = view.cockpit.open?.embedded === true ? 'simulated' : '';
  const right = [where, simulated, data].filter((text) => text !== '').join('   ');
  return justifyLine(left, [pen.run(`  ${right} `, 'past')], columns, 'past', pen.ellipsis);
};

/** The parts of the header while production is read-only. */
const partsOf = (view: RenderContext, mono: boolean): readonly HeaderPart[] => {
  const { pen, cockpit, columns } = view;
  const { open, arming } = cockpit;
  const part = (
    side: HeaderPart['side'],
    rank: number,
    texts: readonly string[],
    role: TextRole,
  ): HeaderPart => ({
    side,
    rank,
    forms: texts.filter((text) => text !== '').map((text) => [pen.run(text, role)]),
  });
  const drill = drillText(view);
  const isBrief = columns < roomy;
  const news = view.features.header.incident(view, Math.floor(columns / 2) - besideNews);
  return [
    { side: 'left', rank: 0, forms: [badge(view, mono)] },
    // Which system it is matters more than the time.
    { ...part('left', 1, [open?.system ?? ''], 'bold'), gap: 1 },
    { ...part('left', 7, [open?.where ?? open?.title ?? ''], 'plain'), least: leastPlaceCells },
    part('left', 0, [arming.readOnly ? 'read-only' : ''], 'faint'),
    // Never left out, whatever else is said: a simulator must not be taken for production, nor production for a simulator.
    part('left', 0, [open?.embedded === true ? 'simulated' : ''], 'faint'),
    ...statusMarks(view).map((mark) => part('left', 0, [mark.text], mark.role ?? 'plain')),
    // The meaning of the mark, for those who see the screen of another person.
    { ...part('left', 6, [view.ui.shared ? 'names are aliases' : ''], 'faint'), gap: 1 },
    {
      ...part('left', 2, [drill === '' ? '' : mono ? `[${drill}]` : ` ${drill} `], 'chip'),
      least: leastDrillCells,
    },
    part('left', 9, [principals(view)], 'faint'),
    { side: 'right', rank: 1, forms: news.length === 0 ? [] : [news] },
    part('right', 4, clockForms(view), 'faint'),
    part('right', 3, [dataAge(view, isBrief), ...(isBrief ? [] : [dataAge(view, true)])], 'faint'),
  ];
};

/**
 * Renders the first row: the badge of the environment, system, cluster or host, state of arming, marks, drill; at the right an
 * open incident, the clock and the age of the data. While production is armed, the whole row has its color.
 */
export const renderHeader = (view: RenderContext, mono: boolean): StyledLine => {
  if (view.past !== undefined) return pastHeader(view, view.past, badge(view, mono));
  return isArmed(view) ? renderArmedHeader(view) : composeHeader(view, partsOf(view, mono));
};
