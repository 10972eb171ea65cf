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
    (component) =>
      !isUp(component) && !mentioned.includes(`${component.name} ${component.status}`.toLowerCase()),
  );
};

/** Components of Spring Boot that describe the application itself, no dependency. */
const ownStates: ReadonlySet<string> = new Set(['livenessState', 'readinessState']);

/**
 * Returns the names of the dependencies that are not up. Components are nested as `outer/inner`: the innermost name is
 * that of the dependency (`circuitBreakers/broker`), and the outer one repeats it.
 */
export const failedDependencies = ({ components }: Pick<Health, 'components'>): readonly string[] => {
  const failed = components.filter((component) => !isUp(component)).map(({ name }) => name);
  const innermost = failed.filter((name) => !failed.some((other) => other.startsWith(`${name}/`)));
  return [...new Set(innermost.map((name) => name.split('/').at(-1) ?? name))].filter(
    (name) => !ownStates.has(name),
  );
};
