import { declarationsOf, definePlugin, defineSource } from 'opsdeck/sdk';
import { type NginxConfig, nginxConfig, nginxReads } from './config.ts';
import { servers, serversPane } from './kind.ts';
import { reload } from './reload.ts';
import { openNginx } from './source.ts';

const operations = [reload];

/** Plugin for an nginx on this machine, or one whose stub_status page is reachable. */
export const nginx = defineSource<NginxConfig>({
  type: 'nginx',
  title: 'nginx',
  config: nginxConfig,
  reads: nginxReads,
  checkRead: ({ status }, { accessLog }) =>
    status !== undefined && accessLog === undefined ? 'the source has no accessLog; set it' : undefined,
  feedNames: ['health', 'connections', 'access'],
  operations: declarationsOf(operations),
  open: async (opening, io) => {
    const { parts, source } = openNginx(opening, io);
    return { ...source, operations: operations.map((one) => one.open(parts)) };
  },
});

export const plugin = definePlugin({ sources: [nginx], kinds: [servers], panes: [serversPane] });
