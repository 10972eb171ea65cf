import type { Millis } from '../../../domain/fault.ts';
import { count } from '../../../domain/format.ts';
import type { FeedKind } from '../../../domain/reading.ts';
import type { Line } from '../../text/run.ts';
import type { PastView, View } from '../../view.ts';
import { shortMoment } from './words.ts';

type Nothing = Extract<PastView['looked'], { is: 'nothing' }>;

/** What stands in a pane of a moment of which nothing was kept, and where something was. */
export const nothingKept = ({ pen }: View, { wanted, looked, live }: PastView): Line => {
  const now = live.now + live.wallOffset;
  const near: Nothing = looked.is === 'nothing' ? looked : { is: 'nothing' };
  const moment = (at: Millis | undefined, key: string): string =>
    at === undefined ? '' : ` · ${key} ${shortMoment(at, now)}`;
  const why = near.why === undefined ? '' : `: ${near.why}`;
  const nearest = `${moment(near.before, '<')}${moment(near.after, '>')}`;
  const text = ` nothing was kept of ${shortMoment(wanted, now)}${why}${nearest}`;
  return pen.line(' ', pen.glyph('none', 'loading'), pen.run(text, 'loading'));
};

/** How many rows of a pane were not kept because there were too many. */
export const unkeptLine = ({ pen, past }: View, kind: FeedKind, noun: string): readonly Line[] => {
  const unkept = past?.unkept[kind];
  if (unkept === undefined) return [];
  const parts = [
    ...(unkept.ok > 0 ? [`${count(unkept.ok)} OK`] : []),
    ...(unkept.other > 0 ? [`${count(unkept.other)} that are not OK`] : []),
  ];
  const text = ` ${parts.join(' and ')} ${noun} were not kept`;
  return [pen.line(' ', pen.glyph('none', 'loading'), pen.run(text, 'loading'))];
};
