import type { FlatLabels } from './scan/page.ts';

/** What a series (or several as one) says, or why it says nothing. */
export type Amount = { readonly labels: FlatLabels } & (
  | { readonly value: number }
  | { readonly value?: undefined; readonly why: string }
);

/** The amounts of a selector under the name that was found, or why there are none. */
export type Amounts =
  | { readonly name: string; readonly amounts: readonly Amount[] }
  | { readonly why: string };

/** The labels without some of them. */
export const without = (labels: FlatLabels, names: ReadonlySet<string>): FlatLabels => {
  if (names.size === 0) return labels;
  return labels.filter((_, at) => !names.has(labels[at - (at % 2)] ?? ''));
};
