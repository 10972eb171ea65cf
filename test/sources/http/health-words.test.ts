import { expect, test } from 'vitest';
import { jsonProblem, pageProblem, plainHealth } from '../../../src/sources/http/health-words.ts';

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
  ['Prometheus Server is Not Ready.\n', 'down'],
  ['the database is down', 'down'],
  ['false', 'down'],
  ['true', undefined],
  ['no errors found', undefined],
  ['app: ok\ndb: FAILED\n', 'degraded'],
  ['app: ok\ndb: ok\n', undefined],
  ['<?xml version="1.0"?><health><status>DOWN</status></health>', 'degraded'],
  ['<health><status>UP</status></health>', undefined],
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
  ['{"status":"UP","components":{"db":{"status":"DOWN"}}}', 'db DOWN'],
  [
    '{"status":"UP","components":{"g":{"status":"UP","components":{"db":{"status":"OUT_OF_SERVICE"}}}}}',
    'db OUT_OF_SERVICE',
  ],
  ['{"status":"UP","components":{"x":{"status":"UNKNOWN"}},"groups":["liveness"]}', undefined],
  ['{"status":"pass","checks":{"db:time":[{"status":"fail"}]}}', 'db:time fail'],
  ['{"status":"Healthy","entries":{"db":{"status":"Unhealthy"}}}', 'db Unhealthy'],
  ['{"status":"ok","services":{"db":"down","cache":"up"}}', 'db down'],
  ['{"status":"ok","checks":{"db":"disabled"}}', undefined],
  ['{"status":"UP","db":{"status":"DOWN"}}', 'db DOWN'],
  ['{"checks":[{"name":"db","ok":false}]}', 'db ok false'],
  ['[{"name":"db","status":"down"}]', 'db down'],
  ['[{"CheckID":"serfHealth","Status":"critical"}]', 'serfHealth critical'],
  ['{"data":{"status":"down"}}', 'down'],
  ['{"database":"failing","version":"11"}', 'database failing'],
  ['{"health":{"status":"HEALTH_ERR"}}', 'HEALTH_ERR'],
  ['{"ok":0}', 'ok 0'],
  ['{"ready":0,"total":3}', undefined],
  ['{"success":"no"}', 'success no'],
  ['{"error":"connection refused"}', 'error: connection refused'],
  ['{"status":"ok","error":"none"}', undefined],
  ['{"status":"ok","lastError":"failed"}', undefined],
  ['{"status":"ok","jobs":[{"id":1,"status":"failed"}]}', undefined],
  ['{"orders":[{"state":"failed"}]}', undefined],
  // What an API lists.
  ['[{"id":7,"name":"nightly","status":"failed"}]', undefined],
  ['{"results":[{"name":"nightly","createdAt":"2026-03-04T10:15:07Z","status":"failed"}]}', undefined],
  ['{"data":{"services":[{"id":"db","status":"down"}]}}', 'db down'],
  // A status page: components have times of their own.
  [
    '{"components":[{"id":3,"name":"API","updated_at":"2026-03-04","status":"major_outage"}]}',
    'API major_outage',
  ],
])('the body %s reports %s', (text, word) => {
  expect(jsonProblem(JSON.parse(text))?.word).toBe(word);
});

test.each([
  ['<!doctype html><form><input type="password"></form>', false, 'unknown'],
  ['<!doctype html><form><input type="password"></form>', true, undefined],
  ['<html><head><title>Log in - SSO</title></head></html>', true, 'unknown'],
  ['<html><head><title>503 Service Temporarily Unavailable</title></head></html>', true, 'degraded'],
  ['<html><head><title>Down for maintenance</title></head></html>', false, 'degraded'],
  ['<html><head><title>Shop</title></head><form action="/search"></form></html>', false, undefined],
  ['no page', false, undefined],
])('the page %j, home %s, is %s', (text, isHome, status) => {
  expect(pageProblem(text, isHome)?.status).toBe(status);
});
