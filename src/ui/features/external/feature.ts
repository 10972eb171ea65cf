import { defineFeature } from '../../shell/contract/features.ts';
import { documentCommandItems } from './commands.ts';

/** Commands that open texts in the editor or pager. */
export const externalFeature = defineFeature({
  name: 'external',
  commands: documentCommandItems,
});
