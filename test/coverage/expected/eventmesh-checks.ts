import { crit, type Expectation, type Expectations, ok, warn } from '../support/expectations.ts';

const here: Expectation = {
  level: 'ok',
  signals: { version: { level: 'ok', value: '0.1.0' }, 'api.ms': ok(1, 50), requests: ok(300, 420) },
};

/** Expected `check` results of the event mesh, healthy and in each incident: key values and their levels. */
export const eventmeshChecks: Expectations = {
  'check eventmesh/production, healthy': {
    level: 'ok',
    signals: {
      'health.ms': ok(1, 50),
      'health.failures': ok(0),
      'api.ms': ok(1, 50),
      version: { level: 'ok', value: '0.1.0' },
      'metrics.status': ok(200),
      requests: ok(300, 420),
      'requests.good': ok(300, 420),
      'error.rate': ok(0),
      'build.result': { level: 'ok', value: 'success' },
      'build.time': ok(1469),
      'tests.failed': ok(0),
      'cache.rate': ok(81),
      'known.issues': ok(2),
      'known.days': ok(20, 21),
      mem: ok(30, 40),
      cpu: ok(10, 20),
      disk: ok(41, 43),
      'disk.busy': ok(4.2),
      unit: ok(1),
      'unit.memory': ok(257_698_038),
      port: ok(1),
      'port.strangers': ok(0),
      connections: ok(6),
      'unit.lacks': ok(0),
      'state.unhealthy': ok(0),
      'state.degraded': ok(0),
      'state.panics': ok(0),
      backups: ok(2),
      'backup.age': ok(10, 10.5),
      'backup.behind': ok(0),
      'deploy.errors': ok(0),
      package: ok(1),
      's4.log.err': ok(0),
      's4.log.panic': ok(0),
      's4.log.alerts': ok(0),
      benchmark: ok(414_110.2),
    },
  },
  'check eventmesh/local, healthy': here,
  'check eventmesh/dev, healthy': here,
  'check eventmesh/staging, healthy': here,
  'check eventmesh/production, crashed': {
    unread: ['host-1', 'host-2', 'metrics', 'metrics-1', 'metrics-2'],
    signals: {
      'health.failures': warn(1),
      'metrics.status': warn(502),
      unit: crit(0),
      port: crit(0),
      'state.unhealthy': crit(3),
      'state.panics': crit(2),
      's4.log.panic': crit(2),
      's4.log.err': ok(2),
    },
  },
  'check eventmesh/production, port-conflict': {
    unread: ['metrics', 'metrics-1', 'metrics-2'],
    signals: { unit: crit(0), 'port.strangers': crit(2), 'state.unhealthy': crit(3) },
  },
  'check eventmesh/production, slow-host': {
    signals: {
      'health.ms': warn(1000, 2000),
      'api.ms': crit(1000, 2000),
      cpu: crit(93),
      'state.degraded': warn(3),
    },
  },
  'check eventmesh/dev, build-broken': {
    signals: { 'build.result': { level: 'crit', value: 'failure' } },
  },
  'check eventmesh/dev, tests-broken': { signals: { 'tests.failed': crit(1) } },
};
