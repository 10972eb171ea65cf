import { sagaStrictLimits } from '../suites/saga.ts';
import { checkName, crit, type Expectations, ok, warn } from '../support/expectations.ts';

/** Expected `check` results of the saga platform, healthy and in each incident: key values and their levels. */
export const sagaChecks: Expectations = {
  'check saga/production, healthy': {
    level: 'ok',
    signals: {
      'saga.ok': ok(100),
      'saga.ended': ok(1),
      'saga.failed': ok(0),
      'saga.undone': ok(0),
      'saga.undone.more': ok(0),
      p95: ok(0.005, 0.1),
      'own.p50': ok(0.03, 0.04),
      'own.p95': ok(0.048, 0.049),
      'own.p99': ok(0.0495, 0.05),
      'error.rate': ok(0),
      'error.service': ok(0),
      requests: ok(8, 16),
      'requests.less': ok(100),
      availability: ok(100),
      unavailable: ok(0),
      'unavailable.long': ok(0),
      // A year minus a hundred days.
      tls: ok(264.9, 265),
      mem: ok(2, 40),
      'mem.bytes': ok(47_185_920, 420_000_000),
      'mem.left': ok(100_000, 600_000),
      oom: ok(0),
      'pg.conn': ok(27, 40),
      'pg.long': ok(0, 1),
      'pg.slowest': ok(1.1),
      'pg.bytes': ok(1_145_044_992),
      'pg.pending': ok(0),
      lag: ok(0),
      'lag.exporter': ok(0),
      members: ok(2),
      partitions: ok(3),
      'members.idle': ok(0),
      'pools.max': ok(80),
      // 150 connections minus 3 reserved ones.
      'pg.usable': ok(147),
      'pools.promised': ok(54.4, 54.5),
      pool: ok(0.2, 0.4),
      'heap.kept': ok(0),
      'backup.hours': ok(8, 9),
      'backup.whole': ok(1),
      goroutines: ok(30, 40),
      's3.log.toomany': ok(0),
      's3.log.timeouts': ok(0),
      's3.log.memory': ok(0),
      's3.log.password': ok(0),
      logging: ok(100),
    },
  },
  [checkName('saga/production', 'healthy', sagaStrictLimits)]: {
    signals: {
      'requests.less': warn(100),
      availability: warn(100),
      mem: warn(2, 40),
      logging: warn(100),
      unavailable: warn(0),
      'pg.pending': warn(0),
      tls: warn(264.9, 265),
    },
  },
  'check saga/production, saga-failures': {
    signals: {
      'saga.ok': crit(70, 80),
      'saga.failed': ok(100, 140),
      'saga.undone.more': warn(5, 10),
      'error.rate': crit(25, 35),
      'error.service': crit(40, 50),
    },
  },
  'check saga/production, bad-release': {
    signals: { 'saga.ok': crit(90, 95), 'error.rate': crit(3, 4), 'error.service': crit(8, 9) },
  },
  'check saga/production, high-latency': { signals: { p95: warn(0.9, 1) } },
  'check saga/production, slow-statements': { signals: { p95: crit(1.5, 2.5), 'pg.slowest': warn(620) } },
  'check saga/production, memory-leak': {
    signals: { oom: crit(2), 'mem.left': crit(0, 1), members: crit(0), 's3.log.memory': warn(8) },
  },
  'check saga/production, pool-exhaustion': {
    signals: {
      'saga.ok': crit(60, 75),
      p95: crit(4, 6),
      'pg.conn': crit(97, 100),
      'pg.long': crit(2400, 2500),
      pool: crit(1),
      's3.log.toomany': warn(180),
    },
  },
  'check saga/production, consumer-lag': {
    signals: { lag: warn(1200, 1400), 'lag.exporter': warn(1200, 1400) },
  },
};
