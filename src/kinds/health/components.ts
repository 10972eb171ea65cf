import type { Health } from './fact.ts';

type Component = Health['components'][number];

export const isUp = ({ status }: Component): boolean => /^(?:up|ok)$/i.test(status);

/** Returns the components that are not up and that the detail does not mention. */
export const unreportedComponents = ({
  components,
  detail,
}: Pick<Health, 'components' | 'detail'>): readonly Component[] => {
  const mentioned = detail.toLowerCase();
  return components.filter(
    (one) => !isUp(one) && !mentioned.includes(`${one.name} ${one.status}`.toLowerCase()),
  );
};
