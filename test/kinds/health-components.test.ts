import { expect, test } from 'vitest';
import { failedDependencies } from '../../src/kinds/health/components.ts';

test.each<[string, readonly string[]]>([
  ['db UP, broker DOWN', ['broker']],
  ['circuitBreakers UNKNOWN, circuitBreakers/broker CIRCUIT_OPEN, circuitBreakers/psp UP', ['broker']],
  ['broker DOWN, circuitBreakers DOWN, circuitBreakers/broker DOWN', ['broker']],
  // Availability states of the application repeat its status.
  ['db DOWN, readinessState OUT_OF_SERVICE, livenessState UP', ['db']],
  ['diskSpace DOWN', ['diskSpace']],
  ['db OK, ping UP', []],
  ['', []],
])('the missing dependencies in "%s": %j', (text, expected) => {
  const components = text
    .split(', ')
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', status = ''] = part.split(' ');
      return { name, status };
    });
  expect(failedDependencies({ components })).toEqual(expected);
});
