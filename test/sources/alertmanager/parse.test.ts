import { expect, test } from 'vitest';
import { parseAlerts, parseErrorText, parseSilences } from '../../../src/sources/alertmanager/client.ts';
import { silenceLines } from '../../../src/sources/alertmanager/feeds.ts';
import { explainBroadMatch } from '../../../src/sources/alertmanager/silence-operation.ts';
import { parseMatchers } from '../../../src/sources/kit/values/label-matchers.ts';
import { recorded } from '../recorded.ts';

const answer = (name: string): unknown => recorded(`alertmanager-0.25/${name}.json`);

test('alerts: silenced and inhibited are distinct; an alert with both is silenced', () => {
  const before = parseAlerts(answer('source-alerts'), 'severity');
  const after = parseAlerts(answer('source-alerts-both'), 'severity');
  const states = (alerts: typeof before) => alerts.map(({ name, state }) => `${name} ${state}`);
  expect(states(before)).toEqual(['BrokenMany firing', 'HighErrorRate firing', 'TargetDown inhibited']);
  expect(states(after)).toEqual(['BrokenMany firing', 'HighErrorRate firing', 'TargetDown silenced']);
  expect(after[1]).toEqual({
    name: 'HighErrorRate',
    severity: 'critical',
    state: 'firing',
    startsAt: Date.parse('2026-11-20T09:18:06.189Z'),
    summary: 'half of all calls fail (0.5)',
    suppression: {
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      silencedBy: [],
      inhibitedBy: [],
      mutedBy: [],
    },
    labels: {
      application: 'shop',
      cluster: 'test',
      instance: '127.0.0.1:19810',
      job: 'shop',
      service: 'shop',
      severity: 'critical',
    },
  });
});

test.each([
  [{ state: 'active', silencedBy: [], inhibitedBy: [] }, 'firing'],
  [{ state: 'unprocessed', silencedBy: [], inhibitedBy: [] }, 'firing'],
  [{ state: 'suppressed', silencedBy: ['a'], inhibitedBy: [] }, 'silenced'],
  [{ state: 'suppressed', silencedBy: [], inhibitedBy: ['b'] }, 'inhibited'],
  [{ state: 'suppressed', silencedBy: ['a'], inhibitedBy: ['b'] }, 'silenced'],
  [{ state: 'suppressed', silencedBy: [], inhibitedBy: [], mutedBy: ['nights'] }, 'silenced'],
  [{ state: 'suppressed', silencedBy: null, inhibitedBy: null }, 'silenced'],
  [undefined, 'firing'],
])('an alert whose status is %j is %s', (status, state) => {
  expect(parseAlerts([{ labels: { alertname: 'A' }, status }], 'severity')[0]?.state).toBe(state);
});

test('an alert without name, times, labels or annotations is still an alert', () => {
  expect(parseAlerts([{}], 'severity')).toEqual([
    {
      name: '',
      severity: '',
      state: 'firing',
      labels: {},
      summary: '',
      suppression: { fingerprint: '', silencedBy: [], inhibitedBy: [], mutedBy: [] },
    },
  ]);
  expect(() => parseAlerts({ status: 'success' }, 'severity')).toThrow(
    'the response of Alertmanager is not a list of alerts. Check url of the source',
  );
});

test('silences: active first, then pending, then the latest expired ones', () => {
  const silences = parseSilences(answer('source-silences'));
  expect(silenceLines(silences)).toEqual([
    {
      title: 'alertname="TargetDown"',
      text: 'active until 2026-11-20T11:18:35.000Z · by ana · moving it · id f116ad4e-fddd-48de-ab2c-6ba1e128c3ea',
    },
    {
      title: 'severity=~"none|info", service!="shop"',
      text: 'pending from 2026-11-20T11:18:35.000Z until 2026-11-20T14:18:35.000Z · by bo · later · id fa8f5f31-0d2b-43b7-972c-34b122abe75d',
    },
  ]);
  const ended = Array.from({ length: 9 }, (_, i) => ({
    id: String(i),
    status: { state: 'expired' },
    endsAt: `2026-03-0${i + 1}T00:00:00Z`,
    matchers: [{ name: 'a', value: 'b' }],
  }));
  expect(silenceLines(parseSilences(ended)).map(({ text }) => text)).toEqual(
    [9, 8, 7, 6, 5].map((day) => `expired 2026-03-0${day}T00:00:00.000Z · no comment · id ${day - 1}`),
  );
  expect(() => parseSilences([{}])).toThrow('has no id');
});

test.each([
  ['source-bad-filter', 'error parsing regexp: missing closing ): `^(?:(x)$`'],
  ['silence-bad-id', 'silenceID in path must be of type uuid: "nope"'],
])('the message of an Alertmanager error: %s', (name, words) => {
  expect(parseErrorText(answer(name))).toBe(words);
});

test.each<readonly [Record<string, string>, string | undefined]>([
  [{ alertname: 'A' }, undefined],
  [{ alertname: '~A.*' }, undefined],
  [{ alertname: '~(?i)high.*' }, undefined],
  [{ severity: '~critical|page', job: '!x' }, undefined],
  [
    { alertname: '~.*' },
    'the matcher of alertname also matches an empty value, so the silence would mute every alert without that label',
  ],
  [
    { alertname: '~.+' },
    'the matcher of alertname matches any value, so the silence would mute every alert with that label',
  ],
  [
    { alertname: '~(?s).+' },
    'the matcher of alertname matches any value, so the silence would mute every alert with that label',
  ],
  [
    { alertname: '~[^ ].*' },
    'the matcher of alertname matches any value, so the silence would mute every alert with that label',
  ],
  [
    { alertname: '' },
    'the matcher of alertname also matches an empty value, so the silence would mute every alert without that label',
  ],
  [
    { alertname: '~|A' },
    'the matcher of alertname also matches an empty value, so the silence would mute every alert without that label',
  ],
  [
    { alertname: '!A' },
    'the matcher of alertname only excludes a value, so the silence would mute everything else',
  ],
  [
    { alertname: '!~A', job: '~.+' },
    'the matcher of alertname only excludes a value, so the silence would mute everything else, and the matcher of job matches any value, so the silence would mute every alert with that label',
  ],
  [
    { alertname: '~(a+)+' },
    expect.stringContaining('that may be too broad, and opsdeck cannot check the pattern'),
  ],
  [
    { alertname: '~(x' },
    expect.stringContaining('that may be too broad, and opsdeck cannot check the pattern'),
  ],
  [{}, 'the silence has no matchers and would mute every alert: add a matcher'],
])('matchers %j: %j', (written, why) => {
  expect(explainBroadMatch(parseMatchers(written))).toEqual(why);
});
