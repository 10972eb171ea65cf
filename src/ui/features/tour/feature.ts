import { defineFeature } from '../../shell/contract/features.ts';
import { renderTourBox } from './box.ts';
import { offerTour } from './offer.ts';
import { followTour, tourCommandItems, tourKeys } from './tour.ts';

declare module '../../shell/contract/model.ts' {
  interface FeatureState {
    /**
     * The step of the tour; absent: not shown. `isReady`: doing what it asks for goes on; false while that was done before
     * the step began.
     */
    readonly tour?: { readonly step: string; readonly isReady: boolean };
  }
}

/** The tour of the screen. */
export const tourFeature = defineFeature({
  name: 'tour',
  keys: { tour: tourKeys },
  commands: tourCommandItems,
  tour: { isShown: ({ tour }) => tour !== undefined, box: renderTourBox },
  follow: ({ model, cockpit, keep, say }) => [
    followTour(model, cockpit),
    ...(keep === undefined ? [] : [offerTour({ model, cockpit, keep, say })]),
  ],
});
