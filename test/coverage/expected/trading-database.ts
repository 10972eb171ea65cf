import { type Expectations, ok, warn } from '../support/expectations.ts';

const recreated = [/trademaster-trading-service-1 {2}Started/, /trademaster-trading-service-2 {2}Started/];
const seqScan = [/Sort Key: created_at DESC/, /Seq Scan on orders/, /Filter: \(user_id = '4711'/];
const pools = [/trading-service-0:8080 · HikariPool-1: active \d+ of 10/, /trading-service-1:8080 · /];
const exhausted = [/HikariPool-1: active 10 of 10, pending [1-9]/];
const created = (name: string, rest: string): RegExp =>
  new RegExp(`CREATE INDEX CONCURRENTLY IF NOT EXISTS "${name}" ON "public"\\.${rest} → done`);

/** Expected results of the exercises of the database and of the configuration of the service. */
export const tradingDatabaseExpected: Expectations = {
  'check trading/production, slow-queries': {
    signals: { 'db.slowest': warn(700, 740), p95: warn(700, 1000), 'pool.pending': ok(0) },
  },
  'check trading/production, statements-missing': {
    unread: ['pg'],
    signals: { 'db.recording': warn(0) },
  },
  'pool-exhausted of trading/production, pool-exhaustion': {
    diagnose: {
      d1: exhausted,
      d2: /^20$/m,
      d3: /pid 2105 .*LEFT JOIN trades t .*durationMs 27\d,/,
      'd-room': /^true: pool\.room is 77 and db\.slots is 2\d/,
      'd-slowest': /SELECT symbol, sum.* mean 2\.3s/,
    },
    acts: { a1: [/^6 of 6 calls succeeded/m, /\$1=2108 .*pg_cancel_backend.* → signalled/] },
    proves: ['v-gone', 'vp'],
  },
  // The service sends the statements again, and its pools run out once more.
  'pool-exhausted of trading/production, pool-leak: executed-not-recovered': {
    acts: { a1: /^6 of 6 calls succeeded/m },
    fails: ['vp'],
  },
  'pool-size of trading/production, pool-exhaustion': {
    diagnose: {
      d1: exhausted,
      'd-now': /trademaster-trading-service-2 .*status running/,
      'd-most': /^true: pool\.most is 20/,
      'd-usable': /^true: db\.usable is 97/,
      'd-room': /^true: db\.slots is 25/,
    },
    acts: { a2: [/HIKARI_MAXIMUMPOOLSIZE=30 → written/, ...recreated] },
    proves: ['v-size', 'vp'],
    holds: ['vh'],
  },
  'pool-restart of trading/production, pool-exhaustion': {
    diagnose: { d1: exhausted },
    acts: { a3: /2 of 2 calls succeeded/ },
    proves: ['vp'],
    holds: ['vh'],
  },
  'pool-restart of trading/production, pool-leak: executed-not-recovered': {
    acts: { a3: /2 of 2 calls succeeded/ },
    holds: ['vh'],
    fails: ['vp'],
  },
  'slow-queries of trading/production, slow-queries': {
    diagnose: {
      d1: /SELECT \* FROM orders WHERE user_id = \$1 ORDER BY created_at DESC LIMIT 50: mean 7[0-4]\dms/,
      d2: /public\.orders: .* 4,222 sequential scans/,
      'd2-columns': [/orders \| user_id \| 720000/, /orders \| status \| 5 \|/],
      d4: /orders_pkey \| CREATE UNIQUE INDEX orders_pkey ON public\.orders .* \| t \| 190 MiB/,
      d5: /public\.orders: 3\.8 GiB/,
      d6: /^true: none of \d+ sessions/,
    },
    acts: {
      a2: /CREATE INDEX CONCURRENTLY "idx_orders_user_id_created_at" ON "public"\."orders" \("user_id", "created_at" DESC\) → done/,
    },
    proves: ['v-valid', 'v-p95'],
    holds: ['v-slots'],
  },
  // The index is valid, and no help.
  'slow-queries of trading/production, slow-queries: executed-not-recovered': {
    acts: { a2: /CREATE INDEX CONCURRENTLY "idx_orders_created_at" .* → done/ },
    proves: ['v-valid'],
    fails: ['v-p95'],
  },
  'order-failures of trading/production, breaker-left-open': {
    diagnose: {
      d1: [/broker UP/, /circuitBreakers\/brokerService CIRCUIT_OPEN/],
      d2: /orders\.failed · circuit_open: [1-9][\d.]* \/s/,
      d3: /^true: breakers \S+ · brokerService state is open/,
    },
    acts: { a3: [/^2 of 2 calls succeeded/m, /"currentState":"CLOSED"/] },
    proves: ['vb', 'v-orders', 'va'],
  },
  // The broker is still down: its circuit breaker stays as it is.
  'order-failures of trading/production, dependency-down: not-applicable': {
    diagnose: { d1: /broker DOWN: .*Read timed out/, d2: /orders\.failed · circuit_open: [1-9]/ },
  },
  'query-plan of trading/production, slow-queries': {
    diagnose: { d3: seqScan, 'd-load': pools },
    acts: {
      a1: [
        /EXPLAIN \(ANALYZE, BUFFERS\) SELECT \* FROM orders WHERE user_id = \$1 .* → done/,
        /Seq Scan on orders .*actual time=0\.031\.\.1296/,
        /Rows Removed by Filter: 6479928/,
      ],
    },
  },
  'record-queries of trading/production, statements-missing': {
    diagnose: { d1: /^pg_stat_statements$/m, d2: /^true: db\.recording is 0/ },
    acts: { a1: /CREATE EXTENSION IF NOT EXISTS pg_stat_statements → done/ },
    proves: ['v1', 'v2'],
  },
  'vacuum of trading/production, healthy': {
    diagnose: {
      d1: /public\.orders: 91,000 dead of 6,571,000 rows .*vacuumed 4h ago/,
      d2: /public\.trades: 5\.1 GiB/,
      d3: /^true: db\.query is 0/,
    },
    acts: { a1: /VACUUM \(ANALYZE\) → done/ },
    proves: ['v1', 'v2'],
  },
  'reindex of trading/production, healthy': {
    diagnose: { d1: /public\.orders: 3\.8 GiB · 330 MiB in indexes/, d3: /^true: none of/, d4: /^0$/m },
    acts: { a1: /REINDEX DATABASE CONCURRENTLY "trademaster_trading" → done/ },
    proves: ['v1'],
    holds: ['v2'],
  },
  'index-set of trading/production, healthy': {
    diagnose: { d1: /orders_user_id_created_at_idx \| .* \| t \|/, d2: /public\.positions: 28 MiB/ },
    acts: {
      a1: [
        created('idx_orders_user_id_status', '"orders" \\("user_id", "status"\\)'),
        created('idx_orders_created_at', '"orders" \\("created_at" DESC\\)'),
        created('idx_orders_symbol', '"orders" \\("symbol"\\)'),
        created('idx_positions_portfolio_id', '"positions" \\("portfolio_id"\\)'),
        created('idx_positions_symbol', '"positions" \\("symbol"\\)'),
        created('idx_transactions_user_id_date', '"transactions" \\("user_id", "transaction_date" DESC\\)'),
      ],
    },
    proves: ['v1'],
  },
  'pool-configuration of trading/production, healthy': {
    diagnose: { d1: pools, 'd-now': /trademaster-trading-service-1 /, 'd-room': /^true: db\.slots is/ },
    acts: {
      a1: [
        /HIKARI_MAXIMUMPOOLSIZE=20, .*HIKARI_MINIMUMIDLE=5, .*CONNECTIONTIMEOUT=30000, .*IDLETIMEOUT=600000, .*MAXLIFETIME=1800000 → written/,
        ...recreated,
      ],
    },
    proves: ['v-new', 'v-size', 'v-idle', 'v-wait', 'v-unused', 'v-life'],
    holds: ['vh'],
  },
  'jvm-options of trading/production, healthy': {
    diagnose: {
      d1: /trademaster-trading-service-1 .*memoryLimitBytes 4 GiB/,
      d2: /^true: heap /,
      // The container has 4 GiB, and -Xmx4g needs 5.
      d3: /^false: .*memoryLimitBytes is 4 GiB/,
    },
    acts: { a1: [/JAVA_OPTS=-Xms2g -Xmx4g -XX:\+UseZGC .* → written/, ...recreated] },
    proves: ['v-new', 'v-opts'],
    holds: ['vh'],
  },
  'application-tuning of trading/production, healthy': {
    diagnose: {
      d1: /spring\.threads\.virtual\.enabled: true/,
      d2: /repository\.calls: [\d,]+/,
      d3: /^true: cache\.hits is \d\d %/,
    },
  },
  'incident-alert of trading/production, paged': {
    diagnose: {
      'd-alerts': /^true: alerts Customers report rejected orders state is firing/,
      'd-health': /trademaster-trading-service · app: up/,
      'd-endpoints': /slow\.requests · \/api\/v1\/orders: 125/,
    },
    acts: { s1: /PUT .*incidents\/PINCIDENT1 → 200/, s3: /chat\.postMessage → 200/ },
    proves: ['v1', 'v2'],
  },
  'incident-report of trading/production, paged': {
    diagnose: { 'd-error': /^true: error\.rate is 0/, 'd-p95': /^true: p95 is 125/ },
    acts: {
      s7: /POST .*notes → 200/,
      's7-resolve': /PUT .*incidents\/PINCIDENT1 → 200/,
      's7-post': /chat\.postMessage → 200/,
    },
    proves: ['v-note', 'v-resolved', 'v-posted'],
    holds: ['vh', 've'],
  },
};
