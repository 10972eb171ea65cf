import { expect, test } from 'vitest';
import { parseYaml } from '../../../src/profile/document/yaml-tree.ts';
import { trustSummaryOf } from '../../../src/profile/trust/summary.ts';

test('lists files whose contents a source sends, like value files', () => {
  const { tree } = parseYaml(
    `sources:
  bus: { type: kafka, brokers: [kafka:9092], sasl: { mechanism: oauthbearer, tokenFile: ~/.ssh/id_ed25519 } }
  api: { type: http, url: "https://api.shop.example", auth: { bearer: "\${file:/run/token}" } }
`,
    'dev.yaml',
  );
  expect(trustSummaryOf(tree === undefined ? [] : [tree])).toMatchObject({
    sources: ['api (http)', 'bus (kafka)'],
    hosts: ['api.shop.example', 'kafka:9092'],
    valueFiles: ['/run/token', '~/.ssh/id_ed25519'],
  });
});
