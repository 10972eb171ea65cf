import { defineFeature } from '../../shell/contract/features.ts';
import { renderProfileErrors } from './body.ts';
import { profileErrorKeys } from './keys.ts';

declare module '../../shell/contract/model.ts' {
  interface FeatureState {
    /** The first visible line of these errors of the profile. Other errors begin at the top. */
    readonly profileScroll?: { readonly errors: readonly string[]; readonly from: number };
  }
}

/** The errors of a profile, in place of the panes. */
export const profileErrorsFeature = defineFeature({
  name: 'profile-errors',
  keys: { 'profile errors': profileErrorKeys },
  emptyBody: (view, height) =>
    view.cockpit.profileErrors === undefined ? undefined : renderProfileErrors(view, height),
});
