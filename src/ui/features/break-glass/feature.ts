import { defineFeature } from '../../shell/contract/features.ts';
import { breakGlassCommandItems } from './command-items.ts';

/** Acting while the state database is unavailable. */
export const breakGlassFeature = defineFeature({
  name: 'break-glass',
  commands: breakGlassCommandItems,
});
