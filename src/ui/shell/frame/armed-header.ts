import type { Millis } from '../../../domain/base/fault.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { formatElapsed } from '../../kit/text/format.ts';
import type { StyledLine, StyledRun } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { type RenderContext, wallNow } from '../contract/render-context.ts';
import { environmentLabel } from '../state/environment-label.ts';
import { boundKey } from '../state/keys-in-text.ts';
import { composeHeader, dataAge, drillText, type HeaderPart, principals } from './header-parts.ts';
import { statusMarks } from './status-marks.ts';

/** Less than this is left: the mark and the time stand out. */
const soonMs: Millis = 120_000;
/** Minimum terminal width for the names of old sources. */
const roomy = 100;
/** Maximum width of a reason on a small screen: beside it, the cluster or host stays. */
const mostReasonCells = 26;
/** Minimum width of a reason, of a cluster or host, and of the name of a drill, that is cut. */
const leastReasonCells = 10;
const leastPlaceCells = 8;
const leastDrillCells = 16;
/** Cells that the news of an incident leaves for other texts. */
const besideNews = 10;

/** The time for which production stays armed, in whole seconds. */
export const armedLeft = ({ cockpit, now }: RenderContext): Millis =>
  Math.max(0, Math.ceil(((cockpit.arming.armedUntil ?? now) - now) / 1000) * 1000);

/** '▲ ARMED  PRODUCTION', in the last two minutes '!! ARMED  PRODUCTION'. */
export const armedMark = (view: RenderContext): readonly StyledRun[] => {
  const { pen } = view;
  const mark = pen.ascii || armedLeft(view) < soonMs ? pen.run('!!', 'armed') : pen.glyph('warn', 'armed');
  return [mark, pen.run(' ARMED', 'armed')];
};

/** The roles of marks that stay readable on the row. */
const hasOwnGround = (role: TextRole): boolean => role === 'shared' || role === 'past';

/**
 * Renders the first row while production is armed, all of it in the color of arming: the environment, the time that is left, the
 * reason, and the key that disarms.
 */
export const renderArmedHeader = (view: RenderContext): StyledLine => {
  const { pen, cockpit, columns } = view;
  const { open, arming } = cockpit;
  const left = armedLeft(view);
  const part = (
    side: HeaderPart['side'],
    rank: number,
    text: string,
    role: TextRole = 'armedText',
  ): HeaderPart => ({ side, rank, forms: text === '' ? [] : [[pen.run(text, role)]] });
  const drill = drillText(view);
  const reason = pen.cut(arming.reason ?? '', Math.max(mostReasonCells, Math.floor(columns / 3)));
  const news = view.features.header
    .incident(view, Math.floor(columns / 2) - besideNews)
    .map((run): StyledRun => ({ ...run, role: run.role === 'plain' ? 'armedText' : 'armed' }));
  const disarm = [pen.run(boundKey(cockpit, 'disarm', 'A'), 'armed'), pen.run(' disarm', 'armedText')];
  const parts: readonly HeaderPart[] = [
    { side: 'left', rank: 0, forms: [[pen.run(' ', 'armed'), ...armedMark(view)]] },
    part('left', 0, environmentLabel(view, false), 'armed'),
    part('left', 8, open?.system ?? ''),
    part('left', 0, `${formatElapsed(left)} left`, left < soonMs ? 'armed' : 'armedText'),
    { ...part('left', 4, reason === '' ? '' : `· "${reason}"`), least: leastReasonCells, gap: 1 },
    part('left', 0, open?.embedded === true ? 'simulated' : ''),
    ...statusMarks(view).map((mark) =>
      part(
        'left',
        0,
        mark.text.trim(),
        mark.role !== undefined && hasOwnGround(mark.role) ? mark.role : 'armed',
      ),
    ),
    { ...part('left', 5, drill), least: leastDrillCells },
    {
      ...part('left', open?.where === undefined ? 9 : 3, open?.where ?? open?.title ?? ''),
      least: leastPlaceCells,
    },
    part('left', 11, principals(view)),
    { side: 'right', rank: 2, forms: news.length === 0 ? [] : [news] },
    part('right', 7, formatClockTime(wallNow(view))),
    part('right', 6, dataAge(view, columns < roomy)),
    { side: 'right', rank: 0, forms: [disarm] },
  ];
  return composeHeader(view, parts, 'armedText');
};
