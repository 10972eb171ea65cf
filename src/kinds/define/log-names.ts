import type { LogNames } from './define-kind.ts';

/** Labels that name a workload, the most specific first. */
const labelsThatName = [
  'pod',
  'container',
  'deployment',
  'statefulset',
  'instance',
  'service',
  'app',
  'unit',
  'job',
  'group',
];

/** Returns the names in the labels of an alert or a signal. */
export const namesByLabels = (title: string, labels: Readonly<Record<string, string>>): LogNames => {
  const names = labelsThatName.flatMap((name) => (Object.hasOwn(labels, name) ? [labels[name] ?? ''] : []));
  return { title, names, word: names.at(-1) ?? '' };
};

/** Returns the names of an instance of a service. */
export const namesByService = ({
  service,
  instance,
}: {
  readonly service: string;
  readonly instance: string;
}): LogNames => ({
  title: instance === '' ? service : instance,
  names: [instance, service],
  word: service,
});
