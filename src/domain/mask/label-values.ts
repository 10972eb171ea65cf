import { withoutSecretForms } from './mask-text.ts';

/** The values of labels as a name of their row may hold them: without those that their label, or their form, tells to be secrets. */
export const labelValues = (labels: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(labels).map(([name, value]) => withoutSecretForms(value, name));
