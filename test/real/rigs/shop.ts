import { expect } from 'vitest';

const components = [
  'circuitBreakers',
  'circuitBreakers/broker',
  'circuitBreakers/psp',
  'db',
  'diskSpace',
  'livenessState',
  'ping',
  'readinessState',
  'ssl',
].map((name) => ({ name, status: 'UP' }));

/**
 * Names of the health components of the Spring application, on both lines of Spring Boot. Their order is that of a
 * hash map there: the same while it runs, another after the next start.
 */
export const shopComponents: unknown = expect.arrayContaining(components);
