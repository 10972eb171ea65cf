import { daysPastReview } from '../../../domain/review.ts';
import { counted } from '../../text/count.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';

/** '▲ past its review date 2025-10-06, 149 days ago · monthly · owner Platform Engineering Team' */
export const reviewLines = ({ pen, cockpit: { open }, now, wallOffset }: View): readonly Line[] => {
  const { review, zone } = open ?? {};
  if (review === undefined) return [];
  const { next, every, owner } = review;
  const past = daysPastReview(review, now + wallOffset, zone);
  const owned = owner === '' ? 'nobody is named as its owner' : `owner ${owner}`;
  const rest = [every, owned].filter((part) => part !== '').join(' · ');
  if (next === undefined || past === undefined)
    return [[pen.run(` no review is planned · ${rest}`, 'faint')]];
  return past > 0
    ? [
        [
          pen.run(' '),
          pen.glyph('warn', 'warn'),
          pen.run(` past its review date ${next}, ${counted(past, 'day')} ago`, 'warn'),
          pen.run(` · ${rest}`, 'faint'),
        ],
      ]
    : [[pen.run(` next review ${next} · ${rest}`, 'faint')]];
};
