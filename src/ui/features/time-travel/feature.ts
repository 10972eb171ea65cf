import { defineFeature } from '../../shell/contract/features.ts';
import { timeTravelItem, timeTravelKeys } from './keys.ts';

/** The screen at an earlier time. */
export const timeTravelFeature = defineFeature({
  name: 'time-travel',
  keys: { time: timeTravelKeys },
  commands: (context) => [timeTravelItem(context)],
});
