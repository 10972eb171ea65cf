import { expect, test } from 'vitest';
import { head, saidOf } from './support/loading.ts';

interface Case {
  readonly name: string;
  readonly text: string;
  readonly said: readonly string[];
}

const source = 'sources:\n  api: { type: probe, url: "http://x", checks: [{ service: api, path: / }] }\n';

const heads: readonly Case[] = [
  {
    name: 'a profile head without its keys',
    text: 'system: shop\n',
    said: [
      'p/dev.yaml:1:1: opsdeck is missing. Write opsdeck: 1',
      'p/dev.yaml:1:1: env is missing. Write env: …',
      'p/dev.yaml:1:1: tier is missing. Write tier: local | dev | staging | production',
    ],
  },
  {
    name: 'a newer version',
    text: 'opsdeck: 2\nsystem: shop\nenv: dev\ntier: dev\n',
    said: ['p/dev.yaml:1:10: opsdeck 2 is the profile format of a newer opsdeck. Update opsdeck'],
  },
  {
    name: 'an unknown version and an unknown tier',
    text: 'opsdeck: 0\nsystem: shop\nenv: dev\ntier: prod\n',
    said: [
      'p/dev.yaml:1:10: opsdeck 0 is not a valid value. Write 1',
      'p/dev.yaml:4:7: tier "prod" is not a valid value. Did you mean "production"?',
    ],
  },
  {
    name: 'unknown keys',
    text: `${head}systm: x\nstat: postgres://db\n`,
    said: [
      'p/dev.yaml:5:1: unknown key "systm". Did you mean "system"?',
      'p/dev.yaml:6:1: unknown key "stat". Did you mean "state"?',
    ],
  },
  {
    name: 'wrong types in the head',
    text: `${head}color: purple\nacross: dev\nworld: {}\ntitle: 7\n`,
    said: [
      'p/dev.yaml:5:8: color "purple" is not a valid value. Write black, red, green, yellow, blue, magenta, cyan, white or gray',
      'p/dev.yaml:6:9: across: expected a list, found text. Write a list here: [ … ]',
      'p/dev.yaml:7:8: world: system is missing. Write system: …',
      'p/dev.yaml:8:8: title: expected text, found 7. Put the value in quotes',
    ],
  },
  {
    name: 'an environment named by a reference',
    text: `opsdeck: 1\nsystem: shop\nenv: "\${env:STAGE}"\ntier: dev\n`,
    said: ['p/dev.yaml:3:6: env cannot be a reference. Write the value itself'],
  },
];

const sources: readonly Case[] = [
  {
    // A record by name would seem to have an entry of this name.
    name: 'a source with a name that every object has',
    text: `${head}sources:\n  constructor: { type: probe, url: "http://x" }\n`,
    said: ['p/dev.yaml:6:3: source id "constructor" is a reserved name. Choose another id for the source'],
  },
  {
    name: 'sources as a list',
    text: `${head}sources: []\n`,
    said: ['p/dev.yaml:5:10: sources: expected a map, found a list. Write NAME: { type: …, … }'],
  },
  {
    name: 'a misspelt type',
    text: `${head}sources:\n  api: { type: prob, url: "http://x" }\n`,
    said: ['p/dev.yaml:6:16: unknown type "prob". Did you mean "probe"?'],
  },
  {
    name: 'no type',
    text: `${head}sources:\n  api: { url: "http://x" }\n`,
    said: ['p/dev.yaml:6:8: api: type is missing. Write type: probe | mute | cluster | tool | fixed'],
  },
  {
    name: 'an id with invalid characters',
    text: `${head}sources:\n  a.b: { type: probe, url: "http://x" }\n`,
    said: [
      'p/dev.yaml:6:3: "a.b" is not a valid source id. Start with a letter, then letters, digits, - and _',
    ],
  },
  {
    name: 'a misspelt key',
    text: `${head}sources:\n  api: { type: probe, url: "http://x", chekcs: [] }\n`,
    said: ['p/dev.yaml:6:40: unknown key "chekcs". Did you mean "checks"?'],
  },
  {
    name: 'a misspelt required key, reported once',
    text: `${head}sources:\n  api: { type: probe, url: "http://x", auth: { bearr: x } }\n`,
    said: ['p/dev.yaml:6:48: unknown key "bearr". Did you mean "bearer"?'],
  },
  {
    name: 'wrong types in a source',
    text: `${head}sources:\n  api: { type: probe, url: ftp//x, every: 15, port: "80", checks: yes }\n`,
    said: [
      'p/dev.yaml:6:28: api url "ftp//x" is not an http URL. Write http://HOST:PORT/PATH',
      'p/dev.yaml:6:43: api every 15 needs a unit. Write 15s',
      'p/dev.yaml:6:53: api port: expected a number, found text. Remove the quotes around the number',
      'p/dev.yaml:6:67: api checks: expected a list, found text. Write a list here: [ … ]',
    ],
  },
  {
    name: 'wrong items in a list',
    text: `${head}sources:\n  api:\n    type: probe\n    url: http://x\n    port: 99999\n    checks:\n      - { service: a, path: /, timeout: "15" }\n      - { service: b }\n`,
    said: [
      'p/dev.yaml:9:11: api port 99999 is too large. Write at most 65535',
      'p/dev.yaml:11:41: api checks[0].timeout "15" needs a unit. Write 15s',
      'p/dev.yaml:12:9: api checks[1]: path is missing. Write path: …',
    ],
  },
  {
    name: 'text where one of several maps is expected',
    text: `${head}sources:\n  api: { type: probe, url: "http://x", auth: secret }\n`,
    said: [
      'p/dev.yaml:6:46: api auth: expected a map, found text. Write { bearer: … }, { user: …, password: … } or { header: … }',
    ],
  },
];

const signals: readonly Case[] = [
  {
    name: 'an invalid bound',
    text: `${head}${source}signals:\n  - { id: error.rate, source: api, read: { latency: api }, crit: ">>5" }\n`,
    said: ['p/dev.yaml:8:66: error.rate crit ">>5" is not a limit. Write ">5"'],
  },
  {
    name: 'a bound that is a number',
    text: `${head}${source}signals:\n  - { id: rate, source: api, read: { latency: api }, warn: 500 }\n`,
    said: ['p/dev.yaml:8:60: rate warn 500 is not a limit. Write ">=500"'],
  },
  {
    name: 'an unknown source',
    text: `${head}${source}signals:\n  - { id: rate, source: apj, read: { latency: api } }\n`,
    said: ['p/dev.yaml:8:25: rate: no source is called "apj". Did you mean "api"?'],
  },
  {
    name: 'a source without signals',
    text: `${head}sources: { m: { type: mute, channel: c } }\nsignals:\n  - { id: rate, source: m, read: { x: 1 } }\n`,
    said: [
      'p/dev.yaml:7:25: rate: m is of type mute, which provides no signals. Set source: to a source that provides signals',
    ],
  },
  {
    name: 'an unknown check',
    text: `${head}${source}signals:\n  - { id: rate, source: api, read: { latency: db } }\n`,
    said: ['p/dev.yaml:8:36: rate read: no check is called "db". Add it under checks'],
  },
  {
    name: 'an unknown check in a source whose address is set later',
    text: `${head}sources:\n  api: { type: probe, url: "\${exec:address}" }\nsignals:\n  - { id: rate, source: api, read: { latency: db } }\n`,
    said: ['p/dev.yaml:8:36: rate read: no check is called "db". Add it under checks'],
  },
  {
    name: 'an unknown form of read',
    text: `${head}${source}signals:\n  - { id: rate, source: api, read: { latnecy: api } }\n`,
    said: ['p/dev.yaml:8:38: unknown key "latnecy". Did you mean "latency"?'],
  },
  {
    name: 'a duplicate id',
    text: `${head}${source}signals:\n  - { id: rate, source: api, read: { latency: api } }\n  - { id: rate, source: api, read: { latency: api } }\n`,
    said: [
      'p/dev.yaml:9:11: duplicate signal "rate" (first at p/dev.yaml:8:11). Rename or remove one of the two',
    ],
  },
  {
    name: 'a duration without a unit and an unknown level',
    text: `${head}${source}signals:\n  - { id: rate, source: api, read: { latency: api }, crit: ">5", for: 15, noData: bad }\n`,
    said: [
      'p/dev.yaml:8:71: rate for 15 needs a unit. Write 15s',
      'p/dev.yaml:8:83: rate noData "bad" is not a valid value. Write ok, unknown, warn or crit',
    ],
  },
  {
    name: 'limits in the wrong order',
    text: `${head}${source}signals:
  - { id: rate, source: api, read: { latency: api }, warn: ">=900", crit: ">=500" }
  - { id: left, source: api, read: { latency: api }, warn: "<5", crit: "<=10" }
  - { id: same, source: api, read: { latency: api }, warn: ">5", crit: ">5" }
  - { id: band, source: api, read: { latency: api }, warn: "<1", crit: ">5" }
  - { id: none, source: api, read: { latency: api }, warn: ">5", crit: "<10" }
`,
    said: [
      'p/dev.yaml:8:75: rate: crit ≥ 500 is reached before warn ≥ 900. Swap the two limits, or correct one of them',
      'p/dev.yaml:9:72: left: crit ≤ 10 is reached before warn < 5. Swap the two limits, or correct one of them',
      'p/dev.yaml:12:72: none: every value exceeds warn > 5 or crit < 10, so the signal is never OK. Leave a range of good values between the two limits',
    ],
  },
  {
    name: 'a unit that contradicts the reading',
    text: `${head}${source}signals:\n  - { id: rate, source: api, read: { latency: api }, unit: seconds, crit: ">5" }\n`,
    said: [
      'p/dev.yaml:8:60: rate unit: seconds, but the reading is in ms. Write unit: ms and limits in that unit, or convert the value',
    ],
  },
  {
    name: 'clear without a threshold',
    text: `${head}${source}signals:\n  - { id: rate, source: api, read: { latency: api }, warn: ">5", clear: { crit: "<3" } }\n`,
    said: ['p/dev.yaml:8:73: rate clear: there is no crit to clear. Write crit too, or remove clear'],
  },
  {
    name: 'clear without any limit',
    text: `${head}${source}signals:\n  - { id: rate, source: api, read: { latency: api }, clear: "<3" }\n`,
    said: [
      'p/dev.yaml:8:61: rate clear: there is no warn or crit to clear. Write warn or crit too, or remove clear',
    ],
  },
  {
    name: 'a signal without an id, and text instead of a signal',
    text: `${head}signals:\n  - { source: api }\n  - text\n`,
    said: [
      'p/dev.yaml:6:5: signals[0]: id is missing. Write id: …',
      'p/dev.yaml:6:5: signals[0]: read is missing. Write read: …',
      'p/dev.yaml:7:5: signals: expected a map, found text. Write KEY: VALUE lines',
    ],
  },
];

const sections: readonly Case[] = [
  {
    name: 'invalid guard values',
    text: `${head}guard: { readOnly: maybe, typed: read, arm: 15, x: 1 }\n`,
    said: [
      'p/dev.yaml:5:20: guard.readOnly: expected true or false, found text. Write true or false here',
      'p/dev.yaml:5:34: guard.typed "read" is not a valid value. Write safe, disruptive or destructive',
      'p/dev.yaml:5:45: guard.arm 15 needs a unit. Write 15s',
      'p/dev.yaml:5:49: unknown key "x". Valid: readOnly, arm, cancelWindow, typed, freeze, quiet, rate, blast, approval, actions',
    ],
  },
  {
    name: 'a guard weaker than its tier requires',
    text: 'opsdeck: 1\nsystem: shop\nenv: live\ntier: production\nguard: { readOnly: false, cancelWindow: 1s, arm: 0s }\n',
    said: [
      'p/dev.yaml:5:20: guard.readOnly: production is always read-only until armed. Remove the key',
      'p/dev.yaml:5:41: guard.cancelWindow: the cancel window must be at least 5s. Write 5s or more',
      'p/dev.yaml:5:50: guard.arm: the arming time must be longer than 0s. Write 15m',
    ],
  },
  {
    name: 'invalid limits',
    text: `${head}limits: { lag: { warn: ">>5", stoped: ok }, breakrs: {}, breakers: { open: bad }, pools: { crit: 3 } }\n`,
    said: [
      'p/dev.yaml:5:24: limits.lag.warn ">>5" is not a limit. Write ">5"',
      'p/dev.yaml:5:39: limits.lag.stoped "stoped" is not a state of lag. Did you mean "stopped"?',
      'p/dev.yaml:5:45: unknown key "breakrs". Did you mean "breakers"?',
      'p/dev.yaml:5:76: limits.breakers.open "bad" is not a level. Valid: ok, unknown, warn, crit',
      'p/dev.yaml:5:98: limits.pools.crit 3 is not a limit. Write ">=3"',
    ],
  },
  {
    name: 'invalid log views',
    text: `${head}logs: { views: [{ name: a, include: "(" }, { name: a }, {}, { name: b, exclude: "(a+)+", level: warning }] }\n`,
    said: [
      'p/dev.yaml:5:37: view a include "(" is not a regular expression (unterminated group). Escape special characters with \\',
      'p/dev.yaml:5:52: duplicate view "a" (first at p/dev.yaml:5:25). Rename or remove one of the two',
      'p/dev.yaml:5:57: views[2]: name is missing. Write name: …',
      'p/dev.yaml:5:81: view b exclude "(a+)+": a repetition inside a repeated group can backtrack without end. Repeat only one of them',
      'p/dev.yaml:5:97: view b level "warning" is not a valid value. Did you mean "warn"?',
    ],
  },
  {
    name: 'invalid log settings besides views',
    text: `${head}sources:
  k8s: { type: cluster }
  api: { type: probe, url: "http://x", checks: [{ service: api, path: / }] }
logs:
  sources: [k8, api]
  levls: {}
  levels: { eror: x, warn: "(" }
  keep: { lines: 10, bytes: 128 }
  zone: mars
  typeField: 0
  views: [{ name: a, of: [{ source: k9s, of: pod/x }, { source: api }] }]
signals: [{ id: n, source: k8s, read: { lines: b } }]
`,
    said: [
      'p/dev.yaml:9:13: logs.sources: no source is called "k8". Did you mean "k8s"?',
      'p/dev.yaml:9:17: logs.sources: api is of type probe, which has no logs. Name a source that has logs: k8s',
      'p/dev.yaml:10:3: unknown key "levls". Did you mean "levels"?',
      'p/dev.yaml:11:13: unknown key "eror". Did you mean "error"?',
      'p/dev.yaml:11:28: logs.levels.warn "(" is not a regular expression (unterminated group). Escape special characters with \\',
      'p/dev.yaml:12:18: logs.keep.lines 10 is too small. Write at least 1000',
      'p/dev.yaml:12:29: logs.keep.bytes 128 needs a unit. Write 128MB',
      'p/dev.yaml:13:9: logs.zone "mars" is not a time zone. Write utc, local or a name such as Europe/Berlin',
      'p/dev.yaml:14:14: logs.typeField 0 is too small. Write at least 1',
      'p/dev.yaml:15:37: logs.views of: no source is called "k9s". Did you mean "k8s"?',
      'p/dev.yaml:15:65: logs.views of: api is of type probe, which has no logs. Name a source that has logs: k8s',
      'p/dev.yaml:16:28: n: k8s is of type cluster, which provides no signals. Set source: to a source that provides signals',
      'p/dev.yaml:16:48: n: no log view is called "b". Did you mean "a"?',
    ],
  },
  {
    name: 'invalid contacts, links and lists of maps',
    text: `${head}contacts: [{ id: a, name: b, role: 1 }, { id: a, name: c }]\nlinks: [{ title: a, url: x }]\nchecklists: { a: 1 }\n`,
    said: [
      'p/dev.yaml:5:36: contact a role: expected text, found 1. Put the value in quotes',
      'p/dev.yaml:5:47: duplicate contact "a" (first at p/dev.yaml:5:18). Rename or remove one of the two',
      'p/dev.yaml:6:26: link a url "x" is not a URL. Write https://HOST/PATH',
      'p/dev.yaml:7:13: checklists: expected a list, found a map. Write the entries as a list: - …',
    ],
  },
  {
    name: 'covers that is not a list',
    text: `${head}sources: { m: { type: mute, channel: c, covers: S1 } }\n`,
    said: ['p/dev.yaml:5:49: m covers: expected a list, found text. Write a list here: [ … ]'],
  },
];

test.each([...heads, ...sources, ...signals, ...sections])(
  '$name: reports position and remedy',
  async ({ text, said }) => {
    expect(await saidOf(text)).toEqual(said);
  },
);

test('across rejects an environment that the system does not have', async () => {
  const files = { 'p/live.yaml': 'opsdeck: 1\nsystem: shop\nenv: live\ntier: production\n' };
  const said = await saidOf(`${head}across: [dev, live, lvie, dev]\n`, { files, dirs: ['p'] });
  expect(said).toEqual([
    'p/dev.yaml:5:21: across: shop has no environment "lvie". Did you mean "live"?',
    'p/dev.yaml:5:27: across: duplicate environment "dev". Remove one of them',
  ]);
});
