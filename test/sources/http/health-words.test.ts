import { expect, test } from 'vitest';
import { jsonProblem, plainHealth } from '../../../src/sources/http/health-words.ts';

test.each([
  ['Healthy', 'up'],
  ['OK\n', 'up'],
  ['status: SERVING', 'up'],
  ['"Unhealthy"', 'down'],
  ['status: NOT_SERVING', 'down'],
  ['Not Ready\n', 'degraded'],
  ['starting', 'degraded'],
  ['draining', 'degraded'],
  ['UNHEALTHY: no connection', 'down'],
  ['Status: Unhealthy\nDb: down', 'down'],
  ['Service Unavailable', 'down'],
  ['healthy: false', 'down'],
  ['ready=no', 'down'],
  ['[+]ping ok\n[-]etcd failed: reason withheld\nlivez check failed', 'down'],
  ['[+]ping ok\nlivez check passed', undefined],
  ['Prometheus Server is Ready.', undefined],
  ['error: none', undefined],
  ['errors: 0', undefined],
  ['Downloads of today', undefined],
  ['down the road', undefined],
  ['', undefined],
])('the text %j is %s', (text, status) => {
  expect(plainHealth(text)?.status).toBe(status);
});

test.each([
  ['{"status":"NOT_SERVING"}', 'NOT_SERVING'],
  ['{"Status":"Unhealthy"}', 'Unhealthy'],
  ['{"status":"critical"}', 'critical'],
  ['{"status":"NotReady"}', 'NotReady'],
  ['{"state":"unhealthy"}', 'unhealthy'],
  ['{"outcome":"DOWN","checks":[]}', 'DOWN'],
  ['{"health":"false"}', 'health false'],
  ['{"healthy":false}', 'healthy false'],
  ['{"ok":false}', 'ok false'],
  ['{"status":503}', 'status 503'],
  ['{"statusCode":500,"error":"x"}', 'statusCode 500'],
  ['{"initialized":true,"sealed":true}', 'sealed'],
  ['{"status":"pass"}', undefined],
  ['{"health":"true","ok":true}', undefined],
  ['{"initialized":true,"sealed":false}', undefined],
  ['{"status":200}', undefined],
  ['{"error":{}}', undefined],
  ['[false]', undefined],
])('the body %s reports %s', (text, word) => {
  expect(jsonProblem(JSON.parse(text))?.word).toBe(word);
});
