import { defineFeature } from '../../shell/contract/features.ts';
import { readChartHistory } from './chart/read-chart-history.ts';
import { matrixPane } from './pane.ts';

/** The time series of the environment. */
export const matrixFeature = defineFeature({
  name: 'matrix',
  environmentPanes: [matrixPane],
  follow: (parts) => [readChartHistory(parts)],
});
