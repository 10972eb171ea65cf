import type { Health } from './fact.ts';

type Component = Health['components'][number];

export const isUp = ({ status }: Component): boolean => /^(?:up|ok)$/i.test(status);

const isDown = ({ status }: Component): boolean => /^(?:down|out_of_service|failed|failing)$/i.test(status);

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

/** True for a component of a list, also where it is there as the one around its parts, or by its parts. */
const isListed = (name: string, components: readonly Component[]): boolean =>
  components.some(
    (other) => other.name === name || name.startsWith(`${other.name}/`) || other.name.startsWith(`${name}/`),
  );

/**
 * Explains that a service that is well now no longer reports what was wrong, or still does: a component that was not up, or its health at all, as where another
 * page answers in its place; also of one that reports nothing. Undefined: it does, or did not before.
 */
export const lostReport = (was: Health, is: Health): string | undefined => {
  if (was.status === 'up' || is.status !== 'up') return undefined;
  const lost = was.components.find(
    (component) => !isUp(component) && !isListed(component.name, is.components),
  );
  if (lost !== undefined) return `no longer reports the component ${lost.name}`;
  const left = was.components.find(
    (component) =>
      isDown(component) && is.components.some((other) => other.name === component.name && isDown(other)),
  );
  if (left !== undefined)
    return `is up, but still reports the component ${left.name} as ${left.status.toLowerCase()}`;
  return was.report === 'health' && is.report === undefined
    ? 'no longer answers with a health report'
    : is.otherPage;
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
