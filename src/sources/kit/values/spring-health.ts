import type { HealthStatus } from '../../../kinds/health/fact.ts';

export interface SpringHealthComponent {
  readonly name: string;
  readonly status: string;
}

/** A body in the format of Spring Boot's health endpoint. */
interface SpringHealth {
  readonly status: HealthStatus;
  /** Status as written: UP, OUT_OF_SERVICE … */
  readonly word: string;
  /** Nested components as `outer/inner`, in the order of the response. */
  readonly components: readonly SpringHealthComponent[];
  /** One line with the components that are not up and the reasons; '' when all are up. */
  readonly detail: string;
}

const statuses: Readonly<Record<string, HealthStatus>> = {
  UP: 'up',
  OUT_OF_SERVICE: 'degraded',
  DEGRADED: 'degraded',
  WARNING: 'degraded',
  DOWN: 'down',
  UNKNOWN: 'unknown',
};

/**
 * Parses Spring Boot's health body: `status` and `components` (`details` before 2.2); undefined without a status. A
 * status other than Spring's own is `unknown`. Source: Spring Boot actuator, health endpoint.
 */
export const parseSpringHealth = (body: unknown): SpringHealth | undefined => {
  const word = statusWordOf(body);
  if (word === undefined) return undefined;
  const parts = flattenComponents(body, '');
  const sick = parts.filter((part) => part.status !== 'UP').toSorted(compareCauses);
  return {
    status: statuses[word.toUpperCase()] ?? 'unknown',
    word,
    components: parts.map(({ name, status }) => ({ name, status })),
    detail: sick
      .map((part) => `${part.name} ${part.status}${part.cause === '' ? '' : `: ${part.cause}`}`)
      .join('; '),
  };
};

/** Sorts down before unknown, and a component with a reason before the one that contains it. */
const compareCauses = (a: ComponentCause, b: ComponentCause): number =>
  Number(b.status === 'DOWN') - Number(a.status === 'DOWN') ||
  Number(b.cause !== '') - Number(a.cause !== '');

type ComponentCause = SpringHealthComponent & { readonly cause: string };

const flattenComponents = (body: unknown, above: string): readonly ComponentCause[] =>
  Object.entries(componentsOf(body)).flatMap(([name, part]) => {
    const status = statusWordOf(part);
    if (status === undefined) return [];
    return [
      { name: `${above}${name}`, status, cause: errorTextOf(part) },
      ...flattenComponents(part, `${above}${name}/`),
    ];
  });

const componentsOf = (body: unknown): object => {
  if (typeof body !== 'object' || body === null) return {};
  const nested: unknown =
    'components' in body ? body.components : 'details' in body ? body.details : undefined;
  return typeof nested === 'object' && nested !== null ? nested : {};
};

const statusWordOf = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'status' in body && typeof body.status === 'string'
    ? body.status
    : undefined;

const errorTextOf = (part: unknown): string => {
  const details: unknown =
    typeof part === 'object' && part !== null && 'details' in part ? part.details : undefined;
  return typeof details === 'object' && details !== null && 'error' in details ? String(details.error) : '';
};
