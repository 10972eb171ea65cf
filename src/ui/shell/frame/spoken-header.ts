import type { Millis } from '../../../domain/base/fault.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { type RenderContext, wallNow } from '../contract/render-context.ts';
import { isArmed } from '../state/armed.ts';
import { environmentLabel } from '../state/environment-label.ts';
import { armedLeft } from './armed-header.ts';
import { dataFaults, drillText, principals } from './header-parts.ts';
import { statusMarks } from './status-marks.ts';

const minuteMs: Millis = 60_000;
/** The remaining time is given in steps of this many minutes, and below one step in these. */
const stepMinutes = 5;
const lastMinutes = [1, 2] as const;

/** 'at least 10 minutes left': stays the same for five minutes, so that it is not read each second. */
const timeLeft = (ms: Millis): string => {
  const minutes = Math.floor(ms / minuteMs);
  const last = lastMinutes.find((count) => minutes < count);
  if (last !== undefined) return `less than ${pluralize(last, 'minute')} left`;
  const whole = minutes - (minutes % stepMinutes);
  return whole === 0 ? `less than ${stepMinutes} minutes left` : `at least ${whole} minutes left`;
};

const stateText = (view: RenderContext): string => {
  const { arming } = view.cockpit;
  if (isArmed(view)) {
    const reason = (arming.reason ?? '') === '' ? '' : `, reason: ${arming.reason}`;
    return `armed, ${environmentLabel(view, false).toLowerCase()}, ${timeLeft(armedLeft(view))}${reason}`;
  }
  const state = arming.readOnly ? ', read-only' : '';
  return `${environmentLabel(view, false).toLowerCase()}${state}`;
};

/**
 * The header for a screen reader: state of arming, system, marks. It changes when one of these does, and with the minute, so that
 * neither seconds nor ages are read out.
 */
export const spokenHeader = (view: RenderContext): string => {
  const { open } = view.cockpit;
  if (open === undefined) return 'opsdeck';
  const marks = statusMarks(view).map(({ text }) => text.trim());
  const names = [open.system, open.where ?? open.title, open.embedded ? 'simulated' : '', drillText(view)];
  const time = `${formatClockTime(wallNow(view)).slice(0, 5)} UTC`;
  return [stateText(view), ...names, ...marks, principals(view), dataFaults(view), time]
    .filter((text) => text !== '')
    .join(', ');
};
