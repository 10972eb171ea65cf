import type { LogNames } from './define-kind.ts';

/** Labels that name what runs, the closest first. */
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

/** The names in the labels of an alert or a signal. */
export const namesByLabels = (title: string, labels: Readonly<Record<string, string>>): LogNames => {
  const names = labelsThatName.flatMap((name) => (Object.hasOwn(labels, name) ? [labels[name] ?? ''] : []));
  return { title, names, word: names.at(-1) ?? '' };
};

/** The names of what is an instance of a service. */
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
