import { type Amount, without } from './amount.ts';
import { labelKey } from './catalogue.ts';

/**
 * Each amount divided by the one with the same labels, or all by the only one there is. 0/0 says nothing, and neither does
 * anything else over 0: it is no number that a limit could mean.
 */
export const ratios = (
  over: readonly Amount[],
  under: readonly Amount[],
  /** Labels that either side is narrowed by: they pair nothing. */
  pinned: ReadonlySet<string>,
): readonly Amount[] => {
  const only = under.length === 1 ? under[0] : undefined;
  const byLabels = Map.groupBy(under, ({ labels }) => labelKey(without(labels, pinned)));
  return over.map((amount) => {
    const partners =
      only === undefined ? (byLabels.get(labelKey(without(amount.labels, pinned))) ?? []) : [only];
    return divided(amount, partners);
  });
};

const divided = (amount: Amount, partners: readonly Amount[]): Amount => {
  const { labels } = amount;
  const [by] = partners;
  if (amount.value === undefined) return amount;
  if (by === undefined) return { labels, why: 'nothing with the same labels to divide it by' };
  if (partners.length > 1)
    return { labels, why: `${partners.length} series to divide it by: give it a fold` };
  if (by.value === undefined) return { labels, why: by.why };
  if (by.value === 0) return { labels, why: amount.value === 0 ? '0 of 0' : 'divided by 0' };
  return { labels, value: amount.value / by.value };
};
