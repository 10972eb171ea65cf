import { defineFeature } from '../../shell/contract/features.ts';
import { recordProblems } from './record-problems.ts';

/** The number of problems ten minutes ago, for the titles of panes. */
export const trendFeature = defineFeature({
  name: 'trend',
  follow: (parts) => [recordProblems(parts)],
});
