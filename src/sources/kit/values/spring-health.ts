import { headText } from '../../../domain/text/cut-text.ts';
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

/** The components of a service that are read, far more than any service has; the others are counted. */
const mostComponents = 1000;
/** Components whose reasons the detail has. */
const mostCauses = 20;
/** Characters of a reason. */
const longestCause = 1000;
/** Levels of components within each other. */
const mostLevels = 16;

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
  const parts: ComponentCause[] = [];
  const unread = flattenComponents(body, '', parts);
  const sick = parts.filter((part) => part.status !== 'UP').toSorted(compareCauses);
  return {
    status: statuses[word.toUpperCase()] ?? 'unknown',
    word,
    components: parts.map(({ name, status }) => ({ name, status })),
    detail: [
      ...sick
        .slice(0, mostCauses)
        .map((part) => `${part.name} ${part.status}${part.cause === '' ? '' : `: ${part.cause}`}`),
      ...(unread === 0 ? [] : [`${unread} more components are not read`]),
    ].join('; '),
  };
};

/** Sorts down before unknown, and a component with a reason before the one that contains it. */
const compareCauses = (a: ComponentCause, b: ComponentCause): number =>
  Number(b.status === 'DOWN') - Number(a.status === 'DOWN') ||
  Number(b.cause !== '') - Number(a.cause !== '');

type ComponentCause = SpringHealthComponent & { readonly cause: string };

/** Adds the components of a body to `into`, and returns the number of those beyond the limits. */
const flattenComponents = (body: unknown, above: string, into: ComponentCause[], level = 1): number => {
  const nested = componentsOf(body);
  const names = Object.keys(nested);
  if (level > mostLevels) return names.length;
  let unread = 0;
  for (const [index, name] of names.entries()) {
    if (into.length >= mostComponents) return unread + names.length - index;
    const part = nested[name];
    const status = statusWordOf(part);
    if (status === undefined) continue;
    into.push({ name: `${above}${name}`, status, cause: errorTextOf(part) });
    unread += flattenComponents(part, `${above}${name}/`, into, level + 1);
  }
  return unread;
};

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const componentsOf = (body: unknown): Readonly<Record<string, unknown>> => {
  if (typeof body !== 'object' || body === null) return {};
  const nested: unknown =
    'components' in body ? body.components : 'details' in body ? body.details : undefined;
  return isMap(nested) ? nested : {};
};

const statusWordOf = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'status' in body && typeof body.status === 'string'
    ? body.status
    : undefined;

const errorTextOf = (part: unknown): string => {
  const details: unknown =
    typeof part === 'object' && part !== null && 'details' in part ? part.details : undefined;
  return typeof details === 'object' && details !== null && 'error' in details
    ? headText(String(details.error), longestCause)
    : '';
};
