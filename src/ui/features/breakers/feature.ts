import { defineFeature } from '../../shell/contract/features.ts';
import { breakersPane } from './pane.ts';

declare module '../../shell/contract/model.ts' {
  interface FeatureState {
    /** True: the details of a breaker list every event. */
    readonly allBreakerEvents: boolean;
  }
}

/** The circuit breakers. */
export const breakersFeature = defineFeature({
  name: 'breakers',
  state: { allBreakerEvents: false },
  environmentPanes: [breakersPane],
});
