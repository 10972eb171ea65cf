import { programServer } from './program.ts';

/** The node exporter with few collectors: for the format of its page, not for the data of this machine. */
export const nodeExporter = programServer({
  kind: 'node-exporter',
  program: 'prometheus-node-exporter',
  package: 'prometheus-node-exporter',
  uses: ['alertmanager'],
  readyPath: '/metrics',
  args: async () => [
    '--collector.disable-defaults',
    ...['cpu', 'loadavg', 'meminfo', 'uname', 'time', 'filesystem'].map((name) => `--collector.${name}`),
  ],
});
