import type { Alert } from './fact.ts';

/** Labels that name a thing, the most particular one that people speak of first. */
const aboutLabels = [
  'service',
  'consumergroup',
  'group',
  'topic',
  'deployment',
  'pod',
  'container',
  'job',
  'instance',
];

/** The label that says best what an alert is about; undefined when none does. */
const aboutLabel = (labels: Alert['labels']): string | undefined =>
  aboutLabels.find((name) => labels[name] !== undefined && labels[name] !== '');

/** What an alert is about: a service, a consumer group, a pod; '' when no label says so. */
export const aboutOf = (labels: Alert['labels']): string => labels[aboutLabel(labels) ?? ''] ?? '';
