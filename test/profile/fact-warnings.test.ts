import { expect, test } from 'vitest';
import { alertmanager } from '../../src/sources/alertmanager/index.ts';
import { kubernetes } from '../../src/sources/kubernetes/index.ts';
import { prometheus } from '../../src/sources/prometheus/index.ts';
import { saidOf as saidOfProfile } from './support/loading.ts';

const saidOf = (text: string, files: Readonly<Record<string, string>> = {}): Promise<readonly string[]> =>
  saidOfProfile(text, { modules: [alertmanager, kubernetes, prometheus], files, dirs: ['p'] });

const profile = (sources: string, rest: string): string =>
  `opsdeck: 1\nsystem: shop\nenv: dev\ntier: dev\nsources: { ${sources} }\n${rest}`;
const pager = 'pager: { type: alertmanager, url: http://localhost:9093 }';
const cluster = 'k8s: { type: kubernetes, context: dev, namespace: shop }';
const runbook = (parts: string): string =>
  `runbooks:\n  - id: r\n${parts}    act: [{ id: a1, title: T, manual: true }]\n    verify: none\n`;

test('warns about expressions over a kind that no source provides', async () => {
  const parts = `    when: any(breakers | state = open) or any(alerts | state = firing)
    params: { name: { type: choice, from: pools.name } }
    diagnose: [{ id: d1, that: count(lag) > 0 }]
`;
  const rest = `signals:
  - { id: s, read: { fact: workloads } }
checklists: [{ id: c, items: [{ id: i, title: T, that: "all(queues | depth = 0)" }] }]
${runbook(parts)}`;
  const diagnostics = await saidOf(profile(pager, rest));
  expect(diagnostics.filter((line) => line.includes('no source of this profile'))).toEqual([
    'p/dev.yaml:7:28: warning: s read.fact: no source of this profile provides workloads. Add a source that provides workloads, or remove the expression',
    'p/dev.yaml:8:56: warning: checklist c items[0] that: no source of this profile provides queues. Add a source that provides queues, or remove the expression',
    'p/dev.yaml:11:11: warning: r when: no source of this profile provides breakers. Add a source that provides breakers, or remove the expression',
    'p/dev.yaml:12:43: warning: r params.name.from: no source of this profile provides pools. Add a source that provides pools, or remove the expression',
    'p/dev.yaml:13:32: warning: r diagnose[0] that: no source of this profile provides lag. Add a source that provides lag, or remove the expression',
  ]);
});

test('the health of other environments needs no source', async () => {
  const text = profile(pager, runbook('    when: any(health | status = down)\n'));
  expect(await saidOf(text)).toContainEqual(expect.stringContaining('provides health'));
  const files = { 'p/live.yaml': 'opsdeck: 1\nsystem: shop\nenv: live\ntier: dev\n' };
  expect(await saidOf(text, files)).toEqual([]);
});

test('warns about workloads of kind node: Kubernetes nodes are a kind of their own', async () => {
  const parts = `    when: any(workloads[kind = node] | status != Ready)
    params: { pod: { type: choice, from: workloads.name, where: "kind in (pod, node)" } }
`;
  const rest = `signals:
  - { id: s, read: { fact: workloads, where: "kind = node" } }
  - { id: t, read: { fact: workloads, where: "kind = pod" } }
${runbook(parts)}`;
  const what = 'no row of workloads has kind = node: such rows are of the kind nodes';
  const todo = 'Use nodes. opsdeck upgrade-profile shows the change';
  expect(await saidOf(profile(cluster, rest))).toEqual([
    `p/dev.yaml:7:46: warning: s read.where: ${what}. ${todo}`,
    `p/dev.yaml:11:11: warning: r when: ${what}. ${todo}`,
    `p/dev.yaml:12:65: warning: r params.pod.where: ${what}. ${todo}`,
  ]);
});

test('warns about a verification of alerts that no source can prove to be resolved', async () => {
  const verified = (that: string): string =>
    `runbooks:
  - id: r
    when: not alert(Down)
    act: [{ id: a1, title: T, manual: true }]
    verify: [{ id: v1, title: T, that: ${that}, within: 1m }]
`;
  const told = [
    'p/dev.yaml:10:40: warning: r verify[0] that: no source of this profile reads alerting rules, so a run cannot prove that an alert is resolved. Add the Prometheus that evaluates them (type: prometheus, alerts: false), or verify the condition itself',
  ];
  for (const that of ['not alert(Down)', 'not any(alerts | state = firing)', 'count(alerts) = 0'])
    expect(await saidOf(profile(pager, verified(that)))).toEqual(told);
  expect(await saidOf(profile(pager, verified('all(alerts | state = silenced)')))).toEqual([]);
  const both = `${pager}, prom: { type: prometheus, url: http://localhost:9090, alerts: false }`;
  expect(await saidOf(profile(both, verified('not alert(Down)')))).toEqual([]);
});
