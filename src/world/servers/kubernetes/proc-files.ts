import { memoryOf } from '../../model/cluster/memory.ts';
import { threadsOf } from '../../model/gauges.ts';
import type { Command } from './commands.ts';

const status = ({ cluster, life }: Command): string => {
  const rss = Math.round((memoryOf(cluster.env, life) ?? 0) / 1024);
  const isJava = cluster.spec.services[life.role.service ?? '']?.runtime === 'java';
  const threads = life.instance === undefined ? 12 : threadsOf(cluster.env, life.instance);
  return [
    `Name:\t${isJava ? 'java' : 'server'}`,
    'State:\tS (sleeping)',
    'Pid:\t1',
    'PPid:\t0',
    `VmPeak:\t${rss * 4} kB`,
    `VmSize:\t${rss * 3} kB`,
    `VmHWM:\t${Math.round(rss * 1.02)} kB`,
    `VmRSS:\t${rss} kB`,
    `Threads:\t${threads}`,
    '',
  ].join('\n');
};

const listening = (port: number, index: number): string =>
  `   ${index}: 00000000:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 ${40120 + index} 1 0000000000000000 100 0 0 10 0`;

/** Who listens in the pod, as the kernel tells it: a socket each for the ports that its process has opened. */
const tcp = ({ life }: Command): string => {
  const service = life.instance?.service;
  const ports =
    life.isReady && service !== undefined ? (service.managementApart ? [8080, 8081] : [8080]) : [];
  return [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    ...ports.map(listening),
    '',
  ].join('\n');
};

const cmdline = ({ cluster, life, pod }: Command): string =>
  cluster.spec.services[life.role.service ?? '']?.runtime === 'java'
    ? 'java\0-jar\0/app/app.jar\0'
    : `/${pod.spec.containers[0]?.name ?? 'server'}\0`;

const files: Readonly<Record<string, (command: Command) => string>> = {
  '/proc/1/status': status,
  '/proc/1/cmdline': cmdline,
  '/proc/1/comm': ({ cluster, life }) =>
    cluster.spec.services[life.role.service ?? '']?.runtime === 'java' ? 'java\n' : 'server\n',
  '/proc/net/tcp': tcp,
  '/proc/net/tcp6': () =>
    '  sl  local_address                         remote_address                        st\n',
};

/** A file of the proc file system; undefined: there is none of that name. */
export const procFile = (command: Command, path: string): string | undefined => files[path]?.(command);
