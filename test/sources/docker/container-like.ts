import type { Container } from '../../../src/sources/docker/containers/container.ts';

/** The daemon's clock in these tests. */
export const daemonNow = Date.parse('2026-03-04T10:15:07Z');

/** A container that has been running for a minute, with overrides. */
export const containerLike = (own: Partial<Container> = {}): Container => ({
  id: 'c'.repeat(64),
  name: 'shop-web-1',
  image: 'shop:1.2',
  project: 'shop',
  service: 'web',
  isOneOff: false,
  awaits: [],
  state: 'running',
  health: '',
  healthOutput: '',
  exitCode: 0,
  isOomKilled: false,
  error: '',
  restarts: 0,
  startedAt: daemonNow - 60_000,
  hasTty: false,
  isOnHostNetwork: false,
  hasFixedPort: false,
  networks: [],
  ports: {},
  ...own,
});
