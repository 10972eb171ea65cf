import { expect, test } from 'vitest';
import { parseDashboards, parseHealth, parseRuleAlerts } from '../../../src/sources/grafana/parse.ts';

/** The rules of /api/prometheus/grafana/api/v1/rules with one alert. */
const rules = (ofRule: object, ofAlert: object) => ({
  data: {
    groups: [
      {
        rules: [
          {
            name: 'CheckoutSlow',
            annotations: ofRule,
            alerts: [{ state: 'Alerting', labels: {}, annotations: ofAlert }],
          },
        ],
      },
    ],
  },
});

test.each([
  [{ __dashboardUid__: 'checkout', __panelId__: '4' }, {}, '/d/checkout?viewPanel=4'],
  [{}, { __dashboardUid__: 'checkout', __panelId__: '4' }, '/d/checkout?viewPanel=4'],
  [{ __dashboardUid__: 'checkout' }, {}, '/d/checkout'],
  [{ __panelId__: '4' }, {}, undefined],
  [{ __dashboardUid__: '../../login', __panelId__: '4' }, {}, undefined],
  [{ __dashboardUid__: 'checkout', __panelId__: '4&x=1' }, {}, '/d/checkout'],
])('annotations %j and %j link an alert to %s', (ofRule, ofAlert, path) => {
  expect(parseRuleAlerts(rules(ofRule, ofAlert)).map(({ panelPath }) => panelPath)).toEqual([path]);
});

test('a health response without a version has an empty one, and without a database it is malformed', () => {
  expect(parseHealth({ database: 'ok' })).toEqual({ database: 'ok', version: '' });
  expect(() => parseHealth({ version: '12.0.0' })).toThrow('the health of the database');
});

test('a dashboard without a title has its UID as title; one without a UID or an address is left out', () => {
  const found = [{ uid: 'a1', url: '/d/a1' }, { uid: 'a2' }, { url: '/d/a3' }];
  expect(parseDashboards(found)).toEqual([{ uid: 'a1', path: '/d/a1', title: 'a1', folder: '', tags: [] }]);
});
