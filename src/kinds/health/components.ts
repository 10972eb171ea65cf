import type { Health } from './fact.ts';

type Component = Health['components'][number];

export const isUp = ({ status }: Component): boolean => /^(?:up|ok)$/i.test(status);

/** Components that are not up, without those that the detail tells of already. */
export const unreportedComponents = ({
  components,
  detail,
}: Pick<Health, 'components' | 'detail'>): readonly Component[] => {
  const told = detail.toLowerCase();
  return components.filter((one) => !isUp(one) && !told.includes(`${one.name} ${one.status}`.toLowerCase()));
};
