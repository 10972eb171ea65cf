import { morning } from '../../simulation/simulation.ts';

const tonight = new Date(morning).toISOString().slice(0, 10).replaceAll('-', '');

/** The nightly archive from before the last deployment. */
export const nightArchive = `/opt/eventmesh/backups/eventmesh-backup-${tonight}000000.tar.gz`;
