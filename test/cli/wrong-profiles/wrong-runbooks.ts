// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { act, base, rb, sig, type WrongProfile } from './profile-texts.ts';

/** Mistakes in signals, limits, runbooks, checklists and logs, as a tired engineer makes them. */
export const wrongRunbooks: Readonly<Record<string, WrongProfile>> = {
  'limits-swapped': [
    sig('source: api, read: { latency: api }, unit: ms, warn: ">=900", crit: ">=500"'),
    '10:92',
    'Swap the two limits, or correct one of them',
  ],
  'limits-section-swapped': [
    `${base}limits: { lag: { warn: ">=10000", crit: ">=1000" } }\n`,
    '9:41',
    'Swap the two limits, or correct one of them',
  ],
  'limits-clear-side': [
    sig('source: api, read: { latency: api }, unit: ms, warn: ">=500", clear: ">600"'),
    '10:93',
    'Write the value from which the signal is well again: "<500"',
  ],
  'limits-in-signal': [
    sig('source: api, read: { latency: api }, limits: { warn: ">=5" }'),
    '10:61',
    'Valid: id, title, source, read, unit, warn, crit, for, clear, noData,',
  ],
  'limits-word': [sig('source: api, read: { latency: api }, warn: "above 500"'), '10:67', 'Write ">500"'],
  'limits-arrow': [sig('source: api, read: { latency: api }, warn: "=>500"'), '10:67', 'Write ">=500"'],
  'limits-comma': [
    sig('source: api, read: { latency: api }, warn: ">=1,000"'),
    '10:67',
    'Write the number without separators: ">=1000"',
  ],
  'limits-unit-s': [
    sig('source: api, read: { latency: api }, unit: ms, warn: ">=2s"'),
    '10:77',
    'Write the number alone, in the unit of the signal: ">=2" in s,',
  ],
  'limits-percent': [
    sig('source: api, read: { latency: api }, unit: "%", warn: ">=5%"'),
    '10:78',
    'Write the number without a unit: ">=5"',
  ],
  'sig-source': [sig('source: apii, read: { latency: api }'), '10:32', 'Did you mean "api"?'],
  'sig-no-read': [sig('source: api'), '10:5', 'Write read: …'],
  'sig-read-text': [sig('source: api, read: latency'), '10:43', 'Write the entries as KEY: VALUE lines'],
  'sig-form-of-other': [sig('source: db, read: { query: "up" }'), '10:42', 'Write sql: …'],
  'sig-sql-write': [sig('source: db, read: { sql: "DELETE FROM x", column: n }'), '10:49', 'Write a SELECT'],
  'sig-calc': [
    `${base}signals:\n  - { id: a, title: A, source: api, read: { latency: api } }\n  - { id: b, title: B, read: { of: { a: nope }, calc: "100 * a" } }\n`,
    '11:41',
    'Valid: a',
  ],
  'sig-calc-var': [
    `${base}signals:\n  - { id: a, title: A, source: api, read: { latency: api } }\n  - { id: b, title: B, read: { of: { x: a }, calc: "100 * y" } }\n`,
    '11:52',
    'Valid: x',
  ],
  'sig-calc-syntax': [
    `${base}signals:\n  - { id: a, title: A, source: api, read: { latency: api } }\n  - { id: b, title: B, read: { of: { x: a }, calc: "100 x" } }\n`,
    '11:52',
    'Join with + - * /',
  ],
  'sig-for': [sig('source: api, read: { latency: api }, warn: ">=5", for: 30'), '10:79', 'Write 30s'],
  'sig-nodata': [
    sig('source: api, read: { latency: api }, noData: critical'),
    '10:69',
    'Write ok, unknown, warn or crit',
  ],
  'sig-map': [
    `${base}signals:\n  latency: { source: api, read: { latency: api } }\n`,
    '10:3',
    'Write the entries as a list: - …',
  ],
  'sig-no-id': [
    `${base}signals:\n  - { title: A, source: api, read: { latency: api } }\n`,
    '10:5',
    'Write id: …',
  ],
  kind: [rb('when: any(breaker | state = open)\n' + act), '12:11', 'Did you mean breakers?'],
  field: [rb('when: any(workloads | restart > 5)\n' + act), '12:11', 'Did you mean restarts?'],
  state: [rb('when: any(breakers | state = opened)\n' + act), '12:11', 'Did you mean open?'],
  'state-upper': [rb('when: any(breakers | state = OPEN)\n' + act), '12:11', 'Did you mean open?'],
  'status-health': [
    rb('when: any(health | status = unhealthy)\n' + act),
    '12:11',
    'Valid: up, degraded, down, unknown',
  ],
  'dbl-eq': [rb('when: any(health | status == down)\n' + act), '12:11', 'Write ='],
  andand: [rb('when: any(health | status = down) && any(lag | lag > 5)\n' + act), '12:11', 'Write and'],
  'when-signal': [rb('when: latency > 500\n' + act), '12:11', 'Add the signal under signals'],
  'when-paren': [rb('when: any(health | status = down\n' + act), '12:11', 'Write )'],
  'when-unit': [rb('when: any(lag | lag > 5k)\n' + act), '12:11', 'Write 5000'],
  'when-for': [rb('when: any(health | status = down) for 30\n' + act), '12:11', 'Write 30s'],
  'when-regexp': [
    rb('when: any(workloads | name matches /api(/)\n' + act),
    '12:11',
    'Escape special characters with \\',
  ],
  'when-quote': [
    rb("when: any(workloads | name = 'api-*')\n" + act),
    '12:11',
    'Put the text in double quotes: "…"',
  ],
  'alert-empty': [rb('when: alert()\n' + act), '12:11', 'Write alert(NAME)'],
  'step-use-source': [
    rb('act: [{ id: a1, title: T, use: k8.restart, with: { target: deployment/api } }]'),
    '12:36',
    'Did you mean k8s?',
  ],
  'step-use-op': [
    rb('act: [{ id: a1, title: T, use: k8s.restrat, with: { kind: deployment, name: api } }]'),
    '12:36',
    'Did you mean restart?',
  ],
  'step-text': [
    rb('act:\n  - kubectl rollout restart deployment/api'),
    '13:9',
    'Write { id: …, title: …, use: …, with: … }',
  ],
  'steps-key': [
    rb('steps: [{ id: a1, title: T, manual: true }]'),
    '12:5',
    'Valid: id, title, reviewed, covers, symptoms, when, reverts,',
  ],
  'verify-text': [rb(act + '\nverify: any(health | status = up)'), '13:13', 'Write none or a list: [ … ]'],
  'verify-that': [
    rb(act + '\nverify: [{ id: v1, title: V, that: "all(health | status = upp)", within: 60s }]'),
    '13:40',
    'Did you mean up?',
  ],
  'verify-when': [
    rb(act + '\nverify: [{ id: v1, title: V, when: "all(health | status = up)" }]'),
    '13:34',
    'Valid: id, title, that, use, with, danger, expect, within, for,',
  ],
  'verify-within': [
    rb(act + '\nverify: [{ id: v1, title: V, that: "all(health | status = up)", within: 60 }]'),
    '13:77',
    'Write 60s',
  ],
  'param-list': [
    rb('params: [{ name: n, type: string }]\n' + act),
    '12:13',
    'Write NAME: VALUE lines, without dashes',
  ],
  'param-no-type': [
    rb('params: { n: { default: 3 } }\n' + act),
    '12:18',
    'Write type: choice | choices | string | int | duration | boolean',
  ],
  'param-default-out': [
    rb('params: { n: { type: int, min: 1, max: 5, default: 9 } }\n' + act),
    '12:56',
    'Write at most 5',
  ],
  'param-default-type': [
    rb('params: { n: { type: int, default: three } }\n' + act),
    '12:40',
    'Write a number here',
  ],
  'param-choice-from': [
    rb('params: { n: { type: choice, from: breakers.nam } }\n' + act),
    '12:40',
    'Write KIND.FIELD: breakers.name',
  ],
  'param-pattern': [
    rb('params: { n: { type: string, pattern: "[a-z" } }\n' + act),
    '12:43',
    'Escape special characters with \\',
  ],
  cron: [
    base +
      'checklists:\n  - { id: c, title: C, schedule: "0 25 * * *", items: [{ id: i, title: T, manual: true }] }\n',
    '10:34',
    'Write { every: … }',
  ],
  'cron-every': [
    base +
      'checklists:\n  - { id: c, title: C, schedule: every monday, items: [{ id: i, title: T, manual: true }] }\n',
    '10:34',
    'Write { every: … }',
  ],
  'checklist-no-items': [base + 'checklists:\n  - { id: c, title: C }\n', '10:5', 'Write items: …'],
  'view-regexp': [
    base + 'logs: { sources: [k8s], views: [{ name: v, include: ["(unclosed"] }] }\n',
    '9:54',
    'Escape special characters with \\',
  ],
  'view-glob': [
    base + 'logs: { sources: [k8s], views: [{ name: v, include: ["*error*"] }] }\n',
    '9:54',
    'Escape special characters with \\',
  ],
  'view-level': [
    base + 'logs: { sources: [k8s], views: [{ name: v, level: err }] }\n',
    '9:51',
    'Did you mean "error"?',
  ],
  'logs-source': [base + 'logs: { sources: [k9s] }\n', '9:19', 'Did you mean "k8s"?'],
  'logs-no-tail': [base + 'logs: { sources: [db] }\n', '9:19', 'Name a source that has logs: k8s'],
  'guard-arm': [base + 'guard: { arm: 15 }\n', '9:15', 'Write 15s'],
  'guard-typed': [base + 'guard: { typed: dangerous }\n', '9:17', 'Write safe, disruptive or destructive'],
  color: [
    base + 'color: orange\n',
    '9:8',
    'Write black, red, green, yellow, blue, magenta, cyan, white or gray',
  ],
  'state-url': [base + 'state: /var/lib/opsdeck\n', '9:8', 'Use postgres://USER@HOST:PORT/DATABASE'],
  contact: [base + 'contacts: [{ name: Ann, phone: 5 }]\n', '9:25', 'Valid: id, name, role, reach, covers'],
  include: [base + 'runbooks: [{ include: runbooks/none.yaml }]\n', '9:23', 'Correct the path'],
  'include-dir': [base + 'runbooks: [{ include: . }]\n', '9:23', 'Name a file in it'],
};
