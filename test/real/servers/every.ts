import { alertmanager } from './alertmanager.ts';
import { nodeExporter } from './node-exporter.ts';
import { prometheus } from './prometheus.ts';
import type { RealServer } from './server.ts';
import { spring4, spring35 } from './spring.ts';

/** Every real server, in the order in which they are started: Prometheus last, because it is told where the others are. */
export const realServers: readonly RealServer[] = [nodeExporter, spring35, spring4, alertmanager, prometheus];
