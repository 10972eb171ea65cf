import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { programServer } from './program.ts';

/** A critical alert of a service inhibits its warnings. */
const config = {
  route: { receiver: 'none', group_wait: '1s', group_interval: '1s', group_by: ['alertname'] },
  receivers: [{ name: 'none' }],
  inhibit_rules: [
    {
      source_matchers: ['severity = critical'],
      target_matchers: ['severity = warning'],
      equal: ['service'],
    },
  ],
};

/** One Alertmanager without a cluster and without receivers. */
export const alertmanager = programServer({
  kind: 'alertmanager',
  program: 'prometheus-alertmanager',
  package: 'prometheus-alertmanager',
  uses: ['node-exporter', 'prometheus'],
  readyPath: '/-/ready',
  args: async ({ dir }) => {
    const file = join(dir, 'alertmanager.yml');
    await writeFile(file, JSON.stringify(config));
    return [`--config.file=${file}`, `--storage.path=${join(dir, 'data')}`, '--cluster.listen-address='];
  },
});
