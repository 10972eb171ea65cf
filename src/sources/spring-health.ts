import type { HealthStatus } from '../kinds/health/fact.ts';

export interface Component {
  readonly name: string;
  readonly status: string;
}

/** A body in the shape of Spring Boot's health endpoint. */
export interface SpringHealth {
  readonly status: HealthStatus;
  /** The word as it was written: UP, OUT_OF_SERVICE … */
  readonly word: string;
  /** Nested ones as `outer/inner`, in the order of the answer. */
  readonly components: readonly Component[];
  /** One line: which components are not up, and why; '' when all are. */
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
 * Spring Boot's health body: `status` and `components` (`details` before 2.2); undefined when it has no status word.
 * A status that is none of Spring's own is `unknown`. Source: Spring Boot actuator, health endpoint.
 */
export const springHealth = (body: unknown): SpringHealth | undefined => {
  const word = wordOf(body);
  if (word === undefined) return undefined;
  const parts = partsOf(body, '');
  const sick = parts.filter((part) => part.status !== 'UP').toSorted(byCause);
  return {
    status: statuses[word.toUpperCase()] ?? 'unknown',
    word,
    components: parts.map(({ name, status }) => ({ name, status })),
    detail: sick
      .map((part) => `${part.name} ${part.status}${part.why === '' ? '' : `: ${part.why}`}`)
      .join('; '),
  };
};

/** What is down before what is unknown, and what says why before what only contains it. */
const byCause = (a: Told, b: Told): number =>
  Number(b.status === 'DOWN') - Number(a.status === 'DOWN') || Number(b.why !== '') - Number(a.why !== '');

type Told = Component & { readonly why: string };

const partsOf = (body: unknown, above: string): readonly Told[] =>
  Object.entries(childrenOf(body)).flatMap(([name, part]) => {
    const status = wordOf(part);
    if (status === undefined) return [];
    return [{ name: `${above}${name}`, status, why: whyOf(part) }, ...partsOf(part, `${above}${name}/`)];
  });

const childrenOf = (body: unknown): object => {
  if (typeof body !== 'object' || body === null) return {};
  const held: unknown = 'components' in body ? body.components : 'details' in body ? body.details : undefined;
  return typeof held === 'object' && held !== null ? held : {};
};

const wordOf = (body: unknown): string | undefined =>
  typeof body === 'object' && body !== null && 'status' in body && typeof body.status === 'string'
    ? body.status
    : undefined;

const whyOf = (part: unknown): string => {
  const details: unknown =
    typeof part === 'object' && part !== null && 'details' in part ? part.details : undefined;
  return typeof details === 'object' && details !== null && 'error' in details ? String(details.error) : '';
};
