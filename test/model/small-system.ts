import type { SystemSpec } from '../../src/simulator/model/spec/system-spec.ts';
import { demo } from '../../src/simulator/systems/demo.ts';

const { cluster: _, messaging: __, alerts: ___, compose: ____, ...plain } = demo;

/** The demo system reduced for a fast start: one service, its broker, two environments. */
export const smallSystem: SystemSpec = {
  ...plain,
  services: demo.services.filter(({ name }) => name === 'bus'),
  dependencies: demo.dependencies.filter(({ name }) => name === 'broker'),
  environments: demo.environments
    .filter(({ name }) => ['dev', 'production'].includes(name))
    .map((env) => ({ ...env, requestsPerSecond: 0.5 })),
  incidents: demo.incidents.filter(({ name }) => name === 'dependency-down'),
};
