import { defineFeature } from '../../shell/contract/features.ts';
import type { Layout } from '../../shell/contract/layout.ts';
import { layoutCommandItems } from './commands.ts';
import { persistScreenState } from './screen-state-recorder.ts';

declare module '../../shell/contract/model.ts' {
  interface FeatureState {
    /** Saved layouts of the open environment, by name. */
    readonly layouts: Readonly<Record<string, Layout>>;
  }
}

/** Arrangements of the overview. */
export const layoutsFeature = defineFeature({
  name: 'layouts',
  state: { layouts: {} },
  commands: layoutCommandItems,
  record: persistScreenState,
});
