import { expect, test } from 'vitest';
import { parseRuleAlerts } from '../../../src/sources/grafana/parse.ts';

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
