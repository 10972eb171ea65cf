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
 * What the Spring application calls the parts of its health, on either line of Spring Boot. Their order is that of a
 * hash map there: the same while it runs, another after the next start.
 */
export const shopComponents: unknown = expect.arrayContaining(components);
