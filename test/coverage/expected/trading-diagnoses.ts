import { type Expectations, nothing } from '../support/expectations.ts';

/**
 * What the diagnoses of trading show beside what the other tables expect: the line that an operator reads first, without the values of one
 * simulated world.
 */
export const tradingDiagnoses: Expectations = {
  'daily-check of trading/production, dependency-down': {
    diagnose: {
      c1: /^tags \["trading"\] +name Errors by endpoint +url/m,
    },
  },
  'weekly-check of trading/production, finding-open': {
    diagnose: {
      c1: /^CI\/CD pipeline #[\d.,:]+: success · main · push by dana · [\d.,:]+m[\d.,:]+s · [\d.,:]+-[\d.,:]+-[\d.,:]+T[\d.,:]+Z/m,
      c2: /^error\.requests: the signal has no value: no series match/m,
      c3: /^SELECT symbol, sum\(quantity\) FROM trades WHERE traded_at > \$1 GROUP BY symbol: mean [\d.,:]+s/m,
      c6: /^true: pages\.open is 0/m,
    },
  },
  'monthly-check of trading/production, finding-open': {
    diagnose: {
      c3: /^true: keys\.age is [\d.,:]+ d/m,
      'c3-keys': /^ZERODHA_API_KEY: changed [\d.,:]+ d ago/m,
      c6: /^true: db\.slots is ok and host\.disk is ok and host\.memory is ok/m,
      'c6-sizes': /^database trademaster_trading: [\d.,:]+ GiB/m,
    },
  },
  'trigger-deployment of trading/production, healthy': {
    diagnose: {
      d2: /^true: pages\.open is 0/m,
    },
  },
  'resolve-incident of trading/production, paged': {
    diagnose: {
      d1: /^trademaster-trading-service · app: up +[\d.,:]+ +in [\d.,:]+ms +broker UP, circuitBreakers UP,/m,
    },
  },
  'container-restart of trading/production, kafka-down': {
    diagnose: {
      d3: /^\[[\d.,:]+-[\d.,:]+-[\d.,:]+ [\d.,:]+\] INFO \[UnifiedLog partition=__consumer_offsets-[\d.,:]+,/m,
    },
  },
  'container-restart of trading/production, monitoring-down': {
    diagnose: {
      d3: /^Started prometheus in [\d.,:]+ seconds/m,
    },
  },
  'container-restart of trading/production, database-down': {
    diagnose: {
      d2: /^trading-database-1: die, exit 1/m,
      d3: /^[\d.,:]+-[\d.,:]+-[\d.,:]+ [\d.,:]+ UTC \[[\d.,:]+\] LOG: +duration: [\d.,:]+ ms +execute <unnamed>: SELECT/m,
      d5: /^true: host\.memory is ok/m,
    },
  },
  'high-error-rate of trading/production, rollback-blocked: not-applicable': {
    diagnose: {
      d1: /^true: error\.rate is [\d.,:]+ %/m,
      d2: /^trading-trademaster-trading-service-1: [\d.,:]+-[\d.,:]+-[\d.,:]+T[\d.,:]+Z ERROR 1 ---/m,
      d3: /^error\.requests · [\d.,:]+ · \/api\/v1\/orders: [\d.,:]+ \/s/m,
      'd-orders': /^true: orders\.failed reason=internal_error is crit/m,
      a2: /^false: breakers\.open is 0/m,
      a4: /^1$/m,
      a5: /^trademaster-trading-service · app: up +[\d.,:]+ +in [\d.,:]+ms +broker UP, circuitBreakers UP,/m,
    },
  },
  'high-latency of trading/production, high-latency': {
    diagnose: {
      'a1-slow': /^false: db\.queries\.slow is 0/m,
    },
  },
  'high-latency of trading/production, high-latency: executed-not-recovered': {
    diagnose: {
      d1: /^true: p95 is [\d.,:]+ ms/m,
      'd1-p99': /^true: p99 is [\d.,:]+ ms/m,
      d2: /^error\.requests: the signal has no value: no series match/m,
      d3: /^repository\.calls: [\d.,:]+/m,
      a1: /^database trademaster_trading +pid [\d.,:]+ +user trademaster_user +state active +waiting IO:/m,
      'a1-slow': /^false: db\.queries\.slow is 0/m,
      a2: /^trademaster-trading-service-[\d.,:]+ · HikariPool-1: active [\d.,:]+ of [\d.,:]+, pending [\d.,:]+/m,
      'a2-waiting': /^true: pools trademaster-trading-service-[\d.,:]+ · HikariPool-1 pending is [\d.,:]+/m,
      a3: /^false: heap instance=trademaster-trading-service-[\d.,:]+ is ok/m,
      'how-many': /^kind container .* name trading-/m,
    },
  },
  'high-latency of trading/production, latency-fixed-port: not-applicable': {
    diagnose: {
      d1: /^true: p95 is [\d.,:]+ ms/m,
      'd1-p99': /^true: p99 is [\d.,:]+ ms/m,
      d2: /^error\.requests: the signal has no value: no series match/m,
      d3: /^repository\.calls: [\d.,:]+/m,
      a1: /^database trademaster_trading +pid [\d.,:]+ +user trademaster_user +state active +waiting IO:/m,
      'a1-slow': /^false: db\.queries\.slow is 0/m,
      a2: /^trademaster-trading-service-[\d.,:]+ · HikariPool-1: active [\d.,:]+ of [\d.,:]+, pending [\d.,:]+/m,
      'a2-waiting': /^true: pools trademaster-trading-service-[\d.,:]+ · HikariPool-1 pending is [\d.,:]+/m,
      a3: /^false: heap instance=trademaster-trading-service-[\d.,:]+ is ok/m,
      'how-many': /^kind container .* name trading-/m,
    },
  },
  'breaker-reset of trading/production, breaker-left-open': {
    diagnose: {
      d2: /^false: breakers\.failures is ok/m,
    },
  },
  'breaker-reset of trading/production, dependency-down: failed': {
    diagnose: {
      d3: /^trademaster-trading-service-[\d.,:]+ · brokerService: open +failed [\d.,:]+ % +calls [\d.,:]+, failed/m,
    },
  },
  'breaker-wait of trading/production, breaker-left-open': {
    diagnose: {
      d2: /^false: breakers\.failures is ok/m,
      d3: /^trademaster-trading-service-[\d.,:]+ · brokerService: open +failed [\d.,:]+ % +calls [\d.,:]+, failed/m,
      a2: /^\{"status":"up","name":"broker","restarts":0\}/m,
      'd-health':
        /^trademaster-trading-service · app: up +[\d.,:]+ +in [\d.,:]+ms +circuitBreakers\/brokerService/m,
    },
  },
  'breaker-force-open of trading/production, healthy': {
    diagnose: {
      'd-orders': /^false: orders\.failed reason=circuit_open is ok/m,
    },
  },
  'application-down of trading/production, service-down': {
    diagnose: {
      'd-starts': /^false: app\.starts is 0/m,
      'd-colors': /^blue: down +connection reset/m,
    },
  },
  'application-down of trading/production, out-of-memory': {
    diagnose: {
      d2: /^trading-trademaster-trading-service-1: [\d.,:]+-[\d.,:]+-[\d.,:]+T[\d.,:]+Z +WARN 1 ---/m,
      'd-starts': /^false: app\.starts is 0/m,
      'd-colors': /^blue: down +connection reset/m,
    },
  },
  'application-down of trading/production, release-crashes: executed-not-recovered': {
    diagnose: {
      d1: /^kind container .* name trading-/m,
      d2: /^trading-trademaster-trading-service-1: [\d.,:]+-[\d.,:]+-[\d.,:]+T[\d.,:]+Z +WARN 1 ---/m,
      d4: /^false: none of [\d.,:]+ workloads with source = compose and kind = container and owner =/m,
      'd-starts': /^false: app\.starts is 0/m,
      'd-colors': /^blue: up +[\d.,:]+ +in 0s/m,
    },
  },
  'application-rollback of trading/production, service-down: not-applicable': {
    diagnose: {
      d1: /^kind container .* name trading-/m,
      d2: /^trading-trademaster-trading-service-1: [\d.,:]+-[\d.,:]+-[\d.,:]+T[\d.,:]+Z +WARN 1 ---/m,
      d4: /^false: none of [\d.,:]+ workloads with source = compose and kind = container and owner =/m,
      'd-starts': /^false: app\.starts is 0/m,
      'd-colors': /^blue: down +connection reset/m,
    },
  },
  'application-rollback of trading/production, restart-failed': {
    diagnose: {
      d1: /^kind container .* name trading-/m,
      d4: /^false: none of [\d.,:]+ workloads with source = compose and kind = container and owner =/m,
    },
  },
  'pipeline-failure of trading/production, deployment-failed': {
    diagnose: {
      d1: /^CI\/CD pipeline #[\d.,:]+: failure · main · push by ravi · [\d.,:]+m[\d.,:]+s · [\d.,:]+-[\d.,:]+-[\d.,:]+T[\d.,:]+Z/m,
      d2: /^CI\/CD pipeline #[\d.,:]+ failure · main · push by ravi · [\d.,:]+m[\d.,:]+s · deploy \/ Run/m,
      d3: /^true: gates\.failed is 0/m,
    },
  },
  'green-deploy of trading/production, deployment-broken: failed': {
    diagnose: {
      d1: /^CI\/CD pipeline #[\d.,:]+ failure · main · push by mika · [\d.,:]+m[\d.,:]+s · deploy \/ Run/m,
      d2: /^\S+ written/m,
      d3: /^trademaster-trading-service · app: up +[\d.,:]+ +in [\d.,:]+ms +broker UP, circuitBreakers UP,/m,
      'd-colors':
        /^blue: up +[\d.,:]+ +in [\d.,:]+ms +broker UP, circuitBreakers UP, circuitBreakers\/databaseService/m,
    },
  },
  'roll-back of trading/production, healthy': {
    diagnose: {
      d2: /^\S+ written/m,
    },
  },
  'deploy-color of trading/production, healthy: executed-not-recovered': {
    diagnose: {
      d1: /^blue: up +[\d.,:]+ +in [\d.,:]+ms +broker UP, circuitBreakers UP, circuitBreakers\/databaseService/m,
      d2: /^\S+ written/m,
    },
  },
  'service-restart of trading/production, healthy': {
    diagnose: {
      d1: /^kind container .* name trading-/m,
      'd-orders': /^false: orders\.failed reason=circuit_open is ok/m,
    },
  },
  'disaster-recovery-test of trading/production, healthy': {
    diagnose: {
      d1: /^blue: up +[\d.,:]+ +in [\d.,:]+ms +broker UP, circuitBreakers UP, circuitBreakers\/databaseService/m,
      d2: /^\S+ written/m,
    },
  },
  'pool-exhausted of trading/production, pool-exhaustion': {
    diagnose: {
      'd3-locks': nothing,
    },
  },
  'pool-exhausted of trading/production, pool-leak: executed-not-recovered': {
    diagnose: {
      d1: /^trademaster-trading-service-[\d.,:]+ · HikariPool-1: active [\d.,:]+ of [\d.,:]+, pending [\d.,:]+/m,
      d2: /backend' AND pid <> pg_backend_pid\(\) → 1 row in 0 ms/m,
      d3: /^database trademaster_trading +pid [\d.,:]+ +user trademaster_user +state active +waiting IO:/m,
      'd3-locks': nothing,
      'd-room': /^true: pool\.room is [\d.,:]+ and db\.slots is [\d.,:]+ %/m,
      'd-slowest':
        /^SELECT symbol, sum\(quantity\) FROM trades WHERE traded_at > \$1 GROUP BY symbol: mean [\d.,:]+s/m,
    },
  },
  'pool-restart of trading/production, pool-exhaustion': {
    diagnose: {
      'd-orders': /^true: orders\.failed reason=dependency_unavailable is crit/m,
    },
  },
  'pool-restart of trading/production, pool-leak: executed-not-recovered': {
    diagnose: {
      d1: /^trademaster-trading-service-[\d.,:]+ · HikariPool-1: active [\d.,:]+ of [\d.,:]+, pending [\d.,:]+/m,
      'd-orders': /^true: orders\.failed reason=dependency_unavailable is crit/m,
    },
  },
  'slow-queries of trading/production, slow-queries: executed-not-recovered': {
    diagnose: {
      d1: /^SELECT symbol, sum\(quantity\) FROM trades WHERE traded_at > \$1 GROUP BY symbol: mean [\d.,:]+s/m,
      d2: /^public\.orders: [\d.,:]+ dead of [\d.,:]+ rows \([\d.,:]+ %\) · vacuumed [\d.,:]+h ago · analyzed [\d.,:]+h ago/m,
      'd2-columns': /^tablename \| attname \| n_distinct \| correlation/m,
      d4: /^index \| definition \| valid \| size/m,
      d5: /^database trademaster_trading: [\d.,:]+ GiB/m,
      d6: /^true: none of [\d.,:]+ sessions with source = pg and state != idle: durationMs > [\d.,:]+/m,
    },
  },
  'order-keys of trading/production, breaker-left-open: executed-not-recovered': {
    diagnose: {
      d1: /^trademaster-trading-service · app: up +[\d.,:]+ +in [\d.,:]+ms +circuitBreakers\/brokerService/m,
      d2: /^error\.rate: [\d.,:]+ %/m,
      d3: /^true: breakers trademaster-trading-service-[\d.,:]+ · brokerService state is open/m,
    },
  },
  'pool-size of trading/production, pool-exhaustion: not-applicable': {
    diagnose: {
      d1: /^trademaster-trading-service-[\d.,:]+ · HikariPool-1: active [\d.,:]+ of [\d.,:]+, pending [\d.,:]+/m,
      'd-now': /^kind container .* name trading-/m,
      'd-most': /^true: pool\.most is [\d.,:]+/m,
      'd-usable': /^true: db\.usable is [\d.,:]+/m,
      'd-room': /^true: db\.slots is [\d.,:]+ %/m,
    },
  },
  'order-failures of trading/production, dependency-down: not-applicable': {
    diagnose: {
      d3: /^true: breakers trademaster-trading-service-[\d.,:]+ · brokerService state is open/m,
    },
  },
  'reindex of trading/production, healthy': {
    diagnose: {
      d2: nothing,
    },
  },
  'rotate-keys of trading/production, healthy': {
    diagnose: {
      d1: /^ZERODHA_API_KEY: changed [\d.,:]+ d ago/m,
      d2: /^true: keys\.age is [\d.,:]+ d/m,
      d3: /^trademaster-trading-service-0:8080 · brokerService: closed/m,
    },
  },
  'rotate-keys of trading/production, high-latency: executed-not-recovered': {
    diagnose: {
      d1: /^ZERODHA_API_KEY: changed [\d.,:]+ d ago/m,
      d2: /^true: keys\.age is [\d.,:]+ d/m,
      d3: /^trademaster-trading-service-0:8080 · brokerService: closed/m,
    },
  },
  'renew-certificate of trading/production, healthy': {
    diagnose: {
      d1: /^true: tls is [\d.,:]+ d/m,
      d2: /^certificate: up +in 0s/m,
    },
  },
  'renew-certificate of trading/production, high-latency: executed-not-recovered': {
    diagnose: {
      d1: /^true: tls is [\d.,:]+ d/m,
      d2: /^certificate: up +in 0s/m,
    },
  },
  'index-set of trading/production, healthy': {
    diagnose: {
      d3: /^true: none of [\d.,:]+ sessions with source = pg and state != idle: durationMs > [\d.,:]+/m,
    },
  },
  'incident-report of trading/production, paged': {
    diagnose: {
      'd-health':
        /^trademaster-trading-service · app: up +[\d.,:]+ +in [\d.,:]+ms +broker UP, circuitBreakers UP,/m,
    },
  },
};
