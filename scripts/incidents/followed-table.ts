import type { FollowedIncident } from '../../test/suggestions/follow.ts';

type Followed = FollowedIncident & { readonly id?: string };

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;

const runsText = ({ runs, deadEnd }: Followed): string =>
  [
    ...runs.map(({ runbook, outcome }) => `${runbook}: ${outcome.toLowerCase()}`),
    ...(deadEnd === undefined ? [] : [`DEAD END: ${deadEnd}`]),
  ].join(' → ') || 'none needed';

/** The rows of the table: each incident with its keys, seconds and runs. */
export const followedRows = (all: readonly Followed[]): readonly (readonly string[])[] => [
  ['', 'incident', 'over', 'runs', 'keys', 'seconds', 'suggestions followed'],
  ...all
    .toSorted((a, b) => (a.id ?? 'T').localeCompare(b.id ?? 'T'))
    .map((followed) => [
      followed.id ?? '',
      `${followed.env} ${followed.incident}`,
      followed.isOver ? 'yes' : 'NO',
      String(followed.runs.length),
      String(followed.keys),
      String(followed.seconds),
      runsText(followed),
    ]),
];

/** '28 of 28 incidents end; keys: median 10' */
export const followedSummary = (all: readonly Followed[]): string => {
  const over = all.filter(({ isOver }) => isOver);
  return `${over.length} of ${all.length} incidents end within three runs; keys: median ${medianOf(over.map(({ keys }) => keys))}`;
};
